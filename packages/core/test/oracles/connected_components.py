"""Labels and statistics by cv2.connectedComponentsWithStats, for connected-components.test.ts.

Run with Debian's python3-opencv (4.6): /usr/bin/python3 connected_components.py
Writes ../fixtures/connected-components.json: masks packed eight pixels a byte (first pixel highest) in
hexadecimal, and for 4 and 8 neighbours the labels and a row of [x, y, width, height, area] a component.
"""

import json
import pathlib

import cv2
import numpy as np

rng = np.random.default_rng(20230705)


def case(name, mask):
    mask = np.asarray(mask, np.uint8)
    entry = {
        "name": name,
        "width": mask.shape[1],
        "height": mask.shape[0],
        "mask": np.packbits(mask).tobytes().hex(),
    }
    for connectivity in (4, 8):
        _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=connectivity)
        entry[str(connectivity)] = {"labels": labels.ravel().tolist(), "stats": stats[1:].tolist()}
    return entry


def smooth(width, height):
    return cv2.blur(rng.random((height, width)).astype(np.float32), (3, 3)) > 0.5


spiral = np.array(
    [
        [1, 1, 1, 1, 1, 1, 1],
        [0, 0, 0, 0, 0, 0, 1],
        [1, 1, 1, 1, 1, 0, 1],
        [1, 0, 0, 0, 1, 0, 1],
        [1, 0, 1, 1, 1, 0, 1],
        [1, 0, 0, 0, 0, 0, 1],
        [1, 1, 1, 1, 1, 1, 1],
    ]
)
cases = [
    case("empty", np.zeros((4, 6))),
    case("full", np.ones((5, 3))),
    case("one pixel", [[1]]),
    case("one row", [[1, 0, 1, 1, 0, 0, 1, 1, 1, 0, 1]]),
    case("one column", np.array([[1, 0, 1, 1, 0, 0, 1, 1, 1, 0, 1]]).T),
    case("chessboard", np.indices((6, 7)).sum(0) % 2),
    case("spiral", spiral),
    case("comb", np.r_[np.tile([1, 0], (5, 6)), np.ones((1, 12))]),
    # The first pixel in raster order is not in the first 2x2 block: where 8-neighbour numbers differ.
    case("blocks before rows", [[0, 0, 0, 1], [1, 0, 0, 0]]),
]
for i in range(8):
    width, height = (int(v) for v in rng.integers(1, 26, 2))
    cases.append(case(f"noise {i}", rng.random((height, width)) < rng.uniform(0.2, 0.8)))
for i in range(4):
    width, height = (int(v) for v in rng.integers(10, 40, 2))
    cases.append(case(f"smooth {i}", smooth(width, height)))

target = pathlib.Path(__file__).parent.parent / "fixtures" / "connected-components.json"
lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in cases)
target.write_text(f"[\n{lines}\n]\n")
