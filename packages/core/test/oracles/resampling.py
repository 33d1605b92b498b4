"""Reference for the statistics: SciPy on the very resamples that the seed draws.

    /usr/bin/python3 packages/core/test/oracles/resampling.py
"""
import json
from pathlib import Path

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats import permutation_test, skewnorm

from bootstrap import Draws, bca


def squares_over_mean(values):
    """A statistic that is no plain mean: the mean of squares over the mean."""
    return float(np.mean(values**2) / np.mean(values))


rng = np.random.default_rng(5)
bootstraps = []
for seed, size, statistic, level in [
    (1, 40, "mean", 0.95),
    (2, 7, "mean", 0.9),
    (3, 2, "mean", 0.95),
    (4, 25, "squares", 0.95),
]:
    values = np.round(skewnorm.rvs(6, loc=0.1, scale=0.4, size=size, random_state=rng), 6)
    function = np.mean if statistic == "mean" else squares_over_mean
    low, high = bca([[v] for v in values], lambda v: function(np.array(v)), seed, 400, level)
    bootstraps.append(
        {
            "seed": seed,
            "level": level,
            "resamples": 400,
            "statistic": statistic,
            "values": values.tolist(),
            "low": low,
            "high": high,
        }
    )
sizes = [5, 1, 8, 3]
clusters = [np.round(rng.normal(k, 0.5, size), 6) for k, size in enumerate(sizes)]
low, high = bca(clusters, np.mean, 9, 400, 0.95)
bootstraps.append(
    {
        "seed": 9,
        "level": 0.95,
        "resamples": 400,
        "statistic": "mean",
        "clusters": [c.tolist() for c in clusters],
        "low": low,
        "high": high,
    }
)


def difference(x, y, axis):
    return np.mean(y - x, axis=axis)


def drawn_p_value(d, seed):
    draws = Draws(seed, "sign-flip")
    sums = np.array([sum(v if draws.half() else -v for v in d) for _ in range(9999)])
    as_far = np.abs(sums) >= abs(d.sum()) - 1e-12 * np.abs(d).sum()
    return float((1 + as_far.sum()) / 10000)


pairs = []
for size, shift in [(2, 0.1), (6, 0.2), (13, 0.1), (13, 0), (30, 0.08), (60, 0.25)]:
    a = np.round(rng.random(size), 3)
    b = np.round(a + rng.normal(shift, 0.25, size), 3)
    b[-1] = a[-1]  # a tie
    exact = size <= 13
    scipy = permutation_test(
        (a, b), difference, permutation_type="samples", vectorized=True, n_resamples=20000,
        random_state=np.random.default_rng(1),
    )
    pairs.append(
        {
            "a": a.tolist(),
            "b": b.tolist(),
            "meanDifference": float(np.mean(b - a)),
            "scipy": float(scipy.pvalue),
            "pValue": float(scipy.pvalue) if exact else drawn_p_value(b - a, 3),
        }
    )

samples = [rng.normal(size=size).round(4) for size in (1, 2, 5, 24)]
z = [-38, -9, -6, -3, -1.5, -0.7, -1e-9, 0, 0.3, 1, 2, 4, 7, 7.1, 8.5]
p = [1e-300, 1e-20, 1e-9, 0.0001, 0.02, 0.025, 0.07, 0.4, 0.5, 0.8, 0.93, 0.975, 0.9999, 1 - 1e-9]
fixture = {
    "bootstraps": bootstraps,
    "pairs": pairs,
    "quantiles": [
        {"values": v.tolist(), "probability": q, "quantile": float(np.quantile(v, q))}
        for v in samples
        for q in (0, 0.1, 0.5, 0.77, 1)
    ],
    "distribution": [[v, float(ndtr(v))] for v in z],
    "quantile": [[v, float(ndtri(v))] for v in p],
}
out = Path(__file__).parent.parent / "fixtures" / "resampling.json"
out.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
