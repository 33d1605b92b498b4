"""Metrics of pixel probabilities by NumPy and SciPy, for pixel-metrics.test.ts.

Run with Debian's python3-scipy (1.10): /usr/bin/python3 pixel_metrics.py
Writes ../fixtures/pixel-metrics.json: images of probabilities (float32, printed so that they read back
the same) and truths; of all their pixels together the area under the ROC as Mann and Whitney's U,
average precision by sorting, and calibration by bins.
"""

import json
import pathlib

import numpy as np
from scipy import stats

rng = np.random.default_rng(20230728)


def roc_auc(p, y):
    if y.all() or not y.any():
        return None
    u = stats.mannwhitneyu(p[y == 1], p[y == 0]).statistic
    return float(u / (y.sum() * (1 - y).sum()))


def average_precision(p, y):
    """At each distinct probability, all pixels at least so probable; nothing is binned."""
    if not y.any():
        return None
    total, before = 0.0, 0.0
    for level in np.unique(p)[::-1]:
        above = p >= level
        recall = y[above].sum() / y.sum()
        total += (recall - before) * y[above].mean()
        before = recall
    return float(total)


def reliability(p, y, bins):
    edges = np.linspace(0, 1, bins + 1)
    where = np.clip(np.digitize(p, edges) - 1, 0, bins - 1)
    curve, ece = [], 0.0
    for k in range(bins):
        inside = where == k
        n = int(inside.sum())
        curve.append([n, float(p[inside].mean()), float(y[inside].mean())] if n else [0, None, None])
        if n:
            ece += n / len(p) * abs(y[inside].mean() - p[inside].mean())
    return {"bins": bins, "curve": curve, "expectedCalibrationError": float(ece)}


def sigmoid(v):
    return (1 / (1 + np.exp(-v))).astype(np.float32)


def case(name, images):
    p = np.concatenate([p for p, _ in images]).astype(np.float64)
    y = np.concatenate([y for _, y in images])
    return {
        "name": name,
        "images": [
            {"probability": [float(str(v)) for v in a], "truth": "".join(map(str, b))} for a, b in images
        ],
        "rocAuc": roc_auc(p, y),
        "averagePrecision": average_precision(p, y),
        "reliability": [reliability(p, y, bins) for bins in (1, 8, 15)],
        "brierScore": float(((p - y) ** 2).mean()),
    }


def logits(n, shift, share):
    y = (rng.random(n) < share).astype(int)
    return (sigmoid(rng.normal(-3, 2.5, n) + shift * y), y)


extreme = np.array([0, 1e-40, 1e-30, 0.5, 1, 1 - 2**-24, 1 - 2**-23, 0.49999997, 0.5000001, 1], np.float32)
grid = (np.arange(300) % 33 / 32).astype(np.float32)
cases = [
    case("sigmoids", [logits(350, 3, 0.15), logits(250, 5, 0.03), logits(40, 0, 0)]),
    case("few levels", [(grid, (rng.random(300) < grid).astype(int))]),
    case("extremes", [(extreme, np.array([0, 1, 0, 0, 1, 0, 1, 1, 0, 1]))]),
    case("no vessel", [logits(50, 0, 0)]),
    case("all vessel", [logits(50, 2, 1)]),
    case("perfect", [(np.repeat(np.array([0, 1], np.float32), 10), np.repeat([0, 1], 10))]),
]
target = pathlib.Path(__file__).parent.parent / "fixtures" / "pixel-metrics.json"
lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in cases)
target.write_text(f"[\n{lines}\n]\n")
