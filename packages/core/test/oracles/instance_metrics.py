"""Metrics of instances on dense masks in NumPy, for instance-metrics.test.ts.

Run with Debian's python3-numpy (1.24): /usr/bin/python3 instance_metrics.py
Writes ../fixtures/instance-metrics.json: images with whole masks packed eight pixels a byte (first
pixel highest), the IoU of their pairs, and what each metric gives under several options.

Written from the definitions: Open Images AP as one loop over the pooled ranking, its area as in the
development kit of PASCAL VOC; COCO as COCOeval of pycocotools lays it out; panoptic quality of two
label images. Nothing is cropped to boxes.
"""

import json
import pathlib

import numpy as np

rng = np.random.default_rng(20230722)
WIDTH, HEIGHT = 22, 18


def packed(mask):
    return np.packbits(mask).tobytes().hex()


def iou_of(a, b):
    union = (a | b).sum()
    return float((a & b).sum() / union) if union else 0.0


# Open Images -----------------------------------------------------------------------------------


def labelled(images, threshold, unsure, without_truth):
    """[(confidence, is a true positive)] in the order of the ranking, and the number of truths."""
    images = [i for i in images if without_truth == "counted" or i["truths"]]
    pooled = [
        (-confidence, image["id"], k, image)
        for image in images
        for k, confidence in enumerate(image["confidences"])
    ]
    pooled.sort(key=lambda entry: entry[:3])
    used = set()
    ranking = []
    for negative, name, k, image in pooled:
        mask = image["detections"][k]
        targets = [("truth", t) for t in image["truths"]]
        if unsure == "ignored":
            targets += [("unsure", u) for u in image["unsure"]]
        overlaps = [iou_of(mask, t) for _, t in targets]
        hit = False
        if overlaps:
            best = int(np.argmax(overlaps))
            if overlaps[best] >= threshold:
                if targets[best][0] == "unsure":
                    continue
                hit = (name, best) not in used
                used.add((name, best))
        ranking.append((-negative, hit))
    return ranking, sum(len(i["truths"]) for i in images)


def voc_area(ranking, truths):
    if truths == 0:
        return None
    hits = np.array([hit for _, hit in ranking], float)
    found, wrong = np.cumsum(hits), np.cumsum(1 - hits)
    recall = np.r_[0.0, found / truths, 1.0]
    precision = np.r_[0.0, found / np.maximum(found + wrong, 1), 0.0]
    for i in range(len(precision) - 2, -1, -1):
        precision[i] = max(precision[i], precision[i + 1])
    steps = np.flatnonzero(recall[1:] != recall[:-1])
    return float(np.sum((recall[steps + 1] - recall[steps]) * precision[steps + 1]))


def curve(ranking, truths):
    points = []
    for k in range(1, len(ranking) + 1):
        hits = sum(hit for _, hit in ranking[:k])
        points.append([ranking[k - 1][0], hits / k, hits / truths])
    return points


def score(images, options, minimum):
    kept = []
    for image in images:
        some = [k for k, c in enumerate(image["confidences"]) if c >= minimum]
        kept.append(
            {
                **image,
                "confidences": [image["confidences"][k] for k in some],
                "detections": [image["detections"][k] for k in some],
            }
        )
    ranking, truths = labelled(kept, **options)
    tp = sum(hit for _, hit in ranking)
    fp, fn = len(ranking) - tp, truths - tp
    p = tp / (tp + fp) if tp + fp else None
    r = tp / (tp + fn) if tp + fn else None
    f1 = None if tp + fp + fn == 0 else (2 * p * r / (p + r) if tp else 0.0)
    return {"counts": [tp, fp, fn], "precision": p, "recall": r, "f1": f1}


# COCO ------------------------------------------------------------------------------------------


def coco_evaluate(image, thresholds, crowds):
    """COCOeval.evaluateImg: scores, matches and ignored detections by threshold."""
    order = np.argsort([-c for c in image["confidences"]], kind="mergesort")[:100]
    detections = [image["detections"][k] for k in order]
    targets = [(t, 0) for t in image["truths"]] + [(u, 1) for u in crowds(image)]
    ious = np.zeros((len(detections), len(targets)))
    for d, mask in enumerate(detections):
        for g, (target, crowd) in enumerate(targets):
            common = (mask & target).sum()
            whole = mask.sum() if crowd else (mask | target).sum()
            ious[d, g] = common / whole if whole else 0
    gt_ignore = np.array([crowd for _, crowd in targets])
    gt_match = np.zeros((len(thresholds), len(targets)))
    dt_match = np.zeros((len(thresholds), len(detections)))
    dt_ignore = np.zeros((len(thresholds), len(detections)))
    for tind, t in enumerate(thresholds):
        for dind in range(len(detections)):
            iou = min(t, 1 - 1e-10)
            m = -1
            for gind in range(len(targets)):
                if gt_match[tind, gind] > 0 and not gt_ignore[gind]:
                    continue
                if m > -1 and gt_ignore[m] == 0 and gt_ignore[gind] == 1:
                    break
                if ious[dind, gind] < iou:
                    continue
                iou = ious[dind, gind]
                m = gind
            if m == -1:
                continue
            dt_ignore[tind, dind] = gt_ignore[m]
            dt_match[tind, dind] = 1
            gt_match[tind, m] = 1
    return np.array(image["confidences"])[order], dt_match, dt_ignore, int((gt_ignore == 0).sum())


def coco(images, thresholds, unsure):
    """COCOeval.accumulate and the mean of summarize."""
    crowds = (lambda image: image["unsure"]) if unsure == "ignored" else (lambda image: [])
    ordered = sorted(images, key=lambda image: image["id"])
    parts = [
        coco_evaluate(i, thresholds, crowds) for i in ordered if i["confidences"] or i["truths"]
    ]
    npig = sum(part[3] for part in parts)
    if npig == 0:
        return None
    order = np.argsort(-np.concatenate([p[0] for p in parts]), kind="mergesort")
    matched = np.concatenate([p[1] for p in parts], axis=1)[:, order]
    ignored = np.concatenate([p[2] for p in parts], axis=1)[:, order]
    recalls = np.linspace(0.0, 1.00, 101)
    table = np.zeros((len(thresholds), 101))
    for t in range(len(thresholds)):
        tp = np.cumsum(np.logical_and(matched[t], np.logical_not(ignored[t])).astype(float))
        fp = np.cumsum(np.logical_and(1 - matched[t], np.logical_not(ignored[t])).astype(float))
        rc = tp / npig
        pr = (tp / (fp + tp + np.spacing(1))).tolist()
        for i in range(len(pr) - 1, 0, -1):
            if pr[i] > pr[i - 1]:
                pr[i - 1] = pr[i]
        for ri, pi in enumerate(np.searchsorted(rc, recalls, side="left")):
            if pi < len(pr):
                table[t, ri] = pr[pi]
    return float(table.mean())


# Panoptic quality ------------------------------------------------------------------------------


def panoptic(pairs):
    """Of label images, 0 the background: as panopticapi counts pixels of pairs of labels."""
    total, tp, fp, fn = 0.0, 0, 0, 0
    for truth, prediction in pairs:
        truth_area = dict(zip(*(v.tolist() for v in np.unique(truth, return_counts=True))))
        area = dict(zip(*(v.tolist() for v in np.unique(prediction, return_counts=True))))
        codes, counts = np.unique(truth * 1000 + prediction, return_counts=True)
        hits = 0
        for code, common in zip(codes.tolist(), counts.tolist()):
            t, p = divmod(code, 1000)
            if t == 0 or p == 0:
                continue
            iou = common / (truth_area[t] + area[p] - common)
            if iou > 0.5:
                hits += 1
                total += iou
        tp += hits
        fp += len(set(area) - {0}) - hits
        fn += len(set(truth_area) - {0}) - hits
    return {
        "counts": [tp, fp, fn],
        "quality": total / (tp + fp / 2 + fn / 2),
        "segmentation": total / tp,
        "recognition": tp / (tp + fp / 2 + fn / 2),
    }


# Images ----------------------------------------------------------------------------------------

Y, X = np.mgrid[:HEIGHT, :WIDTH]


def ellipse(x, y, a, b):
    return ((X - x) / a) ** 2 + ((Y - y) / b) ** 2 <= 1


def shape():
    return [rng.uniform(2, WIDTH - 2), rng.uniform(2, HEIGHT - 2), rng.uniform(1.6, 5), rng.uniform(1.6, 5)]


def shaken(one, by):
    x, y, a, b = one
    dx, dy, da, db = rng.normal(0, by, 4)
    return [x + dx, y + dy, max(a + da, 1), max(b + db, 1)]


def image(name, truths, unsure, detections):
    """Detections follow a truth, an unsure region or nothing; some find what another has found."""
    shapes = [shape() for _ in range(truths)]
    regions = [shape() for _ in range(unsure)]
    found = []
    for _ in range(detections):
        targets = shapes + regions
        near = targets and rng.random() < 0.8
        found.append(shaken(targets[rng.integers(len(targets))], 0.45) if near else shape())
    # Few distinct confidences, so that ties within and between images decide.
    confidences = np.round(rng.random(detections) * 12) / 12
    return {
        "id": name,
        "truths": [ellipse(*s) for s in shapes],
        "unsure": [ellipse(*s) for s in regions],
        "detections": [ellipse(*s) for s in found],
        "confidences": [float(c) for c in confidences],
    }


images = [
    image("m7", 4, 1, 7),
    image("m12", 3, 2, 6),
    image("a", 0, 1, 4),
    image("B", 5, 0, 9),
    image("none", 0, 0, 0),
    image("missed", 2, 1, 0),
    image("k", 2, 2, 5),
    image("z", 6, 1, 12),
    image("empty", 0, 0, 2),
]
# Equal overlaps: two truths the same, and one exactly at an IoU of 0.6.
equal = image("equal", 1, 0, 0)
bar = (Y == 3) & (X < 5)
equal["truths"] = [equal["truths"][0], equal["truths"][0], bar]
equal["detections"] = [equal["truths"][0], equal["truths"][0], bar & (X < 3)]
equal["confidences"] = [0.5, 0.5, 0.25]
images.append(equal)
crowded = image("crowded", 3, 1, 115)
crowded["confidences"] = [float(c) for c in np.round(rng.random(115) * 40) / 40]

runs = []
for threshold in (0.3, 0.5, 0.6, 0.75):
    for unsure in ("background", "ignored"):
        for without in ("counted", "left out"):
            options = {"threshold": threshold, "unsure": unsure, "without_truth": without}
            ranking, truths = labelled(images, **options)
            runs.append(
                {
                    "options": {"threshold": threshold, "unsure": unsure, "withoutTruth": without},
                    "average": voc_area(ranking, truths),
                    "curve": curve(ranking, truths),
                    "scores": {str(m): score(images, options, m) for m in (0, 0.25, 0.6)},
                }
            )

all_thresholds = np.linspace(0.5, 0.95, 10).tolist()
coco_runs = []
for unsure in ("background", "ignored"):
    for name, members in (("all", images), ("crowded", [*images, crowded])):
        for thresholds in (None, [0.5], [0.6], [0.75], [0.2, 1]):
            value = coco(members, thresholds or all_thresholds, unsure)
            coco_runs.append(
                {"images": name, "unsure": unsure, "thresholds": thresholds, "average": value}
            )

labels = []
for _ in range(6):
    truth, prediction = np.zeros((2, HEIGHT, WIDTH), int)
    for label in range(1, 8):
        one = shape()
        if rng.random() < 0.9:
            truth[ellipse(*one)] = label
        if rng.random() < 0.9:
            prediction[ellipse(*shaken(one, 0.5))] = label + 20
    labels.append((truth, prediction))


def parts(label_image):
    return [packed(label_image == v) for v in np.unique(label_image) if v != 0]


def described(one):
    masks = {key: [packed(m) for m in one[key]] for key in ("truths", "unsure", "detections")}
    return {
        "id": one["id"],
        **masks,
        "confidences": one["confidences"],
        "iou": [iou_of(d, t) for d in one["detections"] for t in one["truths"]],
    }


fixture = {
    "width": WIDTH,
    "height": HEIGHT,
    "images": [described(one) for one in images],
    "crowded": described(crowded),
    "runs": runs,
    "coco": coco_runs,
    "panoptic": {
        "images": [{"truths": parts(t), "detections": parts(p)} for t, p in labels],
        **panoptic(labels),
    },
}
target = pathlib.Path(__file__).parent.parent / "fixtures" / "instance-metrics.json"
target.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
