"""The notebook's two networks in PyTorch, layer by layer as packages/core builds them."""
import torch
import torch.nn as nn


def normalised(convolution, channels):
    return nn.Sequential(convolution, nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01), nn.ReLU())


def same(inputs, outputs, kernel):
    return nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2)


class UNet(nn.Module):
    def __init__(self, base, kernel, depth=5):
        super().__init__()
        widths = [base * 2 ** min(level, depth - 2) for level in range(depth)]
        self.pool = nn.MaxPool2d(2)
        self.left = nn.ModuleList(
            normalised(same(inputs, outputs, kernel), outputs)
            for inputs, outputs in zip([3] + widths, widths)
        )
        self.up = nn.ModuleList()
        self.right = nn.ModuleList()
        channels = widths[-1]
        for skip in reversed(widths[:-1]):
            self.up.append(nn.ConvTranspose2d(channels, skip, 4, 2, 1))
            self.right.append(normalised(same(2 * skip, skip, kernel), skip))
            channels = skip
        self.head = nn.Conv2d(base, 1, 1)

    def forward(self, x):
        x = x / 127.5 - 1
        skips = []
        for level, block in enumerate(self.left):
            x = block(x if level == 0 else self.pool(x))
            skips.append(x)
        for up, block, skip in zip(self.up, self.right, reversed(skips[:-1])):
            x = block(torch.cat([up(x), skip], 1))
        return self.head(x)


class FCN(nn.Module):
    def __init__(self, base, kernel, depth=4):
        super().__init__()
        layers, channels = [], 3
        for level in range(depth):
            if level > 0:
                layers.append(nn.MaxPool2d(2))
            for _ in range(3):
                layers.append(normalised(same(channels, base * 2**level, kernel), base * 2**level))
                channels = base * 2**level
        stride = 2 ** (depth - 1)
        self.layers = nn.Sequential(*layers, nn.ConvTranspose2d(channels, 1, stride, stride))

    def forward(self, x):
        return self.layers(x / 127.5 - 1)


def network(name, base, kernel):
    return {"unet": UNet, "fcn": FCN}[name](base, kernel)


def balanced_bce(logits, mask, negative_weight=3.0):
    """Mean over positive pixels + weight x mean over negative ones, as packages/autograd has it."""
    bce = nn.functional.binary_cross_entropy_with_logits(logits, mask, reduction="none")
    positive = mask.sum()
    negative = mask.numel() - positive
    return (bce * mask).sum() / positive + negative_weight * (bce * (1 - mask)).sum() / negative
