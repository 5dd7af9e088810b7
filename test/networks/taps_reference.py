"""Taps of convolutions that meet pixels, counted by PyTorch: tensors of ones, convolved with ones, and summed.

    .venv/bin/python test/networks/taps_reference.py > test/networks/taps.json

Twenty networks of blocks X, R, V, VR and Y behind each stem at 32 × 32, and ResNet-50 at 224 × 224, built here as PyTorch modules from the same
numbers as an architecture has. Each output of a convolution of ones with ones is the number of its taps that meet
pixels, channels counted; the sum over all outputs is the layer's effective flops. A bias adds one per output.
"""

import json
import random

import torch
from torch import nn


def conv(channels, out, kernel=1, stride=1, groups=1, bias=False):
    return nn.Conv2d(channels, out, kernel, stride, kernel // 2, groups=groups, bias=bias)


class Excite(nn.Module):
    """Squeeze-and-excitation of `channels`, through `width`."""

    def __init__(self, channels, width):
        super().__init__()
        self.f = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),
            conv(channels, width, bias=True),
            nn.ReLU(),
            conv(width, channels, bias=True),
            nn.Sigmoid(),
        )

    def forward(self, x):
        return x * self.f(x)


class Block(nn.Module):
    def __init__(self, kind, channels, stage, stride):
        super().__init__()
        width, kernel, bottleneck = stage["width"], stage["kernel"], stage["bottleneck"]
        if kind in ("V", "VR"):
            self.f = conv(channels, width, kernel, stride)
        else:
            inner = width // bottleneck
            groups = 1 if kind == "R" else inner // stage["groupWidth"]
            middle = [conv(channels, inner), conv(inner, inner, kernel, stride, groups)]
            if kind == "Y":
                middle.append(Excite(inner, max(1, round(channels / 4))))
            self.f = nn.Sequential(*middle, conv(inner, width))
        self.shortcut = None
        if kind != "V" and (stride != 1 or channels != width):
            self.shortcut = conv(channels, width, 1, stride)

    def forward(self, x):
        y = self.f(x)
        return y if self.shortcut is None else y + self.shortcut(x)


def network(block, stem, stages, classes):
    kernel, stride = {"simple": (3, 2), "cifar": (3, 1), "resnet": (7, 2)}[stem["kind"]]
    layers = [conv(3, stem["width"], kernel, stride)]
    if stem["kind"] == "resnet":
        layers.append(nn.MaxPool2d(3, 2, 1))
    channels = stem["width"]
    for stage in stages:
        for i in range(stage["depth"]):
            layers.append(Block(block, channels, stage, stage["stride"] if i == 0 else 1))
            channels = stage["width"]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes))


def counts(net, resolution):
    """(flops, effective flops)."""
    flops, effective = 0, 0

    def count(layer, inputs, output):
        nonlocal flops, effective
        if isinstance(layer, nn.Linear):
            flops += output.numel() * (layer.in_features + 1)
            effective += output.numel() * (layer.in_features + 1)
            return
        ones = nn.functional.conv2d(
            torch.ones_like(inputs[0]),
            torch.ones_like(layer.weight),
            None,
            layer.stride,
            layer.padding,
            groups=layer.groups,
        )
        bias = output.numel() if layer.bias is not None else 0
        flops += output.numel() * layer.weight[0].numel() + bias
        effective += int(ones.sum().item()) + bias

    for layer in net.modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            layer.register_forward_hook(count)
    with torch.no_grad():
        net(torch.ones(1, 3, resolution, resolution, dtype=torch.float64))
    return flops, effective


def main():
    draw = random.Random(13)
    rows = []
    for i in range(20):
        block = ("X", "R", "V", "VR", "Y")[i % 5]
        stem = {"kind": ("simple", "cifar", "resnet")[i % 3], "width": 8 * draw.randint(1, 4)}
        stages = []
        for _ in range(draw.randint(3, 5)):
            bottleneck, group = draw.choice((1, 2, 4)), draw.choice((1, 2, 4, 8))
            stages.append(
                {
                    "depth": draw.randint(1, 4),
                    "width": bottleneck * group * draw.randint(1, 4),
                    "bottleneck": bottleneck,
                    "groupWidth": group,
                    "stride": draw.choice((1, 2, 2, 3)),
                    "kernel": draw.choice((3, 3, 5, 7)),
                }
            )
        net = network(block, stem, stages, 10).double()
        flops, effective = counts(net, 32)
        rows.append({"block": block, "stem": stem, "stages": stages, "flops": flops, "effectiveFlops": effective})
    depths, widths, strides = (3, 4, 6, 3), (256, 512, 1024, 2048), (1, 2, 2, 2)
    resnet50 = [
        {"depth": depth, "width": width, "bottleneck": 4, "stride": stride, "kernel": 3}
        for depth, width, stride in zip(depths, widths, strides)
    ]
    published = counts(network("R", {"kind": "resnet", "width": 64}, resnet50, 1000).double(), 224)
    lines = ",\n".join(f"    {json.dumps(row)}" for row in rows)
    print(f'{{\n  "torch": "{torch.__version__}",\n  "ResNet-50": {list(published)},\n  "networks": [\n{lines}\n  ]\n}}')


main()
