/** Memory of a training: its peak, and what happens beyond a limit. In a process of its own, where nothing else counts. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { memory } from "netspace";
import type { TrainingResult } from "../../../../src/training/engine.js";
import { torch } from "../../../../src/training/engines/torch.js";
import type { Recipe } from "../../../../src/training/recipe.js";
import { tiny } from "../../../../src/training/recipes.js";
import { withoutAddon } from "../../../support/needs.js";
import { quadrants, small } from "../../../support/networks.js";

const recipe: Recipe = { ...tiny, epochs: 1, batch: 160, learningRate: 0.05 };
const dataset = quadrants(640, 40);
const train = (memoryLimit?: number) =>
  torch.train(small, dataset, recipe, { threads: 1, ...(memoryLimit !== undefined && { memoryLimit }) });
/** All but the times. */
const numbers = ({ status, error, epochs }: TrainingResult) => ({
  status,
  error,
  epochs: epochs.map(report => ({ ...report, seconds: 0 })),
});

describe("memory of a training by engine torch", { skip: withoutAddon }, () => {
  it("is reported, and not enough of it is a result", async () => {
    const roomy = await train();
    const peak = roomy.peakMemory!;
    // What the backward pass needs at least, and not many times as much.
    const least = memory(small, { batch: 160, resolution: 12 }).total;
    assert.ok(peak > least && peak < 3 * least, `${peak} bytes, of which ${least} must be`);
    for (const share of [0.001, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98]) {
      const { status, reason, error, epochs } = await train(Math.floor(share * peak));
      assert.deepEqual([status, error, epochs], ["out-of-memory", 75, []], `${share}`);
      assert.match(
        reason!,
        /^out of memory: (layer "[^"]+": out of memory: )?asked for \d+ KiB beside the \d+ MiB in use; the limit is \d+ MiB/,
      );
    }
    // Nothing of the failed trainings is left, and nothing of their limits.
    for (const again of [await train(Math.ceil(1.02 * peak)), await train(), await train(0)]) {
      assert.deepEqual(numbers(again), numbers(roomy));
      assert.ok(Math.abs(again.peakMemory! / peak - 1) < 0.02, `${again.peakMemory} after ${peak}`);
    }
  });

  it("has a limit that makes sense", async () => {
    for (const memoryLimit of [-1, 0.5, Number.NaN]) {
      await assert.rejects(() => train(memoryLimit), /memoryLimit must be an integer of at least 0/);
    }
  });
});
