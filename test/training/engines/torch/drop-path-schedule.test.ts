/** Drop path whose rates rise over the training. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withDropPath } from "netspace";
import { recipes, torch, type Recipe } from "netspace/training";
import type { Network } from "../../../../src/networks/network.js";
import { loadAddon } from "../../../../src/training/engines/torch/addon.js";
import { Model } from "../../../../src/training/engines/torch.js";
import { wholeSettings } from "../../../../src/training/recipe/optimisers.js";
import { close } from "../../../support/close.js";
import { withoutAddon } from "../../../support/needs.js";
import { quadrants, samples, xBlocks } from "../../../support/networks.js";
import { upload } from "../../../support/torch-model.js";

const network = samples.find(({ name }) => name === "Y")!;
const steps = 10;
const batch = 32;
const data = quadrants(steps * batch, 8);

describe("drop path on a schedule", { skip: withoutAddon }, () => {
  /** Losses of an epoch whose rates are scaled so. */
  const losses = async (of: Network, dropPathScales: readonly number[]) => {
    const addon = loadAddon();
    const dataset = await upload(data);
    const model = await Model.create(of, { seed: 1, threads: 1 });
    const { learningRate: _ofEachStep, ...update } = wholeSettings({
      learningRate: 0,
      momentum: 0.9,
      weightDecay: 0,
    });
    const outcome = await addon.epoch(model.handle, dataset, {
      ...update,
      learningRates: new Float64Array(steps).fill(0.02),
      dropPathScales: Float64Array.from(dropPathScales),
      batch,
      labelSmoothing: 0,
      auxiliaryWeight: 0,
      flip: false,
      cropArea: 0,
      colour: 0,
      mixup: 0,
      cutout: 0,
      seed: 3,
    });
    model.dispose();
    return [...outcome.losses];
  };
  const all = (scale: number) => Array.from({ length: steps }, () => scale);

  it("drops by the scaled rates, each step by its own", async () => {
    const half = await losses(withDropPath(network, 0.3), []);
    assert.deepEqual(await losses(withDropPath(network, 0.6), all(0.5)), half);
    assert.deepEqual(
      await losses(withDropPath(network, 0.6), all(1)),
      await losses(withDropPath(network, 0.6), []),
    );
    close(
      await losses(withDropPath(network, 0.6), all(0)),
      await losses(network, []),
      "nothing dropped",
      1e-4,
    );
    const later = await losses(
      withDropPath(network, 0.6),
      all(0.5).map((scale, i) => (i < 4 ? scale : 1)),
    );
    assert.deepEqual(later.slice(0, 4), half.slice(0, 4));
    assert.notDeepEqual(later.slice(4), half.slice(4));
  });

  it("rises from nothing to the recipe's rate over all epochs", async () => {
    const run = async (own: Partial<Recipe>) => {
      const found: number[] = [];
      const recipe: Recipe = { ...recipes.tiny, epochs: 2, batch, cropPadding: 0, ...own };
      const options = { seed: 2, threads: 1, onStep: ({ loss }: { loss: number }) => found.push(loss) };
      await torch.train(xBlocks, data, recipe, options);
      return found;
    };
    const [none, constant, linear] = [
      await run({}),
      await run({ dropPath: 0.6 }),
      await run({ dropPath: 0.6, dropPathSchedule: "linear" }),
    ];
    assert.equal(linear.length, 2 * steps);
    // The first step drops nothing; the second, with a 20th of the rate, hardly anything.
    close([linear[0]], [none[0]], "first loss", 1e-5);
    assert.ok(Math.abs(constant[0] - none[0]) > 1e-3);
    assert.ok(linear.slice(steps).every((loss, i) => Math.abs(loss - none[steps + i]) > 1e-6));
    assert.deepEqual(await run({ dropPath: 0.6, dropPathSchedule: "constant" }), constant);
  });
});
