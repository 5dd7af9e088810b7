"""The peer of bench/training.ts: PyTorch's eager loop, as fast as its documentation says to write it.

channels_last, in-place ReLU, fused SGD, gradients set to None, autocast for bf16, a data set resident as bytes and
augmented by a few indexing operators a batch: the same work as the engine's, step for step.

Reads one JSON command a line: {"network", "resolution", "batch", "precision", "threads"} prepares a network (answer
{}), {"steps"} trains so many steps (answer {"seconds"}).
"""

import json
import pathlib
import sys
import time

import torch
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "test" / "training"))
from pytorch_reference import GraphNetwork  # noqa: E402

PADDING = 4
IMAGES = 2048


class Training:
    def __init__(self, command):
        torch.set_num_threads(command["threads"])
        self.batch, self.resolution = command["batch"], command["resolution"]
        self.bf16 = command["precision"] == "bf16"
        self.model = GraphNetwork(command["network"]).to(memory_format=torch.channels_last)
        for module in self.model.modules():
            if isinstance(module, nn.ReLU):
                module.inplace = True
        self.model.train()
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=1e-3, momentum=0.9, weight_decay=5e-5,
                                         nesterov=True, fused=True)
        size = self.resolution + 2 * PADDING
        self.images = torch.randint(256, (IMAGES, size, size, 3), dtype=torch.uint8)
        self.labels = torch.randint(command["network"]["classes"], (IMAGES,))
        mean, std = torch.tensor([0.5, 0.5, 0.45]), torch.tensor([0.2, 0.2, 0.2])
        self.scale, self.shift = 1 / (255 * std), -mean / std

    def augmented(self, chosen):
        n, r = len(chosen), self.resolution
        top, left = torch.randint(2 * PADDING + 1, (2, n, 1))
        across = torch.arange(r)
        columns = torch.where(torch.rand(n, 1) < 0.5, across.flip(0), across) + left
        picked = self.images[chosen.view(n, 1, 1), (top + across).unsqueeze(2), columns.unsqueeze(1)]
        return (picked * self.scale).add_(self.shift).permute(0, 3, 1, 2)

    def run(self, steps):
        order = torch.randperm(IMAGES)
        start = time.perf_counter()
        for step in range(steps):
            at = step * self.batch % (IMAGES - self.batch + 1)
            chosen = order[at:at + self.batch]
            images = self.augmented(chosen)
            with torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
                logits = self.model(images)
                loss = nn.functional.cross_entropy(logits.float(), self.labels[chosen])
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()
            self.optimizer.step()
            loss.item()
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
