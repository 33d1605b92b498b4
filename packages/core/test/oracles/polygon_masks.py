"""Masks of polygons by cv2.fillPoly, for fill-polygon.test.ts.

Run with Debian's python3-opencv (4.6): /usr/bin/python3 polygon_masks.py
Writes ../fixtures/polygon-masks.json: cases of width, height, points and the mask, packed eight pixels
a byte (first pixel highest) in hexadecimal.
"""

import json
import pathlib

import cv2
import numpy as np

rng = np.random.default_rng(20230704)


def mask_of(points, width, height):
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [np.array(points, np.int32).reshape(-1, 1, 2)], 1)
    return mask


def case(name, width, height, points):
    points = np.asarray(points).reshape(-1, 2).tolist()
    packed = np.packbits(mask_of(points, width, height)).tobytes().hex()
    return {"name": name, "width": width, "height": height, "points": points, "mask": packed}


def blob(width, height, spread):
    count = int(rng.integers(8, 40))
    angle = np.sort(rng.uniform(0, 2 * np.pi, count))
    radius = rng.uniform(0.4, 1, count) * max(width, height) * spread
    centre = rng.uniform(0.1, 0.9, 2) * [width, height]
    ring = centre + radius[:, None] * np.c_[np.cos(angle), np.sin(angle)]
    return np.rint(ring).astype(int)


cases = [
    case("one point", 5, 4, [[2, 1]]),
    case("one point outside", 5, 4, [[5, 1]]),
    case("two points", 12, 9, [[1, 1], [10, 6]]),
    case("two points, steep, upwards", 9, 12, [[7, 11], [2, 0]]),
    case("collinear, horizontal", 12, 5, [[2, 2], [9, 2], [5, 2]]),
    case("collinear, vertical", 5, 12, [[2, 2], [2, 9], [2, 5]]),
    case("collinear, slanting, leaving", 16, 11, [[-4, -3], [20, 13], [8, 5]]),
    case("repeated points", 12, 12, [[2, 2], [2, 2], [9, 3], [9, 3], [9, 3], [4, 10], [2, 2]]),
    case("triangle", 16, 16, [[2, 1], [14, 6], [5, 14]]),
    case("square, closed by its first point", 8, 8, [[1, 1], [6, 1], [6, 6], [1, 6], [1, 1]]),
    case("bow tie", 20, 14, [[1, 1], [18, 12], [18, 1], [1, 12]]),
    case("star", 40, 40, [[20, 1], [31, 37], [1, 14], [38, 14], [8, 37]]),
    case("ring walked twice", 12, 12, [[2, 2], [9, 2], [9, 9], [2, 9]] * 2),
    case("leaves to the left", 16, 16, [[-7, 3], [9, 1], [12, 8], [-3, 14]]),
    case("leaves to the right", 16, 16, [[5, 3], [25, 1], [19, 9], [7, 14]]),
    case("leaves at the top", 16, 16, [[3, -8], [12, -3], [10, 11], [2, 7]]),
    case("leaves at the bottom", 16, 16, [[3, 4], [12, 6], [10, 21], [2, 27]]),
    case("leaves everywhere", 16, 16, [[-9, 7], [8, -11], [26, 9], [7, 24]]),
    case("encloses the mask", 9, 7, [[-50, -40], [60, -45], [70, 80], [-30, 50]]),
    case("wholly outside, across two sides", 9, 7, [[-9, 2], [-2, -20], [-30, 30]]),
    case("far away", 33, 21, [[-1000000, -999000], [1000003, 40], [17, 1000001]]),
    case("one column", 1, 9, [[-3, 2], [5, 4], [0, 7]]),
    case("one row", 9, 1, [[2, -3], [7, 5], [4, 0]]),
]
for i in range(12):
    cases.append(case(f"blob {i}", 48, 40, blob(48, 40, 0.6)))
for i in range(24):
    width, height, count = (int(v) for v in (*rng.integers(1, 34, 2), rng.integers(3, 14)))
    scale = int(rng.choice([1, 2, 6, 200]))
    low, high = (1 - scale) * 33 // 2, (1 + scale) * 33 // 2
    cases.append(case(f"random {i}", width, height, rng.integers(low, high, (count, 2))))
for i in range(6):
    steps = rng.integers(-4, 5, (120, 2))
    cases.append(case(f"scribble {i}", 40, 40, np.cumsum(steps, 0) + 20))
for i in range(6):
    # Sides so long that the fixed-point slope, cut to 16 fractional bits, is whole pixels off by the end.
    through = rng.integers(0, 24, (4, 2))
    away = rng.integers(-200, 201, (4, 2)) * [500, 1500]
    cases.append(case(f"long sides {i}", 24, 24, np.stack([through - away, through + away], 1)))

target = pathlib.Path(__file__).parent.parent / "fixtures" / "polygon-masks.json"
lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in cases)
target.write_text(f"[\n{lines}\n]\n")
