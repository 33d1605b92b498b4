"""Writes ../fixtures/unet.safetensors and fcn.safetensors: the two nets, a training step and three, from PyTorch.

usage: /usr/bin/python3 networks.py

Everything is computed in float64 from parameters that float32 holds exactly. The nets are the notebook's with
2 channels at the first level; parameters are not its initial ones but such that none is neutral (no zero bias,
no unit scale), so that a missing or swapped one shows.
"""
from pathlib import Path

import numpy as np
import safetensors_file
import torch
import torch.nn.functional as F
from network_definitions import Pass, fcn, fcn_parameters, unet, unet_parameters

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
RATE, BETA_1, BETA_2, ADAM_EPSILON = 2e-4, 0.9, 0.999, 1e-7
NEGATIVE_WEIGHT = 3
STEPS = 3
# No rectifier's input and no lead of a maximum may be nearer to its kink than this in any pass: float32 arithmetic
# then takes the same side everywhere, and a difference is a mistake rather than a tie broken the other way.
MARGIN = 5e-5

torch.set_num_threads(1)


def trained(name):
    """All but running statistics, and biases in front of a batch norm: those have no influence, and their
    gradient is rounding noise, which Adam would blow up to full steps."""
    before_norm = name.endswith(".bias") and ".conv" in name
    return not before_norm and not name.endswith((".mean", ".variance"))


def balanced_cross_entropy(logits, mask):
    entropy = F.binary_cross_entropy_with_logits(logits, mask, reduction="none")
    return entropy[mask == 1].mean() + NEGATIVE_WEIGHT * entropy[mask == 0].mean()


def training_step(net, parameters, x, mask):
    leaves = {name: p.detach().clone().requires_grad_(trained(name)) for name, p in parameters.items()}
    run = Pass(leaves, training=True)
    logits = net(run, x)
    loss = balanced_cross_entropy(logits, mask)
    names = [name for name in leaves if trained(name)]
    gradients = torch.autograd.grad(loss, [leaves[name] for name in names])
    return logits.detach(), loss.detach(), dict(zip(names, gradients)), run


def train(net, parameters, x, mask):
    """Adam as tf.keras.optimizers has it: the epsilon stands beside the root that is not corrected for bias."""
    parameters = dict(parameters)
    m = {name: torch.zeros_like(p) for name, p in parameters.items() if trained(name)}
    v = {name: torch.zeros_like(p) for name, p in parameters.items() if trained(name)}
    losses, margin = [], np.inf
    for t in range(1, STEPS + 1):
        _, loss, gradients, run = training_step(net, parameters, x, mask)
        losses.append(loss)
        margin = min(margin, run.margin)
        for name, g in gradients.items():
            m[name] = BETA_1 * m[name] + (1 - BETA_1) * g
            v[name] = BETA_2 * v[name] + (1 - BETA_2) * g * g
            rate = RATE * np.sqrt(1 - BETA_2**t) / (1 - BETA_1**t)
            parameters[name] = parameters[name] - rate * m[name] / (torch.sqrt(v[name]) + ADAM_EPSILON)
        parameters.update(run.running)
    return parameters, torch.stack(losses), margin


def compute(net, parameters_of, shape, seed, dtype=torch.float64):
    random = np.random.RandomState(seed)
    parameters = {name: p.to(dtype) for name, p in parameters_of(random).items()}
    x = torch.tensor(random.randint(0, 256, shape), dtype=dtype)
    mask = torch.tensor(random.uniform(size=(shape[0], 1, *shape[2:])) < 0.2, dtype=dtype)
    logits, loss, gradients, first = training_step(net, parameters, x, mask)
    after, losses, margin = train(net, parameters, x, mask)
    evaluation = Pass(parameters, training=False)
    tensors = {"input": x, "mask": mask, **parameters, "logits": logits, "loss": loss}
    tensors.update({f"gradient/{name}": g for name, g in gradients.items()})
    tensors.update({f"running/{name}": s for name, s in first.running.items()})
    tensors.update({f"after3/{name}": p for name, p in after.items()})
    tensors["after3/losses"] = losses
    tensors["eval/logits"] = net(evaluation, x)
    return tensors, min(margin, evaluation.margin)


NETS = {
    "unet": (unet, unet_parameters, (2, 3, 32, 32)),
    "fcn": (fcn, fcn_parameters, (2, 3, 16, 24)),
}
# Chosen among 150 for the widest margin.
SEEDS = {"unet": 73, "fcn": 14}


def relative(a, b):
    return ((a - b).norm() / b.norm()).item()


if __name__ == "__main__":
    for name, (net, parameters_of, shape) in NETS.items():
        tensors, margin = compute(net, parameters_of, shape, SEEDS[name])
        if margin < MARGIN:
            raise SystemExit(f"{name}: seed {SEEDS[name]} comes within {margin:.1e} of a kink; take another")
        path = FIXTURES / f"{name}.safetensors"
        FIXTURES.mkdir(exist_ok=True)
        metadata = {"generator": f"PyTorch {torch.__version__}, float64", "seed": str(SEEDS[name])}
        safetensors_file.write(path, {key: t.detach().numpy() for key, t in tensors.items()}, metadata)
        print(f"{path}: {len(tensors)} tensors, {path.stat().st_size / 1000:.0f} kB, margin {margin:.1e}")
        single, _ = compute(net, parameters_of, shape, SEEDS[name], torch.float32)
        worst = max((relative(single[key].double(), t), key) for key, t in tensors.items())
        print(f"  PyTorch's own float32 is off by {worst[0]:.1e} at most, in {worst[1]}")
