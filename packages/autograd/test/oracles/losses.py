"""Writes ../fixtures/losses.json: segmentation losses of logits, and their gradients, from PyTorch in float64.

usage: /usr/bin/python3 losses.py
"""
import numpy as np
import torch
import torch.nn.functional as F
from fixture import Values, numbers, write

SHAPE = (2, 1, 4, 4)
NEGATIVE_WEIGHT = 3
IGNORED = 255


def balanced_cross_entropy(logits, targets):
    """Mean over positive pixels + 3 x mean over negative pixels of the whole batch; the mean of no pixel is 0."""
    entropy = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    positive, negative = entropy[targets == 1], entropy[targets == 0]
    return positive.sum() / max(positive.numel(), 1) + NEGATIVE_WEIGHT * negative.sum() / max(negative.numel(), 1)


def soft_dice(logits, targets):
    """1 - (2 sum(p y) + 1) / (sum(p) + sum(y) + 1), sums over the whole batch: 0 at best, under 1 at worst."""
    p = torch.sigmoid(logits)
    return 1 - (2 * (p * targets).sum() + 1) / (p.sum() + targets.sum() + 1)


def counted(logits, targets):
    """Logits and targets of the pixels that count, image by image."""
    return [(z[y != IGNORED], y[y != IGNORED]) for z, y in zip(logits, targets)]


def mean_over_images(logits, targets, loss):
    """Over images in which a pixel counts; of none it is 0."""
    costs = [loss(z, y) for z, y in counted(logits, targets) if y.numel() > 0]
    return sum(costs, 0 * logits.sum()) / max(len(costs), 1)


def mean_over_pixels(logits, targets, costs):
    """Over all pixels that count; of none it is 0."""
    z, y = logits[targets != IGNORED], targets[targets != IGNORED]
    return costs(z, y).sum() / max(y.numel(), 1)


def dice_and_cross_entropy(logits, targets):
    """Soft Dice loss, mean over images, plus the mean cross-entropy of all pixels."""
    cross_entropy = lambda z, y: F.binary_cross_entropy_with_logits(z, y, reduction="none")  # noqa: E731
    return mean_over_images(logits, targets, soft_dice) + mean_over_pixels(logits, targets, cross_entropy)


FOCAL = {"gamma": 2, "alpha": 0.25}


def focal_cost(logits, targets, gamma, alpha):
    """Lin et al. 2017, equation 5; 1 - p_t and log p_t as torchvision's sigmoid_focal_loss has them."""
    p = torch.sigmoid(logits)
    p_t = p * targets + (1 - p) * (1 - targets)
    cross_entropy = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    return (alpha * targets + (1 - alpha) * (1 - targets)) * (1 - p_t) ** gamma * cross_entropy


def focal(gamma, alpha):
    return lambda logits, targets: mean_over_pixels(
        logits, targets, lambda z, y: focal_cost(z, y, gamma, alpha)
    )


TVERSKY = {"alpha": 0.3, "beta": 0.7}


def tversky(logits, targets):
    """Salehi et al. 2017, smoothed by 1/2 above and below; the mean over images."""

    def loss(z, y):
        p = torch.sigmoid(z)
        found, wrong, missed = (p * y).sum(), (p * (1 - y)).sum(), ((1 - p) * y).sum()
        return 1 - (found + 0.5) / (found + TVERSKY["alpha"] * wrong + TVERSKY["beta"] * missed + 0.5)

    return mean_over_images(logits, targets, loss)


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
some_ignored = np.where(values.bits(*SHAPE), IGNORED, mixed)
first_image_ignored = np.where(np.array([True, False]).reshape(2, 1, 1, 1), IGNORED, mixed)
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
# Losses for which a target of 255 does not count.
WITH_IGNORED = {
    "some pixels ignored": (logits, some_ignored),
    "first image ignored": (logits, first_image_ignored),
    "all pixels ignored": (logits, np.full(SHAPE, float(IGNORED))),
    "logits of 60, right and wrong, some ignored": (extreme, some_ignored),
}
MASKED = {
    "diceBce": (dice_and_cross_entropy, {}),
    "focal": (focal(**FOCAL), FOCAL),
    "tversky": (tversky, TVERSKY),
}


# The power's gradient is infinite where a pixel is surely right, so not with extreme logits.
ROOT = {"focal, gamma 0.5": (focal(0.5, 0.75), {"gamma": 0.5, "alpha": 0.75})}


def evaluate(loss, batch):
    compute, options = {**LOSSES, **MASKED, **ROOT}[loss]
    values_of_logits, targets = {**BATCHES, **WITH_IGNORED}[batch]
    leaf = torch.tensor(values_of_logits, requires_grad=True)
    value = compute(leaf, torch.tensor(targets))
    (gradient,) = torch.autograd.grad(value, leaf)
    return {
        "name": f"{loss}, {batch}",
        "loss": loss.split(",")[0],
        "options": options,
        "shape": list(SHAPE),
        "logits": numbers(values_of_logits),
        "targets": numbers(targets),
        "value": numbers(value.detach().numpy())[0],
        "gradient": numbers(gradient.numpy()),
    }


cases = [evaluate(loss, batch) for loss in LOSSES for batch in BATCHES]
cases += [evaluate("balancedBce", batch) for batch in WITH_IGNORED]
cases += [evaluate(loss, batch) for loss in MASKED for batch in {**BATCHES, **WITH_IGNORED}]
cases += [evaluate(loss, batch) for loss in ROOT for batch in ("both classes", "some pixels ignored")]
write("losses.json", cases)
