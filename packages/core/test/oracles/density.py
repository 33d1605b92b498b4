"""Reference for kernel densities: `scipy.stats.gaussian_kde`, reflected at the bounds.

    /usr/bin/python3 packages/core/test/oracles/density.py
"""
import json
from pathlib import Path

import numpy as np
from scipy.stats import gaussian_kde

POINTS = 17
rng = np.random.default_rng(8)
cases = []
for size, low, high, bounds in [
    (3, -1, 2, {}),
    (40, 0, 1, {}),
    (40, 0, 1.2, {"low": 0}),
    (200, 0, 1, {"low": 0, "high": 1}),
]:
    values = rng.beta(1.2, 2.5, size).round(5)
    kde = gaussian_kde(values)
    at = np.linspace(low, high, POINTS)
    density = kde(at) + sum(kde(2 * bound - at) for bound in bounds.values())
    cases.append(
        {
            "values": values.tolist(),
            "range": [low, high],
            "bounds": bounds,
            "bandwidth": float(np.sqrt(kde.covariance[0, 0])),
            "at": at.tolist(),
            "density": density.tolist(),
        }
    )
out = Path(__file__).parent.parent / "fixtures" / "density.json"
out.write_text(json.dumps(cases, separators=(",", ":")) + "\n")
