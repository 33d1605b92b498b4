"""numpy.pad(mode="reflect") below and to the right, as imageTensor rounds an image's size up.

Writes ../fixtures/reflect-pad.json. Run with Debian's /usr/bin/python3.
"""

import json
from pathlib import Path

import numpy as np

random = np.random.default_rng(5)
cases = []
# The last ones are padded by more than their size: the reflection is reflected again.
for height, width, multiple in [(4, 4, 4), (5, 6, 4), (3, 7, 8), (9, 2, 4), (3, 2, 16), (1, 3, 4)]:
    image = random.integers(0, 256, (height, width, 3), dtype=np.uint8)
    padding = ((0, -height % multiple), (0, -width % multiple), (0, 0))
    cases.append(
        {
            "height": height,
            "width": width,
            "multiple": multiple,
            "image": image.ravel().tolist(),
            "padded": np.pad(image, padding, mode="reflect").transpose(2, 0, 1).ravel().tolist(),
        }
    )
path = Path(__file__).parent.parent / "fixtures" / "reflect-pad.json"
path.write_text(json.dumps(cases, separators=(",", ":")) + "\n")
