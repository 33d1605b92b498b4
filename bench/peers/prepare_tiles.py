"""Tile to network input with OpenCV and NumPy: what `node bench/prepare-tiles.mjs` is measured against.

    /usr/bin/python3 bench/peers/prepare_tiles.py DIR --tiles 262 --rounds 5

DIR is a dataset folder (`vascula synth DIR --tiles 262 --size 512` makes one). For each tile: cv2.imread of
the file, BGR to RGB, cv2.fillPoly of the vessels, the notebook's flips, quarter turns and zoom (bilinear
image, nearest mask), x / 127.5 - 1 as float32 NCHW, the mask as float32. Labels are parsed once, before the
clock starts. Every way of spreading it over the processor is timed, in turns; `seconds` is the best one's
median. One JSON line.
"""
import argparse
import json
import statistics
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np

PLAIN_TURNS = {1: cv2.ROTATE_90_COUNTERCLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_CLOCKWISE}


def read_labels(folder, names):
    """Outlines of the vessels by tile, as int32 arrays [n, 2]; the first file that has a tile counts."""
    outlines = {}
    for name in names:
        for line in (folder / name).read_text().splitlines():
            tile = json.loads(line)
            outlines.setdefault(
                tile["id"],
                [
                    np.asarray(a["coordinates"][0], dtype=np.int32)
                    for a in tile["annotations"]
                    if a["type"] == "blood_vessel"
                ],
            )
    return outlines


def augment(image, mask, rng):
    """The notebook's draws (packages/core/src/augmentation/notebook.ts) for one square tile."""
    size = image.shape[0]
    flips = rng.random() < 0.5, rng.random() < 0.5
    if any(flips):
        code = -1 if all(flips) else (1 if flips[0] else 0)
        image, mask = cv2.flip(image, code), cv2.flip(mask, code)
    turns = int(rng.integers(4))
    if turns:
        image, mask = (cv2.rotate(a, PLAIN_TURNS[turns]) for a in (image, mask))
    if rng.random() < 0.3:
        x, y = (int(v) for v in rng.integers(0, int(0.2 * size), 2))
        left = size - max(x, y)
        side = int(rng.integers(int(0.8 * left), left))
        window = np.s_[y : y + side, x : x + side]
        image = cv2.resize(image[window], (size, size), interpolation=cv2.INTER_LINEAR)
        mask = cv2.resize(mask[window], (size, size), interpolation=cv2.INTER_NEAREST)
    return image, mask


def prepare(job):
    """Path, outlines and seed of one tile to [3, size, size] and [1, size, size], float32."""
    path, outlines, seed = job
    image = cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2RGB)
    mask = np.zeros(image.shape[:2], np.uint8)
    for outline in outlines:
        cv2.fillPoly(mask, [outline], 1)
    image, mask = augment(image, mask, np.random.default_rng(seed))
    # One pass to float and two in place: about 2 ms less a tile than `image.astype(np.float32) / 127.5 - 1`
    # and a copy of its transpose.
    planes = np.empty((3, *image.shape[:2]), np.float32)
    np.multiply(image.transpose(2, 0, 1), np.float32(1 / 127.5), out=planes)
    planes -= 1
    return planes, mask[None].astype(np.float32)


def prepare_here(job):
    """In a process of a pool: what a data loader's worker leaves in shared memory is not sent by a pipe."""
    planes, mask = prepare(job)
    shared_planes[:] = planes
    shared_mask[:] = mask
    return True


def make_slots(shape):
    global shared_planes, shared_mask
    cv2.setNumThreads(1)
    shared_planes, shared_mask = np.empty((3, *shape), np.float32), np.empty((1, *shape), np.float32)


def timed(run, jobs, expected):
    start = time.perf_counter()
    assert run(jobs) == expected
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tiles", type=int, default=262)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--polygons", nargs="+", default=["polygons.jsonl"])
    args = parser.parse_args()
    outlines = read_labels(args.folder, args.polygons)
    ids = [id for id in sorted(outlines) if (args.folder / "train" / f"{id}.tif").exists()]
    jobs = [
        (str(args.folder / "train" / f"{ids[k % len(ids)]}.tif"), outlines[ids[k % len(ids)]], k)
        for k in range(args.tiles)
    ]
    shape = prepare(jobs[0])[0].shape[1:]

    def one_thread(jobs):
        cv2.setNumThreads(1)
        return sum(1 for job in jobs if prepare(job))

    def opencv_threads(jobs):
        cv2.setNumThreads(2)
        return sum(1 for job in jobs if prepare(job))

    with ThreadPoolExecutor(2) as threads, ProcessPoolExecutor(2, initializer=make_slots, initargs=(shape,)) as processes:

        def two_threads(jobs):
            cv2.setNumThreads(1)
            return sum(1 for _ in threads.map(prepare, jobs))

        def two_processes(jobs):
            return sum(processes.map(prepare_here, jobs, chunksize=8))

        ways = [one_thread, opencv_threads, two_threads, two_processes]
        seconds = {way.__name__: [] for way in ways}
        for turn in range(-1, args.rounds):
            for way in ways:
                taken = timed(way, jobs, len(jobs))
                if turn >= 0:
                    seconds[way.__name__].append(taken)
    medians = {name: round(statistics.median(times), 4) for name, times in seconds.items()}
    best = min(medians, key=medians.get)
    print(
        json.dumps(
            {
                "task": "prepare-tiles",
                "peer": f"OpenCV {cv2.__version__}, NumPy {np.__version__}",
                "tiles": args.tiles,
                "rounds": args.rounds,
                "seconds": medians[best],
                "way": best,
                "ways": medians,
            }
        )
    )


if __name__ == "__main__":
    main()
