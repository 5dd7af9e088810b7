"""The jobs of science.ts in NumPy, SciPy and pandas, as their users write them; prints milliseconds as JSON, the median of three after
one run to warm up. Takes the files that science.ts has written, Parquet and CSV."""
import json
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent / "peers" / "python"))

import numpy as np
import pandas as pd
import scipy.stats

parquet, csv = sys.argv[1:]
MILLION = 1_000_000
g = np.random.default_rng(1)
depths, errors = g.integers(5, 53, 500).astype(float), g.random(500)
million, weights = g.random(MILLION), 0.5 + g.random(MILLION)
many, others = g.random(100_000), g.random(100_000)
depth = g.integers(5, 53, MILLION).astype(float)
population = pd.DataFrame({"error": million, "depth": depth, **{f"c{k}": g.random(MILLION) for k in range(18)}})


def regression_on(count):
    x = g.random((100_000, count))
    y = x @ np.arange(1, count + 1) + g.random(100_000)

    def run():
        design = np.column_stack([np.ones(len(y)), x])
        b, rss, *_ = np.linalg.lstsq(design, y, rcond=None)
        return b, np.sqrt(np.diag(np.linalg.inv(design.T @ design)) * rss / (len(y) - count - 1))

    return run


def edf():
    steps, counts = np.unique(million, return_counts=True)
    return steps, np.cumsum(counts) / MILLION, million.min(), million.mean()


def edf_lists():
    steps, shares, *_ = edf()
    return steps.tolist(), shares.tolist()


def weighted_edf():
    order = np.argsort(million, kind="stable")
    return million[order], np.cumsum(weights[order]) / weights.sum(), np.average(million, weights=weights)


def weighted_edf_unstable():
    order = np.argsort(million)
    return million[order], np.cumsum(weights[order]) / weights.sum(), np.average(million, weights=weights)


def best_values():
    """As pycls does it, all resamples at once."""
    picks = g.integers(0, 500, (10_000, 125))
    kept = depths[picks[np.arange(10_000), errors[picks].argmin(1)]]
    return np.percentile(kept, [2.5, 50, 97.5])


def bootstrap():
    means = errors[g.integers(0, 500, (10_000, 500))].mean(1)
    return errors.mean(), means.std(), np.percentile(means, [2.5, 97.5])


def scipy_bootstrap():
    return scipy.stats.bootstrap((errors,), np.mean, n_resamples=10_000, method="percentile", vectorized=True)


def random_search():
    """By repeats, as NDS does it: 1,000 searches of each size."""
    points = []
    for k in range(9):
        best = errors[g.integers(0, 500, (1000, 2**k))].min(1)
        points.append((best.mean(), best.std()))
    return points


def grouped():
    keys, group = np.unique(depth, return_inverse=True)
    return keys, np.bincount(group, weights=million) / np.bincount(group)


def quartiles():
    return np.quantile(million, [0.25, 0.5, 0.75]), million.mean(), million.std(ddof=1), million.min(), million.max()


def chosen():
    return population.loc[(population.error < 0.5) & (population.depth > 20), "error"]


filters = {"NumPy": lambda: million[(million < 0.5) & (depth > 20)], "pandas": chosen}
groups = {"NumPy": grouped, "pandas": lambda: population.groupby("depth").error.mean()}
jobs = {
    "filter of 1,000,000 rows, where()": filters,
    "filter of 1,000,000 rows, filter()": filters,
    "mean by group of 1,000,000 rows, aggregate()": groups,
    "mean by group of 1,000,000 rows, groupBy()": groups,
    "quartiles, mean and spread of 1,000,000, describe()": {
        "NumPy": quartiles,
        "pandas": lambda: population[["error"]].describe(),
    },
    "order of 1,000,000 rows of 20 columns, one of them read": {
        "NumPy": lambda: million[np.argsort(million, kind="stable")],
        "pandas": lambda: population.sort_values("error", kind="stable").error,
    },
    "sort of 1,000,000, within the library": {"NumPy": lambda: np.sort(million)},
    "EDF of 1,000,000 errors": {"NumPy": edf},
    "the same, with its steps as lists": {"NumPy": edf_lists},
    "weighted EDF of 1,000,000 errors": {"NumPy": weighted_edf, "NumPy, unstable": weighted_edf_unstable},
    "regression of 100,000 rows on 2": {"NumPy": regression_on(2)},
    "regression of 100,000 rows on 20": {"NumPy": regression_on(20)},
    "bootstrap of the mean, 10,000 × 500": {"NumPy": bootstrap, "SciPy": scipy_bootstrap},
    "KS test of 100,000 and 100,000": {"SciPy": lambda: scipy.stats.ks_2samp(many, others)},
    "Kendall's tau of 100,000": {"SciPy": lambda: scipy.stats.kendalltau(many, others)},
    "10,000-fold bootstrap of 500 models": {"NumPy": best_values},
    "random search of 500 models": {"NumPy": random_search},
    "Parquet of 100,000 rows of 20 columns": {"pandas, pyarrow": lambda: pd.read_parquet(parquet)},
    "the same as a population, readPopulation()": {"pandas, pyarrow": lambda: pd.read_parquet(parquet)},
    "CSV of 1,000,000 rows of 3 columns": {
        "pandas": lambda: pd.read_csv(csv),
        "pandas, pyarrow": lambda: pd.read_csv(csv, engine="pyarrow"),
    },
    "the same, with the texts as a list": {
        "pandas, pyarrow": lambda: pd.read_csv(csv, engine="pyarrow").name.tolist(),
    },
}


def milliseconds(job):
    job()
    taken = []
    while len(taken) < 3 and sum(taken) < 400:
        start = time.perf_counter()
        job()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


measured = {
    name: {peer: milliseconds(job) for peer, job in by_peer.items()} for name, by_peer in jobs.items()
}
print(json.dumps(measured))
