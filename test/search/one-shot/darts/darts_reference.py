"""The oracle of DARTS' gradient: PyTorch's autograd in double through the unrolled step, on a supernet built by pytorch_reference.py.

    python darts_reference.py FOLDER_OF_PYTORCH_REFERENCE CASE_FOLDER...

Each case folder holds case.json {network, tensors: [{name, shape, offset}], sums: [{group, edges: [{name, operations}]}], alpha: {edge: [...]},
shape: [n, c, h, w], warm, rate, momentum, weightDecay, clipNorm}, weights.f32, images.f32 and labels.i32 (batches in a row: `warm` for steps
of the weights, then a training batch and a validation batch); it receives result.json {losses, validation, first, exact, differences}: losses, the gradient of first order,
of second order by autograd, and the same by the paper's finite differences.
"""

import json
import pathlib
import sys

import numpy as np
import torch
from torch.func import functional_call
from torch.nn import functional as F

sys.path.insert(0, sys.argv[1])
import pytorch_reference as reference  # noqa: E402

def relax(sums, alpha):
    return {each["group"]: torch.cat([torch.softmax(alpha[edge["name"]], 0) for edge in each["edges"]])
            for each in sums}


def run(folder):
    case = json.loads((folder / "case.json").read_text())
    weights = np.fromfile(folder / "weights.f32", dtype=np.float32)
    images = np.fromfile(folder / "images.f32", dtype=np.float32)
    labels = np.fromfile(folder / "labels.i32", dtype=np.int32)
    model = reference.GraphNetwork(case["network"])
    state = model.state_dict()
    for t in case["tensors"]:
        size = int(np.prod(t["shape"]))
        state[reference.state_key(t["name"])] = torch.from_numpy(
            weights[t["offset"]:t["offset"] + size].copy()).reshape(t["shape"])
    model.load_state_dict(state)
    model.double().train()
    count, size = case["shape"][0], int(np.prod(case["shape"]))
    batches = [(torch.from_numpy(images[i * size:(i + 1) * size].copy()).reshape(case["shape"]).double(),
                torch.from_numpy(labels[i * count:(i + 1) * count].copy()).long()) for i in range(case["warm"] + 2)]
    alpha = {edge: torch.tensor(values, dtype=torch.float64, requires_grad=True)
             for edge, values in case["alpha"].items()}
    parameters = dict(model.named_parameters())
    sgd = torch.optim.SGD(parameters.values(), lr=case["rate"], momentum=case["momentum"],
                          weight_decay=case["weightDecay"])
    losses = []
    for x, y in batches[:case["warm"]]:
        model.mixture = relax(case["sums"], alpha)
        sgd.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), case["clipNorm"])
        sgd.step()
        losses.append(loss.item())
    training, validation = batches[case["warm"]:]

    def loss_at(values, batch):
        model.mixture = relax(case["sums"], alpha)
        return F.cross_entropy(functional_call(model, values, (batch[0],)), batch[1])

    edges, names = list(alpha), list(parameters)
    result = {"losses": losses}
    first = torch.autograd.grad(loss_at(parameters, validation), [alpha[edge] for edge in edges])
    result["first"] = {edge: g.tolist() for edge, g in zip(edges, first)}

    slopes = torch.autograd.grad(loss_at(parameters, training), [parameters[name] for name in names],
                                 create_graph=True)
    rate, momentum, decay = case["rate"], case["momentum"], case["weightDecay"]
    ahead = {name: parameters[name] - rate * (momentum * sgd.state[parameters[name]]["momentum_buffer"] + slope
                                              + decay * parameters[name])
             for name, slope in zip(names, slopes)}
    loss = loss_at(ahead, validation)
    result["validation"] = loss.item()
    exact = torch.autograd.grad(loss, [alpha[edge] for edge in edges], retain_graph=True)
    result["exact"] = {edge: g.tolist() for edge, g in zip(edges, exact)}

    ahead = {name: value.detach().requires_grad_() for name, value in ahead.items()}
    grads = torch.autograd.grad(loss_at(ahead, validation), [alpha[edge] for edge in edges] + list(ahead.values()))
    direct, direction = grads[:len(edges)], dict(zip(names, grads[len(edges):]))
    epsilon = 0.01 / torch.cat([d.reshape(-1) for d in direction.values()]).norm()
    sides = []
    for sign in (1, -1):
        moved = {name: (parameters[name] + sign * epsilon * direction[name]).detach() for name in names}
        sides.append(torch.autograd.grad(loss_at(moved, training), [alpha[edge] for edge in edges]))
    result["differences"] = {
        edge: (g - rate * (above - below) / (2 * epsilon)).tolist()
        for edge, g, above, below in zip(edges, direct, *sides)}
    (folder / "result.json").write_text(json.dumps(result))


if __name__ == "__main__":
    torch.set_num_threads(1)
    for argument in sys.argv[2:]:
        run(pathlib.Path(argument))
