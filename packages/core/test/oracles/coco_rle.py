"""COCO run lengths, their strings and the competition's encoding, for the tests of formats.

Run with Debian's python3-numpy: /usr/bin/python3 coco_rle.py
Writes ../fixtures/coco-rle.json. Restates the definition: runs of equal pixels down the columns, the
first of background; from the fourth on as the difference from the run two before; every number as its
shortest two's complement of a multiple of 5 bits, cut into groups from the lowest, one character
chr(48 + group + 32 where more follow) a group; then zlib and base64. Numbers here are Python's, cut by
their bit length, so nothing is shared with the shift loop under test.
"""

import base64
import itertools
import json
import pathlib
import zlib

import numpy as np

rng = np.random.default_rng(20230706)


def counts_of(mask):
    runs = [(key, len(list(group))) for key, group in itertools.groupby(mask.ravel(order="F").tolist())]
    lead = [0] if runs and runs[0][0] == 1 else []
    return lead + [length for _, length in runs] if runs else [0]


def characters(number):
    bits = (number if number >= 0 else ~number).bit_length() + 1  # one for the sign
    groups = max(1, -(-bits // 5))
    residue = number % (1 << (5 * groups))  # two's complement
    digits = [(residue >> (5 * k)) % 32 for k in range(groups)]
    return "".join(chr(48 + digit + (32 if k + 1 < groups else 0)) for k, digit in enumerate(digits))


def string_of(counts):
    return "".join(characters(n if i < 3 else n - counts[i - 2]) for i, n in enumerate(counts))


def entry(name, counts, size):
    text = string_of(counts)
    packed = base64.b64encode(zlib.compress(text.encode(), zlib.Z_BEST_COMPRESSION)).decode()
    height, width = size
    return {"name": name, "width": width, "height": height, "counts": counts, "string": text, "encoded": packed}


def case(name, mask):
    mask = np.asarray(mask, np.uint8)
    return {**entry(name, counts_of(mask), mask.shape), "mask": np.packbits(mask).tobytes().hex()}


disc = np.hypot(*(np.indices((40, 56)) - np.array([18, 30])[:, None, None])) < 13.2
cases = [
    case("empty", np.zeros((3, 4))),
    case("full", np.ones((3, 4))),
    case("no pixels", np.zeros((0, 5))),
    case("first pixel", [[1, 0], [0, 0]]),
    case("last pixel", [[0, 0], [0, 1]]),
    case("one column, full height", [[0, 1, 0], [0, 1, 0]]),
    case("chessboard", np.indices((5, 6)).sum(0) % 2),
    case("disc", disc),
    case("ring", disc & (np.hypot(*(np.indices((40, 56)) - np.array([18, 30])[:, None, None])) > 6)),
]
for i in range(6):
    height, width = (int(v) for v in rng.integers(1, 40, 2))
    cases.append(case(f"noise {i}", rng.random((height, width)) < rng.uniform(0.02, 0.9)))
for i in range(6):
    # Runs of every length, up to the largest mask allowed, without the mask itself.
    counts = [int(2 ** rng.uniform(0, 22)) for _ in range(int(rng.integers(3, 30)))]
    cases.append(entry(f"long runs {i}", counts, (1, sum(counts))))
cases.append(entry("largest", [2**28 - 1, 1], (2**14, 2**14)))

target = pathlib.Path(__file__).parent.parent / "fixtures" / "coco-rle.json"
lines = ",\n".join(json.dumps(value, separators=(",", ":")) for value in cases)
target.write_text(f"[\n{lines}\n]\n")
