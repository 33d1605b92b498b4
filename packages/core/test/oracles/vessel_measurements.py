"""Widths and areas of vessels by SciPy, for planning/vessel-measurements.test.ts.

Run with Debian's python3-scipy (1.10): /usr/bin/python3 vessel_measurements.py
Writes ../fixtures/vessel-measurements.json: masks packed eight pixels a byte (first pixel highest) in
hexadecimal; widths along the centre lines sorted, and area and greatest width of each vessel, by area.
"""

import json
import pathlib

import numpy as np
from scipy import ndimage

rng = np.random.default_rng(20261126)
eight = np.ones((3, 3))


def run_of(values, place):
    """Length of the run of equal values through a place; infinite where it reaches an end."""
    changes = np.flatnonzero(np.diff(values))
    starts = np.concatenate([[0], changes + 1])
    ends = np.concatenate([changes, [len(values) - 1]])
    k = np.searchsorted(starts, place, "right") - 1
    if starts[k] == 0 or ends[k] == len(values) - 1:
        return np.inf
    return ends[k] - starts[k] + 1


def case(name, mask):
    mask = np.asarray(mask, bool)
    height, width = mask.shape
    distance = ndimage.distance_transform_edt(mask)
    squared = np.rint(distance**2).astype(int)
    highest = ndimage.maximum_filter(squared, footprint=eight, mode="nearest")
    ridge = mask & (squared == highest)
    across = np.zeros(mask.shape)
    for y, x in zip(*np.nonzero(ridge)):
        even = min(run_of(squared[y], x), run_of(squared[:, x], y)) == 2
        across[y, x] = min(2 * np.sqrt(squared[y, x]) - (0 if even else 1), width, height)
    labels, count = ndimage.label(mask, eight)
    index = np.arange(1, count + 1)
    areas = ndimage.sum(mask, labels, index)
    greatest = ndimage.maximum(across, labels, index) if count else []
    return {
        "name": name,
        "width": width,
        "height": height,
        "mask": np.packbits(mask).tobytes().hex(),
        "widths": np.sort(across[ridge]).tolist(),
        "vessels": sorted([int(area), float(most)] for area, most in zip(areas, greatest)),
    }


def smooth(width, height, share):
    noise = ndimage.gaussian_filter(rng.random((height, width)), 1.5)
    return noise < np.quantile(noise, share)


def band(width, rise):
    y, x = np.mgrid[0:40, 0:60]
    return np.abs((y - 20) - rise * (x - 30)) / np.hypot(1, rise) < width / 2


cases = [case("empty", np.zeros((4, 6)))]
for width, rise in ((1.5, 0.5), (3, 1), (6, 0.3), (9, 2)):
    cases.append(case(f"band of {width}, rising {rise}", band(width, rise)))
for share in (0.1, 0.3, 0.5, 0.8):
    width, height = (int(v) for v in rng.integers(20, 45, 2))
    cases.append(case(f"smooth, {share}", smooth(width, height, share)))
cases.append(case("noise", rng.random((13, 17)) < 0.4))

target = pathlib.Path(__file__).parent.parent / "fixtures" / "vessel-measurements.json"
lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in cases)
target.write_text(f"[\n{lines}\n]\n")
