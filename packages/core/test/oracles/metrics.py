"""Reference for the metrics: NumPy restatements, and the source notebook's own cal_IoU.

    /usr/bin/python3 packages/core/test/oracles/metrics.py
"""
import json
from pathlib import Path

import numpy as np

WIDTH = 12
CUTOFF = 0.8


def cal_iou(truth, probability, cutoff):
    """The notebook's: the mean over the first axis of each entry's IoU, 1 where both are empty."""
    predicted = (probability > cutoff).astype(int)
    scores = []
    for k in range(probability.shape[0]):
        both = np.sum(predicted[k][truth[k] == 1])
        either = np.sum(truth[k]) + np.sum(predicted[k]) - both
        scores.append(1 if either == 0 else both / either)
    return np.mean(np.array(scores))


rng = np.random.default_rng(11)
images = []
groups = [("1", "1"), ("1", "2"), ("2", "1"), ("2", "10")]
for number in range(22):
    dataset, source = groups[number % 4]
    height = int(rng.integers(5, 10))
    truth = (rng.random((height, WIDTH, 1)) < rng.choice([0.05, 0.3])).astype(int)
    probability = np.clip(truth * 0.4 + rng.random(truth.shape) * 0.75, 0, 1).astype(np.float32)
    probability[0, :3] = np.float32(CUTOFF)  # equal to the cutoff: not above it
    if source == "10":  # a group with nothing in it, of which one image has false positives
        truth[:] = 0
        if number != 7:
            probability[:] = 0.1
    if number == 5:
        truth[:] = 0
    if number == 8:
        probability[:] = 0
    images.append((dataset, source, truth, probability))


def row(members):
    truths = [t.ravel() for _, _, t, _ in members]
    predictions = [(p > CUTOFF).astype(int).ravel() for _, _, _, p in members]
    t, p = np.concatenate(truths), np.concatenate(predictions)
    both = int((t & p).sum())

    def dice_of(a, b):
        return 1.0 if a.sum() + b.sum() == 0 else float(2 * (a & b).sum() / (a.sum() + b.sum()))

    return {
        "images": len(members),
        "emptyImages": sum(int(a.sum() == 0) for a in truths),
        "meanIou": float(np.mean([cal_iou(t[None], p[None], CUTOFF) for _, _, t, p in members])),
        "meanDice": float(np.mean([dice_of(a, b) for a, b in zip(truths, predictions)])),
        "pooledIou": 1.0 if (t | p).sum() == 0 else both / int((t | p).sum()),
        "pooledDice": dice_of(t, p),
        "precision": None if p.sum() == 0 else both / int(p.sum()),
        "recall": None if t.sum() == 0 else both / int(t.sum()),
        "rowIou": float(np.mean([np.round(cal_iou(t, p, CUTOFF), 3) for _, _, t, p in members])),
        "counts": {
            "truePositive": both,
            "falsePositive": int((p & (1 - t)).sum()),
            "falseNegative": int((t & (1 - p)).sum()),
            "trueNegative": int(((1 - t) & (1 - p)).sum()),
        },
    }


fixture = {
    "width": WIDTH,
    "cutoff": CUTOFF,
    "images": [
        {
            "dataset": dataset,
            "source": source,
            "truth": "".join(map(str, truth.ravel())),
            "probability": [float(str(v)) for v in probability.ravel()],
            "iou": float(cal_iou(truth[None], probability[None], CUTOFF)),
            "rowIou": float(np.round(cal_iou(truth, probability, CUTOFF), 3)),
        }
        for dataset, source, truth, probability in images
    ],
    "overall": row(images),
    "groups": [
        {"dataset": d, "source": s, **row([m for m in images if m[:2] == (d, s)])} for d, s in groups
    ],
}
out = Path(__file__).parent.parent / "fixtures" / "metrics.json"
out.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
