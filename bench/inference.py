"""The peers of bench/inference.ts: PyTorch in inference mode and onnxruntime, on the CPU.

PyTorch is run channels_last without gradients, as it stands and with its normalisations folded into its convolutions, as
torch.fx folds them; onnxruntime with all of its graph optimisations.

Reads one JSON command a line: {"network", "onnx", "resolution", "batch", "threads"} prepares (answer: versions by peer);
{"peer", "seconds"} runs one for about so long (answer {"seconds": median of the runs}).
"""

import json
import pathlib
import statistics
import sys
import time

root = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(root / "test" / "training"))

import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn.utils.fusion import fuse_conv_bn_eval  # noqa: E402

from in_place import overwriting  # noqa: E402
from pytorch_reference import GraphNetwork, key  # noqa: E402

# Behind the packages of .venv: what both have is to be PyTorch's.
sys.path.append(str(root / "bench" / "peers" / "python"))
import onnxruntime  # noqa: E402


def folded(network):
    """The network with each normalisation that alone reads a convolution folded into it."""
    model = GraphNetwork(network).eval()
    layers = network["layers"]
    readers = {}
    for layer in layers:
        for name in layer["inputs"]:
            readers[name] = readers.get(name, 0) + 1
    ops = {layer["name"]: layer["op"] for layer in layers}
    for layer in layers:
        source = layer["inputs"][0]
        if layer["op"] == "batchnorm" and ops.get(source) == "conv" and readers[source] == 1:
            model.parts[key(source)] = fuse_conv_bn_eval(model.parts[key(source)], model.parts[key(layer["name"])])
            model.parts[key(layer["name"])] = nn.Identity()
    return model


class Networks:
    def __init__(self, command):
        torch.set_num_threads(command["threads"])
        # Where the processor is none of NNPACK's, PyTorch asks it anew at each convolution.
        torch.backends.nnpack.set_flags(False)
        size = command["resolution"]
        shape = (command["batch"], 3, size, size)
        images = torch.randn(shape)
        self.run = {}
        last = images.to(memory_format=torch.channels_last)
        for name, model in (
            ("PyTorch", GraphNetwork(command["network"]).eval()),
            ("PyTorch, folded", folded(command["network"])),
        ):
            model = model.to(memory_format=torch.channels_last)
            for relu in overwriting(command["network"]["layers"]):
                model.parts[key(relu)].inplace = True
            self.run[name] = lambda model=model: model(last)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = command["threads"]
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        session = onnxruntime.InferenceSession(command["onnx"], options, providers=["CPUExecutionProvider"])
        fed = {"input": images.numpy()}
        self.run["onnxruntime"] = lambda: session.run(None, fed)

    def time(self, peer, seconds):
        run = self.run[peer]
        with torch.inference_mode():
            for _ in range(2):
                run()
            taken = []
            began = time.perf_counter()
            while len(taken) < 3 or time.perf_counter() - began < seconds:
                start = time.perf_counter()
                run()
                taken.append(time.perf_counter() - start)
        return statistics.median(taken)


networks = None
for line in sys.stdin:
    command = json.loads(line)
    if "network" in command:
        networks = Networks(command)
        answer = {"PyTorch": torch.__version__, "onnxruntime": onnxruntime.__version__}
    else:
        answer = {"seconds": networks.time(command["peer"], command["seconds"])}
    print(json.dumps(answer), flush=True)
