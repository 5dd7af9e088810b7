/** Auxiliary heads in training: the loss and its gradients against PyTorch, and what a training keeps of them. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Layer, Network } from "netspace";
import { recipes, type Recipe, RecipeError, tensorflow, tensorflowOn, torch } from "netspace/training";
import { Model } from "../../../../src/training/engines/torch.js";
import { close } from "../../../support/close.js";
import { withoutAddon, withoutPython } from "../../../support/needs.js";
import { noise, quadrants, xBlocks } from "../../../support/networks.js";
import { type CaseSettings, PytorchCase, runPytorch } from "../../../support/pytorch-case.js";

const steps = 20;
const threads = 1;
/** The layer that the head reads: half-way, and read by main layers too. */
const shared = xBlocks.layers.find(({ op }) => op === "relu")!;
const channels = xBlocks.layers.find(({ name }) => name === shared.inputs[0]) as Layer & { channels: number };
const auxiliary: Layer[] = [
  {
    op: "conv",
    name: "aux.conv",
    inputs: [shared.name],
    in: channels.channels,
    out: 12,
    kernel: 1,
    stride: 1,
    groups: 1,
    bias: false,
  },
  { op: "batchnorm", name: "aux.bn", inputs: ["aux.conv"], channels: 12 },
  { op: "relu", name: "aux.act", inputs: ["aux.bn"] },
  { op: "avgpool", name: "aux.pool", inputs: ["aux.act"] },
  { op: "linear", name: "aux.fc", inputs: ["aux.pool"], in: 12, out: xBlocks.classes },
];
const network: Network = { ...xBlocks, auxiliary };

const plain = { learningRate: 0.02, momentum: 0.9, weightDecay: 5e-3 };
const variants: Record<string, CaseSettings> = {
  "weight 0.4": { ...plain, auxiliaryWeight: 0.4 },
  "weight 1.5, smoothed and mixed": { ...plain, auxiliaryWeight: 1.5, labelSmoothing: 0.1, share: 0.7 },
  "weight 0.4, clipped": { ...plain, auxiliaryWeight: 0.4, clipNorm: 0.5, nesterov: false },
  "weight 0.4, by Adam": {
    ...plain,
    learningRate: 2e-3,
    auxiliaryWeight: 0.4,
    optimiser: "adam",
    epsilon: 1e-4,
  },
};

describe("an auxiliary head of engine torch agrees with PyTorch", {
  skip: withoutPython || withoutAddon,
}, () => {
  let folder: string;
  const cases = new Map<string, PytorchCase>();
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "netspace-auxiliary-"));
    for (const [name, settings] of Object.entries(variants)) {
      const one = new PytorchCase(network, join(folder, `${cases.size}`), settings, steps);
      const model = await Model.create(network, { seed: 3, threads, auxiliary: true });
      await one.write(model);
      model.dispose();
      cases.set(name, one);
    }
    await runPytorch([...cases.values()]);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const name of Object.keys(variants)) {
    it(`${name}: gradients, ${steps} losses and final weights`, async () => {
      const one = cases.get(name)!;
      const { share, ...settings } = one.settings;
      const model = await Model.create(network, { seed: 4, threads, auxiliary: true });
      for (const [parameter, values] of one.read("weights.f32")) await model.set(parameter, values.slice());
      const losses: number[] = [];
      for (const [step, { batch, labels, others }] of one.batches.entries()) {
        const mixed = share === undefined ? {} : { mixed: { labels: others, share } };
        losses.push(await model.step(batch, labels, { ...settings, ...mixed }));
        if (step > 0 || settings.clipNorm !== undefined) continue;
        for (const [parameter, reference] of one.read("gradients.f32")) {
          if (parameter.includes(".running_") || Math.hypot(...reference) < 1e-6) continue;
          close(await model.gradient(parameter), reference, `gradient of ${parameter}`);
        }
      }
      close(losses, one.result().losses, "losses", 1e-4);
      const final = one.read("final.f32");
      assert.ok(final.has("aux.fc.weight") && final.has("aux.bn.running_var"));
      for (const [parameter, values] of final)
        close(await model.get(parameter), values, `final ${parameter}`, 3e-3);
      model.dispose();
    });
  }
});

describe("a training with an auxiliary head", { skip: withoutAddon }, () => {
  const data = quadrants(160, 40);
  const recipe: Recipe = { ...recipes.tiny, epochs: 2, batch: 32, learningRate: 0.05 };
  const run = async (
    of: Network,
    own: Partial<Recipe>,
    weights?: Awaited<ReturnType<typeof torch.train>>["weights"],
  ) => {
    const losses: number[] = [];
    const result = await torch.train(
      of,
      data,
      { ...recipe, ...own },
      {
        seed: 2,
        threads,
        keepWeights: "last",
        onStep: ({ loss }) => losses.push(loss),
        ...(weights && { weights }),
      },
    );
    return {
      losses,
      names: [...result.weights!.keys()].filter(name => name.startsWith("aux.")),
      weights: result.weights!,
    };
  };

  it("adds its loss and keeps its weights, and without a weight leaves it out to the bit", async () => {
    const [none, off, on] = [
      await run(xBlocks, {}),
      await run(network, {}),
      await run(network, { auxiliaryWeight: 0.4 }),
    ];
    assert.deepEqual(off, none);
    assert.deepEqual((await run(network, { auxiliaryWeight: 0 })).losses, none.losses);
    assert.deepEqual(off.names, []);
    assert.ok(on.names.includes("aux.conv.weight") && on.names.includes("aux.bn.running_mean"));
    // About ln of the classes, times 1.4.
    const ratio = on.losses[0] / none.losses[0];
    assert.ok(ratio > 1.2 && ratio < 1.6, `${ratio}`);
  });

  it("takes weights with the head's, and without a weight ignores those", async () => {
    const { weights } = await run(network, { auxiliaryWeight: 0.4 });
    assert.deepEqual((await run(network, {}, weights)).names, []);
    assert.ok((await run(network, { auxiliaryWeight: 0.4 }, weights)).names.length > 0);
    const without = new Map([...weights].filter(([name]) => !name.startsWith("aux.")));
    await assert.rejects(run(network, { auxiliaryWeight: 0.4 }, without), /aux\.conv\.weight/);
  });

  it("goes with dropout, drop path and averages of weights, and ends with the same error for the same seed", async () => {
    const own = {
      auxiliaryWeight: 0.4,
      dropout: 0.2,
      dropPath: 0.3,
      averageDecay: 0.9,
      recalibrate: 64,
      clipNorm: 5,
      cutout: 4,
    };
    assert.deepEqual(await run(network, own), await run(network, own));
  });

  it("is refused by name where there is no head, and by the engine that trains none", async () => {
    const refused = (error: unknown) =>
      error instanceof RecipeError &&
      error.field === "auxiliaryWeight" &&
      /auxiliaryWeight must be left out, or 0, for ".*", which has no auxiliary head, got 0\.4/.test(
        error.message,
      );
    await assert.rejects(run(xBlocks, { auxiliaryWeight: 0.4 }), refused);
    await assert.rejects(
      tensorflow.train(network, data, { ...recipe, auxiliaryWeight: 0.4 }),
      /auxiliaryWeight must be left out with engine tensorflow, which trains no auxiliary logits, got 0\.4/,
    );
    const model = await Model.create(network, { threads });
    const { batch, labels } = noise(network, 4, 12, 1);
    await assert.rejects(
      async () => model.step(batch, labels, { ...plain, auxiliaryWeight: 0.4 }),
      /Model\.step: auxiliaryWeight must be 0 for a model without an auxiliary head, got 0\.4/,
    );
    model.dispose();
  });

  it("need not fit the images where it is not trained", async () => {
    const window: Layer = {
      op: "avgpool2d",
      name: "aux.window",
      inputs: [shared.name],
      kernel: 64,
      stride: 1,
      padding: "valid",
    };
    const large: Network = {
      ...network,
      auxiliary: [window, { ...auxiliary[0], inputs: ["aux.window"] }, ...auxiliary.slice(1)],
    };
    assert.equal((await run(large, {})).losses.length, 10);
    const portable = tensorflowOn({ backend: "portable" });
    const once = { ...recipe, epochs: 1 };
    assert.equal((await portable.train(large, quadrants(32, 8), once)).status, "finished");
    await assert.rejects(run(large, { auxiliaryWeight: 0.4 }), /aux\.window/);
  });
});
