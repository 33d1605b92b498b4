"""Metrics inside a field of view by NumPy and SciPy, for ignored-pixels.test.ts.

Run with Debian's python3-scipy (1.10): /usr/bin/python3 field_of_view.py
Writes ../fixtures/field-of-view.json: images of truth (0, 1, and . where a pixel does not count) and
probabilities in thousandths; pixels counted by truth and prediction, IoU, Dice and the area under the ROC
of each image and of all pixels that count; how many instances a prediction shows inside; boundary F and
HD95, for which what does not count is beyond the image's border.
"""

import json
import pathlib

import numpy as np
from scipy import ndimage, stats

rng = np.random.default_rng(20231127)
CUTOFF = 0.5


def image(height, width, radius, vessel, shift):
    """A round field of view, as of a fundus camera, and lines in it; the prediction goes on outside."""
    y, x = np.mgrid[:height, :width]
    inside = np.hypot(y - height / 2, x - width / 2) <= radius
    lines = ndimage.gaussian_filter(rng.normal(0, 1, (height, width)), 2)
    truth = lines > np.quantile(lines, 1 - vessel) if vessel else np.zeros((height, width), bool)
    level = ndimage.gaussian_filter(rng.normal(0, 1, (height, width)), 1) * 4 + shift * truth - shift / 2
    return truth, inside, np.rint(1000 / (1 + np.exp(-level))).astype(int)


def auc(p, y):
    if y.all() or not y.any():
        return None
    u = stats.mannwhitneyu(p[y], p[~y]).statistic
    return float(u / (y.sum() * (~y).sum()))


def scores(p, y):
    mask = p > CUTOFF
    tp, fp, fn, tn = (int(n.sum()) for n in (y & mask, ~y & mask, y & ~mask, ~y & ~mask))
    union, sizes = tp + fp + fn, 2 * tp + fp + fn
    return {
        "counts": [tp, fp, fn, tn],
        "iou": tp / union if union else 1.0,
        "dice": 2 * tp / sizes if sizes else 1.0,
        "rocAuc": auc(p, y),
    }


def edge(mask, inside):
    """Pixels inside with a background pixel inside above, below, left or right."""
    ground = np.pad(~mask & inside, 1)
    near = ground[:-2, 1:-1] | ground[2:, 1:-1] | ground[1:-1, :-2] | ground[1:-1, 2:]
    return mask & inside & near


def boundary(truth, mask, inside, tolerance):
    a, b = edge(truth, inside), edge(mask, inside)
    if not a.any() or not b.any():
        return None if not a.any() and not b.any() else 0.0, None
    of_truth, of_mask = ndimage.distance_transform_edt(~b)[a], ndimage.distance_transform_edt(~a)[b]
    recall, precision = (of_truth <= tolerance).mean(), (of_mask <= tolerance).mean()
    f = 2 * precision * recall / (precision + recall) if precision * recall else 0.0
    return float(f), float(max(np.percentile(of_truth, 95), np.percentile(of_mask, 95)))


plan = [(24, 32, 11, 0.2, 3), (30, 20, 9, 0.1, 5), (16, 16, 6, 0, 2), (20, 25, 40, 0.3, 4), (18, 18, 3, 0.5, 1)]
images, ps, ys = [], [], []
for height, width, radius, vessel, shift in plan:
    truth, inside, thousandths = image(height, width, radius, vessel, shift)
    p = thousandths / 1000
    mask = p > CUTOFF
    f, hd95 = boundary(truth, mask, inside, 0.008 * np.hypot(width, height))
    images.append(
        {
            "width": width,
            "height": height,
            "truth": "".join(np.where(inside, truth.astype(int).astype(str), ".").ravel()),
            "thousandths": thousandths.ravel().tolist(),
            **scores(p[inside], truth[inside]),
            "detections": int(ndimage.label(mask & inside, np.ones((3, 3)))[1]),
            "vessels": int(ndimage.label(truth & inside, np.ones((3, 3)))[1]),
            "boundaryF": f,
            "hd95": hd95,
        }
    )
    ps.append(p[inside])
    ys.append(truth[inside])
fixture = {"cutoff": CUTOFF, "images": images, "pooled": scores(np.concatenate(ps), np.concatenate(ys))}
target = pathlib.Path(__file__).parent.parent / "fixtures" / "field-of-view.json"
target.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
