"""The oracle of measures without training: PyTorch's autograd in double, on networks built by pytorch_reference.py.

    python zero_cost_reference.py FOLDER_OF_PYTORCH_REFERENCE CASE_FOLDER...

Each case folder holds case.json {network, tensors: [{name, shape, offset}], shape: [n, c, h, w]}, weights.f32, images.f32 and labels.i32; it
receives measures.json. Formulas are those of the papers; correlations and determinants are NumPy's.
"""

import json
import pathlib
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


def load(folder):
    case = json.loads((folder / "case.json").read_text())
    network = case["network"]
    for layer in network["layers"]:
        if layer["op"] in ("dropout", "droppath"):
            layer["rate"] = 0
    model = reference.GraphNetwork(network)
    weights = np.fromfile(folder / "weights.f32", dtype=np.float32)
    state = model.state_dict()
    for t in case["tensors"]:
        size = int(np.prod(t["shape"]))
        state[reference.state_key(t["name"])] = torch.from_numpy(
            weights[t["offset"]:t["offset"] + size].copy()).reshape(t["shape"])
    model.load_state_dict(state)
    images = torch.from_numpy(np.fromfile(folder / "images.f32", dtype=np.float32)).reshape(case["shape"]).double()
    labels = torch.from_numpy(np.fromfile(folder / "labels.i32", dtype=np.int32)).long()
    return model.double().train(), images, labels


def weighted(model):
    return [m for m in model.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]


def gradient(module):
    return torch.zeros_like(module.weight) if module.weight.grad is None else module.weight.grad


def measures(folder):
    model, images, labels = load(folder)
    out = {}

    F.cross_entropy(model(images), labels).backward()
    out["gradNorm"] = sum(gradient(m).norm().item() for m in weighted(model))
    out["snip"] = sum((m.weight * gradient(m)).abs().sum().item() for m in weighted(model))

    codes = []
    hooks = [m.register_forward_hook(lambda _m, _i, y: codes.append((y > 0).flatten(1).double()))
             for m in model.modules() if isinstance(m, nn.ReLU)]
    x = images.clone().requires_grad_(True)
    model(x).sum().backward()
    for hook in hooks:
        hook.remove()
    jacobian = x.grad.flatten(1).numpy()
    with np.errstate(all="ignore"):
        correlations = np.corrcoef(jacobian)
    if np.isfinite(correlations).all():
        values = np.clip(np.linalg.eigvalsh(correlations), 0, None) + 1e-5
        out["jacobCov"] = float(-np.sum(np.log(values) + 1 / values))
    if codes:
        code = torch.cat(codes, 1)
        kernel = (code @ code.t() + (1 - code) @ (1 - code).t()).numpy()
        sign, logarithm = np.linalg.slogdet(kernel)
        out["naswot"] = float(logarithm) if sign > 0 and np.linalg.matrix_rank(kernel) == len(kernel) else None

    for name, module in list(model.parts.items()):
        if isinstance(module, nn.BatchNorm2d):
            model.parts[name] = nn.Identity()
    model.zero_grad()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.abs_()
    model(torch.ones_like(images[:1])).sum().backward()
    out["synflow"] = sum((m.weight * gradient(m)).abs().sum().item() for m in weighted(model))
    (folder / "measures.json").write_text(json.dumps(out))


if __name__ == "__main__":
    torch.set_num_threads(1)
    sys.path.insert(0, sys.argv[1])
    import pytorch_reference as reference

    for argument in sys.argv[2:]:
        measures(pathlib.Path(argument))
