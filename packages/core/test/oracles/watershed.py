"""Peaks and watersheds by their definitions, for watershed.test.ts; imported by
instances.py.

Run with Debian's python3-scipy (1.10), python3-opencv (4.6): /usr/bin/python3 watershed.py
Writes ../fixtures/watershed.json: surfaces of whole numbers, for each number of neighbours and
prominence the peaks' indices, and the labels of the watershed from them.
"""

import heapq
import json
import pathlib

import cv2
import numpy as np
from scipy import ndimage


def structure(connectivity):
    return ndimage.generate_binary_structure(2, 1 if connectivity == 4 else 2)


def peaks(surface, prominence, connectivity):
    """A pixel's prominence: its level less the highest at which it is not the best of its component."""
    flat = surface.ravel()
    saddle = {}
    for level in range(int(flat.max(initial=0)), 0, -1):
        labels, count = ndimage.label(surface >= level, structure(connectivity))
        labels = labels.ravel()
        best = set()
        for label in range(1, count + 1):
            pixels = np.flatnonzero(labels == label)
            best.add(int(pixels[np.argmax(flat[pixels])]))
        for at in np.flatnonzero(labels):
            if int(at) not in best:
                saddle.setdefault(int(at), level)
    inside = (int(at) for at in np.flatnonzero(flat > 0))
    return [at for at in inside if at not in saddle or flat[at] - saddle[at] >= prominence]


def watershed(surface, markers, connectivity):
    """From the highest level down, of a level the first come; neighbours in raster order."""
    height, width = surface.shape
    labels = np.zeros((height, width), int)
    steps = [tuple(step - 1) for step in np.argwhere(structure(connectivity))]
    queue = []
    came = 0
    for label, at in enumerate(markers, 1):
        y, x = divmod(at, width)
        labels[y, x] = label
        heapq.heappush(queue, (-int(surface[y, x]), came, y, x))
        came += 1
    while queue:
        level, _, y, x = heapq.heappop(queue)
        for dy, dx in steps:
            v, u = y + dy, x + dx
            if not (0 <= v < height and 0 <= u < width) or labels[v, u] or surface[v, u] <= 0:
                continue
            labels[v, u] = labels[y, x]
            heapq.heappush(queue, (max(-int(surface[v, u]), level), came, v, u))
            came += 1
    return labels


def cases():
    rng = np.random.default_rng(20230712)
    for levels, sigma in ((4, 1), (12, 1.5), (40, 2), (200, 2.5)):
        for _ in range(2):
            width, height = (int(v) for v in rng.integers(9, 26, 2))
            noise = cv2.GaussianBlur(rng.random((height, width)), (0, 0), sigma)
            noise = (noise - noise.min()) / (noise.max() - noise.min())
            surface = np.floor(noise * levels * 1.4).astype(int) - int(levels * 0.4)
            entry = {"width": width, "height": height, "surface": surface.ravel().tolist()}
            entry["runs"] = []
            for connectivity in (4, 8):
                for prominence in (1, 2, levels // 4 + 1):
                    found = peaks(surface, prominence, connectivity)
                    labels = watershed(surface, found, connectivity)
                    entry["runs"].append(
                        {
                            "connectivity": connectivity,
                            "prominence": prominence,
                            "peaks": found,
                            "labels": labels.ravel().tolist(),
                        }
                    )
            yield entry


if __name__ == "__main__":
    target = pathlib.Path(__file__).parent.parent / "fixtures" / "watershed.json"
    lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in cases())
    target.write_text(f"[\n{lines}\n]\n")
