"""Runs ONNX files with onnxruntime, and checks them with the onnx package.

    python onnx_reference.py CASE_FOLDER...

Each folder holds model.onnx, images.f32 and shape.json ([count, channels, height, width]); it receives logits.f32, of
the batch as a whole, and single.f32, of its first image alone. Prints the operators of each file.
"""

import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime


def run(folder):
    path = str(folder / "model.onnx")
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    images = np.fromfile(folder / "images.f32", dtype=np.float32).reshape(json.loads((folder / "shape.json").read_text()))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    session.run(None, {"input": images})[0].tofile(folder / "logits.f32")
    session.run(None, {"input": images[:1]})[0].tofile(folder / "single.f32")
    return {"operators": sorted({node.op_type for node in model.graph.node}),
            "metadata": {p.key: p.value for p in model.metadata_props},
            "input": [d.dim_param or d.dim_value for d in model.graph.input[0].type.tensor_type.shape.dim]}


if __name__ == "__main__":
    print(json.dumps([run(pathlib.Path(argument)) for argument in sys.argv[1:]]))
