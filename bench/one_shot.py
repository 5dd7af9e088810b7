"""The peer of bench/one-shot.ts: DARTS' search in PyTorch's eager mode, with torch.nn, autograd and torch.optim.

channels_last, ReLU not in place where another operation reads its input, fused SGD, gradients set to None, and the unrolled model of the
second order as a copy whose parameters are written in place.

Reads one JSON command a line: {"threads", "filters", "cells", "batch", "resolution", "classes"} builds the network (answer {"torch",
"params"}); {"steps", "order"} takes so many steps of a search (answer {"seconds", "cpu", "peak"}: bytes above what the libraries take).
"""

import json
import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


def norm(channels):
    return nn.BatchNorm2d(channels, affine=False)


def dense(c_in, c_out, **options):
    return nn.Conv2d(c_in, c_out, bias=False, **options)


class Halving(nn.Module):
    """Two strided 1 × 1 convolutions side by side, the second one pixel further."""

    def __init__(self, c_in, c_out):
        super().__init__()
        self.even, self.odd = (dense(c_in, c_out // 2, kernel_size=1, stride=2) for _ in range(2))
        self.norm = norm(c_out)

    def forward(self, x):
        x = F.relu(x)
        return self.norm(torch.cat([self.even(x), self.odd(x[:, :, 1:, 1:])], 1))


class Nothing(nn.Module):
    def __init__(self, stride):
        super().__init__()
        self.stride = stride

    def forward(self, x):
        return x[:, :, ::self.stride, ::self.stride].mul(0.0) if self.stride > 1 else x.mul(0.0)


def separable(c, kernel, stride, dilation=1):
    return [nn.ReLU(), dense(c, c, kernel_size=kernel, stride=stride, padding=dilation * (kernel // 2), dilation=dilation, groups=c),
            dense(c, c, kernel_size=1), norm(c)]


def operations(c, stride):
    return nn.ModuleList([
        Nothing(stride),
        nn.Sequential(nn.MaxPool2d(3, stride, 1), norm(c)),
        nn.Sequential(nn.AvgPool2d(3, stride, 1, count_include_pad=False), norm(c)),
        nn.Identity() if stride == 1 else Halving(c, c),
        nn.Sequential(*separable(c, 3, stride), *separable(c, 3, 1)),
        nn.Sequential(*separable(c, 5, stride), *separable(c, 5, 1)),
        nn.Sequential(*separable(c, 3, stride, 2)),
        nn.Sequential(*separable(c, 5, stride, 2)),
    ])


class Cell(nn.Module):
    def __init__(self, c_before, c_last, c, reduction, reduced_before):
        super().__init__()
        def ready(c_in):
            return nn.Sequential(nn.ReLU(), dense(c_in, c, kernel_size=1), norm(c))
        self.first = Halving(c_before, c) if reduced_before else ready(c_before)
        self.second = ready(c_last)
        self.edges = nn.ModuleList(operations(c, 2 if reduction and state < 2 else 1)
                                   for node in range(4) for state in range(2 + node))

    def forward(self, before, last, weights):
        states = [self.first(before), self.second(last)]
        at = 0
        for _ in range(4):
            terms = []
            for state in states:
                terms.append(sum(w * op(state) for w, op in zip(weights[at], self.edges[at])))
                at += 1
            states.append(sum(terms))
        return torch.cat(states[2:], 1)


class SearchNetwork(nn.Module):
    def __init__(self, c, cells, classes):
        super().__init__()
        self.stem = nn.Sequential(dense(3, 3 * c, kernel_size=3, padding=1), nn.BatchNorm2d(3 * c))
        before, last, reduced = 3 * c, 3 * c, False
        self.cells, self.kinds = nn.ModuleList(), []
        for i in range(cells):
            reduction = i in (cells // 3, 2 * cells // 3)
            c *= 2 if reduction else 1
            self.cells.append(Cell(before, last, c, reduction, reduced))
            self.kinds.append(int(reduction))
            before, last, reduced = last, 4 * c, reduction
        self.head = nn.Linear(last, classes)

    def forward(self, x, alphas):
        weights = [F.softmax(alpha, 1) for alpha in alphas]
        before = last = self.stem(x)
        for cell, kind in zip(self.cells, self.kinds):
            before, last = last, cell(before, last, weights[kind])
        return self.head(F.adaptive_avg_pool2d(last, 1).flatten(1))


class Search:
    rate, momentum, decay, clip = 0.025, 0.9, 3e-4, 5

    def __init__(self, command):
        torch.set_num_threads(command["threads"])
        torch.manual_seed(0)
        c, cells, classes = command["filters"], command["cells"], command["classes"]
        self.base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        self.model = SearchNetwork(c, cells, classes).to(memory_format=torch.channels_last)
        self.unrolled = SearchNetwork(c, cells, classes).to(memory_format=torch.channels_last)
        self.alphas = [(1e-3 * torch.randn(14, 8)).requires_grad_() for _ in range(2)]
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=self.rate, momentum=self.momentum, weight_decay=self.decay,
                                         fused=True)
        self.alpha_optimizer = torch.optim.Adam(self.alphas, lr=3e-4, betas=(0.5, 0.999), weight_decay=1e-3)
        size = (command["batch"], 3, command["resolution"], command["resolution"])
        self.halves = [[(torch.randn(size).to(memory_format=torch.channels_last), torch.randint(classes, size[:1])) for _ in range(4)]
                       for _ in range(2)]

    def loss(self, model, batch):
        return F.cross_entropy(model(batch[0], self.alphas), batch[1])

    def first_order(self, train, valid):
        for alpha, gradient in zip(self.alphas, torch.autograd.grad(self.loss(self.model, valid), self.alphas)):
            alpha.grad = gradient

    def second_order(self, train, valid):
        weights = list(self.model.parameters())
        gradients = torch.autograd.grad(self.loss(self.model, train), weights)
        with torch.no_grad():
            for w, g, ahead in zip(weights, gradients, self.unrolled.parameters()):
                buffer = self.optimizer.state[w].get("momentum_buffer")
                step = g + self.decay * w + (0 if buffer is None else self.momentum * buffer)
                ahead.copy_(w - self.rate * step)
        ahead = list(self.unrolled.parameters())
        both = torch.autograd.grad(self.loss(self.unrolled, valid), self.alphas + ahead)
        direct, direction = both[:2], both[2:]
        epsilon = 0.01 / torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(d) for d in direction])).item()
        sides = []
        for by in (epsilon, -2 * epsilon):
            with torch.no_grad():
                torch._foreach_add_(weights, direction, alpha=by)
            sides.append(torch.autograd.grad(self.loss(self.model, train), self.alphas))
        with torch.no_grad():
            torch._foreach_add_(weights, direction, alpha=epsilon)
        for alpha, d, plus, minus in zip(self.alphas, direct, *sides):
            alpha.grad = d - self.rate * (plus - minus) / (2 * epsilon)

    def run(self, steps, order):
        start, cpu = time.perf_counter(), time.process_time()
        for step in range(steps):
            train, valid = self.halves[0][step % 4], self.halves[1][step % 4]
            (self.first_order if order == 1 else self.second_order)(train, valid)
            self.alpha_optimizer.step()
            self.optimizer.zero_grad(set_to_none=True)
            self.loss(self.model, train).backward()
            for alpha in self.alphas:
                alpha.grad = None
            nn.utils.clip_grad_norm_(self.model.parameters(), self.clip)
            self.optimizer.step()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - self.base
        return {"seconds": time.perf_counter() - start, "cpu": time.process_time() - cpu, "peak": 1024 * peak}


search = None
for line in sys.stdin:
    command = json.loads(line)
    if "steps" in command:
        answer = search.run(command["steps"], command["order"])
    else:
        search = Search(command)
        params = sum(p.numel() for p in search.model.parameters())
        answer = {"torch": torch.__version__, "params": params}
    print(json.dumps(answer), flush=True)
