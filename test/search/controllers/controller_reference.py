"""What PyTorch's autograd makes of a controller and of what REINFORCE and PPO raise: JSON in, JSON out, float64.

The cells are torch.nn.LSTM, the softmaxes torch.distributions.Categorical; nothing of netspace's arithmetic is repeated here.
A controller without layers is one softmax for each word.
"""
import json
import sys

import torch

torch.set_default_dtype(torch.float64)


def network(case, flat):
    """From what is read, one token after the other, to a function from the places of options to logits at each step."""
    layers, units, options = case["layers"], case["units"], case["options"]
    if layers == 0:
        return lambda tokens: lambda t, offered: flat[offered]
    at = 0

    def take(*shape):
        nonlocal at
        size = 1
        for n in shape:
            size *= n
        at += size
        return flat[at - size : at].reshape(shape)

    embedding = take(options + 1, units)
    weights = {}
    for i in range(layers):
        weights[f"weight_ih_l{i}"] = take(units, 4 * units).T
        weights[f"weight_hh_l{i}"] = take(units, 4 * units).T
        weights[f"bias_ih_l{i}"] = take(4 * units)
        weights[f"bias_hh_l{i}"] = torch.zeros(4 * units)
    heads, biases = take(options, units), take(options)
    assert at == flat.numel()
    lstm = torch.nn.LSTM(units, units, layers)

    def read(tokens):
        outputs, _ = torch.func.functional_call(lstm, weights, embedding[tokens])
        return lambda t, offered: heads[offered] @ outputs[t] + biases[offered]

    return read


def objective(case, flat):
    read = network(case, flat)
    total = 0
    for way in case["ways"]:
        tokens = [0] + [1 + offered[taken] for offered, taken in zip(way["offered"], way["taken"])][:-1]
        logits_at = read(tokens)
        for t, (offered, taken) in enumerate(zip(way["offered"], way["taken"])):
            logits = logits_at(t, offered) / case["temperature"]
            limits = torch.tensor([case["limits"][place] or torch.inf for place in offered])
            if torch.isfinite(limits).all():
                logits = limits * torch.tanh(logits)
            choice = torch.distributions.Categorical(logits=logits)
            log = choice.log_prob(torch.tensor(taken))
            if case["clip"] is None:
                gain = log * way["advantage"]
            else:
                ratio = torch.exp(log - way["drawn"][t])
                clipped = torch.clamp(ratio, 1 - case["clip"], 1 + case["clip"])
                gain = torch.min(ratio * way["advantage"], clipped * way["advantage"])
            total = total + gain + case["entropy"] * choice.entropy()
    return total / len(case["ways"])


def answer(case):
    flat = torch.tensor(case["parameters"], requires_grad=True)
    value = -objective(case, flat)
    value.backward()
    return {"value": value.item(), "gradient": flat.grad.tolist()}


json.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout)
