"""A tiny dataset and its statistics by NumPy and OpenCV, for explore.test.ts.

Run with Debian's python3-numpy and python3-opencv (4.6): /usr/bin/python3 exploration.py
Writes ../fixtures/exploration/dataset in the competition's layout (tiles of 48 x 40 pixels: touching,
overlapping and repeated outlines, tiles and a slide without vessel, tiles without labels or file, a
repeated tile), and ../fixtures/exploration/expected.json with what `vascula explore` is to find in it.
"""

import json
import pathlib
import shutil

import cv2
import numpy as np

WIDTH, HEIGHT = 48, 40
FOLDER = pathlib.Path(__file__).parent.parent / "fixtures" / "exploration"
CLASSES = ["blood_vessel", "glomerulus", "unsure"]
CHANNELS = ["Red", "Green", "Blue"]
rng = np.random.default_rng(20230705)


def texture(tint):
    noise = cv2.GaussianBlur(rng.random((HEIGHT, WIDTH, 3)), (0, 0), 3)
    noise = (noise - noise.min()) / (noise.max() - noise.min())
    return np.clip(255 - tint * noise, 0, 255).astype(np.uint8)


def blob(x, y, radius, corners=9):
    angles = np.sort(rng.uniform(0, 2 * np.pi, corners))
    radii = radius * rng.uniform(0.6, 1, corners)
    return np.stack([x + radii * np.cos(angles), y + radii * np.sin(angles)], 1).round().astype(int)


def box(x, y, width, height):
    return np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]])


first, second, third, sixth = (
    np.array(tint) for tint in ([120, 220, 90], [90, 180, 60], [160, 260, 120], [60, 120, 40])
)
# (id, dataset, slide, i, j, tint, labels); tint None: no file; labels None: none.
ROWS = [
    ("a1", 1, 1, 0, 0, first, [("blood_vessel", blob(12, 12, 9)), ("blood_vessel", blob(34, 26, 8))]),
    # Two squares that meet in a corner are one vessel of 8 neighbours; a third is another.
    (
        "a2", 1, 1, 8, WIDTH, first,
        [("blood_vessel", box(2, 2, 5, 5)), ("blood_vessel", box(8, 8, 4, 4)), ("blood_vessel", box(20, 3, 9, 2))],
    ),
    (
        "a3", 1, 1, HEIGHT, 0, first,
        [("blood_vessel", blob(20, 20, 14)), ("blood_vessel", blob(24, 22, 14)), ("glomerulus", blob(30, 20, 12))],
    ),
    ("a4", 1, 1, 4096, 4096, first, [("blood_vessel", box(40, 30, 30, 30)), ("unsure", blob(10, 30, 6))]),
    # The same outline twice.
    ("b1", 2, 1, HEIGHT, WIDTH, second, [("blood_vessel", box(5, 5, 12, 20)), ("blood_vessel", box(5, 5, 12, 20))]),
    ("b2", 2, 1, 8192, 0, second, [("glomerulus", blob(24, 20, 18, 14))]),
    ("c1", 2, 2, 0, 0, third, [("unsure", blob(24, 20, 10))]),
    ("c2", 2, 2, 512, 0, third, []),
    ("d1", 3, 10, 0, 0, sixth, None),
    ("d2", 3, 10, 0, 512, "d1", None),
    ("d3", 3, 10, 0, 1024, None, None),
]


def mask_of(labels, wanted):
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    for kind, points in labels:
        if kind == wanted:
            cv2.fillPoly(mask, [points.astype(np.int32)], 1)
    return mask


def label_statistics(labels):
    if labels is None:
        shares = ["positiveRatio", "glomerulusShare", "unsureShare", "ignoredShare"]
        return dict.fromkeys(["vessels", "meanVesselSize", "totalVesselSize", *shares])
    vessel, glomerulus, unsure = (mask_of(labels, kind) for kind in CLASSES)
    count, components = cv2.connectedComponents(vessel)
    sizes = [(components == label).sum() / 1000 for label in range(1, count)]
    return {
        "vessels": count - 1,
        "meanVesselSize": np.mean(sizes) if sizes else None,
        "totalVesselSize": float(np.sum(sizes)),
        "positiveRatio": vessel.mean(),
        "glomerulusShare": glomerulus.mean(),
        "unsureShare": unsure.mean(),
        # Every pixel counts.
        "ignoredShare": 0.0,
    }


def colour_statistics(image):
    pixels = image.reshape(-1, 3).astype(np.float64)
    density = -np.log10(np.maximum(pixels, 1) / 255)
    result = {}
    for at, channel in enumerate(CHANNELS):
        result[f"mean{channel}"] = pixels[:, at].mean()
        result[f"deviation{channel}"] = pixels[:, at].std()
        result[f"density{channel}"] = density[:, at].mean()
    result["clearShare"] = (density < 0.15).all(1).mean()
    return result


def mean(values):
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def polygons_of(row, kind):
    return sum(1 for name, _ in (row[6] or []) if name == kind)


def counts(rows):
    return {
        "rows": len(rows),
        "files": sum(row[5] is not None for row in rows),
        "labelled": sum(row[6] is not None for row in rows),
        "vesselPolygons": sum(polygons_of(row, "blood_vessel") for row in rows),
        "glomerulusPolygons": sum(polygons_of(row, "glomerulus") for row in rows),
        "unsurePolygons": sum(polygons_of(row, "unsure") for row in rows),
    }


def statistics(tiles):
    return {
        "tiles": len(tiles),
        "tilesWithoutVessel": sum(tile["vessels"] == 0 for tile in tiles),
        "meanVessels": mean(tile["vessels"] for tile in tiles),
        "meanVesselSize": mean(tile["meanVesselSize"] for tile in tiles),
        "meanTotalVesselSize": mean(tile["totalVesselSize"] for tile in tiles),
        "meanPositiveRatio": mean(tile["positiveRatio"] for tile in tiles),
        "meanGlomerulusShare": mean(tile["glomerulusShare"] for tile in tiles),
        "meanUnsureShare": mean(tile["unsureShare"] for tile in tiles),
        "meanIgnoredShare": mean(tile["ignoredShare"] for tile in tiles),
    }


def by_group(items, group_of, measure):
    groups = sorted({group_of(item) for item in items})
    rows = [
        {"dataset": dataset, "source": source}
        | measure([item for item in items if group_of(item) == (dataset, source)])
        for dataset, source in groups
    ]
    return rows + [{"dataset": "all", "source": None} | measure(items)]


def colours(source, tiles):
    row = {"source": source, "tiles": len(tiles)}
    for channel in CHANNELS:
        row[f"mean{channel}"] = mean(tile[f"mean{channel}"] for tile in tiles)
        densities = [tile[f"density{channel}"] for tile in tiles]
        row[f"density{channel}"] = mean(densities)
        row[f"density{channel}Low"] = np.quantile(densities, 0.1)
        row[f"density{channel}High"] = np.quantile(densities, 0.9)
    row["clearShare"] = mean(tile["clearShare"] for tile in tiles)
    return row


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    dataset = FOLDER / "dataset"
    (dataset / "train").mkdir(parents=True)
    images = {}
    tiles = []
    for name, number, source, i, j, tint, labels in ROWS:
        if tint is None:
            continue
        images[name] = images[tint] if isinstance(tint, str) else texture(tint)
        path = dataset / "train" / f"{name}.tif"
        cv2.imwrite(str(path), cv2.cvtColor(images[name], cv2.COLOR_RGB2BGR))
        read = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
        place = {"id": name, "dataset": number, "source": source, "i": i, "j": j}
        place["labelled"] = 0 if labels is None else 1
        tiles.append(place | label_statistics(labels) | colour_statistics(read))
    meta = [f"{name},{source},{number},{i:05d},{j:05d}\n" for name, number, source, i, j, _, _ in ROWS]
    (dataset / "tile_meta.csv").write_text("id,source_wsi,dataset,i,j\n" + "".join(meta))
    (dataset / "wsi_meta.csv").write_text(
        "source_wsi,age,sex,race,height,weight,bmi\n1,58,F,W,160.0,59.0,23.0\n2,,M,,,,\n"
    )
    lines = [
        {"id": row[0], "annotations": [{"type": kind, "coordinates": [p.tolist()]} for kind, p in row[6]]}
        for row in ROWS
        if row[6] is not None
    ]
    (dataset / "polygons.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    labelled = [tile for tile in tiles if tile["labelled"]]
    sources = sorted({tile["source"] for tile in tiles})
    expected = {
        "tiles": tiles,
        "groups": by_group(ROWS, lambda row: (row[1], row[2]), counts),
        "statistics": by_group(labelled, lambda tile: (tile["dataset"], tile["source"]), statistics),
        "colours": [colours(s, [tile for tile in tiles if tile["source"] == s]) for s in sources],
    }
    (FOLDER / "expected.json").write_text(json.dumps(expected, indent=1, default=float) + "\n")


main()
