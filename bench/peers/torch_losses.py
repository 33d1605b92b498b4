"""The losses of packages/autograd/src/losses: targets 0 and 1 count, any other is ignored."""
import torch
import torch.nn.functional as F


def balanced(recipe):
    def loss(logits, truth):
        positive, negative = (truth == 1).float(), (truth == 0).float()
        at_positive = (F.softplus(-logits) * positive).sum() / positive.sum().clamp(min=1)
        at_negative = (F.softplus(logits) * negative).sum() / negative.sum().clamp(min=1)
        return at_positive + recipe["negativeWeight"] * at_negative

    return loss


def tversky_cost(logits, truth, alpha, beta):
    """The mean over images in which a pixel counts."""
    positive, negative = (truth == 1).float(), (truth == 0).float()
    sums = lambda x: x.sum((1, 2, 3))
    p = torch.sigmoid(logits)
    right = 2 * sums(p * positive) + 1
    wrong = 2 * alpha * sums(p * negative) + 2 * beta * sums((1 - p) * positive)
    images = (sums(positive + negative) > 0).sum().clamp(min=1)
    return (wrong / (right + wrong)).sum() / images


def dice_bce(recipe):
    def loss(logits, truth):
        positive, negative = (truth == 1).float(), (truth == 0).float()
        cost = F.softplus(-logits) * positive + F.softplus(logits) * negative
        bce = cost.sum() / (positive + negative).sum().clamp(min=1)
        return tversky_cost(logits, truth, 0.5, 0.5) + bce

    return loss


def tversky(recipe):
    return lambda logits, truth: tversky_cost(logits, truth, recipe["tverskyAlpha"], recipe["tverskyBeta"])


def focal(recipe):
    gamma, alpha = recipe["focalGamma"], recipe["focalAlpha"]

    def loss(logits, truth):
        positive, negative = (truth == 1).float(), (truth == 0).float()
        p = torch.sigmoid(logits)
        cost = alpha * (1 - p) ** gamma * F.softplus(-logits) * positive
        cost = cost + (1 - alpha) * p**gamma * F.softplus(logits) * negative
        return cost.sum() / (positive + negative).sum().clamp(min=1)

    return loss


def loss_of(recipe):
    losses = {"balanced": balanced, "dice-bce": dice_bce, "tversky": tversky, "focal": focal}
    return losses[recipe["loss"]](recipe)
