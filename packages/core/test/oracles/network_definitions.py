"""The notebook's two nets in PyTorch, from parameters by name: forward passes and random parameters.

Batch norm is Keras's, written out: torch.nn.BatchNorm keeps the unbiased variance as its running statistic.
"""
import numpy as np
import torch
import torch.nn.functional as F

EPSILON, MOMENTUM = 1e-3, 0.99  # Keras's defaults of BatchNormalization


class Pass:
    """One forward pass: layers read their parameters by name, and what batch norm saw is kept."""

    def __init__(self, parameters, training):
        self.parameters, self.training = parameters, training
        self.running, self.margin = {}, np.inf

    def conv(self, x, name):
        weight = self.parameters[f"{name}.weight"]
        return F.conv2d(x, weight, self.parameters[f"{name}.bias"], padding=weight.shape[-1] // 2)

    def up(self, x, name, stride, padding):
        return F.conv_transpose2d(
            x, self.parameters[f"{name}.weight"], self.parameters[f"{name}.bias"], stride, padding
        )

    def norm(self, x, name):
        """Keras: the running statistics take 1 - momentum of the batch's, the variance being the population's."""
        scale, bias, mean, variance = (self.parameters[f"{name}.{p}"] for p in ("scale", "bias", "mean", "variance"))
        if self.training:
            seen = {"mean": x.mean((0, 2, 3)), "variance": x.var((0, 2, 3), unbiased=False)}
            for statistic, now in seen.items():
                before = self.parameters[f"{name}.{statistic}"]
                self.running[f"{name}.{statistic}"] = (MOMENTUM * before + (1 - MOMENTUM) * now).detach()
            mean, variance = seen["mean"], seen["variance"]
        factor = scale / torch.sqrt(variance + EPSILON)
        return (x - mean.reshape(-1, 1, 1)) * factor.reshape(-1, 1, 1) + bias.reshape(-1, 1, 1)

    def relu(self, x):
        self.margin = min(self.margin, x.detach().abs().min().item())
        return torch.relu(x)

    def pool(self, x):
        windows = F.unfold(x.detach().flatten(0, 1).unsqueeze(1), 2, stride=2)
        first, second = windows.topk(2, 1).values.unbind(1)
        # Where all four are rectified to 0 the tie is harmless: no gradient goes on from there.
        if (first > 0).any():
            self.margin = min(self.margin, (first - second)[first > 0].min().item())
        return F.max_pool2d(x, 2)


def unet(run, x):
    x = x / 127.5 - 1
    skips = []
    for level in range(1, 6):
        x = run.pool(x) if level > 1 else x
        x = run.relu(run.norm(run.conv(x, f"left{level}.conv"), f"left{level}.norm"))
        skips.append(x)
    for level, skip in enumerate(reversed(skips[:-1]), 1):
        x = torch.cat([run.up(x, f"right{level}.up", 2, 1), skip], 1)
        x = run.relu(run.norm(run.conv(x, f"right{level}.conv"), f"right{level}.norm"))
    return run.conv(x, "head")


def fcn(run, x):
    x = x / 127.5 - 1
    for level in range(1, 5):
        x = run.pool(x) if level > 1 else x
        for i in range(1, 4):
            x = run.relu(run.norm(run.conv(x, f"level{level}.conv{i}"), f"level{level}.norm{i}"))
    return run.up(x, "up", 8, 0)


class Parameters:
    def __init__(self, random):
        self.random, self.tensors = random, {}

    def uniform(self, low, high, *shape):
        """Stored and used as float32 has it."""
        return torch.tensor(self.random.uniform(low, high, shape).astype(np.float32).astype(np.float64))

    def conv(self, name, c_in, c_out, kernel, transposed=False, taps=None):
        """taps: how many terms an output sums, where strides make it fewer than the kernel has."""
        shape = (c_in, c_out) if transposed else (c_out, c_in)
        bound = np.sqrt(3 / (taps or c_in * kernel * kernel))
        self.tensors[f"{name}.weight"] = self.uniform(-bound, bound, *shape, kernel, kernel)
        self.tensors[f"{name}.bias"] = self.uniform(-0.5, 0.5, c_out)

    def norm(self, name, channels):
        ranges = {"scale": (0.5, 1.5), "bias": (-0.5, 0.5), "mean": (-0.5, 0.5), "variance": (0.5, 1.5)}
        for parameter, (low, high) in ranges.items():
            self.tensors[f"{name}.{parameter}"] = self.uniform(low, high, channels)


def unet_parameters(random, base=2):
    p = Parameters(random)
    widths = [base, 2 * base, 4 * base, 8 * base, 8 * base]
    for level, (c_in, c_out) in enumerate(zip([3, *widths], widths), 1):
        p.conv(f"left{level}.conv", c_in, c_out, 5)
        p.norm(f"left{level}.norm", c_out)
    decoder = list(reversed(widths))
    for level, (c_in, c_out) in enumerate(zip(decoder, decoder[1:]), 1):
        p.conv(f"right{level}.up", c_in, c_out, 4, transposed=True, taps=4 * c_in)
        p.conv(f"right{level}.conv", 2 * c_out, c_out, 5)
        p.norm(f"right{level}.norm", c_out)
    p.conv("head", base, 1, 1)
    return p.tensors


def fcn_parameters(random, base=2):
    p = Parameters(random)
    widths = [base, 2 * base, 4 * base, 8 * base]
    for level, (c_in, c_out) in enumerate(zip([3, *widths], widths), 1):
        for i in range(1, 4):
            p.conv(f"level{level}.conv{i}", c_in if i == 1 else c_out, c_out, 3)
            p.norm(f"level{level}.norm{i}", c_out)
    p.conv("up", widths[-1], 1, 8, transposed=True, taps=widths[-1])
    return p.tensors
