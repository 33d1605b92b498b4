"""The image of a network brought to one contrast in windows, window by window in float64.

Writes ../fixtures/local-contrast.json. Run with Debian's /usr/bin/python3.
"""

import json
from pathlib import Path

import numpy as np

random = np.random.default_rng(11)


def window(x, row, column, half):
    return x[..., max(0, row - half) : row + half + 1, max(0, column - half) : column + half + 1]


def local_contrast(x, side):
    """x: channels, height, width. Windows reach as far as the image does."""
    places = list(np.ndindex(*x.shape[1:]))
    half = side // 2
    centred = np.empty_like(x)
    for at in places:
        centred[:, at[0], at[1]] = x[:, at[0], at[1]] - window(x, *at, half).mean((1, 2))
    deviation = np.empty(x.shape[1:])
    for at in places:
        deviation[at] = np.sqrt((window(centred, *at, half) ** 2).mean())
    return centred / (deviation + 1 / 64)


cases = []
# The last but one is smaller than the window; the last is of one colour.
for height, width, side, values in [(9, 14, 3, 256), (12, 10, 5, 256), (6, 7, 15, 256), (5, 5, 3, 1)]:
    image = random.integers(0, values, (3, height, width)).astype(np.float64)
    if values > 1:
        image[:, : height // 2] = np.round(image[:, : height // 2] / 8 + 200)
    result = local_contrast(image / 127.5 - 1, side)
    cases.append(
        {
            "height": height,
            "width": width,
            "side": side,
            "image": image.astype(int).ravel().tolist(),
            "contrast": np.round(result, 7).ravel().tolist(),
        }
    )
path = Path(__file__).parent.parent / "fixtures" / "local-contrast.json"
path.write_text(json.dumps(cases, separators=(",", ":")) + "\n")
