"""Reference for randomStream: the key's hash and sfc32 restated in Python integers.

The generator is first held against a published vector of sfc32 (state 0, 12345, 0, counter 1, the first
12 outputs dropped).

    /usr/bin/python3 packages/core/test/oracles/random_stream.py
"""
import json
from pathlib import Path

WORD = 0xFFFFFFFF


def sfc32(a, b, c, counter):
    while True:
        output = (a + b + counter) & WORD
        counter = (counter + 1) & WORD
        a = b ^ (b >> 9)
        b = (c + (c << 3)) & WORD
        c = ((((c << 21) & WORD) | (c >> 11)) + output) & WORD
        yield output


def take(generator, drop, count):
    return [next(generator) for _ in range(drop + count)][drop:]


published = [235160590, 2967261163, 116171463, 2882324903, 362604721]
assert take(sfc32(0, 12345, 0, 1), 12, 5) == published


def fnv1a_murmur(text, basis):
    h = 0x811C9DC5 ^ basis
    units = text.encode("utf-16-le")
    for k in range(0, len(units), 2):
        h = ((h ^ int.from_bytes(units[k : k + 2], "little")) * 0x01000193) & WORD
    h = ((h ^ (h >> 16)) * 0x85EBCA6B) & WORD
    h = ((h ^ (h >> 13)) * 0xC2B2AE35) & WORD
    return h ^ (h >> 16)


def stream(key):
    text = json.dumps(key, separators=(",", ":"), ensure_ascii=False)
    state = [fnv1a_murmur(text, basis) for basis in (0x9E3779B9, 0x243F6A88, 0xB7E15162)]
    return sfc32(*state, 1)


keys = [[], [0], [1, 2, "augmentation"], [-7, 0.5, ""], [2024, 3, "tile ü 血管 \U0001f9ec", "crop"]]
fixture = [{"key": key, "bits": take(stream(key), 15, 12)} for key in keys]
out = Path(__file__).parent.parent / "fixtures" / "random.json"
out.write_text(json.dumps(fixture, indent=1) + "\n")
