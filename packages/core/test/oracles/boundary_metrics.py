"""Boundary metrics of masks by SciPy, for boundary-metrics.test.ts.

Run with Debian's python3-scipy (1.10), python3-opencv (4.6): /usr/bin/python3 boundary_metrics.py
Writes ../fixtures/boundary-metrics.json: pairs of masks packed eight pixels a byte (first pixel
highest), the distances between their boundaries, F by tolerance and Hausdorff distances by quantile.

Boundaries are found by erosion, F by dilating boundaries with discs (as the code of DAVIS does), and
distances between all pairs of boundary pixels: no distance transform.
"""

import json
import pathlib

import cv2
import numpy as np
from scipy import ndimage
from scipy.spatial.distance import cdist

rng = np.random.default_rng(20230725)
TOLERANCES = (0, 1, 1.5, 2, 5.8)
QUANTILES = (0.5, 0.95, 1)


def boundary(mask):
    return mask & ~ndimage.binary_erosion(mask, border_value=1)


def disc(radius):
    reach = int(radius)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    return x * x + y * y <= radius * radius


def f_measure(truth, prediction, tolerance):
    precision = recall = None
    if prediction.any():
        near = ndimage.binary_dilation(truth, disc(tolerance))
        precision = float((prediction & near).sum() / prediction.sum())
    if truth.any():
        near = ndimage.binary_dilation(prediction, disc(tolerance))
        recall = float((truth & near).sum() / truth.sum())
    if precision is None and recall is None:
        f = None
    elif not precision or not recall:
        f = 0.0
    else:
        f = 2 * precision * recall / (precision + recall)
    return {"tolerance": tolerance, "precision": precision, "recall": recall, "f": f}


def case(name, truth, prediction):
    truth, prediction = np.asarray(truth, bool), np.asarray(prediction, bool)
    a, b = boundary(truth), boundary(prediction)
    between = cdist(np.argwhere(a), np.argwhere(b))
    both = between.size > 0
    there, back = (between.min(1), between.min(0)) if both else (None, None)
    return {
        "name": name,
        "width": truth.shape[1],
        "height": truth.shape[0],
        "truth": np.packbits(truth).tobytes().hex(),
        "prediction": np.packbits(prediction).tobytes().hex(),
        "boundaryPixels": [int(a.sum()), int(b.sum())],
        "f": [f_measure(a, b, tolerance) for tolerance in TOLERANCES],
        "hausdorff": [
            [q, float(max(np.percentile(there, 100 * q), np.percentile(back, 100 * q))) if both else None]
            for q in QUANTILES
        ],
    }


def smooth(width, height, share):
    noise = cv2.GaussianBlur(rng.random((height, width)), (0, 0), 2)
    return noise < np.quantile(noise, share)


def changed(mask):
    noise = cv2.GaussianBlur(mask * 0.3 + rng.random(mask.shape) * 0.5, (0, 0), 1)
    return noise > 0.4


empty, full = np.zeros((7, 9)), np.ones((7, 9))
dot = np.zeros((7, 9))
dot[2, 3] = 1
cases = [
    case("both empty", empty, empty),
    case("nothing predicted", dot, empty),
    case("nothing there", empty, dot),
    case("full", full, dot),
    case("the same", dot, dot),
    case("cut by the border", np.tri(7, 9), np.tri(7, 9, 2)),
]
for width, height in ((30, 24), (17, 33), (41, 9), (1, 20), (26, 26)):
    for share in (0.2, 0.5):
        truth = smooth(width, height, share)
        cases.append(case(f"smooth, {share}", truth, changed(truth)))
cases.append(case("unlike", smooth(28, 20, 0.15), smooth(28, 20, 0.3)))

target = pathlib.Path(__file__).parent.parent / "fixtures" / "boundary-metrics.json"
lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in cases)
target.write_text(f"[\n{lines}\n]\n")
