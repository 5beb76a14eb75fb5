"""Steps u - tau K^T Phi(K u) of a diffusion network in PyTorch eager: forward, and forward with backward.

Usage: diffusion.py FILTERS KERNEL IMAGES ROWS COLUMNS STEPS THREADS SECONDS
ROWS = 1 makes signals. Phi is the rational flux of Perona and Malik with a trainable contrast per channel; every step has its own kernels,
contrasts and step size, and all of them and the images have gradients. Outside stands zero, the cheapest boundary there is: the convolutions
pad by themselves. Several formulations are timed (memory order, images together and one by one, flux with and without fused operations); the
best one of each kind counts. Charged is the time on the clock or the processor time per thread, whichever is less. Prints one JSON line in
milliseconds.
"""
import json
import statistics
import sys
import time

import torch
import torch.nn.functional as functional

filters, size, images, rows, columns, steps, threads = map(int, sys.argv[1:8])
seconds = float(sys.argv[8])
torch.set_num_threads(threads)
torch.manual_seed(0)
signals = rows == 1
kernel_rows = 1 if signals else size
padding = (kernel_rows // 2, size // 2)
images_shape = (images, 1, rows, columns)
u0 = torch.randn(images_shape)
p0 = torch.randn(images_shape)
kernels = [(0.05 * torch.randn(filters, 1, kernel_rows, size)).requires_grad_() for _ in range(steps)]
contrasts = [torch.zeros(1, filters, 1, 1, requires_grad=True) for _ in range(steps)]
taus = [torch.tensor(0.5, requires_grad=True) for _ in range(steps)]


def plain(s, contrast):
    return s / (1 + torch.exp(2 * contrast) * s * s)


def fused(s, contrast):
    """One square of a scaled argument, one fused sum and product."""
    scaled = s * torch.exp(contrast)
    return s / torch.addcmul(one, scaled, scaled)


def in_place(s, contrast):
    """Without gradients the responses themselves may be overwritten."""
    return s.div_(torch.addcmul(one, s, s * torch.exp(2 * contrast)))


one = torch.ones(())


def network(u, flux):
    for kernel, contrast, tau in zip(kernels, contrasts, taus):
        s = functional.conv2d(u, kernel, padding=padding)
        u = u - tau * functional.conv_transpose2d(flux(s, contrast), kernel, padding=padding)
    return u


def forward(batches, flux):
    with torch.no_grad():
        for u in batches:
            network(u, flux)


def forward_and_backward(batches, flux):
    for u, p in batches:
        u.grad = None
        (network(u, flux) * p).sum().backward()


def measure(action, *arguments):
    action(*arguments)
    times, start = [], time.perf_counter()
    while time.perf_counter() - start < seconds:
        clock, processor = time.perf_counter(), time.process_time()
        action(*arguments)
        # A busy machine must not count against the peer: at best its threads share its processor time and never wait.
        times.append(min(time.perf_counter() - clock, (time.process_time() - processor) / threads))
    return 1e3 * min(times), 1e3 * statistics.median(times)


def formulations():
    for order in (torch.contiguous_format, torch.channels_last):
        for together in (True, False):
            if not together and (signals or order is torch.channels_last):
                continue
            us = [u0] if together else list(u0.split(1))
            ps = [p0] if together else list(p0.split(1))
            us = [u.clone().contiguous(memory_format=order).requires_grad_() for u in us]
            name = f"{'planes' if order is torch.contiguous_format else 'channels last'}, {'together' if together else 'one by one'}"
            yield name, us, list(zip(us, ps))


best = {}
for name, us, pairs in formulations():
    for flux in (plain, fused, in_place):
        runs = [("forward", forward, us)]
        if flux is not in_place:
            runs.append(("training", forward_and_backward, pairs))
        for kind, action, batches in runs:
            least, median = measure(action, batches, flux)
            if kind not in best or least < best[kind][0]:
                best[kind] = (least, median, f"{name}, {flux.__name__}")

print(json.dumps({
    "peer": f"PyTorch {torch.__version__} eager",
    "forward": best["forward"][0], "forward_median": best["forward"][1], "forward_form": best["forward"][2],
    "training": best["training"][0], "training_median": best["training"][1], "training_form": best["training"][2],
}))
