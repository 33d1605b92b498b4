"""Reference for recolour: gamma, brightness, saturation, contrast and stains by their formulas in NumPy.
Where scikit-image is installed its matrix of haematoxylin, eosin and DAB has to be the one here.

    /usr/bin/python3 packages/core/test/oracles/recolour.py
"""
import json
from pathlib import Path

import numpy as np

# Ruifrok & Johnston 2001: optical density of one unit of each stain, a row a stain.
STAINS = np.array([[0.65, 0.70, 0.29], [0.07, 0.99, 0.11], [0.27, 0.57, 0.78]])
try:
    from skimage.color.colorconv import rgb_from_hed

    assert np.array_equal(rgb_from_hed, STAINS)
except ImportError:
    pass

GREY = np.array([0.299, 0.587, 0.114])
rng = np.random.default_rng(5)
PIXELS = 48
image = np.round(rng.random((3, PIXELS)) * 255 * 64) / 64
image[:, 0], image[:, 1] = 0, 255


def recoloured(change):
    pixels = image.T
    density = -np.log((pixels + 1) / 256)
    stain = change.get("stain")
    if stain:
        amounts = np.linalg.solve(STAINS.T, density.T).T
        amounts = amounts * stain["scale"] + stain["shift"]
        density = amounts @ STAINS
    light = np.exp(-density) ** change["gamma"] * change["brightness"]
    pixels = np.clip(256 * light - 1, 0, 255)
    grey = (pixels @ GREY)[:, None]
    pixels = grey + change["saturation"] * (pixels - grey)
    mean = pixels.mean(0)
    return np.clip(mean + change["contrast"] * (pixels - mean), 0, 255).T


same = {"gamma": 1, "brightness": 1, "saturation": 1, "contrast": 1}
changes = [{**same, name: value} for name in same for value in (0.6, 1.7)]
for _ in range(6):
    change = {name: float(np.exp(rng.uniform(-0.5, 0.5)).round(4)) for name in same}
    stain = {"scale": np.exp(rng.uniform(-0.3, 0.3, 3)).round(4).tolist(), "shift": rng.uniform(-0.1, 0.1, 3).round(4).tolist()}
    changes += [change, {**same, "stain": stain}, {**change, "stain": stain}]

out = Path(__file__).parent.parent / "fixtures" / "recolour.json"
cases = [
    {"change": change, "image": [float(f"{value:.4f}") for value in recoloured(change).ravel()]}
    for change in changes
]
lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
out.write_text('{"image":' + json.dumps(image.ravel().tolist(), separators=(",", ":")) + ',"cases":[\n' + lines + "\n]}\n")
