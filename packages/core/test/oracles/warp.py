"""Reference for warps: free rotation, scale and elastic fields by scipy.ndimage.map_coordinates, bilinear
for the image and nearest for the truth, mirrored at the tile's border. torch's grid_sample and OpenCV's
warpAffine and remap have to agree before anything is written.

    /usr/bin/python3 packages/core/test/oracles/warp.py
"""
import json
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from scipy.ndimage import gaussian_filter, map_coordinates

HEIGHT, WIDTH = 23, 29
rng = np.random.default_rng(11)
# Smooth, since OpenCV keeps places to a 32nd of a pixel only.
tile = gaussian_filter(rng.random((HEIGHT, WIDTH, 3)), (1.5, 1.5, 0), mode="mirror")
tile = np.round(255 * (tile - tile.min()) / np.ptp(tile)).astype(np.uint8)
truth = rng.choice([0, 1, 255], (HEIGHT, WIDTH), p=[0.5, 0.35, 0.15]).astype(np.uint8)


def back_to_tile(crop, augmentation, u, v):
    """The definition, step by step: from places of the finished square to those of the tile."""
    size = crop["size"]
    middle = (size - 1) / 2
    warp = augmentation["warp"]
    elastic = warp.get("elastic")
    if elastic:
        dx, dy = (field(elastic, name, u, v) for name in "xy")
        u, v = u + dx, v + dy
    zoom = augmentation.get("zoom")
    if zoom:
        u, v = ((p + 0.5) * zoom["side"] / size - 0.5 + zoom[name] for p, name in ((u, "x"), (v, "y")))
    for _ in range(augmentation["quarterTurns"]):
        u, v = size - 1 - v, u
    if augmentation["flipUpDown"]:
        v = size - 1 - v
    if augmentation["flipLeftRight"]:
        u = size - 1 - u
    angle = np.radians(warp["degrees"])
    u, v = u - middle, v - middle
    x = (np.cos(angle) * u - np.sin(angle) * v) / warp["scale"]
    y = (np.sin(angle) * u + np.cos(angle) * v) / warp["scale"]
    return crop["x"] + middle + x, crop["y"] + middle + y


def field(elastic, name, u, v):
    """Cubic B-splines over the points, of which point k lies at (k - 1) * spacing."""
    points = np.array(elastic[name]).reshape(elastic["points"], -1)
    places = [v / elastic["spacing"] + 1, u / elastic["spacing"] + 1]
    return map_coordinates(points, places, order=3, prefilter=False, mode="constant")


def draw_elastic(size, spacing, amplitude):
    points = (size - 1) // spacing + 4
    # Numbers that are the same in float32.
    vectors = np.round(rng.normal(0, amplitude, (2, points * points)) * 64) / 64
    return {"spacing": spacing, "points": points, "x": vectors[0].tolist(), "y": vectors[1].tolist()}


def check_peers(x, y, image, truths):
    grid = np.stack([2 * x / (WIDTH - 1) - 1, 2 * y / (HEIGHT - 1) - 1], -1)
    grid = torch.from_numpy(grid)[None]
    planes = torch.from_numpy(tile.astype(np.float64)).permute(2, 0, 1)[None]
    peer = F.grid_sample(planes, grid, padding_mode="reflection", align_corners=True)
    assert np.abs(peer[0].numpy() - image).max() < 1e-9
    planes = torch.from_numpy(truth.astype(np.float64))[None, None]
    peer = F.grid_sample(planes, grid, mode="nearest", padding_mode="reflection", align_corners=True)
    assert (peer[0, 0].numpy() == truths).all()
    peer = cv2.remap(
        tile.astype(np.float32), x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT_101,
    )
    assert np.abs(peer.transpose(2, 0, 1) - image).max() < 2.5


def check_affine(crop, augmentation, image):
    """warpAffine with the matrix of the forward way, made by OpenCV: a plain rotation and scale."""
    size, warp = crop["size"], augmentation["warp"]
    middle = (size - 1) / 2
    matrix = cv2.getRotationMatrix2D((crop["x"] + middle, crop["y"] + middle), warp["degrees"], warp["scale"])
    matrix[:, 2] -= [crop["x"], crop["y"]]
    peer = cv2.warpAffine(
        tile.astype(np.float32), matrix, (size, size), flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT_101,
    )
    assert np.abs(peer.transpose(2, 0, 1) - image).max() < 2.5


cases = []
crops = [{"x": x, "y": y, "size": size} for x, y, size in [(0, 0, 11), (9, 4, 12), (18, 12, 11), (3, 1, 14)]]
for number in range(24):
    crop = crops[number % 4]
    size = crop["size"]
    warp = {"degrees": float(rng.uniform(-180, 180)), "scale": float(np.exp(rng.uniform(*np.log([0.4, 2.5]))))}
    if number % 3 == 1:
        warp = {"degrees": 0.0, "scale": 1.0}
    if number % 3 > 0:
        warp["elastic"] = draw_elastic(size, 8 if number % 2 else 11, 2)
    plain = {"flipLeftRight": False, "flipUpDown": False, "quarterTurns": 0}
    flips = {"flipLeftRight": bool(number & 1), "flipUpDown": bool(number & 2), "quarterTurns": number // 4 % 4}
    augmentation = {**(plain if number < 8 else flips), "warp": warp}
    if number >= 16:
        augmentation["zoom"] = {"x": 1, "y": 2, "side": size - 3}
    v, u = np.mgrid[0:size, 0:size].astype(np.float64)
    x, y = back_to_tile(crop, augmentation, u, v)
    image = np.stack([map_coordinates(tile[..., c].astype(np.float64), [y, x], order=1, mode="mirror") for c in range(3)])
    # Rounded by hand: SciPy's nearest neighbour of a place beyond the border is another one's mirror image.
    rows, columns = (np.floor(place + 0.5).astype(int) for place in (y, x))
    reflect = lambda k, n: np.where(np.abs(k) % (2 * n - 2) < n, np.abs(k) % (2 * n - 2), 2 * n - 2 - np.abs(k) % (2 * n - 2))
    truths = truth[reflect(rows, HEIGHT), reflect(columns, WIDTH)]
    check_peers(x, y, image, truths)
    if number < 8 and "elastic" not in warp:
        check_affine(crop, augmentation, image)
    cases.append(
        {
            "crop": crop,
            "augmentation": augmentation,
            "image": [float(f"{value:.4f}") for value in image.ravel()],
            "truth": "".join({0: "0", 1: "1", 255: "x"}[int(value)] for value in truths.ravel()),
        }
    )

out = Path(__file__).parent.parent / "fixtures" / "warp.json"
fixture = {"width": WIDTH, "height": HEIGHT, "tile": tile.ravel().tolist(), "truth": "".join({0: "0", 1: "1", 255: "x"}[int(v)] for v in truth.ravel())}
lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
out.write_text(json.dumps(fixture, separators=(",", ":"))[:-1] + ',"cases":[\n' + lines + "\n]}\n")
