"""Times a training step or an inference of the notebook's networks in PyTorch on CPU.

Debian: apt-get install python3-torch libopenblas0-openmp (without OpenBLAS it is several times slower)
usage:  /usr/bin/python3 torch_network.py step|inference --net unet --base 16 --kernel 5 --size 256
            --batch 4 --runs 5 --threads 2 [--channels-last]
prints: one line of JSON: seconds of each run, peak resident memory of the process in bytes
"""
import argparse
import json
import resource
import time

import torch

from torch_networks import balanced_bce, network

parser = argparse.ArgumentParser()
parser.add_argument("work", choices=["step", "inference"])
parser.add_argument("--net", choices=["unet", "fcn"], required=True)
parser.add_argument("--channels-last", action="store_true")
for name in ["base", "kernel", "size", "batch", "runs", "threads"]:
    parser.add_argument(f"--{name}", type=int, required=True)
options = parser.parse_args()

torch.set_num_threads(options.threads)
torch.manual_seed(1)
layout = torch.channels_last if options.channels_last else torch.contiguous_format
model = network(options.net, options.base, options.kernel).to(memory_format=layout)
shape = (options.batch, 3, options.size, options.size)
image = torch.randint(0, 256, shape).float().contiguous(memory_format=layout)
mask = (torch.rand(options.batch, 1, options.size, options.size) > 0.95).float()
adam = torch.optim.Adam(model.parameters(), 2e-4)


def step():
    loss = balanced_bce(model(image), mask)
    adam.zero_grad(set_to_none=True)
    loss.backward()
    adam.step()
    loss.item()


def inference():
    with torch.no_grad():
        torch.sigmoid(model(image))


run = step if options.work == "step" else inference
model.train(options.work == "step")
for _ in range(2):
    run()
seconds = []
for _ in range(options.runs):
    start = time.perf_counter()
    run()
    seconds.append(time.perf_counter() - start)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"seconds": seconds, "peakBytes": peak, "version": f"PyTorch {torch.__version__}"}))
