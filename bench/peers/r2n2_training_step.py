"""One training step of R2N2 for a linear family in PyTorch eager: forward, backward, Adam.

Usage: r2n2_training_step.py M N T INSTANCES THREADS REPEATS
Prints one JSON line with the best and the median time of a step in milliseconds.
"""
import json
import statistics
import sys
import time

import torch

m, n, outer, instances, threads, repeats = map(int, sys.argv[1:7])
torch.set_num_threads(threads)
torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
noise = torch.randn(m, m)
a = torch.eye(m) + 0.2 / m**0.5 * (noise + noise.T) / 2
b = torch.randn(m, instances)  # instances innermost, as the fastest layout for A @ X
theta = torch.full((n * (n + 1) // 2,), -0.3, requires_grad=True)
optimizer = torch.optim.Adam([theta], lr=1e-3)


def step():
    optimizer.zero_grad(set_to_none=True)
    x = torch.zeros(m, instances)
    v0 = a @ x - b
    loss = 0.0
    for k in range(1, outer + 1):
        v = [v0]
        at = 0
        for j in range(1, n):
            point = x
            for l in range(j):
                point = torch.add(point, theta[at + l] * v[l])
            at += j
            v.append(a @ point - b)
        for l in range(n):
            x = x + theta[at + l] * v[l]
        v0 = a @ x - b
        loss = loss + 4.0**k * (v0 * v0).sum() / instances
    loss.backward()
    optimizer.step()


def stacked_step():
    """The same with the evaluations stacked, so that a combination is one product with the weights."""
    optimizer.zero_grad(set_to_none=True)
    x = torch.zeros(m * instances)
    v0 = (-b).reshape(-1)
    loss = 0.0
    for k in range(1, outer + 1):
        v = [v0]
        at = 0
        for j in range(1, n):
            point = x + theta[at : at + j] @ torch.stack(v)
            at += j
            v.append((a @ point.view(m, instances) - b).view(-1))
        x = x + theta[at : at + n] @ torch.stack(v)
        v0 = (a @ x.view(m, instances) - b).view(-1)
        loss = loss + 4.0**k * (v0 @ v0) / instances
    loss.backward()
    optimizer.step()


def measure(action):
    for _ in range(3):
        action()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append((time.perf_counter() - start) * 1e3)
    return times


best = min((measure(action) for action in (step, stacked_step)), key=min)
print(json.dumps({"peer": f"PyTorch {torch.__version__} eager", "threads": threads, "min": min(best), "median": statistics.median(best)}))
