"""Fixed-step RK4 on many van der Pol instances, vectorized over instances, in NumPy or in PyTorch eager.

Usage: rk4_van_der_pol.py numpy|torch INSTANCES STEPS THREADS REPEATS
Times several ways to write it: expressions, preallocated arrays with out=, and chunks of instances that fit a cache; the best one counts.
Prints one JSON line with the best and the median time of a whole run in milliseconds.
"""
import json
import statistics
import sys
import time

library = sys.argv[1]
instances, steps, threads, repeats = map(int, sys.argv[2:6])
h = 4.0 / steps


def expressions(x, y, mu):
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


if library == "numpy":
    import numpy
    from numpy import add, multiply, subtract

    name = f"NumPy {numpy.__version__}"
    random = numpy.random.default_rng(1)
    start = random.uniform(-2, 2, instances), random.uniform(-2, 2, instances), random.uniform(1, 2, instances)

    def preallocated(x, y, mu, buffers):
        x2, y2, x3, y3, x4, y4, l1, l2, l3, l4 = buffers

        def f(x, y, out):
            multiply(x, x, out)
            subtract(1.0, out, out)
            multiply(mu, out, out)
            multiply(out, y, out)
            subtract(out, x, out)

        def point(y, h, k, out):
            multiply(h, k, out)
            add(y, out, out)

        def advance(y, k1, k2, k3, k4):
            add(k2, k3, k2)
            add(k2, k2, k2)
            add(k1, k2, k2)
            add(k2, k4, k2)
            multiply(h / 6, k2, k2)

        for _ in range(steps):
            f(x, y, l1)
            point(x, h / 2, y, x2)
            point(y, h / 2, l1, y2)
            f(x2, y2, l2)
            point(x, h / 2, y2, x3)
            point(y, h / 2, l2, y3)
            f(x3, y3, l3)
            point(x, h, y3, x4)
            point(y, h, l3, y4)
            f(x4, y4, l4)
            advance(x, y, y2, y3, y4)
            add(x, y2, x)
            advance(y, l1, l2, l3, l4)
            add(y, l2, y)

    empty = numpy.empty
else:
    import torch

    name = f"PyTorch {torch.__version__} eager"
    torch.set_num_threads(threads)
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(1)
    torch.set_grad_enabled(False)
    start = 4 * torch.rand(instances) - 2, 4 * torch.rand(instances) - 2, 1 + torch.rand(instances)
    one = torch.ones(())

    def preallocated(x, y, mu, buffers):
        """Sums with a factor are one operation each in PyTorch."""
        x2, y2, x3, y3, x4, y4, l1, l2, l3, l4 = buffers

        def f(x, y, out):
            torch.addcmul(one, x, x, value=-1, out=out)
            out.mul_(mu).mul_(y).sub_(x)

        for _ in range(steps):
            f(x, y, l1)
            torch.add(x, y, alpha=h / 2, out=x2)
            torch.add(y, l1, alpha=h / 2, out=y2)
            f(x2, y2, l2)
            torch.add(x, y2, alpha=h / 2, out=x3)
            torch.add(y, l2, alpha=h / 2, out=y3)
            f(x3, y3, l3)
            torch.add(x, y3, alpha=h, out=x4)
            torch.add(y, l3, alpha=h, out=y4)
            f(x4, y4, l4)
            x.add_(y2.add_(y3).mul_(2).add_(y).add_(y4), alpha=h / 6)
            y.add_(l2.add_(l3).mul_(2).add_(l1).add_(l4), alpha=h / 6)

    empty = torch.empty


def in_chunks(chunk):
    """The preallocated form, chunk by chunk; works on copies, so that every run starts from the same numbers."""
    buffers = [empty(chunk) for _ in range(12)]

    def run():
        for first in range(0, instances, chunk):
            size = min(chunk, instances - first)
            x, y, *others = [b[:size] for b in buffers]
            x[:] = start[0][first : first + size]
            y[:] = start[1][first : first + size]
            preallocated(x, y, start[2][first : first + size], others)
        return x, y

    return run


def measure(action):
    action()
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        action()
        times.append((time.perf_counter() - begin) * 1e3)
    return times


expected = expressions(*start)
result = in_chunks(instances)()
if max(float(abs(a - b).max()) for a, b in zip(expected, result)) > 1e-10:
    sys.exit("the forms disagree")
forms = {"expressions": lambda: expressions(*start), "out=": in_chunks(instances)}
for chunk in (2500, 5000):
    if chunk < instances:
        forms[f"out=, chunks of {chunk}"] = in_chunks(chunk)
times = {form: measure(action) for form, action in forms.items()}
form = min(times, key=lambda form: min(times[form]))
print(json.dumps({"peer": f"{name}, {form}", "threads": threads, "min": min(times[form]), "median": statistics.median(times[form])}))
