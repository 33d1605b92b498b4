"""Times training steps of the notebook's networks in PyTorch on a graphics card.

usage:  python3 torch_gpu.py --net unet --device cuda --base 48 --kernel 5 --size 512 --batch 4 --runs 10
prints: one line of JSON: seconds of each step, version and card
"""
import argparse
import json
import sys
import time

import torch

from torch_networks import balanced_bce, network

parser = argparse.ArgumentParser()
parser.add_argument("--net", choices=["unet", "fcn"], required=True)
parser.add_argument("--device", choices=["cuda", "cpu"], required=True)
for name in ["base", "kernel", "size", "batch", "runs"]:
    parser.add_argument(f"--{name}", type=int, required=True)
options = parser.parse_args()
if options.device == "cuda" and not torch.cuda.is_available():
    sys.exit(f"PyTorch {torch.__version__} finds no CUDA device")

# What a user who wants speed sets; convolutions round to TensorFloat-32 by default, as ONNX Runtime's do.
torch.backends.cudnn.benchmark = True
torch.manual_seed(1)
device = torch.device(options.device)
model = network(options.net, options.base, options.kernel).to(device).train()
adam = torch.optim.Adam(model.parameters(), 2e-4)
shape = (options.batch, 3, options.size, options.size)
image = torch.randint(0, 256, shape).float()
mask = (torch.rand(options.batch, 1, options.size, options.size) > 0.95).float()


def step():
    """Batches come from the processor's memory, as in training; reading the loss waits for the card."""
    loss = balanced_bce(model(image.to(device)), mask.to(device))
    adam.zero_grad(set_to_none=True)
    loss.backward()
    adam.step()
    return loss.item()


def finished():
    if device.type == "cuda":
        torch.cuda.synchronize()


for _ in range(2):
    step()
seconds = []
for _ in range(options.runs):
    finished()
    start = time.perf_counter()
    step()
    finished()
    seconds.append(time.perf_counter() - start)
card = torch.cuda.get_device_name() if device.type == "cuda" else "cpu"
print(json.dumps({"seconds": seconds, "version": f"PyTorch {torch.__version__}, {card}"}))
