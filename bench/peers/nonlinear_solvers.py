"""SciPy's solvers on instances of Chandrasekhar's H-equation, one after the other, to a residual norm of 1e-10.

Usage: nonlinear_solvers.py M INSTANCES REPEATS FILE
FILE holds double numbers in binary: c (INSTANCES), starts (M x INSTANCES). Anderson runs with SciPy's own guess of the first
Jacobian and with the unit matrix, as the fixed-point iteration has it. Prints one JSON line: for every solver the best and the median time for all
instances in milliseconds, the mean number of evaluations, and how many instances end with a norm of at most 1e-10.
"""
import json
import statistics
import sys
import time
import warnings

import numpy as np
import scipy
from scipy.optimize import anderson, newton_krylov, root

try:
    from scipy.optimize import NoConvergence
except ImportError:  # before SciPy 1.12
    from scipy.optimize.nonlin import NoConvergence

TOLERANCE = 1e-10
m, instances, repeats = map(int, sys.argv[1:4])
numbers = np.fromfile(sys.argv[4])
c = numbers[:instances]
starts = np.ascontiguousarray(numbers[instances:].reshape(m, instances).T)
i = np.arange(m)
kernel = (i[:, None] + 0.5) / (i[:, None] + i[None, :] + 1) / (2 * m)
norm = np.linalg.norm
warnings.simplefilter("ignore")


def with_norm(solver, **options):
    return lambda f, x: solver(f, x, f_tol=TOLERANCE, tol_norm=norm, maxiter=200, **options)


solvers = {
    "newton_krylov, inner_maxiter 4": with_norm(newton_krylov, inner_maxiter=4),
    "newton_krylov, its defaults": with_norm(newton_krylov),
    "anderson, M = 2": with_norm(anderson, M=2),
    "anderson, M = 5": with_norm(anderson, M=5),
    "anderson, M = 2, alpha = -1": with_norm(anderson, M=2, alpha=-1.0),
    "anderson, M = 5, alpha = -1": with_norm(anderson, M=5, alpha=-1.0),
    "root, hybr": lambda f, x: root(f, x, method="hybr", tol=1e-11).x,
}


def run(solver, count):
    """All instances; counting evaluations costs time, so it is done in a run of its own."""
    solved = evaluations = 0
    start = time.perf_counter()
    for s in range(instances):
        matrix = c[s] * kernel
        if count:
            def f(x):
                nonlocal evaluations
                evaluations += 1
                return x - 1 / (1 - matrix @ x)
        else:
            def f(x):
                return x - 1 / (1 - matrix @ x)
        try:
            x = solver(f, starts[s])
        except (NoConvergence, ValueError, ZeroDivisionError, np.linalg.LinAlgError):
            continue
        if count:
            solved += norm(x - 1 / (1 - matrix @ x)) <= TOLERANCE
    return (time.perf_counter() - start) * 1e3, evaluations / instances, int(solved)


rows = []
for name, solver in solvers.items():
    _, evaluations, solved = run(solver, True)
    times = [run(solver, False)[0] for _ in range(repeats)]
    rows.append({"method": name, "min": min(times), "median": statistics.median(times), "evaluations": evaluations, "converged": solved})
print(json.dumps({"peer": f"SciPy {scipy.__version__}", "rows": rows}))
