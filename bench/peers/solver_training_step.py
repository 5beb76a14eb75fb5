"""One training step (loss, gradient) of a learned solver for Chandrasekhar's H-equation in PyTorch eager.

Usage: solver_training_step.py FORM M N T INSTANCES THREADS REPEATS FILE
FORM is direct or newton-krylov. FILE holds double numbers in binary: c (INSTANCES), starts (M x INSTANCES), weights (N (N + 1) / 2).
Several formulations are timed (in place of Python loops over instances: batches, instances innermost or outermost, combinations of
evaluations term by term with fused products and sums or as one product of stacked evaluations); the best one counts. Prints one JSON line
with the best and the median time of a step in milliseconds, the loss and the gradient.
"""
import json
import statistics
import sys
import time

import numpy as np
import torch

form = sys.argv[1]
m, n, outer, instances, threads, repeats = map(int, sys.argv[2:8])
torch.set_num_threads(threads)
torch.set_default_dtype(torch.float64)
numbers = np.fromfile(sys.argv[8])
c0 = torch.from_numpy(numbers[:instances].copy())
x0 = torch.from_numpy(numbers[instances : (m + 1) * instances].reshape(m, instances).copy())
theta = torch.from_numpy(numbers[(m + 1) * instances :].copy()).requires_grad_()
i = torch.arange(m)
a0 = (i[:, None] + 0.5) / (i[:, None] + i[None, :] + 1) / (2 * m)
one = torch.ones(())


class Inner:
    """Instances innermost: (m, instances)."""

    a, x, c, shape = a0, x0, c0, (m, instances)

    @staticmethod
    def times(v):
        return Inner.a @ v


class Outer:
    """Instances outermost: (instances, m)."""

    a, x, c, shape = a0.T.contiguous(), x0.T.contiguous(), c0[:, None], (instances, m)

    @staticmethod
    def times(v):
        return v @ Outer.a


def terms(base, w, at, v):
    for l, value in enumerate(v):
        base = torch.addcmul(base, w[at + l], value)
    return base


def stacked(base, w, at, v):
    return base + (theta[at : at + len(v)] @ torch.stack(v).view(len(v), -1)).view(base.shape)


zero = {Inner: torch.zeros(Inner.shape), Outer: torch.zeros(Outer.shape)}
negative = {Inner: -Inner.c, Outer: -Outer.c}


def step(layout, combine):
    times, c, minus_c = layout.times, layout.c, negative[layout]
    w = theta.unbind() if combine is terms else None
    x = layout.x
    q = torch.reciprocal(torch.addcmul(one, minus_c, times(x)))
    r = x - q
    loss = 0.0
    for k in range(1, outer + 1):
        v = [r]
        slope = c * q * q if form == "newton-krylov" else None
        for j in range(1, n):
            at = j * (j - 1) // 2
            if form == "direct":
                y = combine(x, w, at, v)
                v.append(y - torch.reciprocal(torch.addcmul(one, minus_c, times(y))))
            else:
                y = combine(zero[layout], w, at, v)
                v.append(torch.addcmul(r + y, slope, times(y), value=-1))
        x = combine(x, w, n * (n - 1) // 2, v)
        q = torch.reciprocal(torch.addcmul(one, minus_c, times(x)))
        r = x - q
        flat = r.view(-1)
        loss = loss + 4.0**k / instances * torch.dot(flat, flat)
    (gradient,) = torch.autograd.grad(loss, theta)
    return loss, gradient


def measure(action):
    for _ in range(5):
        action()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append((time.perf_counter() - start) * 1e3)
    return times


forms = {f"{l.__name__.lower()}most, {f.__name__}": (lambda l=l, f=f: step(l, f)) for l in (Inner, Outer) for f in (terms, stacked)}
times = {name: measure(action) for name, action in forms.items()}
name = min(times, key=lambda key: min(times[key]))
loss, gradient = forms[name]()
print(json.dumps({
    "peer": f"PyTorch {torch.__version__} eager, {name}", "threads": threads, "min": min(times[name]), "median": statistics.median(times[name]),
    "loss": loss.item(), "gradient": gradient.tolist()}))
