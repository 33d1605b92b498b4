"""Distances, dilations, erosions and filled holes by SciPy and OpenCV, for mask-geometry.test.ts.

Run with Debian's python3-scipy (1.10), python3-opencv (4.6): /usr/bin/python3 mask_geometry.py
Writes ../fixtures/mask-geometry.json: masks packed eight pixels a byte (first pixel highest) in
hexadecimal, the squares of their distances, and masks made of them.
"""

import json
import pathlib

import cv2
import numpy as np
from scipy import ndimage

rng = np.random.default_rng(20230711)
RADII = (0, 1, 1.5, 2.3, 4)
SMALL = 3


def packed(mask):
    return np.packbits(np.asarray(mask, bool)).tobytes().hex()


def disc(radius):
    reach = int(radius)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    return x * x + y * y <= radius * radius


def dilation(mask, radius):
    found = ndimage.binary_dilation(mask, disc(radius))
    assert (found == cv2.dilate(mask.astype(np.uint8), disc(radius).astype(np.uint8))).all()
    return found


def erosion(mask, radius):
    found = ndimage.binary_erosion(mask, disc(radius), border_value=1)
    assert (found == cv2.erode(mask.astype(np.uint8), disc(radius).astype(np.uint8))).all()
    return found


def filled(mask, foreground):
    # Foreground of 8 neighbours has background of 4, the default structure.
    structure = None if foreground == 8 else np.ones((3, 3))
    every = ndimage.binary_fill_holes(mask, structure)
    holes, count = ndimage.label(every & ~mask, structure)
    areas = np.bincount(holes.ravel(), minlength=count + 1)
    areas[0] = SMALL + 1
    return {"all": packed(every), "small": packed(mask | (areas <= SMALL)[holes])}


def case(name, mask):
    mask = np.asarray(mask, bool)
    return {
        "name": name,
        "width": mask.shape[1],
        "height": mask.shape[0],
        "mask": packed(mask),
        "squared": np.rint(ndimage.distance_transform_edt(mask) ** 2).astype(int).ravel().tolist(),
        "discs": [
            {"radius": r, "dilated": packed(dilation(mask, r)), "eroded": packed(erosion(mask, r))}
            for r in RADII
        ],
        "filled": {str(n): filled(mask, n) for n in (4, 8)},
    }


def smooth(width, height, share):
    noise = cv2.GaussianBlur(rng.random((height, width)), (0, 0), 1.5)
    return noise < np.quantile(noise, share)


ring = np.zeros((11, 12), bool)
ring[2:9, 2:10] = True
ring[4:7, 4:8] = False
diamond = np.abs(np.indices((9, 9)) - 4).sum(0) == 3
hole = np.ones((15, 19), bool)
hole[4, 13] = False
cases = [
    case("empty", np.zeros((4, 6))),
    case("all but one", hole),
    case("one row", [[1, 1, 1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 1]]),
    case("one column", np.array([[1, 1, 1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 1]]).T),
    case("ring", ring),
    case("ring of corners", diamond),
]
for share in (0.1, 0.5, 0.8, 0.97):
    for _ in range(2):
        width, height = (int(v) for v in rng.integers(12, 34, 2))
        cases.append(case(f"smooth, {share}", smooth(width, height, share)))
for share in (0.3, 0.7):
    width, height = (int(v) for v in rng.integers(5, 22, 2))
    cases.append(case(f"noise, {share}", rng.random((height, width)) < share))

target = pathlib.Path(__file__).parent.parent / "fixtures" / "mask-geometry.json"
lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in cases)
target.write_text(f"[\n{lines}\n]\n")
