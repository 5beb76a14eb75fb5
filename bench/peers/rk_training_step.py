"""One training step of a learned Runge-Kutta method in PyTorch eager: forward, backward, Adam.

Usage: rk_training_step.py STAGES STEPS INSTANCES THREADS REPEATS
Van der Pol instances, loss at the end of the rollout. Three formulations are timed (components apart, apart with fused products and
sums, components stacked); the best one counts. Prints one JSON line with the best and the median time of a step in milliseconds.
"""
import json
import statistics
import sys
import time

import torch

stages, steps, instances, threads, repeats = map(int, sys.argv[1:6])
torch.set_num_threads(threads)
torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
y0 = 4 * torch.rand(2, instances) - 2
mu = 1 + torch.rand(instances)
reference = torch.randn(2, instances)
h = 1.0 / steps
theta = torch.full((stages * (stages + 1) // 2,), 0.3, requires_grad=True)
optimizer = torch.optim.Adam([theta], lr=1e-6)


def apart():
    optimizer.zero_grad(set_to_none=True)
    x, y = y0[0], y0[1]
    for _ in range(steps):
        kx, ky = [], []
        for i in range(stages + 1):
            px, py = x, y
            at = i * (i - 1) // 2
            for j in range(i):
                w = h * theta[at + j]
                px = px + w * kx[j]
                py = py + w * ky[j]
            if i < stages:
                kx.append(py)
                ky.append(mu * (1 - px * px) * py - px)
        x, y = px, py
    loss = ((x - reference[0]) ** 2 + (y - reference[1]) ** 2).mean()
    loss.backward()
    optimizer.step()


def fused():
    """A product and a sum are one operation, and the coefficients are scaled and taken apart once."""
    optimizer.zero_grad(set_to_none=True)
    x, y = y0[0], y0[1]
    w = (h * theta).unbind()
    one = torch.ones(())
    for _ in range(steps):
        kx, ky = [], []
        for i in range(stages + 1):
            px, py = x, y
            at = i * (i - 1) // 2
            for j in range(i):
                px = torch.addcmul(px, w[at + j], kx[j])
                py = torch.addcmul(py, w[at + j], ky[j])
            if i < stages:
                kx.append(py)
                ky.append(torch.addcmul(-px, mu * py, torch.addcmul(one, px, px, value=-1)))
        x, y = px, py
    loss = ((x - reference[0]) ** 2 + (y - reference[1]) ** 2).mean()
    loss.backward()
    optimizer.step()


def stacked():
    optimizer.zero_grad(set_to_none=True)
    z = y0
    for _ in range(steps):
        k = []
        for i in range(stages + 1):
            at = i * (i - 1) // 2
            point = z if i == 0 else z + h * torch.tensordot(theta[at : at + i], torch.stack(k), 1)
            if i < stages:
                k.append(torch.stack((point[1], mu * (1 - point[0] * point[0]) * point[1] - point[0])))
        z = point
    loss = ((z - reference) ** 2).sum(0).mean()
    loss.backward()
    optimizer.step()


def measure(action):
    for _ in range(5):
        action()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append((time.perf_counter() - start) * 1e3)
    return times


times = {action.__name__: measure(action) for action in (apart, fused, stacked)}
form = min(times, key=lambda form: min(times[form]))
best = times[form]
print(json.dumps({"peer": f"PyTorch {torch.__version__} eager, {form}", "threads": threads, "min": min(best), "median": statistics.median(best)}))
