"""Which of a network's ReLUs may write over what they read, as people write them in PyTorch."""

import collections


def overwriting(layers):
    """The ReLUs that may overwrite what they read: nothing else reads it, and its own gradient does not need it."""
    ops = {layer["name"]: layer["op"] for layer in layers}
    readers = collections.Counter(name for layer in layers for name in layer["inputs"])
    return [layer["name"] for layer in layers if layer["op"] == "relu" and readers[layer["inputs"][0]] == 1
            and ops.get(layer["inputs"][0]) in ("conv", "batchnorm", "add")]
