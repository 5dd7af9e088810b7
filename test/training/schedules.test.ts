/** Schedules of the learning rate against torch.optim.lr_scheduler, once an epoch. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, it } from "node:test";
import { learningRateAt, type Recipe, recipes } from "netspace/training";
import { python, withoutPython } from "../support/needs.js";

const epochs = 30;
const peak = 0.3;
const schedules: Record<string, [string, Partial<Recipe>]> = {
  cosine: [`CosineAnnealingLR(o, ${epochs}, eta_min=0.01)`, { learningRateEnd: 0.01 }],
  "warm restarts": [
    "CosineAnnealingWarmRestarts(o, 3, T_mult=2, eta_min=0.002)",
    { restartEpochs: 3, restartFactor: 2, learningRateEnd: 0.002 },
  ],
  "restarts of one length": ["CosineAnnealingWarmRestarts(o, 7)", { restartEpochs: 7 }],
  staircase: ["StepLR(o, 4, gamma=0.9)", { decayFactor: 0.9, decayEvery: 4, decayStaircase: true }],
  exponential: ["ExponentialLR(o, 0.97)", { decayFactor: 0.97 }],
  steps: ["MultiStepLR(o, [9, 20], gamma=0.2)", { stepEpochs: [9, 20], stepFactor: 0.2 }],
};

describe("learning rates agree with torch.optim.lr_scheduler", { skip: withoutPython }, () => {
  const script = `
import json, torch, warnings
from torch.optim.lr_scheduler import *
warnings.simplefilter("ignore")
out = []
for make in [${Object.values(schedules)
    .map(([make]) => `lambda o: ${make}`)
    .join(", ")}]:
    o = torch.optim.SGD([torch.zeros(1)], lr=${peak})
    s = make(o)
    rates = []
    for _ in range(${epochs}):
        rates.append(o.param_groups[0]["lr"])
        s.step()
    out.append(rates)
print(json.dumps(out))
`;
  it("in every epoch", () => {
    const expected = JSON.parse(execFileSync(python, ["-c", script], { encoding: "utf8" })) as number[][];
    for (const [i, [name, [, own]]] of Object.entries(schedules).entries()) {
      const recipe: Recipe = { ...recipes.section3, epochs, learningRate: peak, ...own };
      for (const [epoch, rate] of expected[i].entries()) {
        const ours = learningRateAt(recipe, epoch);
        assert.ok(Math.abs(ours - rate) < 1e-12, `${name}, epoch ${epoch}: ${ours}, torch ${rate}`);
      }
    }
  });
});
