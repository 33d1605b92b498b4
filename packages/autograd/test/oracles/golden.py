"""Writes ../../src/session/golden-reference.ts: a training step of a small network, in float64.

The network, its values and the step are those of ../../src/session/golden-step.ts.

usage: /usr/bin/python3 golden.py
"""
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from fixture import GENERATOR

FILE = Path(__file__).resolve().parent.parent.parent / "src" / "session" / "golden-reference.ts"
SKETCH = 8
RATE, BETA1, BETA2, EPSILON = 0.01, 0.9, 0.999, 0.01


def hashed(count, seed):
    """The bits that golden-step.ts calls spread, as 24-bit integers."""
    low = 0xFFFFFFFF
    out = []
    for i in range(count):
        bits = (i + 1 + seed * 65537) * 0x9E3779B1 & low
        bits = (bits ^ bits >> 15) * 0x2C1B3C6D & low
        out.append((bits ^ bits >> 12) >> 8)
    return np.array(out)


def spread(shape, seed, width):
    values = width * (hashed(int(np.prod(shape)), seed) / 2**24 - 0.5)
    return torch.tensor(values.astype(np.float32).astype(np.float64)).reshape(shape)


def sketch(values):
    """Norm, and sums with pseudo-random signs: a difference of two tensors shows in them at its size."""
    flat = np.asarray(values.detach()).ravel()
    bits = hashed(len(flat), 7)
    sums = [float(np.sum(np.where(bits >> k & 1, flat, -flat))) for k in range(SKETCH)]
    return [float(np.linalg.norm(flat)), *sums]


parameters, statistics = {}, {}


def weight(name, *shape):
    seed = 1 + sum(key.endswith(".weight") for key in parameters)
    parameters[name] = spread(shape, seed, np.sqrt(24 / np.prod(shape[1:]))).requires_grad_()
    return parameters[name]


def block(name, x, channels, kernel):
    y = F.conv2d(x, weight(f"{name}.weight", channels, x.shape[1], kernel, kernel), padding=kernel // 2)
    parameters[f"{name}.scale"] = torch.ones(channels, dtype=torch.float64, requires_grad=True)
    bias = np.float64(np.float32(0.1))
    parameters[f"{name}.bias"] = torch.full((channels,), bias, dtype=torch.float64, requires_grad=True)
    mean, variance = y.mean((0, 2, 3)), y.var((0, 2, 3), unbiased=False)
    statistics[f"{name}.mean"] = 0.1 * mean
    statistics[f"{name}.variance"] = 0.9 + 0.1 * variance
    per_channel = lambda v: v.reshape(1, -1, 1, 1)
    normal = (y - per_channel(mean)) / torch.sqrt(per_channel(variance) + 1e-3)
    return F.relu(normal * per_channel(parameters[f"{name}.scale"]) + per_channel(parameters[f"{name}.bias"]))


left = block("left", spread((2, 3, 16, 16), 0, 2), 8, 5)
bottom = block("bottom", F.max_pool2d(left, 2), 16, 3)
up = F.conv_transpose2d(bottom, weight("up.weight", 16, 8, 4, 4), stride=2, padding=1)
right = block("right", torch.cat([up, left], 1), 16, 3)
logits = F.conv2d(right, weight("head.weight", 1, 16, 1, 1))
mask = (spread((2, 1, 16, 16), 99, 1) > 0.25).double()
loss = (F.softplus(-logits) * mask).sum() / mask.sum() + 3 * (F.softplus(logits) * (1 - mask)).sum() / (1 - mask).sum()
loss.backward()

rate = RATE * np.sqrt(1 - BETA2) / (1 - BETA1)
reference = {"loss": sketch(loss.reshape(1))}
for name, values in statistics.items():
    reference[name] = sketch(values)
for name, p in parameters.items():
    gradient = p.grad
    reference[f"gradient of {name}"] = sketch(gradient)
    moved = -rate * (1 - BETA1) * gradient / (torch.sqrt((1 - BETA2) * gradient**2) + EPSILON)
    reference[f"step of {name}"] = sketch(moved)

lines = [f"  '{name}': [{', '.join(f'{v:.7g}' for v in values)}]," for name, values in reference.items()]
FILE.write_text(
    f"// Made by test/oracles/golden.py ({GENERATOR}).\n\n"
    "/** For each tensor of the golden step: its norm, then its sums with the signs of golden-check.ts. */\n"
    "export const goldenReference: Readonly<Record<string, readonly number[]>> = {\n" + "\n".join(lines) + "\n};\n"
)
for name, values in reference.items():
    print(name, values[0])
