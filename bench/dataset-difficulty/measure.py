"""How hard a dataset is: the error of a linear classifier, of a good small network, and of a random population.

    python bench/dataset-difficulty/measure.py FOLDER linear
    python bench/dataset-difficulty/measure.py FOLDER small
    python bench/dataset-difficulty/measure.py FOLDER population --nets 10

FOLDER is what dump.ts wrote. One thread, bf16 autocast, channels-last. Prints one line a measurement.
"""

import argparse
import json
import math
import random
import time
from pathlib import Path

import numpy
import torch
from torch import nn
from torch.nn import functional as F


def load(folder):
    """The dataset: uint8 images [n, 3, r, r] and labels of both splits, channel mean and std."""
    meta = json.loads((folder / "dataset.json").read_text())
    r = meta["resolution"]

    def split(name):
        images = numpy.fromfile(folder / f"{name}-images.bin", numpy.uint8).reshape(-1, 3, r, r)
        labels = numpy.fromfile(folder / f"{name}-labels.bin", numpy.uint8).astype(numpy.int64)
        return torch.from_numpy(images), torch.from_numpy(labels)

    mean = torch.tensor(meta["mean"]).view(1, 3, 1, 1)
    std = torch.tensor(meta["std"]).view(1, 3, 1, 1)
    return meta, split("train"), split("test"), mean, std


def error(logits, labels):
    return 100 * (logits.argmax(1) != labels).float().mean().item()


# ---------------------------------------------------------------- linear classifier


def measure_linear(data, args):
    """Multinomial logistic regression on normalised pixels by L-BFGS, for a sweep of L2 penalties.

    The best test error over the sweep is reported: an optimistic figure, in the classifier's favour.
    """
    meta, (x, y), (tx, ty), mean, std = data
    x, tx = (((v.float() / 255 - mean) / std).flatten(1) for v in (x, tx))
    for penalty in (1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0):
        w = torch.zeros(x.shape[1], meta["classes"], requires_grad=True)
        b = torch.zeros(meta["classes"], requires_grad=True)
        optimiser = torch.optim.LBFGS([w, b], max_iter=200, line_search_fn="strong_wolfe")

        def closure():
            optimiser.zero_grad()
            loss = F.cross_entropy(x @ w + b, y) + 0.5 * penalty * w.square().sum()
            loss.backward()
            return loss

        optimiser.step(closure)
        with torch.no_grad():
            print(
                f"linear penalty={penalty:g} train error {error(x @ w + b, y):.1f} test error {error(tx @ w + b, ty):.1f}",
                flush=True,
            )


# ---------------------------------------------------------------- networks


class XBlock(nn.Module):
    """The paper's X block: 1×1, 3×3 group, 1×1 convolutions with a residual (projection when shapes differ)."""

    def __init__(self, w_in, w_out, stride, bottleneck, group_width):
        super().__init__()
        w_b = w_out // bottleneck
        groups = w_b // min(group_width, w_b)
        self.f = nn.Sequential(
            nn.Conv2d(w_in, w_b, 1, bias=False),
            nn.BatchNorm2d(w_b),
            nn.ReLU(),
            nn.Conv2d(w_b, w_b, 3, stride, 1, groups=groups, bias=False),
            nn.BatchNorm2d(w_b),
            nn.ReLU(),
            nn.Conv2d(w_b, w_out, 1, bias=False),
            nn.BatchNorm2d(w_out),
        )
        same = w_in == w_out and stride == 1
        self.project = (
            nn.Identity()
            if same
            else nn.Sequential(nn.Conv2d(w_in, w_out, 1, stride, bias=False), nn.BatchNorm2d(w_out))
        )

    def forward(self, x):
        return F.relu(self.project(x) + self.f(x))


def any_net(stages, stem_width, stem_stride, classes):
    """AnyNetX: a 3×3 stem, stages of (depth, width, bottleneck, group width) each halving the resolution, a head."""
    layers = [
        nn.Conv2d(3, stem_width, 3, stem_stride, 1, bias=False),
        nn.BatchNorm2d(stem_width),
        nn.ReLU(),
    ]
    w_in = stem_width
    for depth, width, bottleneck, group_width in stages:
        for i in range(depth):
            layers.append(XBlock(w_in, width, 2 if i == 0 else 1, bottleneck, group_width))
            w_in = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(w_in, classes))


def flops(net, resolution):
    """Multiply-adds of convolutions and the linear layer for one image."""
    total = 0

    def count(module, _, output):
        nonlocal total
        if isinstance(module, nn.Conv2d):
            total += output.numel() * module.weight[0].numel()
        elif isinstance(module, nn.Linear):
            total += module.weight.numel() + module.out_features

    hooks = [m.register_forward_hook(count) for m in net.modules()]
    net.eval()
    with torch.no_grad():
        net(torch.zeros(1, 3, resolution, resolution))
    for hook in hooks:
        hook.remove()
    return total


def initialise(net):
    """pycls: fan-out normal convolutions, unit BN, normal(0.01) linear; nothing of an earlier training is left."""
    for m in net.modules():
        if isinstance(m, nn.Conv2d):
            fan_out = m.kernel_size[0] * m.kernel_size[1] * m.out_channels
            nn.init.normal_(m.weight, 0, math.sqrt(2 / fan_out))
        elif isinstance(m, nn.Linear):
            nn.init.normal_(m.weight, 0, 0.01)
            nn.init.zeros_(m.bias)
        elif isinstance(m, nn.BatchNorm2d):
            m.reset_parameters()


def augment(images, padding):
    """Mirror with probability one half, then crop at random from the zero-padded image; [n, 3, r, r] floats."""
    n, _, r, _ = images.shape
    images = torch.where((torch.rand(n) < 0.5).view(-1, 1, 1, 1), images.flip(3), images)
    if padding == 0:
        return images
    padded = F.pad(images, [padding] * 4)
    dy, dx = torch.randint(0, 2 * padding + 1, (2, n))
    rows = (dy.view(-1, 1) + torch.arange(r)).view(n, 1, r, 1)
    columns = (dx.view(-1, 1) + torch.arange(r)).view(n, 1, 1, r)
    return padded[torch.arange(n).view(-1, 1, 1, 1), torch.arange(3).view(1, 3, 1, 1), rows, columns]


def train(net, data, args, seed):
    """SGD with Nesterov momentum, cosine schedule with one epoch of warm-up; returns (test error, images/s)."""
    torch.manual_seed(seed)
    initialise(net)
    net = net.to(memory_format=torch.channels_last).train()
    _, (x, y), (tx, ty), mean, std = data
    n = len(x) if args.images is None else args.images
    x, y = x[:n], y[:n]
    steps = n // args.batch
    total = args.epochs * steps
    optimiser = torch.optim.SGD(
        net.parameters(), lr=args.lr, momentum=0.9, nesterov=True, weight_decay=args.decay
    )

    def rate(step):
        warm = min(1, 0.1 + 0.9 * step / (args.warmup * steps)) if args.warmup else 1
        return warm * 0.5 * (1 + math.cos(math.pi * step / total))

    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, rate)
    started = time.perf_counter()
    for epoch in range(args.epochs):
        losses = []
        order = torch.randperm(n)
        for i in range(steps):
            pick = order[i * args.batch : (i + 1) * args.batch]
            batch = augment((x[pick].float() / 255 - mean) / std, args.padding)
            batch = batch.contiguous(memory_format=torch.channels_last)
            with torch.autocast("cpu", torch.bfloat16, enabled=not args.float32):
                loss = F.cross_entropy(net(batch).float(), y[pick])
            losses.append(loss.item())
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
        if args.verbose:
            print(f"  epoch {epoch + 1} train loss {numpy.mean(losses):.3f}", flush=True)
    speed = total * args.batch / (time.perf_counter() - started)
    net.eval()
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=not args.float32):
        logits = [net((v.float() / 255 - mean) / std).float() for v in tx.split(500)]
    return error(torch.cat(logits), ty), speed


# (depth, width, bottleneck, group width) a stage: a network of the RegNetX kind, picked by hand.
GOOD = [(1, 32, 1, 16), (2, 64, 1, 16), (3, 128, 1, 16), (1, 192, 1, 16)]


def measure_small(data, args):
    net = any_net(GOOD, args.stem_width, args.stem_stride, data[0]["classes"])
    cost = flops(net, data[0]["resolution"])
    for seed in range(args.first, args.first + args.seeds):
        err, speed = train(net, data, args, seed)
        print(f"small {cost / 1e6:.1f} MF seed {seed} test error {err:.1f} at {speed:.0f} images/s", flush=True)


def sample(generator, classes, resolution, args):
    """One network of the space whose cost lies in the window, by rejection."""
    while True:
        stages = []
        for _ in range(4):
            depth = generator.randint(1, 4)
            width = 8 * round(math.exp(generator.uniform(math.log(1), math.log(32))))
            bottleneck = generator.choice((1, 2, 4))
            group_width = generator.choice((1, 2, 4, 8, 16, 32))
            stages.append((depth, width, bottleneck, group_width))
        if any(w % b or (w // b) % min(g, w // b) for _, w, b, g in stages):
            continue
        net = any_net(stages, args.stem_width, args.stem_stride, classes)
        cost = flops(net, resolution)
        if args.low <= cost / 1e6 <= args.high:
            return stages, net, cost


def measure_population(data, args):
    generator = random.Random(args.sample_seed)
    errors, seconds = [], 0.0
    for i in range(args.nets):
        stages, net, cost = sample(generator, data[0]["classes"], data[0]["resolution"], args)
        started = time.perf_counter()
        err, speed = train(net, data, args, i)
        seconds += time.perf_counter() - started
        errors.append(err)
        print(f"net {i} {cost / 1e6:.1f} MF {stages} test error {err:.1f} at {speed:.0f} images/s", flush=True)
    errors.sort()
    print(
        f"population n={args.nets} min {errors[0]:.1f} median {numpy.median(errors):.1f} max {errors[-1]:.1f}; "
        f"{seconds / args.nets:.1f} s a net; sorted {' '.join(f'{e:.1f}' for e in errors)}"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("what", choices=("linear", "small", "population"))
    parser.add_argument("--images", type=int, help="train on the first so many images (default: all)")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--lr", type=float, default=0.2)
    parser.add_argument("--decay", type=float, default=5e-4)
    parser.add_argument("--warmup", type=float, default=1)
    parser.add_argument("--padding", type=int, default=2)
    parser.add_argument("--stem-stride", type=int, default=2)
    parser.add_argument("--stem-width", type=int, default=16)
    parser.add_argument("--low", type=float, default=2, help="least cost, MFLOPs")
    parser.add_argument("--high", type=float, default=4, help="greatest cost, MFLOPs")
    parser.add_argument("--nets", type=int, default=10)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the first of the seeds")
    parser.add_argument("--sample-seed", type=int, default=1)
    parser.add_argument("--verbose", action="store_true", help="print each epoch's training loss")
    parser.add_argument("--float32", action="store_true")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    data = load(args.folder)
    print(f"# {data[0]['name']} {args.what} torch {torch.__version__}", flush=True)
    {"linear": measure_linear, "small": measure_small, "population": measure_population}[args.what](data, args)


main()
