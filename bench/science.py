"""The jobs of science.ts in plain Python and NumPy; prints milliseconds as JSON, each after one run to warm up."""
import json
import time

import numpy as np

MILLION = 1_000_000
g = np.random.default_rng(1)
depths, errors = g.integers(5, 53, 500).astype(float), g.random(500)
million, weights = g.random(MILLION), 0.5 + g.random(MILLION)
many, others = g.random(3000), g.random(3000)
flops, acts = g.random(100_000), g.random(100_000)
run_time = 3 * flops + 2 * acts + g.random(100_000)
depth = g.integers(5, 53, MILLION).astype(float)


def bootstrap():
    """As pycls does it, all resamples at once."""
    picks = g.integers(0, 500, (10_000, 125))
    kept = depths[picks[np.arange(10_000), errors[picks].argmin(1)]]
    return np.percentile(kept, [2.5, 50, 97.5])


def edf():
    steps, counts = np.unique(million, return_counts=True)
    return steps, np.cumsum(counts) / MILLION, million.min(), million.mean()


def weighted_edf():
    order = np.argsort(million, kind="stable")
    return million[order], np.cumsum(weights[order]) / weights.sum(), np.average(million, weights=weights)


def random_search():
    """By repeats, as NDS does it: 1,000 searches of each size."""
    points = []
    for k in range(9):
        best = errors[g.integers(0, 500, (1000, 2**k))].min(1)
        points.append((best.mean(), best.std()))
    return points


def kendall():
    x = np.sign(many[:, None] - many[None, :])
    y = np.sign(others[:, None] - others[None, :])
    return (x * y).sum() / np.sqrt((x * x).sum() * (y * y).sum())


def regression():
    x = np.column_stack([np.ones(len(flops)), flops, acts])
    b, rss, *_ = np.linalg.lstsq(x, run_time, rcond=None)
    return b, np.sqrt(np.diag(np.linalg.inv(x.T @ x)) * rss / (len(flops) - 3))


def filtered():
    return million[(million < 0.5) & (depth > 20)]


def grouped():
    keys, group = np.unique(depth, return_inverse=True)
    return keys, np.bincount(group, weights=million) / np.bincount(group)


jobs = {
    "10,000-fold bootstrap of 500 models": bootstrap,
    "EDF of 1,000,000 errors": edf,
    "weighted EDF of 1,000,000 errors": weighted_edf,
    "random search of 500 models": random_search,
    "Kendall's tau of 3,000 models": kendall,
    "regression of 100,000 rows on 2": regression,
    "filter of 1,000,000 rows": filtered,
    "mean by group of 1,000,000 rows": grouped,
}
measured = {}
for name, job in jobs.items():
    job()
    start = time.perf_counter()
    job()
    measured[name] = (time.perf_counter() - start) * 1000
print(json.dumps(measured))
