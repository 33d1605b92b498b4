"""Instances of probability maps by rules, in SciPy, OpenCV and NumPy, for find-instances.test.ts.

Run with Debian's python3-scipy (1.10), python3-opencv (4.6): /usr/bin/python3 instances.py
Writes ../fixtures/instances.json: maps in thousandths, a mask of glomeruli packed eight pixels a byte
(first pixel highest), and for each rule a row of [x, y, width, height, area, confidence] an instance,
with its mask packed within its box.
"""

import json
import math
import pathlib

import cv2
import numpy as np
from scipy import ndimage
from watershed import peaks, structure, watershed

rng = np.random.default_rng(20230714)
NOTEBOOK = {
    "connectivity": 8,
    "low": 0.8,
    "high": 0.8,
    "maximumHoleArea": 0,
    "weak": None,
    "splitProminence": None,
    "minimumArea": 0,
    "maximumGlomerulusShare": 1,
    "dilation": 0,
    "sizeScale": 0,
    "calibration": None,
}
CUTOFFS = {"low": 0.6, "high": 0.72}
RULES = {
    "notebook": {"low": 0.6, "high": 0.6},
    "hysteresis, 4 neighbours": {**CUTOFFS, "connectivity": 4},
    "hysteresis, 8 neighbours": CUTOFFS,
    "holes": {"low": 0.4, "high": 0.5, "maximumHoleArea": 30},
    "weak candidates": {"low": 0.65, "high": 0.75, "weak": 0.5, "maximumHoleArea": 9},
    "split": {"low": 0.4, "high": 0.4, "splitProminence": 1},
    "split a little, 4 neighbours": {"low": 0.4, "high": 0.4, "splitProminence": 0.25, "connectivity": 4},
    "removed": {**CUTOFFS, "minimumArea": 12, "maximumGlomerulusShare": 0.4},
    "dilated": {"low": 0.6, "high": 0.6, "dilation": 2.3},
    "confidence": {**CUTOFFS, "sizeScale": 25, "calibration": [[0.2, 0.1], [0.4, 0.1], [0.6, 0.9]]},
    "all": {
        "low": 0.5,
        "high": 0.65,
        "maximumHoleArea": 20,
        "weak": 0.4,
        "splitProminence": 0.5,
        "minimumArea": 6,
        "maximumGlomerulusShare": 0.6,
        "dilation": 1.5,
        "sizeScale": 30,
        "calibration": [[0.05, 0], [0.3, 0.2], [0.7, 0.95]],
    },
}


def packed(mask):
    return np.packbits(mask).tobytes().hex()


def hysteresis(image, low, high, connectivity):
    """As skimage.filters.apply_hysteresis_threshold (0.19), with a choice of neighbours."""
    above_low = image > np.float32(low)
    above_high = image > np.float32(high)
    labels, count = ndimage.label(above_low, structure(connectivity))
    sums = ndimage.sum_labels(above_high, labels, np.arange(count + 1))
    return (sums > 0)[labels] & above_low


def fill(mask, connectivity, maximum):
    background = structure(12 - connectivity)
    holes, count = ndimage.label(ndimage.binary_fill_holes(mask, background) & ~mask, background)
    areas = np.bincount(holes.ravel(), minlength=count + 1)
    return mask | ((holes > 0) & (areas <= maximum)[holes])


def weak_candidates(image, weak, found, connectivity):
    labels, count = ndimage.label(image > np.float32(weak), structure(connectivity))
    taken = set(labels[found].tolist())
    return np.isin(labels, [k for k in range(1, count + 1) if k not in taken])


def components(mask, connectivity):
    count, labels = cv2.connectedComponents(mask.astype(np.uint8), connectivity=connectivity)
    return [labels == label for label in range(1, count)]


def split(mask, component, prominence, connectivity):
    # Distances of the whole mask: they are those of the component by itself.
    surface = np.floor(16 * ndimage.distance_transform_edt(mask)).astype(int) * component
    labels = watershed(surface, peaks(surface, 16 * prominence, connectivity), connectivity)
    return [labels == label for label in range(1, labels.max() + 1)]


def dilate(instances, radius):
    squared = [np.rint(ndimage.distance_transform_edt(~mask) ** 2) for mask in instances]
    nearest = np.argmin(squared, 0)
    return [(nearest == k) & (squared[k] <= radius * radius) for k in range(len(instances))]


def find(image, glomeruli, rule):
    connectivity = rule["connectivity"]
    evidence = hysteresis(image, rule["low"], rule["high"], connectivity)
    mask = fill(evidence, connectivity, rule["maximumHoleArea"])
    if rule["weak"] is not None:
        candidates = weak_candidates(image, rule["weak"], mask, connectivity)
        evidence, mask = evidence | candidates, mask | candidates
    kept = components(mask, connectivity)
    if rule["splitProminence"] is not None:
        kept = [
            part
            for component in kept
            for part in split(mask, component, rule["splitProminence"], connectivity)
        ]
    kept = [one for one in kept if one.sum() >= rule["minimumArea"]]
    kept = [one for one in kept if glomeruli[one].mean() <= rule["maximumGlomerulusShare"]]
    confidences = []
    for one in kept:
        confidence = image[one & evidence].astype(np.float64).mean()
        if rule["sizeScale"] > 0:
            confidence *= 1 - math.exp(-one.sum() / rule["sizeScale"])
        if rule["calibration"] is not None:
            confidence = np.interp(confidence, *zip(*rule["calibration"]))
        confidences.append(float(confidence))
    return list(zip(dilate(kept, rule["dilation"]) if kept else [], confidences))


def described(mask, confidence):
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    y, x, height, width = rows[0], columns[0], np.ptp(rows) + 1, np.ptp(columns) + 1
    row = [*(int(v) for v in (x, y, width, height, mask.sum())), confidence]
    return {"row": row, "mask": packed(mask[y : y + height, x : x + width])}


cases = []
for width, height, sigma in ((40, 33, 2), (31, 44, 1.6)):
    noise = cv2.GaussianBlur(rng.random((height, width)), (0, 0), sigma)
    noise = (noise - noise.min()) / (noise.max() - noise.min())
    thousandths = np.rint(noise * 1000).astype(int)
    image = (thousandths / 1000).astype(np.float32)
    y, x = np.indices((height, width))
    glomeruli = np.hypot(x - width / 2, y - height / 2) < 11
    runs = []
    for name, changes in RULES.items():
        rule = {**NOTEBOOK, **changes}
        found = [described(*one) for one in find(image, glomeruli, rule)]
        runs.append({"name": name, "rule": rule, "instances": found})
    cases.append(
        {
            "width": width,
            "height": height,
            "thousandths": thousandths.ravel().tolist(),
            "glomeruli": packed(glomeruli),
            "runs": runs,
        }
    )

target = pathlib.Path(__file__).parent.parent / "fixtures" / "instances.json"
lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in cases)
target.write_text(f"[\n{lines}\n]\n")
