"""timm's networks with random weights, as files for the test beside this one.

    python timm_reference.py FOLDER NAME...

For each name, FOLDER receives NAME.safetensors, the weights under our layers' names; NAME.images.f32, two images of
3 x 96 x 96; and NAME.logits.f32, what timm makes of them when evaluating.
"""

import pathlib
import sys

import timm
import torch
from safetensors.torch import save_file

#: timm's module of a RegNet's block and ours: a convolution and its normalisation stand in one module there.
CONVOLUTIONS = {"conv1": ("conv1", "bn1"), "conv2": ("conv2", "bn2"), "conv3": ("conv3", "bn3"),
                "downsample": ("conv_shortcut", "bn_shortcut")}
GATES = {"fc1": "se_conv1", "fc2": "se_conv2", "conv_reduce": "se_conv1", "conv_expand": "se_conv2"}

#: Of mobile networks: blocks with an expansion, and those without, whose depthwise convolution is their first.
INVERTED = {"conv_pw": "conv1", "bn1": "bn1", "conv_dw": "conv2", "bn2": "bn2", "conv_pwl": "conv3", "bn3": "bn3"}
SEPARABLE = {"conv_dw": "conv2", "bn1": "bn2", "conv_pw": "conv3", "bn2": "bn3"}
MOBILE = {"conv_stem": "stem.conv", "bn1": "stem.bn", "conv_head": "head.conv", "bn2": "head.bn", "classifier": "head.fc"}

#: Of ResNet-RS: the stem's convolutions and normalisations by their places, and the fourth in place of the max-pool.
STEM = {"conv1.0": "conv1", "conv1.1": "bn1", "conv1.3": "conv2", "conv1.4": "bn2", "conv1.6": "conv3", "bn1": "bn3",
        "maxpool.0": "conv4", "maxpool.1": "bn4"}
DOWNSAMPLE = {"1": "conv_shortcut", "2": "bn_shortcut"}


def regnet_name(name):
    """s1.b1.conv1.bn.weight -> s1.b1.bn1.weight, and the like; stem and head are called the same."""
    parts = name.split(".")
    if parts[0] in ("stem", "head"):
        return name
    stage, block, module, inner, kind = parts
    if module == "se":
        return f"{stage}.{block}.{GATES[inner]}.{kind}"
    return f"{stage}.{block}.{CONVOLUTIONS[module][inner == 'bn']}.{kind}"


def mobile_name(name, names):
    """blocks.1.0.conv_pw.weight -> s2.b1.conv1.weight, and the like."""
    parts = name.split(".")
    if parts[0] != "blocks":
        return f"{MOBILE[parts[0]]}.{parts[1]}"
    _, stage, block, *module, kind = parts
    place = f"s{int(stage) + 1}.b{int(block) + 1}"
    if module[0] == "se":
        return f"{place}.{GATES[module[1]]}.{kind}"
    widens = f"blocks.{stage}.{block}.conv_pwl.weight" in names
    return f"{place}.{(INVERTED if widens else SEPARABLE)[module[0]]}.{kind}"


def resnet_name(name):
    """layer1.0.downsample.1.weight -> s1.b1.conv_shortcut.weight, and the like."""
    module, kind = name.rsplit(".", 1)
    if module in STEM:
        return f"stem.{STEM[module]}.{kind}"
    if module == "fc":
        return f"head.fc.{kind}"
    layer, block, *inner = module.split(".")
    place = f"s{layer.removeprefix('layer')}.b{int(block) + 1}"
    if inner[0] == "se":
        return f"{place}.{GATES[inner[1]]}.{kind}"
    return f"{place}.{DOWNSAMPLE[inner[1]] if inner[0] == 'downsample' else inner[0]}.{kind}"


def our_name(model, name, names):
    if model.startswith("regnet"):
        return regnet_name(name)
    return resnet_name(name) if model.startswith("resnetrs") else mobile_name(name, names)


def write(folder, name):
    torch.manual_seed(1)
    model = timm.create_model(name).eval()
    with torch.no_grad():
        for key, tensor in model.state_dict().items():
            # Scales, shifts and statistics off their initial values, where they would hide a mistake.
            if tensor.dim() == 1:
                centre = 0.0 if key.endswith(("bias", "running_mean")) else 1.0
                tensor.copy_(centre + 0.4 * (torch.rand_like(tensor) - 0.5))
        images = torch.randn(2, 3, 96, 96)
        logits = model(images)
    state = {k: v for k, v in model.state_dict().items() if not k.endswith("num_batches_tracked")}
    weights = {our_name(name, k, state): v.contiguous() for k, v in state.items()}
    save_file(weights, folder / f"{name}.safetensors")
    images.numpy().tofile(folder / f"{name}.images.f32")
    logits.numpy().tofile(folder / f"{name}.logits.f32")


if __name__ == "__main__":
    torch.set_num_threads(1)
    for each in sys.argv[2:]:
        write(pathlib.Path(sys.argv[1]), each)
