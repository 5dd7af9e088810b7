"""The limits of this processor, as bench/roofline.ts asks for them: the fastest of some runs, by PyTorch's own operators.

    python roofline.py THREADS

Prints JSON: "float32" and "bf16", multiply-adds a second of a product of 2048 × 2048 matrices; "bandwidth", bytes a second, read
and written together, of copies of so many bytes.
"""

import json
import sys
import time

import torch

torch.set_num_threads(int(sys.argv[1]))


def fastest(run, seconds=1.0):
    run()
    least, began = float("inf"), time.perf_counter()
    while time.perf_counter() - began < seconds:
        start = time.perf_counter()
        run()
        least = min(least, time.perf_counter() - start)
    return least


limits = {"torch": torch.__version__}
size = 2048
for name, kind in (("float32", torch.float32), ("bf16", torch.bfloat16)):
    a, b, into = (torch.randn(size, size).to(kind) for _ in range(3))
    limits[name] = size**3 / fastest(lambda: torch.mm(a, b, out=into))
limits["bandwidth"] = []
for megabytes in (1, 4, 16, 64, 256):
    count = megabytes * 2**20 // 4
    source, into = torch.zeros(count), torch.ones(count)
    limits["bandwidth"].append([8 * count, 8 * count / fastest(lambda: into.copy_(source))])
print(json.dumps(limits))
