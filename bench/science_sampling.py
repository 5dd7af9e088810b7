"""The work of science-sampling.ts in plain Python and NumPy, as one would write it there; medians as JSON."""
import json
import math
import random
import statistics
import time

import numpy as np

ROUNDS = 3


def log_uniform(low, high, step):
    start = low - min(step, low / 2)
    return min(high, math.ceil(math.exp(random.uniform(math.log(start), math.log(high))) / step) * step)


def compatible(width, bottleneck, group):
    inner = int(max(1, width / bottleneck))
    group = min(group, inner)
    inner = max(group, round(inner / group) * group)
    return int(inner * bottleneck), group


def count(stages, resolution=224):
    """flops, params and acts of X blocks behind the simple stem; stages of (d, w, b, g)."""
    size, width_in = (resolution - 1) // 2 + 1, 32
    flops, params, acts = 27 * 32 * size**2, 27 * 32 + 64, 32 * size**2
    for depth, width, bottleneck, group in stages:
        inner, before = round(width / bottleneck), size
        size = (size - 1) // 2 + 1
        for block in range(min(depth, 2)):
            times = depth - 1 if block == 1 else 1
            wide = before if block == 0 else size
            shortcut = width_in * width if block == 0 else 0
            squares = width_in * inner * wide**2 + (9 * inner * group + inner * width + shortcut) * size**2
            weights = width_in * inner + 9 * inner * group + inner * width + shortcut
            norms = 4 * inner + 2 * width + (2 * width if shortcut else 0)
            flops += times * squares
            params += times * (weights + norms)
            acts += times * (inner * wide**2 + (inner + width + (width if shortcut else 0)) * size**2)
            width_in = width
    return flops + (width_in + 1) * 1000, params + (width_in + 1) * 1000, acts + 1000


def anynet():
    stages = []
    for _ in range(4):
        bottleneck = 2 ** random.randint(0, 2)
        width, group = compatible(log_uniform(8, 1024, 8), bottleneck, 2 ** random.randint(0, 5))
        stages.append((log_uniform(1, 16, 1), width, bottleneck, group))
    return stages


def regnet():
    depth = random.randint(1, 63)
    w0, wa, wm = log_uniform(8, 256, 8), log_uniform(8, 256, 0.1), log_uniform(1.5, 3, 0.001)
    powers = np.round(np.log((w0 + wa * np.arange(depth)) / w0) / np.log(wm))
    widths, depths = np.unique(np.round(w0 * wm**powers / 8) * 8, return_counts=True)
    if len(widths) != 4 or powers[-1] != 3:
        return None
    bottleneck, group = 2 ** random.randint(0, 2), 2 ** random.randint(0, 5)
    return [(int(d), *compatible(int(w), bottleneck, group)) for d, w in zip(depths, widths)], bottleneck


def sample_regnets(n):
    accepted = 0
    while accepted < n:
        drawn = regnet()
        if drawn:
            stages, bottleneck = drawn
            flops = count([(d, w, bottleneck, g) for d, w, g in stages])[0]
            accepted += 360e6 <= flops <= 400e6


GRID = np.array([(m, s, a) for m in np.arange(15, 31) / 10 for s in range(48, 257, 8) for a in range(1, 257)])


def fit(stages):
    """e_fit with the whole grid as NumPy arrays."""
    observed = np.log2(np.concatenate([[w] * d for d, w, _, _ in stages]))
    wm, w0, wa = (GRID[:, i : i + 1] for i in range(3))
    powers = np.round(np.log((w0 + wa * np.arange(len(observed))) / w0) / np.log(wm))
    runs = 1 + (np.diff(powers, axis=1) != 0).sum(axis=1)
    errors = ((np.log2(w0) + powers * np.log2(wm) - observed) ** 2).mean(axis=1)
    return errors[runs == len(stages)].min()


def seconds(run):
    measured = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        run()
        measured.append(time.perf_counter() - start)
    return statistics.median(measured)


assert count([(1, 24, 1, 8), (1, 56, 1, 8), (4, 152, 1, 8), (7, 368, 1, 8)]) == (199040872, 2684792, 2164056)
some = [anynet() for _ in range(5)]
CANDIDATES = 5_000
print(
    json.dumps(
        {
            "AnyNetXA": CANDIDATES / seconds(lambda: [count(anynet()) for _ in range(CANDIDATES)]),
            # Scaled up: 20 of 500 models, 5 of 500 networks.
            "500 RegNetX in 360–400 MF": 1000 * 25 * seconds(lambda: sample_regnets(20)),
            "e_fit of 500 AnyNetXC": 1000 * 100 * seconds(lambda: [fit(stages) for stages in some]),
        }
    )
)
