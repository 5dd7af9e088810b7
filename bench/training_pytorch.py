"""The peer of bench/training.ts: PyTorch's eager loop, as fast as its documentation says to write it.

channels_last, ReLU in place where it may be, fused SGD, gradients set to None, autocast for bf16, a data set resident as bytes and
augmented by a few indexing operators a batch: the same work as the engine's, step for step.

Reads one JSON command a line: {"network", "resolution", "batch", "precision", "threads", "device", "compile"} prepares a
network (answer {"torch"}), {"steps"} trains so many steps (answer {"seconds"}). On a GPU, losses are not waited for.
"""

import json
import pathlib
import sys
import time

import torch
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "test" / "training"))
from in_place import overwriting  # noqa: E402
from pytorch_reference import GraphNetwork, key  # noqa: E402

PADDING = 4
IMAGES = 2048


class Training:
    def __init__(self, command):
        torch.set_num_threads(command["threads"])
        self.device = torch.device(command.get("device", "cpu"))
        tf32 = command["precision"] == "tf32"
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = tf32
        self.batch, self.resolution = command["batch"], command["resolution"]
        self.bf16 = command["precision"] == "bf16"
        self.model = GraphNetwork(command["network"]).to(self.device, memory_format=torch.channels_last)
        for name in overwriting(command["network"]["layers"]):
            self.model.parts[key(name)].inplace = True
        self.model.train()
        if command.get("compile"):
            # Of one code compiled for many networks, dynamo would give up after a few.
            torch._dynamo.reset()
        self.call = torch.compile(self.model) if command.get("compile") else self.model
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=1e-3, momentum=0.9, weight_decay=5e-5,
                                         nesterov=True, fused=True)
        size = self.resolution + 2 * PADDING
        self.images = torch.randint(256, (IMAGES, size, size, 3), dtype=torch.uint8, device=self.device)
        self.labels = torch.randint(command["network"]["classes"], (IMAGES,), device=self.device)
        mean, std = torch.tensor([0.5, 0.5, 0.45]), torch.tensor([0.2, 0.2, 0.2])
        self.scale, self.shift = (1 / (255 * std)).to(self.device), (-mean / std).to(self.device)

    def augmented(self, chosen):
        n, r = len(chosen), self.resolution
        top, left = torch.randint(2 * PADDING + 1, (2, n, 1), device=self.device)
        across = torch.arange(r, device=self.device)
        columns = torch.where(torch.rand(n, 1, device=self.device) < 0.5, across.flip(0), across) + left
        picked = self.images[chosen.view(n, 1, 1), (top + across).unsqueeze(2), columns.unsqueeze(1)]
        return (picked * self.scale).add_(self.shift).permute(0, 3, 1, 2)

    def wait(self):
        if self.device.type == "cuda":
            torch.cuda.synchronize()

    def run(self, steps):
        order = torch.randperm(IMAGES, device=self.device)
        self.wait()
        start = time.perf_counter()
        for step in range(steps):
            at = step * self.batch % (IMAGES - self.batch + 1)
            chosen = order[at:at + self.batch]
            images = self.augmented(chosen)
            with torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16):
                logits = self.call(images)
                loss = nn.functional.cross_entropy(logits.float(), self.labels[chosen])
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()
            self.optimizer.step()
            if self.device.type == "cpu":
                loss.item()
        self.wait()
        return time.perf_counter() - start


training = None
for line in sys.stdin:
    command = json.loads(line)
    if "network" in command:
        training = Training(command)
        answer = {"torch": torch.__version__}
    else:
        answer = {"seconds": training.run(command["steps"])}
    print(json.dumps(answer), flush=True)
