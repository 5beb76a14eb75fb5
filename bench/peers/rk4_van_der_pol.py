"""Fixed-step RK4 on many van der Pol instances, vectorized over instances, in NumPy and in PyTorch eager.

Usage: rk4_van_der_pol.py INSTANCES STEPS THREADS REPEATS
Prints one JSON line for each peer that is installed, with the best and the median time of a whole run in milliseconds.
"""
import json
import statistics
import sys
import time

instances, steps, threads, repeats = map(int, sys.argv[1:5])
h = 4.0 / steps


def measure(name, action):
    action()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append((time.perf_counter() - start) * 1e3)
    print(json.dumps({"peer": name, "threads": threads, "min": min(times), "median": statistics.median(times)}))


def integrate(x, y, mu):
    """Written with as few passes over memory as the expressions allow; works for both libraries."""

    def f(x, y):
        return y, mu * (1 - x * x) * y - x

    for _ in range(steps):
        k1, l1 = f(x, y)
        k2, l2 = f(x + h / 2 * k1, y + h / 2 * l1)
        k3, l3 = f(x + h / 2 * k2, y + h / 2 * l2)
        k4, l4 = f(x + h * k3, y + h * l3)
        x = x + h / 6 * (k1 + 2 * (k2 + k3) + k4)
        y = y + h / 6 * (l1 + 2 * (l2 + l3) + l4)
    return x, y


try:
    import numpy

    random = numpy.random.default_rng(1)
    start_x, start_y = random.uniform(-2, 2, instances), random.uniform(-2, 2, instances)
    rates = random.uniform(1, 2, instances)
    measure(f"NumPy {numpy.__version__}", lambda: integrate(start_x, start_y, rates))
    # Chunks that fit the first-level cache help NumPy most.
    chunk = 1000
    measure(
        f"NumPy {numpy.__version__}, chunks of {chunk}",
        lambda: [integrate(start_x[i : i + chunk], start_y[i : i + chunk], rates[i : i + chunk]) for i in range(0, instances, chunk)],
    )
except ImportError:
    pass

try:
    import torch

    torch.set_num_threads(threads)
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(1)
    tx, ty, tm = 4 * torch.rand(instances) - 2, 4 * torch.rand(instances) - 2, 1 + torch.rand(instances)
    with torch.no_grad():
        measure(f"PyTorch {torch.__version__} eager", lambda: integrate(tx, ty, tm))
except ImportError:
    pass
