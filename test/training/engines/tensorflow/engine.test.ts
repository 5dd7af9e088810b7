/** Behaviour of engine tensorflow that needs no oracle, in plain JavaScript, which is always there. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { complexity } from "../../../../src/networks/complexity.js";
import { NetworkError } from "../../../../src/networks/shapes.js";
import { withDropout } from "../../../../src/networks/with-dropout.js";
import type { EpochReport, StepReport, TrainingResult } from "../../../../src/training/engine.js";
import { engineByName } from "../../../../src/training/engines/index.js";
import { tensorflow, tensorflowOn } from "../../../../src/training/engines/tensorflow.js";
import { EngineUnavailableError } from "../../../../src/training/engines/torch.js";
import { type Recipe, RecipeError } from "../../../../src/training/recipe.js";
import { tiny } from "../../../../src/training/recipes.js";
import { WeightsError } from "../../../../src/training/weights/weights.js";
import { quadrants, small, xBlocks } from "../../../support/networks.js";

const portable = tensorflowOn({ backend: "portable" });
const recipe: Recipe = { ...tiny, epochs: 2, batch: 32, learningRate: 0.05 };
const dataset = quadrants(96, 40);
/** What must repeat to the bit: all but the times. */
const numbers = ({ status, error, epochs }: TrainingResult) => ({
  status,
  error,
  epochs: epochs.map(report => ({ ...report, seconds: 0 })),
});
const rejects = (run: () => Promise<unknown>, type: new (...args: never[]) => Error, pattern: RegExp) =>
  assert.rejects(run, (error: Error) => {
    assert.ok(error instanceof type, `${error.name}: ${error.message}`);
    assert.match(error.message, pattern);
    return true;
  });

describe("engine tensorflow", () => {
  it("is found by its name, and says what computes", async () => {
    assert.equal(engineByName("tensorflow"), tensorflow);
    assert.match(portable.version!(), /^plain tfjs 4\.\d+\.\d+/);
  });

  it("learns, and reports every epoch and every step as they happen", async () => {
    const epochs: EpochReport[] = [];
    const steps: StepReport[] = [];
    const result = await portable.train(
      small,
      quadrants(320, 100),
      { ...recipe, testEvery: 1 },
      { onEpoch: report => epochs.push(report), onStep: report => steps.push(report), keepWeights: "best" },
    );
    assert.equal(result.status, "finished");
    assert.deepEqual(result.epochs, epochs);
    assert.equal(epochs.length, 2);
    assert.ok(epochs[1].trainLoss < epochs[0].trainLoss);
    assert.equal(epochs[1].testError, result.error);
    assert.deepEqual(
      steps.map(({ step }) => step),
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    const lastEpoch = steps.slice(10).reduce((sum, { loss }) => sum + loss, 0) / 10;
    assert.ok(Math.abs(lastEpoch - epochs[1].trainLoss) < 1e-5);
    assert.deepEqual(result.weights?.get("head.fc.weight")?.shape, [4, 32]);
    assert.ok(result.imagesPerSecond > 0 && result.seconds > 0);
  });

  it("repeats to the bit with the same seed, and not with another", async () => {
    const run = (seed: number) => portable.train(small, dataset, { ...recipe, epochs: 1 }, { seed });
    const [first, second, other] = [await run(11), await run(11), await run(12)];
    assert.deepEqual(numbers(first), numbers(second));
    assert.notDeepEqual(numbers(first), numbers(other));
  });

  it("begins with the weights it is given", async () => {
    const { weights } = await portable.train(small, dataset, recipe, { keepWeights: "last" });
    const stopped = await portable.train(small, dataset, recipe, {
      weights,
      keepWeights: "last",
      signal: AbortSignal.abort(),
    });
    assert.equal(stopped.status, "cancelled");
    assert.deepEqual(stopped.weights, weights);
  });

  it("stops between two steps when its signal aborts, and leaves the JavaScript thread free", async () => {
    const controller = new AbortController();
    let ticks = 0;
    const timer = setInterval(() => ticks++, 10);
    const result = await portable.train(
      small,
      dataset,
      { ...recipe, epochs: 100 },
      { signal: controller.signal, onEpoch: ({ epoch }) => epoch === 2 && controller.abort() },
    );
    clearInterval(timer);
    assert.equal(result.status, "cancelled");
    assert.ok(result.epochs.length >= 2 && result.epochs.length < 100);
    assert.ok(ticks > result.seconds * 10, `${ticks} ticks in ${result.seconds.toFixed(2)} s`);
  });

  it("records a loss that is not finite as diverged, with its step", async () => {
    const wild = { ...recipe, learningRate: 1e30, warmupEpochs: 0 };
    const result = await portable.train(small, dataset, wild);
    assert.equal(result.status, "diverged");
    assert.ok(result.divergedAt! >= 2 && result.divergedAt! <= 6, `step ${result.divergedAt}`);
    assert.equal(result.error, 75);
    const only = { ...wild, epochs: 1, batch: dataset.train.count };
    const last = await portable.train(small, dataset, only);
    assert.deepEqual([last.status, last.divergedAt], ["diverged", 1]);
  });

  it("stops training when an observer throws, and passes its error on", async () => {
    const broken = new Error("observer");
    await assert.rejects(
      portable.train(small, dataset, recipe, {
        onEpoch: () => {
          throw broken;
        },
      }),
      error => error === broken,
    );
    // The next training has the process to itself.
    assert.equal((await portable.train(small, dataset, { ...recipe, epochs: 1 })).status, "finished");
  });

  it("refuses what would take plain JavaScript too long, with the time and the remedy", async () => {
    const { flops } = complexity(xBlocks, 12);
    assert.ok(flops > 0);
    await rejects(
      () =>
        tensorflowOn({ backend: "portable", portableLimit: 1 }).train(small, dataset, {
          ...recipe,
          epochs: 500,
        }),
      EngineUnavailableError,
      /plain JavaScript would train "small" for about .*\(limit 1 s\).*--engine tensorflow.*engine torch/,
    );
  });

  it("names what is wrong with its arguments", async () => {
    const train: typeof portable.train = (...all) => portable.train(...all);
    for (const field of ["dropout", "dropPath", "colourPca", "recalibrate"]) {
      const asked = { ...recipe, [field]: field === "recalibrate" ? 64 : 0.2 };
      const pattern = new RegExp(`recipe: ${field} must be left out with engine tensorflow, which .*, got`);
      await rejects(() => train(small, dataset, asked), RecipeError, pattern);
    }
    const boxes = { ...recipe, cropPadding: 0, randomSizedCrop: 0.5 };
    await rejects(() => train(small, dataset, boxes), RecipeError, /randomSizedCrop.*tensorflow.*got 0.5/);
    const dropping = withDropout(small, 0.5);
    await rejects(() => train(dropping, dataset, recipe), NetworkError, /\(dropout\).*engine torch/);
    await rejects(
      () => train(small, dataset, recipe, { precision: "bf16" }),
      RangeError,
      /precision must be "float32".*torch.*got "bf16"/,
    );
    await rejects(
      () => train(small, dataset, recipe, { memoryLimit: 9 }),
      RangeError,
      /memoryLimit must be left out.*got 9/,
    );
    await rejects(() => train(small, dataset, recipe, { seed: -1 }), RangeError, /seed .*got seed -1/);
    await rejects(() => train(small, dataset, { ...recipe, batch: 0 }), RecipeError, /batch.*got 0/);
    await rejects(() => train(small, quadrants(20, 5), recipe), RangeError, /at least one batch.*20 images/);
    await rejects(() => train(small, dataset, recipe, { weights: new Map() }), WeightsError, /missing/);
    const layers = xBlocks.layers.map(layer =>
      layer.op === "conv" && layer.name === "s1.b1.conv2" ? { ...layer, groups: 7 } : layer,
    );
    await rejects(
      () => train({ ...xBlocks, layers }, dataset, recipe),
      NetworkError,
      /s1\.b1\.conv2.*7 groups/,
    );
  });

  it("lets the process leave in the middle of a training, and takes its own process along", async () => {
    const script = `
      import { tensorflowOn } from "${new URL("../../../../src/training/engines/tensorflow.js", import.meta.url)}";
      import { quadrants, small } from "${new URL("../../../support/networks.js", import.meta.url)}";
      const recipe = ${JSON.stringify({ ...recipe, epochs: 50 })};
      const onStep = () => process.exit(7);
      await tensorflowOn({ backend: "portable" }).train(small, quadrants(96, 10), recipe, { onStep });`;
    await assert.rejects(
      promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]),
      (error: Error & { code?: unknown; signal?: unknown }) => error.code === 7 && !error.signal,
    );
  });

  it("says how to get TensorFlow where it is asked for and not there", async () => {
    const script = `
      import { tensorflowOn } from "${new URL("../../../../src/training/engines/tensorflow.js", import.meta.url)}";
      import { quadrants, small } from "${new URL("../../../support/networks.js", import.meta.url)}";
      const node = tensorflowOn({ backend: "node" });
      await node.train(small, quadrants(96, 10), ${JSON.stringify(recipe)}).catch(error => console.log(String(error)));`;
    const env = { ...process.env, NETSPACE_TFJS_NODE: "/nowhere/tfjs-node" };
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
      env,
    });
    assert.match(stdout, /^EngineUnavailableError: .*NETSPACE_TFJS_NODE.*nowhere.*--engine tensorflow/);
  });
});
