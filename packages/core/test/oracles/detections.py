"""Detections of probability maps by OpenCV and NumPy, for detect-instances.test.ts.

Run with Debian's python3-opencv (4.6): /usr/bin/python3 detections.py
Writes ../fixtures/detections.json: maps in thousandths, and for each cutoff and connectivity a row of
[x, y, width, height, area, confidence] a component, in OpenCV's order, with the run lengths of its mask.
"""

import json
import pathlib

import cv2
import numpy as np

rng = np.random.default_rng(20230707)


def counts_of(mask):
    flat = mask.ravel(order="F").astype(np.int8)
    edges = np.flatnonzero(np.diff(np.r_[0, flat])) if flat.size else []
    return np.diff(np.r_[0, edges, flat.size]).astype(int).tolist()


def detections(probability, cutoff, connectivity):
    mask = (probability > np.float32(cutoff)).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=connectivity)
    found = []
    for label in range(1, count):
        component = labels == label
        confidence = probability[component].astype(np.float64).mean()
        found.append({"row": [*stats[label].tolist(), confidence], "counts": counts_of(component)})
    return found


cases = []
for width, height in ((30, 22), (17, 25)):
    noise = cv2.GaussianBlur(rng.random((height, width)), (0, 0), 1.3)
    noise = (noise - noise.min()) / (noise.max() - noise.min())
    thousandths = np.rint(noise * 1000).astype(int)
    probability = (thousandths / 1000).astype(np.float32)
    for cutoff in (0.6, 0.8):
        for connectivity in (4, 8):
            cases.append(
                {
                    "width": width,
                    "height": height,
                    "thousandths": thousandths.ravel().tolist(),
                    "cutoff": cutoff,
                    "connectivity": connectivity,
                    "detections": detections(probability, cutoff, connectivity),
                }
            )

target = pathlib.Path(__file__).parent.parent / "fixtures" / "detections.json"
lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in cases)
target.write_text(f"[\n{lines}\n]\n")
