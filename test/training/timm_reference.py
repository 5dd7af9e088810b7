"""timm's RegNets with random weights, as files for the test beside this one.

    python timm_reference.py FOLDER NAME...

For each name, FOLDER receives NAME.safetensors, the weights under our layers' names; NAME.images.f32, two images of
3 x 96 x 96; and NAME.logits.f32, what timm makes of them when evaluating.
"""

import pathlib
import sys

import timm
import torch
from safetensors.torch import save_file

#: timm's module of a block and ours: a convolution and its normalisation stand in one module there.
CONVOLUTIONS = {"conv1": ("conv1", "bn1"), "conv2": ("conv2", "bn2"), "conv3": ("conv3", "bn3"),
                "downsample": ("conv_shortcut", "bn_shortcut")}
GATES = {"fc1": "se_conv1", "fc2": "se_conv2"}


def our_name(name):
    """s1.b1.conv1.bn.weight -> s1.b1.bn1.weight, and the like; stem and head are called the same."""
    parts = name.split(".")
    if parts[0] in ("stem", "head"):
        return name
    stage, block, module, inner, kind = parts
    if module == "se":
        return f"{stage}.{block}.{GATES[inner]}.{kind}"
    return f"{stage}.{block}.{CONVOLUTIONS[module][inner == 'bn']}.{kind}"


def write(folder, name):
    torch.manual_seed(1)
    model = timm.create_model(name).eval()
    with torch.no_grad():
        for key, tensor in model.state_dict().items():
            # Scales, shifts and statistics off their initial values, where they would hide a mistake.
            if tensor.dim() == 1:
                centre = 1.0 if key.endswith(("bn.weight", "running_var")) else 0.0
                tensor.copy_(centre + 0.4 * (torch.rand_like(tensor) - 0.5))
        images = torch.randn(2, 3, 96, 96)
        logits = model(images)
    weights = {our_name(k): v.contiguous() for k, v in model.state_dict().items()
               if not k.endswith("num_batches_tracked")}
    save_file(weights, folder / f"{name}.safetensors")
    images.numpy().tofile(folder / f"{name}.images.f32")
    logits.numpy().tofile(folder / f"{name}.logits.f32")


if __name__ == "__main__":
    torch.set_num_threads(1)
    for each in sys.argv[2:]:
        write(pathlib.Path(sys.argv[1]), each)
