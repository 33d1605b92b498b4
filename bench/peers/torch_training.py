"""Trains the network of a run in PyTorch on the batches that come in on stdin.

usage:  torch_training.py FOLDER cpu|cuda THREADS
reads:  FOLDER/setup.json, initial.safetensors, N.tile (RGB bytes, then truth: 0, 1, 255 = ignored)
writes: best.safetensors, last.safetensors; a line of JSON an epoch on stdout
"""
import json
import math
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from torch_losses import loss_of

folder, device, threads = Path(sys.argv[1]), torch.device(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
torch.backends.cudnn.benchmark = True
torch.backends.cudnn.allow_tf32 = False
setup = json.loads((folder / "setup.json").read_text())
spec, recipe = setup["spec"], setup["recipe"]


def read_safetensors(path):
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        values = np.frombuffer(data[8 + size + start : 8 + size + end], "<f4")
        tensors[name] = torch.from_numpy(values.reshape(entry["shape"]).copy())
    return tensors


def write_safetensors(path, tensors):
    header, parts, end = {}, [], 0
    for name, tensor in tensors.items():
        data = tensor.detach().cpu().contiguous().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [end, end + len(data)]}
        parts.append(data)
        end += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(len(text).to_bytes(8, "little") + text + b"".join(parts))


class Network:
    """The networks of packages/core/src/models, on named parameters."""

    def __init__(self, tensors):
        self.p = {name: tensor.to(device) for name, tensor in tensors.items()}
        self.training = True
        for name in setup["trainable"]:
            self.p[name].requires_grad_(True)

    def conv(self, name, x):
        weight = self.p[f"{name}.weight"]
        return F.conv2d(x, weight, self.p[f"{name}.bias"], padding=weight.shape[-1] // 2)

    def up(self, name, x, stride):
        weight = self.p[f"{name}.weight"]
        return F.conv_transpose2d(x, weight, self.p[f"{name}.bias"], stride, (weight.shape[-1] - stride) // 2)

    def block(self, name, number, x):
        x = self.conv(f"{name}.conv{number}", x)
        norm = f"{name}.norm{number}"
        mean, variance, scale, bias = (self.p[f"{norm}.{part}"] for part in ["mean", "variance", "scale", "bias"])
        momentum = 1 - spec["momentum"]
        return F.relu(F.batch_norm(x, mean, variance, scale, bias, self.training, momentum, 1e-3))

    def __call__(self, image):
        x = image / 127.5 - 1
        if spec.get("localContrast"):
            x = local_contrast(x, spec["localContrast"])
        if spec["architecture"] == "fcn":
            for level in range(spec["depth"]):
                x = F.max_pool2d(x, 2) if level > 0 else x
                for i in range(1, spec.get("convolutions", 3) + 1):
                    x = self.block(f"level{level + 1}", i, x)
            return self.up("up", x, 2 ** (spec["depth"] - 1))
        numbers = ["", *range(2, spec.get("convolutions", 1) + 1)]
        skips = []
        for level in range(spec["depth"]):
            if level > 0:
                skips.append(x)
                x = F.max_pool2d(x, 2)
            for number in numbers:
                x = self.block(f"left{level + 1}", number, x)
        for step in range(spec["depth"] - 1):
            x = torch.cat([self.up(f"right{step + 1}.up", x, 2), skips.pop()], 1)
            for number in numbers:
                x = self.block(f"right{step + 1}", number, x)
        return self.conv("head", x)


def local_contrast(x, side):
    def mean(x):
        rows = F.avg_pool2d(x, (1, side), 1, (0, side // 2), count_include_pad=False)
        return F.avg_pool2d(rows, (side, 1), 1, (side // 2, 0), count_include_pad=False)

    centred = x - mean(x)
    return centred / (mean((centred**2).mean(1, keepdim=True)).sqrt() + 1 / 64)


def read_batch():
    shape = (recipe["batch"], 3, recipe["crop"], recipe["crop"])
    planes = []
    for channels in [3, 1]:
        count = shape[0] * channels * shape[2] * shape[3]
        data = sys.stdin.buffer.read(4 * count)
        planes.append(torch.from_numpy(np.frombuffer(data, "<f4").reshape(shape[0], channels, *shape[2:]).copy()))
    return [plane.to(device) for plane in planes]


def validate(network):
    """Loss over all counted pixels, IoU a tile and pooled, as packages/vascula/src/training/validate.ts."""
    network.training = False
    multiple = 2 ** (spec["depth"] - 1)
    loss, ious, shared, joined = Sums(), [], 0, 0
    with torch.no_grad():
        for i, tile in enumerate(setup["tiles"]):
            width, height = tile["width"], tile["height"]
            data = np.fromfile(folder / f"{i}.tile", np.uint8)
            image = torch.from_numpy(data[: 3 * width * height].reshape(1, height, width, 3)).permute(0, 3, 1, 2)
            truth = torch.from_numpy(data[3 * width * height :].reshape(1, 1, height, width)).to(device)
            padded = F.pad(image.float(), (0, -width % multiple, 0, -height % multiple), "reflect")
            logits = network(padded.to(device))[..., :height, :width]
            loss.add(logits, truth.float())
            counted = truth < 2
            predicted = (torch.sigmoid(logits) > recipe["cutoff"]) & counted
            both = int((predicted & (truth == 1)).sum())
            either = int((predicted | (truth == 1)).sum())
            ious.append(1.0 if either == 0 else both / either)
            shared, joined = shared + both, joined + either
    network.training = True
    return loss.value(), float(np.mean(ious)), 1.0 if joined == 0 else shared / joined


class Sums:
    """The loss over a whole validation set: its tiles' losses, weighed by their counted pixels."""

    def __init__(self):
        self.total, self.weight = 0.0, 0

    def add(self, logits, truth):
        counted = int((truth < 2).sum())
        self.total += float(loss_of(recipe)(logits, truth)) * counted
        self.weight += counted

    def value(self):
        return self.total / max(1, self.weight)


def learning_rate(step):
    """packages/core/src/training/schedule.ts; steps count from 1 over the whole run."""
    full, warm_up, total = recipe["learningRate"], recipe["warmUp"], recipe["epochs"] * setup["stepsPerEpoch"]
    if step < warm_up:
        full = full * step / warm_up
    if recipe["schedule"] == "constant":
        return full
    if recipe["schedule"] == "exponential":
        return full * recipe["learningRateDecay"] ** ((step - 1) // setup["stepsPerEpoch"])
    gone = max(0, step - 1 - warm_up) / (total - warm_up)
    return full * (1 - gone) ** 0.9 if recipe["schedule"] == "poly" else full * (1 + math.cos(math.pi * gone)) / 2


def optimiser_of(network):
    if recipe["optimiser"] == "adam":
        return torch.optim.Adam([network.p[name] for name in setup["trainable"]], eps=1e-7)
    groups = [
        {
            "params": [network.p[name] for name in setup["trainable"] if (setup["roles"][name] == "kernel") == decayed],
            "weight_decay": recipe["weightDecay"] if decayed else 0,
        }
        for decayed in [True, False]
    ]
    return torch.optim.AdamW(groups)


def main():
    if recipe["deepSupervision"]:
        sys.exit("deep supervision is not written for PyTorch")
    network = Network(read_safetensors(folder / "initial.safetensors"))
    averaged = Network({name: value.detach().clone() for name, value in network.p.items()})
    optimiser, loss, least, step = optimiser_of(network), loss_of(recipe), None, 0
    for epoch in range(1, recipe["epochs"] + 1):
        start, total = time.perf_counter(), 0.0
        for _ in range(setup["stepsPerEpoch"]):
            step += 1
            for group in optimiser.param_groups:
                group["lr"] = learning_rate(step)
            image, mask = read_batch()
            value = loss(network(image), mask)
            optimiser.zero_grad(set_to_none=True)
            value.backward()
            optimiser.step()
            total += value.item()
            share = 1 - min(recipe["ema"], (1 + step) / (10 + step)) if recipe["ema"] > 0 else 1
            with torch.no_grad():
                for name, target in averaged.p.items():
                    target += share * (network.p[name] - target)
        validation, iou, pooled = validate(averaged)
        best = recipe["keep"] == "last" or least is None or validation < least
        if best:
            least = validation
            write_safetensors(folder / "best.safetensors", averaged.p)
        record = {
            "epoch": epoch,
            "steps": epoch * setup["stepsPerEpoch"],
            "trainLoss": total / setup["stepsPerEpoch"],
            "validationLoss": validation,
            "validationIou": iou,
            "validationPooledIou": pooled,
            "best": best,
            "seconds": time.perf_counter() - start,
            "waitedSeconds": 0,
        }
        print(json.dumps(record), flush=True)
    write_safetensors(folder / "last.safetensors", averaged.p)


main()
