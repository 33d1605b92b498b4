"""U-Nets with a ResNet-style and a MobileNet-style encoder, as people export them: modules named as in torchvision,
decoders as in segmentation_models.pytorch.
"""
import torch
import torch.nn.functional as F
from torch import nn


class BasicBlock(nn.Module):
    """He et al. 2016: two 3x3 convolutions and what went in, added (ResNet-18 and -34)."""

    def __init__(self, c_in, c_out, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(c_in, c_out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(c_out)
        self.conv2 = nn.Conv2d(c_out, c_out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(c_out)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = None
        if stride != 1 or c_in != c_out:
            self.downsample = nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride, bias=False), nn.BatchNorm2d(c_out))

    def forward(self, x):
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet(nn.Module):
    def __init__(self, widths, blocks):
        super().__init__()
        self.widths = [widths[0], *widths[1:]]
        self.conv1 = nn.Conv2d(3, widths[0], 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(widths[0])
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        for stage, (c_in, c_out, count) in enumerate(zip(widths, widths[1:], blocks), 1):
            first = BasicBlock(c_in, c_out, 1 if stage == 1 else 2)
            rest = [BasicBlock(c_out, c_out, 1) for _ in range(count - 1)]
            setattr(self, f"layer{stage}", nn.Sequential(first, *rest))

    def forward(self, x):
        x = self.relu(self.bn1(self.conv1(x)))
        features = [x]
        x = self.maxpool(x)
        for stage in range(1, len(self.widths)):
            x = getattr(self, f"layer{stage}")(x)
            features.append(x)
        return features


class SqueezeExcite(nn.Module):
    """Hu et al. 2018, with MobileNetV3's gate."""

    def __init__(self, channels):
        super().__init__()
        squeezed = max(4, channels // 4)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(channels, squeezed, 1)
        self.relu = nn.ReLU()
        self.fc2 = nn.Conv2d(squeezed, channels, 1)
        self.gate = nn.Hardsigmoid()

    def forward(self, x):
        return x * self.gate(self.fc2(self.relu(self.fc1(self.avgpool(x)))))


class InvertedResidual(nn.Module):
    """Sandler et al. 2018: wider, a convolution for each channel, narrow again (MobileNetV2 and V3)."""

    def __init__(self, c_in, c_out, expansion, kernel, stride, activation, squeeze):
        super().__init__()
        wide = c_in * expansion
        layers = []
        if expansion != 1:
            layers += [nn.Conv2d(c_in, wide, 1, bias=False), nn.BatchNorm2d(wide), activation()]
        depthwise = nn.Conv2d(wide, wide, kernel, stride, kernel // 2, groups=wide, bias=False)
        layers += [depthwise, nn.BatchNorm2d(wide), activation()]
        if squeeze:
            layers.append(SqueezeExcite(wide))
        layers += [nn.Conv2d(wide, c_out, 1, bias=False), nn.BatchNorm2d(c_out)]
        self.conv = nn.Sequential(*layers)
        self.adds = stride == 1 and c_in == c_out

    def forward(self, x):
        return x + self.conv(x) if self.adds else self.conv(x)


class MobileNet(nn.Module):
    """Stages of (expansion, channels, blocks, stride, kernel, activation, squeeze); maps before each halving are kept."""

    def __init__(self, first, stages):
        super().__init__()
        activation = stages[-1][5]
        self.features = nn.ModuleList(
            [nn.Sequential(nn.Conv2d(3, first, 3, 2, 1, bias=False), nn.BatchNorm2d(first), activation())]
        )
        self.kept, self.widths = [], []
        c_in = first
        for expansion, channels, count, stride, kernel, activation, squeeze in stages:
            if stride == 2:
                self.kept.append(len(self.features) - 1)
                self.widths.append(c_in)
            for block in range(count):
                block = InvertedResidual(
                    c_in, channels, expansion, kernel, stride if block == 0 else 1, activation, squeeze
                )
                self.features.append(block)
                c_in = channels
        self.kept.append(len(self.features) - 1)
        self.widths.append(c_in)

    def forward(self, x):
        features = []
        for index, layer in enumerate(self.features):
            x = layer(x)
            if index in self.kept:
                features.append(x)
        return features


class UNet(nn.Module):
    """The encoder's maps from the smallest on: enlarged, beside the next, two convolutions. `enlarge`: nearest (by a
    factor), bilinear or aligned (to the size of the next), transposed (a layer of its own)."""

    def __init__(self, encoder, widths, enlarge, head=None):
        super().__init__()
        self.encoder, self.enlarge = encoder, enlarge
        self.blocks, self.up = nn.ModuleList(), nn.ModuleList()
        c_in = encoder.widths[-1]
        for skip, width in zip([*reversed(encoder.widths[:-1]), 0], widths):
            if enlarge == "transposed":
                self.up.append(nn.ConvTranspose2d(c_in, c_in, 2, 2))
            layers = []
            for c in (c_in + skip, width):
                layers += [nn.Conv2d(c, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
            self.blocks.append(nn.Sequential(*layers))
            c_in = width
        self.dropout = nn.Dropout(0.2)
        self.head = nn.Conv2d(c_in, 1, 3, 1, 1)
        self.activation = head

    def forward(self, x):
        size = x.shape[2:]
        *skips, x = self.encoder(x)
        for level, block in enumerate(self.blocks):
            skip = skips.pop() if skips else None
            if self.enlarge == "nearest":
                x = F.interpolate(x, scale_factor=2, mode="nearest")
            elif self.enlarge == "transposed":
                x = self.up[level](x)
            else:
                target = size if skip is None else skip.shape[2:]
                x = F.interpolate(x, size=target, mode="bilinear", align_corners=self.enlarge == "aligned")
            x = block(x if skip is None else torch.cat([x, skip], 1))
        x = self.head(self.dropout(x))
        return x if self.activation is None else self.activation(x)


def resnet(widths, blocks, decoder, enlarge="nearest", head=None):
    return UNet(ResNet(widths, blocks), decoder, enlarge, head)


def mobilenet(first, stages, decoder, enlarge="bilinear", head=None):
    return UNet(MobileNet(first, stages), decoder, enlarge, head)


RELU6, HARDSWISH, RELU = nn.ReLU6, nn.Hardswish, nn.ReLU
