"""The oracle: a Network's JSON built from torch.nn modules, run and trained by PyTorch itself.

Written from the descriptions in src/networks/network.ts alone, one module an operator and no fusion, so that it
shares nothing with the engine it checks but the data.

    python pytorch_reference.py CASE_FOLDER...

Each folder holds case.json {network, batches: [[n, c, h, w]...], learningRate, momentum, weightDecay, precision,
tensors: [{name, shape, offset}]}, weights.f32, images.f32 and labels.i32; it receives result.json {evaluation,
training, losses} and gradients.f32 (of the first batch), autocast.f32 (the same in bf16) and final.f32 (after the
last), laid out as weights.f32.

case.json may also hold normWeightDecay, biasWeightDecay, labelSmoothing, dropoutSeed, share (then others.i32 has second
labels, of which the first have the share), averageDecay (then average.f32 is written as final.f32 is) and paths: networks of some of
the layers, which the steps take in turn. What a path lacks has no gradient, and torch.optim leaves it alone. And the
optimiser: optimiser, nesterov, beta1, beta2, smoothing, epsilon, epsilonInsideRoot, clipNorm, as a recipe has them;
learningRates, of each step, instead of one. mixtures, which the steps take in turn, are the weights of weighted sums by group; result.json
then has their gradients by step (mixtureGradients), and with float64 it is computed in double and has all gradients of the first
batch (gradients). With auxiliaryWeight the network's auxiliary layers are trained as well, and their
loss is added by it.
"""

import copy
import json
import math
import pathlib
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


class GraphNetwork(nn.Module):
    """Executes the layers in order; every layer with parameters is a module."""

    def __init__(self, network, dropout_seed=0, auxiliary=False):
        super().__init__()
        self.dropout_seed, self.chance, self.mixture = dropout_seed, None, {}
        self.layers = network["layers"]
        self.auxiliary, self.auxiliary_logits = network["auxiliary"] if auxiliary else [], None
        self.parts = nn.ModuleDict()
        for layer in self.layers + self.auxiliary:
            module = make_module(layer)
            if module is not None:
                self.parts[key(layer["name"])] = module

    def forward(self, image):
        values = {"input": image}
        run = self.read(self.layers) if self.mixture else None
        for layer in self.layers + (self.auxiliary if self.training else []):
            name, op = layer["name"], layer["op"]
            if run is not None and name not in run:
                continue
            inputs = [values.get(i) for i in layer["inputs"]]
            if op == "add":
                values[name] = sum(inputs[1:], inputs[0])
            elif op == "mix":
                weights = self.mixture[layer["group"]]
                values[name] = sum(w * x for w, x in zip(weights, inputs) if w != 0)
            elif op in WITHOUT_WEIGHTS:
                values[name] = WITHOUT_WEIGHTS[op](layer, *inputs)
            elif op == "multiply":
                values[name] = inputs[0] * inputs[1]
            elif op in ("dropout", "droppath"):
                values[name] = self.drop(inputs[0], op, layer["rate"]) if self.training else inputs[0]
            elif op == "linear":
                values[name] = self.parts[key(name)](torch.flatten(inputs[0], 1))[:, :, None, None]
            else:
                values[name] = self.parts[key(name)](inputs[0])
        if self.auxiliary and self.training:
            self.auxiliary_logits = torch.flatten(values[self.auxiliary[-1]["name"]], 1)
        return torch.flatten(values[self.layers[-1]["name"]], 1)

    def read(self, layers):
        """Names of the layers that the logits depend on: a weighted sum reads nothing by a weight of 0."""
        run = {layers[-1]["name"]}
        for layer in reversed(layers):
            if layer["name"] in run:
                weights = self.mixture[layer["group"]] if layer["op"] == "mix" else [1] * len(layer["inputs"])
                run.update(i for w, i in zip(weights, layer["inputs"]) if w != 0)
        return run

    def drop(self, x, op, rate):
        """torch.nn.functional.dropout and timm's drop_path, with a generator of their own."""
        if self.chance is None:
            self.chance = torch.Generator().manual_seed(self.dropout_seed)
        shape = x.shape if op == "dropout" else (len(x),) + (1,) * (x.dim() - 1)
        return x * torch.empty(shape).bernoulli_(1 - rate, generator=self.chance).div_(1 - rate)


def key(name):
    """nn.ModuleDict does not allow dots."""
    return name.replace(".", "/")


def sides(value):
    """Height and width."""
    return tuple(value) if isinstance(value, list) else (value, value)


def padded(layer, x, value=0.0):
    """The map with its window's padding around it, by TensorFlow's rule for "same"."""
    if layer.get("padding") == "valid":
        return x
    ends = []
    for size, k, s in zip(x.shape[2:], sides(layer["kernel"]), sides(layer["stride"])):
        reach = (k - 1) * layer.get("dilation", 1)
        if layer.get("padding") == "same":
            total = max((math.ceil(size / s) - 1) * s + reach + 1 - size, 0)
            ends.append((total // 2, total - total // 2))
        else:
            ends.append((reach // 2, reach // 2))
    (top, bottom), (left, right) = ends
    return F.pad(x, (left, right, top, bottom), value=value) if any((top, bottom, left, right)) else x


class Conv(nn.Conv2d):
    """Padded by the layer's rule; the usual padding is left to torch."""

    def __init__(self, layer):
        self.is_usual = "padding" not in layer
        padding = tuple((k - 1) * layer.get("dilation", 1) // 2 for k in sides(layer["kernel"])) if self.is_usual else 0
        super().__init__(layer["in"], layer["out"], sides(layer["kernel"]), stride=sides(layer["stride"]),
                         padding=padding, dilation=layer.get("dilation", 1), groups=layer["groups"], bias=layer["bias"])
        self.layer = layer

    def forward(self, x):
        return super().forward(x if self.is_usual else padded(self.layer, x))


def max_pool(layer, x):
    kernel, stride = sides(layer["kernel"]), sides(layer["stride"])
    if "padding" in layer:
        return F.max_pool2d(padded(layer, x, -math.inf), kernel, stride)
    return F.max_pool2d(x, kernel, stride, tuple((k - 1) // 2 for k in kernel))


def average_pool(layer, x):
    kernel, stride, counted = sides(layer["kernel"]), sides(layer["stride"]), layer.get("countPadding", False)
    if "padding" not in layer:
        return F.avg_pool2d(x, kernel, stride, tuple((k - 1) // 2 for k in kernel), count_include_pad=counted)
    mean = F.avg_pool2d(padded(layer, x), kernel, stride)
    return mean if counted else mean / F.avg_pool2d(padded(layer, torch.ones_like(x[:1, :1])), kernel, stride)


def concat(layer, *inputs):
    height, width = (max(x.shape[axis] for x in inputs) for axis in (2, 3))
    return torch.cat([F.pad(x, (0, width - x.shape[3], 0, height - x.shape[2])) for x in inputs], 1)


def subsample(layer, x):
    """The map shifted by the offset, with zeros behind its edge, then every nth pixel."""
    stride, offset = layer["stride"], layer["offset"]
    shifted = F.pad(x, (0, offset, 0, offset))[:, :, offset:, offset:] if offset else x
    return shifted[:, :, ::stride, ::stride]


WITHOUT_WEIGHTS = {
    "maxpool": max_pool,
    "avgpool2d": average_pool,
    "concat": concat,
    "identity": lambda layer, x: x,
    # As in published code: a gradient of zeros, so that what lies before is still decayed.
    "zero": lambda layer, x: x[:, :, ::layer["stride"], ::layer["stride"]].mul(0.0),
    "subsample": subsample,
}


def make_module(layer):
    op = layer["op"]
    if op == "conv":
        return Conv(layer)
    if op == "batchnorm":
        return nn.BatchNorm2d(layer["channels"], eps=layer.get("epsilon", 1e-5), momentum=0.1,
                              affine=layer.get("affine", True))
    if op == "relu":
        return nn.ReLU()
    if op == "silu":
        return nn.SiLU()
    if op == "sigmoid":
        return nn.Sigmoid()
    if op == "avgpool":
        return nn.AdaptiveAvgPool2d(1)
    if op == "linear":
        return nn.Linear(layer["in"], layer["out"])
    if op in WITHOUT_WEIGHTS or op in ("add", "multiply", "dropout", "droppath", "mix"):
        return None
    raise ValueError(f"unknown operator {op}")


def state_key(name):
    """"s1.b1.conv.weight" -> the state_dict's "parts.s1/b1/conv.weight"."""
    layer, _, kind = name.rpartition(".")
    return f"parts.{key(layer)}.{kind}"


def pack(tensors, source):
    """Tensors of `source` in the file layout; those without (running statistics have no gradient) are zeros."""
    out = [source[state_key(t["name"])].detach().float().reshape(-1) if state_key(t["name"]) in source
           else torch.zeros(int(np.prod(t["shape"]))) for t in tensors]
    return torch.cat(out).numpy()


def autocast_gradients(model, x, y, tensors):
    """Of a copy: statistics of normalisations move even without an update."""
    copied = copy.deepcopy(model)
    with torch.autocast("cpu", torch.bfloat16):
        logits = copied(x)
    nn.functional.cross_entropy(logits.float(), y).backward()
    reached = {name: p.grad for name, p in copied.named_parameters() if p.grad is not None}
    return pack(tensors, reached).astype(np.float32)


def groups(model, case):
    """Parameters by their weight decay."""
    norms, biases, weights = [], [], []
    for module in model.modules():
        for name, parameter in module.named_parameters(recurse=False):
            norm = isinstance(module, nn.BatchNorm2d)
            (norms if norm else biases if name == "bias" else weights).append(parameter)
    decay = case["weightDecay"]
    return [{"params": weights},
            {"params": norms, "weight_decay": case.get("normWeightDecay", decay)},
            {"params": biases, "weight_decay": case.get("biasWeightDecay", decay)}]


class RootRMSProp(torch.optim.Optimizer):
    """RMSProp with epsilon inside the root, which torch.optim does not have."""

    def __init__(self, params, lr, alpha, eps, momentum, weight_decay):
        super().__init__(params, {"lr": lr, "alpha": alpha, "eps": eps, "momentum": momentum,
                                  "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                gradient = p.grad + group["weight_decay"] * p
                alpha = group["alpha"]
                state["square"] = alpha * state.get("square", torch.zeros_like(p)) + (1 - alpha) * gradient ** 2
                step = gradient / torch.sqrt(state["square"] + group["eps"])
                state["buffer"] = group["momentum"] * state.get("buffer", torch.zeros_like(p)) + step
                p -= group["lr"] * state["buffer"]


def make_optimizer(params, case):
    name = case.get("optimiser", "sgd")
    common = {"lr": case["learningRate"], "weight_decay": case["weightDecay"]}
    if name == "sgd":
        nesterov = case.get("nesterov", True) and case["momentum"] > 0
        return torch.optim.SGD(params, momentum=case["momentum"], nesterov=nesterov, **common)
    common["eps"] = case.get("epsilon", 1e-8)
    if name == "rmsprop":
        kind = RootRMSProp if case.get("epsilonInsideRoot") else torch.optim.RMSprop
        return kind(params, alpha=case.get("smoothing", 0.99), momentum=case["momentum"], **common)
    kind = torch.optim.Adam if name == "adam" else torch.optim.AdamW
    return kind(params, betas=(float(case.get("beta1", 0.9)), float(case.get("beta2", 0.999))), **common)


def run(folder):
    case = json.loads((folder / "case.json").read_text())
    weights = np.fromfile(folder / "weights.f32", dtype=np.float32)
    images = np.fromfile(folder / "images.f32", dtype=np.float32)
    labels = np.fromfile(folder / "labels.i32", dtype=np.int32)
    weight = case.get("auxiliaryWeight", 0)
    double = case.get("precision") == "float64"
    model = GraphNetwork(case["network"], case.get("dropoutSeed", 0), auxiliary=weight > 0)
    state = model.state_dict()
    for t in case["tensors"]:
        size = int(np.prod(t["shape"]))
        values = torch.from_numpy(weights[t["offset"]:t["offset"] + size].copy()).reshape(t["shape"])
        assert state[state_key(t["name"])].shape == values.shape, t["name"]
        state[state_key(t["name"])] = values
    model.load_state_dict(state)
    if double:
        model.double()
    mixtures = [{group: torch.tensor(weights, dtype=torch.double if double else torch.float, requires_grad=True)
                 for group, weights in mixture.items()} for mixture in case.get("mixtures", [])]
    mixture_gradients = []
    if mixtures:
        model.mixture = mixtures[0]

    batches, i, j = [], 0, 0
    for shape in case["batches"]:
        size = int(np.prod(shape))
        x = torch.from_numpy(images[i:i + size].copy()).reshape(shape)
        y = torch.from_numpy(labels[j:j + shape[0]].copy()).long()
        batches.append((x.double() if double else x, y))
        i, j = i + size, j + shape[0]

    model.eval()
    with torch.no_grad():
        evaluation = model(batches[0][0])
    model.train()
    optimizer = make_optimizer(groups(model, case), case)
    share, smoothing = case.get("share"), case.get("labelSmoothing", 0)
    others = None if share is None else torch.from_numpy(np.fromfile(folder / "others.i32", dtype=np.int32)).long()
    average = None
    if "averageDecay" in case:
        decay = torch.optim.swa_utils.get_ema_multi_avg_fn(case["averageDecay"])
        average = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=decay, use_buffers=True)
    at = 0
    if not double:
        autocast_gradients(model, *batches[0], case["tensors"]).tofile(folder / "autocast.f32")
    losses, training, gradients = [], None, None
    for step, (x, y) in enumerate(batches):
        if "paths" in case:
            model.layers = case["paths"][step % len(case["paths"])]["layers"]
        optimizer.zero_grad()
        if mixtures:
            model.mixture = mixtures[step % len(mixtures)]
            for weights in model.mixture.values():
                weights.grad = None
        logits = model(x)
        def cross_entropy(of):
            own = F.cross_entropy(of, y, label_smoothing=smoothing)
            if others is None:
                return own
            second = F.cross_entropy(of, others[at:at + len(y)], label_smoothing=smoothing)
            return share * own + (1 - share) * second

        loss = cross_entropy(logits)
        if weight > 0:
            loss = loss + weight * cross_entropy(model.auxiliary_logits)
        at += len(y)
        loss.backward()
        if training is None:
            training = logits.detach()
            reached = {name: p.grad for name, p in model.named_parameters() if p.grad is not None}
            gradients = pack(case["tensors"], reached)
            exact = {t["name"]: reached[state_key(t["name"])].reshape(-1).tolist() for t in case["tensors"]
                     if double and state_key(t["name"]) in reached}
        if mixtures:
            mixture_gradients.append({group: weights.grad.tolist() for group, weights in model.mixture.items()})
        if "clipNorm" in case:
            nn.utils.clip_grad_norm_(model.parameters(), case["clipNorm"])
        for group in optimizer.param_groups if "learningRates" in case else ():
            group["lr"] = case["learningRates"][step]
        optimizer.step()
        if average is not None:
            average.update_parameters(model)
        losses.append(loss.item())

    gradients.astype(np.float32).tofile(folder / "gradients.f32")
    pack(case["tensors"], model.state_dict()).astype(np.float32).tofile(folder / "final.f32")
    if average is not None:
        pack(case["tensors"], average.module.state_dict()).astype(np.float32).tofile(folder / "average.f32")
    result = {"evaluation": evaluation.reshape(-1).tolist(), "training": training.reshape(-1).tolist(),
              "losses": losses, "mixtureGradients": mixture_gradients, "gradients": exact}
    (folder / "result.json").write_text(json.dumps(result))


if __name__ == "__main__":
    torch.set_num_threads(1)
    for argument in sys.argv[1:]:
        run(pathlib.Path(argument))
