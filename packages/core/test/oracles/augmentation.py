"""Reference for sampleInto: crop, np.flip, np.rot90, then tf.image.resize restated in NumPy and checked
against torch.nn.functional.interpolate; the mask by nearest-exact.

    /usr/bin/python3 packages/core/test/oracles/augmentation.py
"""
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

HEIGHT, WIDTH = 11, 14
rng = np.random.default_rng(7)
tile = rng.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
mask = (rng.random((HEIGHT, WIDTH)) < 0.4).astype(np.uint8)


def positions(side, size):
    """tf.image.resize, half_pixel_centers: clamped taps and their fraction."""
    at = (np.arange(size) + 0.5) * side / size - 0.5
    low = np.floor(at)
    near = np.clip(low, 0, side - 1).astype(int)
    far = np.clip(low + 1, 0, side - 1).astype(int)
    return near, far, at - low


def resize_bilinear(x, size):
    near, far, share = positions(x.shape[0], size)
    rows = x[near] + (x[far] - x[near]) * share[:, None, None]
    near, far, share = positions(x.shape[1], size)
    return rows[:, near] + (rows[:, far] - rows[:, near]) * share[None, :, None]


def augment(crop, augmentation):
    x, y, size = crop["x"], crop["y"], crop["size"]
    image = tile[y : y + size, x : x + size].astype(np.float64)
    truth = mask[y : y + size, x : x + size]
    if augmentation["flipLeftRight"]:
        image, truth = np.flip(image, 1), np.flip(truth, 1)
    if augmentation["flipUpDown"]:
        image, truth = np.flip(image, 0), np.flip(truth, 0)
    image, truth = (np.rot90(a, augmentation["quarterTurns"]) for a in (image, truth))
    zoom = augmentation.get("zoom")
    if zoom:
        window = np.s_[zoom["y"] : zoom["y"] + zoom["side"], zoom["x"] : zoom["x"] + zoom["side"]]
        image, truth = image[window], truth[window]
        planes = torch.from_numpy(image.copy()).permute(2, 0, 1)[None]
        peer = F.interpolate(planes, size=(size, size), mode="bilinear", align_corners=False)
        image = resize_bilinear(image, size)
        assert np.abs(peer[0].permute(1, 2, 0).numpy() - image).max() < 1e-9
        planes = torch.from_numpy(truth.copy()).double()[None, None]
        truth = F.interpolate(planes, size=(size, size), mode="nearest-exact")[0, 0].numpy()
    return image.transpose(2, 0, 1), truth


cases = []
crops = [{"x": 0, "y": 0, "size": 11}, {"x": 3, "y": 1, "size": 10}, {"x": 14 - 7, "y": 11 - 7, "size": 7}]
for number in range(16):
    flips = {"flipLeftRight": bool(number & 1), "flipUpDown": bool(number & 2), "quarterTurns": number >> 2}
    crop = crops[number % 3]
    size = crop["size"]
    x, y = (int(v) for v in rng.integers(0, 3, 2))
    side = int(rng.integers(size - max(x, y) - 2, size - max(x, y) + 1))
    for augmentation in (flips, {**flips, "zoom": {"x": x, "y": y, "side": side}}):
        image, truth = augment(crop, augmentation)
        cases.append(
            {
                "crop": crop,
                "augmentation": augmentation,
                "image": [float(f"{v:.5f}".rstrip("0")) if v % 1 else int(v) for v in image.ravel()],
                "mask": "".join(str(int(v)) for v in truth.ravel()),
            }
        )

out = Path(__file__).parent.parent / "fixtures" / "augmentation.json"
fixture = {"width": WIDTH, "height": HEIGHT, "tile": tile.ravel().tolist(), "mask": "".join(map(str, mask.ravel()))}
lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
out.write_text(json.dumps(fixture, separators=(",", ":"))[:-1] + ',"cases":[\n' + lines + "\n]}\n")
