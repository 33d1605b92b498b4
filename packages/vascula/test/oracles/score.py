"""Scores of a submission from its CSV and the outlines, for score.test.ts.

Run with Debian's python3-opencv (4.6) and python3-numpy (1.24): /usr/bin/python3 score.py
Writes ../fixtures/score: tile_meta.csv, polygons.jsonl and submission.csv of small tiles, and
expected.json with what each metric gives. The files are read back for it: masks come from zlib and a
decoder of COCO's run lengths written here, outlines from cv2.fillPoly. All masks are those of whole
tiles, and every metric is a loop over its definition.
"""

import base64
import csv
import json
import pathlib
import zlib

import cv2
import numpy as np

SIZE = 96
GROUPS = [(1, 1), (2, 1), (1, 2), (3, 2)]  # (slide, dataset)
FOLDER = pathlib.Path(__file__).parent.parent / "fixtures" / "score"
rng = np.random.default_rng(20231113)


# What is written --------------------------------------------------------------------------------


def blob(centre, radius):
    angles = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    radii = radius * (1 + 0.2 * rng.standard_normal(20))
    points = np.stack([centre[0] + radii * np.cos(angles), centre[1] + radii * np.sin(angles)], 1)
    return np.round(points).astype(int)


def fill(points):
    mask = np.zeros((SIZE, SIZE), np.uint8)
    cv2.fillPoly(mask, [np.asarray(points, np.int32)], 1)
    return mask.astype(bool)


def encode(mask):
    flat = mask.T.ravel()
    counts, value, run = [], False, 0
    for pixel in flat:
        if pixel != value:
            counts.append(run)
            value, run = pixel, 0
        run += 1
    counts.append(run)
    text = ""
    for k, count in enumerate(counts):
        rest = count - counts[k - 2] if k > 2 else count
        while True:
            group = rest & 31
            rest >>= 5
            more = rest != (-1 if group & 16 else 0)
            text += chr(48 + (group | 32 if more else group))
            if not more:
                break
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def write():
    FOLDER.mkdir(parents=True, exist_ok=True)
    meta = ["id,source_wsi,dataset,i,j"]
    lines, rows = [], []
    for k in range(14):
        name = f"{k * 2654435761 % 2**32:08x}"
        source, dataset = GROUPS[k % 4]
        meta.append(f"{name},{source},{dataset},{SIZE * k},0")
        count = 0 if k in (3, 8) else int(rng.integers(1, 6))
        # Beyond the border too: what leaves the tile is cut.
        vessels = [blob(rng.uniform(-4, SIZE + 4, 2), rng.uniform(5, 24)) for _ in range(count)]
        unsure = [blob(rng.uniform(0, SIZE, 2), rng.uniform(6, 14)) for _ in range(k % 2)]
        glomeruli = [blob(rng.uniform(20, 70, 2), 25)] if k % 3 == 0 else []
        annotations = [
            {"type": kind, "coordinates": [points.tolist()]}
            for kind, all_points in [
                ("blood_vessel", vessels),
                ("unsure", unsure),
                ("glomerulus", glomeruli),
            ]
            for points in all_points
        ]
        lines.append(json.dumps({"id": name, "annotations": annotations}))
        if k == 5:
            continue  # A labelled tile without a row.
        parts = []
        for points in vessels + vessels[:1] + unsure:
            moved = points + rng.integers(-2, 3, 2)
            parts.append((round(float(rng.uniform(0.2, 1)), 3), fill(moved)))
        parts.append((round(float(rng.uniform(0, 0.8)), 3), fill(blob(rng.uniform(5, 90, 2), 9))))
        for points in glomeruli:
            parts.append((0.5, fill(points // 3 + 30)))  # 0.5 several times: ties.
        if k == 2:
            parts.append((0.7, np.zeros((SIZE, SIZE), bool)))
        text = " ".join(f"0 {confidence} {encode(mask)}" for confidence, mask in parts)
        rows.append(f"{name},{SIZE},{SIZE},{text}")
    order = rng.permutation(len(rows))
    (FOLDER / "tile_meta.csv").write_text("\n".join(meta) + "\n")
    (FOLDER / "polygons.jsonl").write_text("\n".join(lines) + "\n")
    text = "\n".join(["id,height,width,prediction_string"] + [rows[k] for k in order])
    (FOLDER / "submission.csv").write_text(text + "\n")


# What is read back ------------------------------------------------------------------------------


def decode(text):
    characters = zlib.decompress(base64.b64decode(text))
    counts, at = [], 0
    while at < len(characters):
        value, shift = 0, 0
        while True:
            group = characters[at] - 48
            at += 1
            value |= (group & 31) << shift
            shift += 5
            if not group & 32:
                break
        if group & 16:
            value -= 1 << shift
        counts.append(value + counts[-2] if len(counts) > 2 else value)
    flat = np.concatenate([np.full(count, k % 2 == 1) for k, count in enumerate(counts)])
    return flat.reshape(SIZE, SIZE).T


def read():
    with open(FOLDER / "tile_meta.csv") as file:
        tiles = {row["id"]: row for row in csv.DictReader(file)}
    for line in (FOLDER / "polygons.jsonl").read_text().splitlines():
        label = json.loads(line)
        tile = tiles[label["id"]]
        for kind in ("blood_vessel", "unsure", "glomerulus"):
            masks = [
                fill(a["coordinates"][0]) for a in label["annotations"] if a["type"] == kind
            ]
            tile[kind] = [mask for mask in masks if mask.any()]
        tile["found"] = []
    with open(FOLDER / "submission.csv") as file:
        for row in csv.DictReader(file):
            words = row["prediction_string"].split()
            tiles[row["id"]]["found"] = [
                (float(words[k + 1]), decode(words[k + 2])) for k in range(0, len(words), 3)
            ]
    return [tiles[name] for name in sorted(tiles)]


# Metrics ----------------------------------------------------------------------------------------


def iou(a, b):
    union = (a | b).sum()
    return (a & b).sum() / union if union else 0.0


def ranking(tiles):
    entries = [
        (-confidence, tile["id"], k, tile, mask)
        for tile in tiles
        for k, (confidence, mask) in enumerate(tile["found"])
    ]
    return sorted(entries, key=lambda entry: entry[:3])


def open_images(tiles, threshold=0.6, unsure="background", inside=lambda mask: True):
    """[is a true positive] by rank, and the number of truths that count."""
    used, hits = set(), []
    for _, name, _, tile, mask in ranking(tiles):
        targets = [(inside(t), t) for t in tile["blood_vessel"]]
        targets = [t for t in targets if t[0]] + [t for t in targets if not t[0]]
        if unsure == "ignored":
            targets += [(False, t) for t in tile["unsure"]]
        overlaps = [iou(mask, t) for _, t in targets]
        hit = False
        if overlaps and max(overlaps) >= threshold:
            best = int(np.argmax(overlaps))
            if not targets[best][0]:
                continue
            hit = (name, best) not in used
            used.add((name, best))
        if not hit and not inside(mask):
            continue
        hits.append(hit)
    return hits, sum(inside(t) for tile in tiles for t in tile["blood_vessel"])


def all_points(hits, truths):
    if truths == 0:
        return None
    hits = np.array(hits, float)
    recall = np.concatenate([[0], np.cumsum(hits) / truths, [1]])
    precision = np.concatenate([[0], np.cumsum(hits) / np.arange(1, len(hits) + 1), [0]])
    for k in range(len(precision) - 2, -1, -1):
        precision[k] = max(precision[k], precision[k + 1])
    steps = np.where(recall[1:] != recall[:-1])[0]
    return float(np.sum((recall[steps + 1] - recall[steps]) * precision[steps + 1]))


def coco(tiles, threshold):
    taken, hits = set(), []
    for _, name, _, tile, mask in ranking(tiles):
        free = [
            (iou(mask, t), k)
            for k, t in enumerate(tile["blood_vessel"])
            if (name, k) not in taken
        ]
        best = max(free, default=(0, -1))
        hits.append(best[0] >= threshold)
        if hits[-1]:
            taken.add((name, best[1]))
    truths = sum(len(tile["blood_vessel"]) for tile in tiles)
    if truths == 0:
        return None
    found = np.cumsum(hits)
    precision = found / np.arange(1, len(hits) + 1)
    levels = np.linspace(0, 1, 101)
    reached = [precision[found / truths >= level] for level in levels]
    # Precision at the first rank of a recall is of the envelope: the greatest from there on.
    return float(np.mean([values.max() if len(values) else 0 for values in reached]))


def panoptic(tiles):
    matched, detections, truths = [], 0, 0
    for tile in tiles:
        masks = [mask for _, mask in tile["found"]]
        detections += len(masks)
        truths += len(tile["blood_vessel"])
        pairs = sorted(
            (
                (iou(d, t), -k, -m)
                for k, d in enumerate(masks)
                for m, t in enumerate(tile["blood_vessel"])
            ),
            reverse=True,
        )
        used_detections, used_truths = set(), set()
        for value, k, m in pairs:
            if value > 0.5 and k not in used_detections and m not in used_truths:
                matched.append(value)
                used_detections.add(k)
                used_truths.add(m)
    return float(sum(matched) / ((detections + truths) / 2))


def scores(tiles, **options):
    hits, truths = open_images(tiles, **options)
    thresholds = [0.5 + 0.05 * k for k in range(10)]
    union = lambda masks: np.any(masks, axis=0) if masks else np.zeros((SIZE, SIZE), bool)
    pairs = [(union(t["blood_vessel"]), union([m for _, m in t["found"]])) for t in tiles]
    each = [1.0 if not (a | b).any() else iou(a, b) for a, b in pairs]
    both = sum(int((a & b).sum()) for a, b in pairs)
    either = sum(int((a | b).sum()) for a, b in pairs)
    return {
        "truths": truths,
        "detections": sum(len(t["found"]) for t in tiles),
        "averagePrecision": all_points(hits, truths),
        "precision": sum(hits) / len(hits),
        "recall": sum(hits) / truths,
        "f1": 2 * sum(hits) / (len(hits) + truths),
        "cocoAveragePrecision": float(np.mean([coco(tiles, round(t, 2)) for t in thresholds])),
        "panopticQuality": panoptic(tiles),
        "meanIou": float(np.mean(each)),
        "meanDice": float(np.mean([2 * x / (1 + x) for x in each])),
        "pooledIou": both / either,
    }


def without_glomeruli(tiles):
    def stays(tile, mask):
        if not mask.any() or not tile["glomerulus"]:
            return True
        share = (mask & np.any(tile["glomerulus"], axis=0)).sum() / mask.sum()
        return share <= 0.5 or any(iou(mask, t) >= 0.5 for t in tile["blood_vessel"])

    return [{**t, "found": [f for f in t["found"] if stays(t, f[1])]} for t in tiles]


def expected(tiles):
    groups = sorted({(t["dataset"], t["source_wsi"]) for t in tiles})
    sizes = [(0, 400), (400, 1024), (1024, np.inf)]
    of_size = lambda low, high: all_points(
        *open_images(tiles, inside=lambda mask: low <= mask.sum() < high)
    )
    only = lambda tiles, **options: all_points(*open_images(tiles, **options))
    return {
        "size": SIZE,
        "missing": [t["id"] for t in tiles if not t["found"]],
        "overall": scores(tiles),
        "groups": [
            {
                "dataset": int(d),
                "source": int(s),
                **scores([t for t in tiles if (t["dataset"], t["source_wsi"]) == (d, s)]),
            }
            for d, s in groups
        ],
        "sizes": [of_size(*bounds) for bounds in sizes],
        "options": {
            "--iou 0.75": only(tiles, threshold=0.75),
            "--unsure ignored": only(tiles, unsure="ignored"),
            "--glomeruli ignored": only(without_glomeruli(tiles)),
            "--empty-tiles left-out": only([t for t in tiles if t["blood_vessel"]]),
        },
        "confident": scores(
            [{**t, "found": [f for f in t["found"] if f[0] >= 0.5]} for t in tiles]
        ),
    }


write()
(FOLDER / "expected.json").write_text(json.dumps(expected(read()), indent=1) + "\n")
