"""Writes ../fixtures/losses.json: segmentation losses of logits, and their gradients, from PyTorch in float64.

usage: /usr/bin/python3 losses.py
"""
import numpy as np
import torch
import torch.nn.functional as F
from fixture import Values, numbers, write

SHAPE = (2, 1, 4, 4)
NEGATIVE_WEIGHT = 3


def balanced_cross_entropy(logits, targets):
    """Mean over positive pixels + 3 x mean over negative pixels of the whole batch; the mean of no pixel is 0."""
    entropy = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    positive, negative = entropy[targets == 1], entropy[targets == 0]
    return positive.sum() / max(positive.numel(), 1) + NEGATIVE_WEIGHT * negative.sum() / max(negative.numel(), 1)


def soft_dice(logits, targets):
    """1 - (2 sum(p y) + 1) / (sum(p) + sum(y) + 1), sums over the whole batch: 0 at best, under 1 at worst."""
    p = torch.sigmoid(logits)
    return 1 - (2 * (p * targets).sum() + 1) / (p.sum() + targets.sum() + 1)


LOSSES = {
    "balancedBce": (balanced_cross_entropy, {"negativeWeight": NEGATIVE_WEIGHT}),
    "bce": (F.binary_cross_entropy_with_logits, {}),
    "dice": (soft_dice, {"smooth": 1}),
}

values = Values(100)
logits = values.real(*SHAPE, low=-4, high=4)
mixed = (values.real(*SHAPE) > 1).astype(np.float64)
second_image_empty = mixed * np.array([1, 0]).reshape(2, 1, 1, 1)
extreme = np.where(values.bits(*SHAPE), 60.0, -60.0)
BATCHES = {
    "both classes": (logits, mixed),
    "second image without positive pixels": (logits, second_image_empty),
    "no positive pixel": (logits, np.zeros(SHAPE)),
    "no negative pixel": (logits, np.ones(SHAPE)),
    "one positive pixel": (logits, np.eye(1, 32, 5).reshape(SHAPE)),
    "logits of 60, right and wrong": (extreme, mixed),
    "logits of 60, all right": (120 * mixed - 60, mixed),
    "logits of 60, all wrong": (60 - 120 * mixed, mixed),
    "logits of 0": (np.zeros(SHAPE), mixed),
}


def evaluate(loss, batch):
    compute, options = LOSSES[loss]
    values_of_logits, targets = BATCHES[batch]
    leaf = torch.tensor(values_of_logits, requires_grad=True)
    value = compute(leaf, torch.tensor(targets))
    (gradient,) = torch.autograd.grad(value, leaf)
    return {
        "name": f"{loss}, {batch}",
        "loss": loss,
        "options": options,
        "shape": list(SHAPE),
        "logits": numbers(values_of_logits),
        "targets": numbers(targets),
        "value": numbers(value.detach().numpy())[0],
        "gradient": numbers(gradient.numpy()),
    }


write("losses.json", [evaluate(loss, batch) for loss in LOSSES for batch in BATCHES])
