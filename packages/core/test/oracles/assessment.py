"""Headline numbers of predicted tiles with bootstrap intervals, for assessment.test.ts.

Run with Debian's python3-opencv (4.6) and python3-scipy (1.10): /usr/bin/python3 assessment.py
Writes ../fixtures/assessment.json: tiles of three slides with outlines and probabilities in
thousandths; IoU, Dice and ROC AUC a tile and pooled, the competition's average precision, F1, panoptic quality,
boundary F and HD95, of all tiles and of each (dataset, source); their intervals by tile and by slide;
and those of the difference between some tiles and the others.

Written from the definitions on whole masks: outlines by cv2.fillPoly, instances by
cv2.connectedComponents; a resample is a list of tiles, of which each metric is computed anew; the
intervals are SciPy's BCa on the resamples that the seed draws.
"""

import json
import pathlib

import cv2
import numpy as np
from scipy.ndimage import distance_transform_edt
from scipy.stats import rankdata

from bootstrap import bca

SIZE, CUTOFF, SEED = 40, 0.55, 7
rng = np.random.default_rng(20231126)


def filled(outline):
    mask = np.zeros((SIZE, SIZE), np.uint8)
    cv2.fillPoly(mask, [np.array(outline, np.int32)], 1)
    return mask.astype(bool)


def blob(x, y, radius):
    """A lumpy ring of whole pixels, which may leave the tile."""
    angles = np.sort(rng.uniform(0, 2 * np.pi, 8))
    radii = radius * rng.uniform(0.7, 1.25, 8)
    xs, ys = x + radii * np.cos(angles), y + radii * np.sin(angles)
    return [[int(round(a)), int(round(b))] for a, b in zip(xs, ys)]


def tile(number, dataset, source, vessels, skill):
    places = [(*rng.uniform(2, SIZE - 2, 2), rng.uniform(4, 8)) for _ in range(vessels)]
    outlines = [blob(*place) for place in places]
    level = cv2.GaussianBlur(rng.normal(0, 1, (SIZE, SIZE)), (0, 0), 2) * 3 - 3.0
    for outline in outlines:
        shift = rng.integers(-1, 2, 2)
        moved = filled(np.array(outline) + shift).astype(np.float64)
        level += cv2.GaussianBlur(moved, (0, 0), 1) * rng.uniform(skill, skill + 4)
    thousandths = np.rint(1000 / (1 + np.exp(-level))).astype(int)
    return {
        "id": f"{number:02}",
        "dataset": dataset,
        "source": source,
        "outlines": outlines,
        "thousandths": thousandths,
    }


def measured(entry):
    probability = (entry["thousandths"] / 1000).astype(np.float32)
    truths = [m for m in map(filled, entry["outlines"]) if m.any()]
    truth = np.any(truths, axis=0) if truths else np.zeros((SIZE, SIZE), bool)
    mask = probability > np.float32(CUTOFF)
    count, labels = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
    found = [labels == k for k in range(1, count)]
    iou = np.array([[(f & t).sum() / (f | t).sum() for t in truths] for f in found])
    return {
        **{k: entry[k] for k in ("id", "dataset", "source")},
        "counts": [(truth & mask).sum(), (~truth & mask).sum(), (truth & ~mask).sum()],
        "confidences": [probability[f].astype(np.float64).mean() for f in found],
        "iou": iou.reshape(len(found), len(truths)),
        "boundary": boundary(truth, mask),
        "of_vessel": entry["thousandths"][truth],
        "of_others": entry["thousandths"][~truth],
    }


def edge(mask):
    padded = np.pad(mask, 1, constant_values=True)
    inner = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return mask & ~inner


def boundary(truth, mask):
    a, b = edge(truth), edge(mask)
    if not a.any() and not b.any():
        return None, None
    if not a.any() or not b.any():
        return 0.0, None
    of_truth, of_mask = distance_transform_edt(~b)[a], distance_transform_edt(~a)[b]
    tolerance = 0.008 * np.hypot(SIZE, SIZE)
    recall, precision = (of_truth <= tolerance).mean(), (of_mask <= tolerance).mean()
    f = 2 * precision * recall / (precision + recall) if precision * recall else 0.0
    return float(f), float(max(np.percentile(of_truth, 95), np.percentile(of_mask, 95)))


def iou_of(tp, fp, fn):
    return tp / (tp + fp + fn) if tp + fp + fn else 1.0


def dice_of(tp, fp, fn):
    return 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else 1.0


def pooled(tiles):
    return np.sum([t["counts"] for t in tiles], axis=0)


def roc_auc(tiles):
    """Mann and Whitney's U over the pairs of pixels, from ranks with ties at their mean."""
    vessel = np.concatenate([t["of_vessel"] for t in tiles])
    others = np.concatenate([t["of_others"] for t in tiles])
    if not len(vessel) or not len(others):
        return None
    ranks = rankdata(np.concatenate([vessel, others]))[: len(vessel)].sum()
    return (ranks - len(vessel) * (len(vessel) + 1) / 2) / (len(vessel) * len(others))


def mean_roc_auc(tiles):
    """Over the tiles that have pixels of both kinds."""
    return np.mean([t["auc"] for t in tiles if t["auc"] is not None])


def ranking(tiles):
    """True positives down the ranking by confidence; tiles drawn twice are two tiles."""
    entries = sorted(
        (-confidence, t["id"], copy, k, t)
        for copy, t in enumerate(tiles)
        for k, confidence in enumerate(t["confidences"])
    )
    used, hits = set(), []
    for _, _, copy, k, t in entries:
        overlaps = t["iou"][k]
        best = int(np.argmax(overlaps)) if len(overlaps) else -1
        hit = best >= 0 and overlaps[best] >= 0.6 and (copy, best) not in used
        if hit:
            used.add((copy, best))
        hits.append(hit)
    return np.array(hits, bool)


def truths_of(tiles):
    return sum(t["iou"].shape[1] for t in tiles)


def average_precision(tiles):
    """As the development kit of PASCAL VOC has the area, but at every rank."""
    hits, truths = ranking(tiles), truths_of(tiles)
    recalls = np.r_[0, np.cumsum(hits) / truths, 1]
    precisions = np.r_[0, np.cumsum(hits) / (np.arange(len(hits)) + 1), 0]
    envelope = np.maximum.accumulate(precisions[::-1])[::-1]
    return float(np.sum(np.diff(recalls) * envelope[1:]))


def f1(tiles):
    hits = ranking(tiles)
    return 2 * hits.sum() / (len(hits) + truths_of(tiles))


def matched_iou(iou):
    """Outlines may overlap, and then a detection may match two: the better pair first, each once."""
    rest, total = np.where(iou > 0.5, iou, 0), 0.0
    while rest.any():
        k, t = np.unravel_index(np.argmax(rest), rest.shape)
        total += rest[k, t]
        rest[k, :] = rest[:, t] = 0
    return total


def panoptic_quality(tiles):
    found = sum(len(t["confidences"]) for t in tiles)
    return sum(matched_iou(t["iou"]) for t in tiles) / (found / 2 + truths_of(tiles) / 2)


METRICS = {
    "meanIou": lambda tiles: np.mean([iou_of(*t["counts"]) for t in tiles]),
    "meanDice": lambda tiles: np.mean([dice_of(*t["counts"]) for t in tiles]),
    "pooledIou": lambda tiles: iou_of(*pooled(tiles)),
    "pooledDice": lambda tiles: dice_of(*pooled(tiles)),
    "meanRocAuc": mean_roc_auc,
    "pooledRocAuc": roc_auc,
    "averagePrecision": average_precision,
    "f1": f1,
    "panopticQuality": panoptic_quality,
}


def slides_of(tiles):
    slides = {}
    for t in tiles:
        slides.setdefault(t["source"], []).append(t)
    return list(slides.values())


def estimate(tiles, metric):
    return {
        "value": float(metric(tiles)),
        "byTile": bca([[t] for t in tiles], metric, SEED, 2000, 0.95),
        "bySlide": bca(slides_of(tiles), metric, SEED, 2000, 0.95),
    }


def values(tiles):
    return {name: float(metric(tiles)) for name, metric in METRICS.items()}


def boundaries_of(tiles):
    boundaries = [t["boundary"] for t in tiles]
    of = lambda k: [b[k] for b in boundaries if b[k] is not None]
    mean = lambda values: float(np.mean(values)) if values else None
    return {
        "boundaryF": [mean(of(0)), len(of(0))],
        "hd95": [mean(of(1)), len(of(1))],
    }


# Slide 1 lies in two datasets; slide 2 is the worst, slide 3 the best.
plan = [
    (1, 1, 4, 3), (1, 1, 3, 2), (1, 1, 5, 3), (2, 1, 2, 4), (2, 1, 4, 3),
    (1, 2, 3, 1), (1, 2, 6, 0), (1, 2, 0, 1), (1, 2, 4, 1),
    (2, 3, 3, 6), (2, 3, 2, 5), (2, 3, 1, 6),
]  # fmt: skip
entries = [tile(k, *one) for k, one in enumerate(plan)]
tiles = [measured(entry) for entry in entries]
for t in tiles:
    t["auc"] = roc_auc([t])
beside = {"00", "01", "03", "05", "06", "07", "09"}


def difference(metric):
    """Of a draw in which both sides have a vessel."""
    return lambda drawn: metric([t for t in drawn if t["id"] in beside]) - metric(
        [t for t in drawn if t["id"] not in beside]
    )


groups = {}
for t in tiles:
    groups.setdefault((t["dataset"], t["source"]), []).append(t)
fixture = {
    "size": SIZE,
    "cutoff": CUTOFF,
    "seed": SEED,
    "tiles": [{**entry, "thousandths": entry["thousandths"].ravel().tolist()} for entry in entries],
    "headlines": {name: estimate(tiles, metric) for name, metric in METRICS.items()},
    **boundaries_of(tiles),
    "groups": [
        {"dataset": d, "source": s, "values": values(groups[d, s]), **boundaries_of(groups[d, s])}
        for d, s in sorted(groups)
    ],
    "beside": sorted(beside),
    # By slide only: a draw of tiles may leave a side without any, which SciPy does not leave out.
    "difference": {
        name: {
            "value": float(difference(metric)(tiles)),
            "bySlide": bca(slides_of(tiles), difference(metric), SEED, 2000, 0.95),
        }
        for name, metric in METRICS.items()
    },
}
target = pathlib.Path(__file__).parent.parent / "fixtures" / "assessment.json"
target.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
