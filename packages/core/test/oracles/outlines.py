"""Outer rings and holes by cv2.findContours, for trace-outlines.test.ts.

Run with Debian's python3-opencv (4.6): /usr/bin/python3 outlines.py
Writes ../fixtures/outlines.json: masks packed eight pixels a byte (first pixel highest) in hexadecimal, and
a list of rings a component of 4 neighbours, the outer one first: [x, y, width, height, area] of all that a
ring encloses, holes sorted. Rings and their boxes are those of the contours (the contour of a hole is drawn on
the pixels around it), areas those of cv2.connectedComponentsWithStats of what is not the component.
"""

import json
import pathlib

import cv2
import numpy as np

rng = np.random.default_rng(20261123)


def rings_of(component):
    contours, hierarchy = cv2.findContours(component, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    around = cv2.copyMakeBorder(1 - component, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    _, _, stats, _ = cv2.connectedComponentsWithStats(around, connectivity=4)
    # The gap that holds the added border is the outside, which is the first one met.
    gaps = sorted([int(x) - 1, int(y) - 1, int(w), int(h), int(area)] for x, y, w, h, area in stats[2:])
    outer, holes = [], []
    for contour, (_, _, _, parent) in zip(contours, hierarchy[0]):
        x, y, w, h = cv2.boundingRect(contour)
        if parent == -1:
            outer.append([x, y, w, h, int(component.sum()) + sum(gap[4] for gap in gaps)])
        else:
            holes.append([x + 1, y + 1, w - 2, h - 2])
    assert len(outer) == 1
    assert sorted(holes) == [gap[:4] for gap in gaps]
    return outer + gaps


def case(name, mask):
    mask = np.asarray(mask, np.uint8)
    count, labels = cv2.connectedComponents(mask, connectivity=4)
    return {
        "name": name,
        "width": mask.shape[1],
        "height": mask.shape[0],
        "mask": np.packbits(mask).tobytes().hex(),
        "outlines": [rings_of((labels == k).astype(np.uint8)) for k in range(1, count)],
    }


def smooth(width, height, share):
    return cv2.blur(rng.random((height, width)).astype(np.float32), (3, 3)) > share


target = np.max(np.abs(np.indices((11, 13)) - np.array([5, 6])[:, None, None]), axis=0)
cases = [
    case("empty", np.zeros((4, 6))),
    case("full", np.ones((5, 3))),
    case("one pixel", [[1]]),
    case("a hole", [[1, 1, 1], [1, 0, 1], [1, 1, 1]]),
    case("islands in holes", target % 2),
    case("pixels that touch at a corner", [[1, 0], [0, 1]]),
    case("holes that touch at a corner", [[1, 1, 1, 1], [1, 0, 1, 1], [1, 1, 0, 1], [1, 1, 1, 1]]),
    case("a hole that touches the outside", [[1, 1, 1], [1, 0, 1], [1, 1, 0]]),
    case("a pixel held at four corners", np.pad([[0, 1, 0], [1, 0, 1], [0, 1, 0]], 1) == 0),
    case("chessboard", np.indices((6, 7)).sum(0) % 2),
]
for i in range(8):
    width, height = (int(v) for v in rng.integers(1, 26, 2))
    cases.append(case(f"noise {i}", rng.random((height, width)) < rng.uniform(0.3, 0.95)))
for i in range(4):
    width, height = (int(v) for v in rng.integers(20, 50, 2))
    cases.append(case(f"smooth {i}", smooth(width, height, rng.uniform(0.3, 0.5))))

target = pathlib.Path(__file__).parent.parent / "fixtures" / "outlines.json"
lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in cases)
target.write_text(f"[\n{lines}\n]\n")
