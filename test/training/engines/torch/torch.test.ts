/**
 * Behaviour of `torch.train` that needs no oracle: learning, repeatability, divergence, cancellation, bad input.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { anyNet, build } from "netspace";
import type { Network } from "../../../../src/networks/network.js";
import { NetworkError } from "../../../../src/networks/shapes.js";
import type { Engine, EpochReport, StepReport, TrainingResult } from "../../../../src/training/engine.js";
import {
  EngineUnavailableError,
  Model,
  torchOn,
  torch as torchEngine,
} from "../../../../src/training/engines/torch.js";
import { loadAddon } from "../../../../src/training/engines/torch/addon.js";
import { type Recipe, RecipeError } from "../../../../src/training/recipe.js";
import { tiny } from "../../../../src/training/recipes.js";
import { withoutAddon } from "../../../support/needs.js";
import { noise, quadrants, small, xBlocks } from "../../../support/networks.js";

/** One thread unless a test says otherwise: two that wait for each other crawl on a machine with other work. */
const torch: Engine = {
  name: "torch",
  train: (network, data, how, options) => torchEngine.train(network, data, how, { threads: 1, ...options }),
};
const recipe: Recipe = { ...tiny, epochs: 2, batch: 32, learningRate: 0.05 };
const dataset = quadrants(640, 203);
const deviation = (values: Float32Array) => Math.hypot(...values) / Math.sqrt(values.length);
const rejects = (run: () => Promise<unknown>, type: new (...args: never[]) => Error, pattern: RegExp) =>
  assert.rejects(run, (error: Error) => {
    assert.ok(error instanceof type, `${error.name}: ${error.message}`);
    assert.match(error.message, pattern);
    return true;
  });
/** What must repeat to the bit: all but the times. */
const numbers = ({ status, error, epochs }: TrainingResult) => ({
  status,
  error,
  epochs: epochs.map(report => ({ ...report, seconds: 0 })),
});

describe("engine torch", { skip: withoutAddon }, () => {
  it("begins a deep network as a shallow one when the recipe zeroes residual branches", async () => {
    const stages = [2, 6, 12].map((depth, i) => ({
      depth,
      width: 16 << i,
      bottleneck: 1,
      groupWidth: 8,
      stride: 2,
    }));
    const deep = build(anyNet(stages, { classes: 4, stem: { kind: "simple", width: 16 } }));
    const lossOf = async (zeroInitResidual: boolean) => {
      const { epochs } = await torch.train(deep, dataset, { ...recipe, epochs: 1, zeroInitResidual });
      return epochs[0].trainLoss;
    };
    const [zeroed, plain] = [await lossOf(true), await lossOf(false)];
    assert.ok(zeroed < plain, `mean loss of the first epoch ${zeroed} zeroed, ${plain} not`);
  });

  it("learns, and reports every epoch and every step as they happen", async () => {
    const epochs: EpochReport[] = [];
    const steps: StepReport[] = [];
    const result = await torch.train(
      small,
      dataset,
      { ...recipe, epochs: 3, testEvery: 1 },
      { onEpoch: report => epochs.push(report), onStep: report => steps.push(report) },
    );
    assert.equal(result.status, "finished");
    assert.ok(result.error < 10, `error ${result.error} %`);
    assert.deepEqual(result.epochs, epochs);
    assert.deepEqual(
      epochs.map(e => e.epoch),
      [1, 2, 3],
    );
    assert.ok(epochs[2].trainLoss < epochs[0].trainLoss);
    assert.ok(epochs[2].learningRate < 1e-9);
    assert.equal(epochs[2].testError, result.error);
    // 640 images are 20 batches of 32.
    assert.deepEqual(
      steps.map(s => s.step),
      Array.from({ length: 60 }, (_, i) => i + 1),
    );
    const lastEpoch = steps.slice(40).reduce((sum, s) => sum + s.loss, 0) / 20;
    assert.ok(Math.abs(lastEpoch - epochs[2].trainLoss) < 1e-6);
    assert.ok(result.imagesPerSecond > 0 && result.seconds > 0);
  });

  it("tests after the last epoch only, unless told otherwise", async () => {
    const result = await torch.train(small, dataset, recipe);
    assert.deepEqual(
      result.epochs.map(e => e.testError !== undefined),
      [false, true],
    );
  });

  for (const precision of ["float32", "bf16"] as const) {
    for (const threads of [1, 2]) {
      it(`repeats to the bit with the same seed: ${precision}, ${threads} threads`, async () => {
        const options = { precision, threads };
        // Wide enough that both threads have work, few enough steps for a machine that is busy with other things.
        const run = (seed: number) =>
          torch.train(small, dataset, { ...recipe, epochs: 1, batch: 128 }, { ...options, seed });
        const [first, second, other] = [await run(11), await run(11), await run(12)];
        assert.deepEqual(numbers(first), numbers(second));
        assert.notDeepEqual(numbers(first), numbers(other));
      });
    }
  }

  it("trains in bf16 about as well as in float32", async () => {
    const result = await torch.train(small, dataset, { ...recipe, epochs: 3 }, { precision: "bf16" });
    assert.ok(result.error < 10, `error ${result.error} %`);
  });

  it("records a loss that is not finite as diverged, with its step", async () => {
    for (const precision of ["float32", "bf16"] as const) {
      const wild = { ...recipe, learningRate: 1e30, warmupEpochs: 0 };
      const result = await torch.train(small, dataset, wild, { precision });
      assert.equal(result.status, "diverged");
      assert.ok(result.divergedAt! >= 2 && result.divergedAt! <= 40, `step ${result.divergedAt}`);
      assert.equal(result.error, 75);
    }
  });

  it("records a last step that ruins the weights as diverged, though its loss was finite", async () => {
    const only = { ...recipe, epochs: 1, batch: dataset.train.count, learningRate: 1e30, warmupEpochs: 0 };
    const result = await torch.train(small, dataset, only);
    assert.deepEqual([result.status, result.divergedAt], ["diverged", 1]);
  });

  it("stops between two steps when its signal aborts", async () => {
    const controller = new AbortController();
    const result = await torch.train(
      small,
      dataset,
      { ...recipe, epochs: 1000 },
      { signal: controller.signal, onEpoch: ({ epoch }) => epoch === 2 && controller.abort() },
    );
    assert.equal(result.status, "cancelled");
    assert.ok(result.epochs.length >= 2 && result.epochs.length < 1000);
    const before = await torch.train(small, dataset, recipe, { signal: AbortSignal.abort() });
    assert.equal(before.status, "cancelled");
    assert.equal(before.epochs.length, 0);
  });

  it("follows every field of a recipe, from its seed alone", async () => {
    const all: Recipe = {
      ...recipe,
      cropPadding: 0,
      randomSizedCrop: 0.5,
      colourPca: 0.1,
      mixup: 0.2,
      labelSmoothing: 0.1,
      dropout: 0.1,
      dropPath: 0.1,
      averageDecay: 0.9,
      recalibrate: 300,
      normWeightDecay: 0,
      biasWeightDecay: 0,
      stepEpochs: [1],
      stepFactor: 0.2,
      testEvery: 1,
    };
    const [first, second] = [await torch.train(small, dataset, all), await torch.train(small, dataset, all)];
    assert.deepEqual(numbers(first), numbers(second));
    assert.equal(first.status, "finished");
    // Each field counts: without it the numbers are others.
    for (const field of Object.keys(all) as (keyof Recipe)[]) {
      if (field in recipe || field === "testEvery" || field === "biasWeightDecay") continue;
      const { [field]: _left, ...rest } = all;
      const other = await torch.train(small, dataset, rest as Recipe);
      assert.notDeepEqual(numbers(other), numbers(first), field);
    }
  });

  it("recalibrates to the statistics of the training images it is given", async () => {
    const network = { ...small, name: "still" };
    const still = {
      ...recipe,
      epochs: 1,
      batch: 320,
      learningRate: 1e-12,
      cropPadding: 0,
      flip: false,
      weightDecay: 0,
    };
    const options = { seed: 1, keepWeights: "last" } as const;
    const { weights } = await torch.train(network, dataset, { ...still, recalibrate: 640 }, options);
    // The same statistics from one batch of all images, through the share 0.1 by which running ones move.
    const model = await Model.create(network, { threads: 1 });
    await model.setWeights(weights!);
    const first = "stem.bn";
    const size = dataset.train.images.length;
    const area = dataset.resolution ** 2;
    const images = Float32Array.from({ length: size }, (_, i) => {
      const c = Math.floor(i / area) % 3;
      return (dataset.train.images[i] / 255 - dataset.mean[c]) / dataset.std[c];
    });
    const { count, resolution } = { ...dataset.train, resolution: dataset.resolution };
    const before = await model.get(`${first}.running_mean`);
    const variance = await model.get(`${first}.running_var`);
    await model.forward({ images, shape: [count, 3, resolution, resolution] }, true);
    const moved = await model.get(`${first}.running_mean`);
    const movedVariance = await model.get(`${first}.running_var`);
    for (let c = 0; c < before.length; c++) {
      // Statistics that are already those of all images do not move.
      assert.ok(Math.abs(moved[c] - before[c]) < 1e-5 * (1 + Math.abs(before[c])), `mean ${c}`);
      assert.ok(Math.abs(movedVariance[c] / variance[c] - 1) < 1e-3, `variance ${c}`);
    }
    model.dispose();
  });

  it("times forward passes and training steps", async () => {
    const model = await Model.create(small, { threads: 1 });
    const run = { batch: 32, resolution: 12, warmUp: 2, runs: 5 };
    const forward = await model.time({ ...run, training: false });
    const step = await model.time({ ...run, training: true });
    assert.deepEqual([forward.length, step.length], [5, 5]);
    assert.ok(Math.min(...step) > Math.min(...forward) && Math.min(...forward) > 0);
    model.dispose();
  });

  it("leaves the JavaScript thread free", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    const result = await torch.train(small, dataset, { ...recipe, epochs: 4 });
    clearInterval(timer);
    assert.ok(ticks > result.seconds * 20, `${ticks} ticks in ${result.seconds.toFixed(2)} s`);
  });

  it("draws weights as pycls does, the same for the same seed", async () => {
    const model = await Model.create(xBlocks, { seed: 5, threads: 1 });
    const again = await Model.create(xBlocks, { seed: 5, threads: 1 });
    const stem = await model.get("stem.conv.weight");
    assert.deepEqual(stem, await again.get("stem.conv.weight"));
    // √(2 / (3 · 3 · 24)) = 0.0962, from 648 draws.
    assert.ok(Math.abs(deviation(stem) - 0.0962) < 0.01);
    assert.ok(Math.abs(deviation(await model.get("head.fc.weight")) - 0.01) < 0.002);
    assert.deepEqual(
      await model.get("s1.b1.bn1.weight"),
      Float32Array.from({ length: 40 }, () => 1),
    );
    model.dispose();
    again.dispose();
  });

  it("ends with the error of a listener", async () => {
    for (const listener of ["onStep", "onEpoch"] as const) {
      let calls = 0;
      const options = {
        [listener]: () => {
          calls++;
          throw new Error(`of ${listener}`);
        },
      };
      await rejects(
        () => torch.train(small, dataset, { ...recipe, epochs: 1000 }, options),
        Error,
        new RegExp(`^of ${listener}$`),
      );
      assert.equal(calls, 1, listener);
    }
  });

  it("runs several trainings asked for at once, one after the other", async () => {
    const results = await Promise.all([1, 1].map(seed => torch.train(small, dataset, recipe, { seed })));
    assert.deepEqual(numbers(results[0]), numbers(results[1]));
  });

  it("lets the process leave in the middle of a training", async () => {
    const script = `
      import { torch } from "${new URL("../../../../src/training/engines/torch.js", import.meta.url)}";
      import { quadrants, small } from "${new URL("../../../support/networks.js", import.meta.url)}";
      const recipe = ${JSON.stringify({ ...recipe, epochs: 10_000 })};
      const onStep = () => process.exit(7);
      await torch.train(small, quadrants(640, 10), recipe, { threads: 1, onStep });`;
    await assert.rejects(
      promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]),
      (error: Error & { code?: unknown; signal?: unknown }) => error.code === 7 && !error.signal,
    );
  });

  describe("names what is wrong with", () => {
    it("a network", async () => {
      const layers = xBlocks.layers.map(layer =>
        layer.name === "s1.b1.conv2" && layer.op === "conv" ? { ...layer, groups: 7 } : layer,
      );
      await rejects(
        () => torch.train({ ...xBlocks, layers }, dataset, recipe),
        NetworkError,
        /s1\.b1\.conv2.*7 groups/,
      );
      const narrow: Network = {
        ...small,
        classes: 2,
        layers: small.layers.map(l => (l.op === "linear" ? { ...l, out: 2 } : l)),
      };
      await rejects(() => torch.train(narrow, dataset, recipe), RangeError, /at least 4 classes.*got 2/);
    });

    it("a dataset", async () => {
      const labels = dataset.train.labels.slice();
      labels[17] = 9;
      const train = { ...dataset.train, labels };
      await rejects(
        () => torch.train(small, { ...dataset, train }, recipe),
        RangeError,
        /"quadrants".*train labels below 4, got 9 at image 17/,
      );
      await rejects(
        () => torch.train(small, { ...dataset, resolution: 16 }, recipe),
        RangeError,
        /640 × 3 × 16 × 16.*train images, got 276480/,
      );
      await rejects(
        () => torch.train(small, quadrants(20, 5), recipe),
        RangeError,
        /at least one batch.*20 images/,
      );
    });

    it("a seed or a number of threads", async () => {
      for (const options of [{ seed: 0.5 }, { seed: -1 }, { threads: 0 }]) {
        await rejects(() => torch.train(small, dataset, recipe, options), RangeError, /seed .*threads/);
      }
    });

    it("a recipe", () =>
      rejects(
        () => torch.train(small, dataset, { ...recipe, batch: 0 }),
        RangeError,
        /batch.*positive integer, got 0/,
      ));

    it(
      "a device that is not there",
      { skip: !withoutAddon && loadAddon().info().cuda ? "CUDA is here" : false },
      () =>
        rejects(
          () => torchOn("cuda").train(small, dataset, recipe),
          EngineUnavailableError,
          /CUDA.*"cuda".*sees none/,
        ),
    );

    it("crops that show nothing of the images", async () => {
      for (const cropPadding of [12, 1000, 1e6]) {
        await rejects(
          () => torch.train(small, dataset, { ...recipe, cropPadding }),
          RecipeError,
          new RegExp(`cropPadding must be less than the images' 12 pixels, got ${cropPadding}`),
        );
      }
      const { status } = await torch.train(small, dataset, { ...recipe, epochs: 1, cropPadding: 11 });
      assert.equal(status, "finished");
    });

    it("more threads than can be", () =>
      rejects(
        () => torch.train(small, dataset, recipe, { threads: 1e6 }),
        RangeError,
        /from 1 to \d+ threads.*threads 1000000/,
      ));

    it("a network of Model.create", async () => {
      const changed = (name: string, change: object): Network => ({
        ...small,
        layers: small.layers.map(layer => (layer.name === name ? { ...layer, ...change } : layer)),
      });
      const bad: [unknown, RegExp][] = [
        [changed("s1.b1.conv2", { groups: 0 }), /"s1\.b1\.conv2" \(conv\).*groups.*got 0/],
        [changed("stem.bn", { channels: 0 }), /"stem\.bn" \(batchnorm\).*channels/],
        [changed("s1.b1.conv2", { inputs: ["nowhere"] }), /"s1\.b1\.conv2".*"nowhere"/],
        [
          changed("s1.b1.conv2", { stride: 2 ** 32 + 1 }),
          /"s1\.b1\.conv2".*at most 2147483647, got 4294967297/,
        ],
        [changed("s1.b1.conv2", { stride: Number.NaN }), /"s1\.b1\.conv2".*stride.*NaN/],
        [{ ...small, layers: [] }, /no layers/],
        [{ ...small, inputChannels: 4 }, /"stem\.conv".*4 × 1 × 1/],
        [{ ...small, classes: 0 }, /logits of 0/],
        [{ name: "nothing" }, /Model\.create: network\.layers must be an object, got undefined/],
        [null, /Model\.create: network must be an object, got null/],
      ];
      for (const [network, pattern] of bad) {
        await rejects(() => Model.create(network as Network, { threads: 1 }), RangeError, pattern);
      }
      const options: [object | null, RegExp][] = [
        [{ threads: 0 }, /Model\.create: threads must be an integer from 1 to \d+, got 0/],
        [{ threads: 2 ** 31 }, /threads must be .*got 2147483648/],
        [{ seed: Number.NaN }, /Model\.create: seed must be an integer from 0 to \d+, got NaN/],
        [{ seed: -1 }, /seed must be .*got -1/],
        [{ device: "meta" }, /device/],
        [null, /Model\.create: options must be an object, got null/],
      ];
      for (const [option, pattern] of options) {
        await rejects(() => Model.create(small, option as object), Error, pattern);
      }
    });

    it("a batch, or what to time", async () => {
      const model = await Model.create(small, { threads: 1 });
      const run = { batch: 4, resolution: 12, training: true, warmUp: 0, runs: 1 };
      for (const [field, value] of [
        ["warmUp", Number.NaN],
        ["runs", Infinity],
        ["batch", 0],
        ["resolution", -1],
        ["training", undefined],
      ] as const) {
        const pattern = new RegExp(`Model\\.time: ${field} must be .*got ${value}`);
        await rejects(() => model.time({ ...run, [field]: value }), RangeError, pattern);
      }
      const { batch, labels } = noise(small, 2, 8, 1);
      const options = { learningRate: 0.1, momentum: 0.9, weightDecay: 0 };
      const [images] = [batch.images];
      const steps: [() => Promise<unknown>, RegExp][] = [
        [
          () => model.step(batch, Int32Array.from([0, 4]), options),
          /labels: expected integers from 0 to 3, got 4/,
        ],
        [() => model.step(batch, Int32Array.from([0, -1]), options), /labels: .* got -1 at image 1/],
        [
          () => model.step(batch, labels.subarray(1), options),
          /labels: expected an array of 2 elements, got 1/,
        ],
        [() => model.step({ images, shape: [2, 1, 8, 24] }, labels, options), /images of 3 channels, got 1/],
        [
          () => model.step({ images, shape: [2, 3, 8.5, 8] }, labels, options),
          /shape\[2\] must be .*got 8\.5/,
        ],
        [() => model.step(batch, labels, { ...options, momentum: 2 }), /momentum must be .*got 2/],
        [() => model.step(batch, labels, null as never), /Model\.step: options must be an object, got null/],
        [() => model.forward(undefined as never), /Model\.forward: batch must be an object, got undefined/],
      ];
      for (const [step, pattern] of steps) await rejects(step, RangeError, pattern);
      // What was refused has changed nothing.
      assert.ok(Number.isFinite(await model.step(batch, labels, options)));
      model.dispose();
    });

    it("a parameter, and how many values it has", async () => {
      const model = await Model.create(small, { threads: 1 });
      await rejects(() => model.get("stem.weight"), Error, /no parameter is named "stem.weight"/);
      await rejects(() => model.set("head.fc.bias", new Float32Array(3)), Error, /has 4 values, got 3/);
      await rejects(() => model.gradient("stem.bn.running_mean"), Error, /no parameter/);
      const { batch } = noise(small, 2, 8, 1);
      const wrong = { ...batch, images: batch.images.subarray(1) };
      await assert.rejects(async () => model.forward(wrong), /expected an array of 384 elements, got 383/);
      model.dispose();
      await assert.rejects(async () => model.get("head.fc.bias"), /disposed/);
    });
  });
});

it("says what is missing and what to do when the binding is not there", async () => {
  const script = `
    import { Model } from "${new URL("../../../../src/training/engines/torch.js", import.meta.url)}";
    import { small } from "${new URL("../../../support/networks.js", import.meta.url)}";
    await Model.create(small).catch(error => console.log(error.name + ": " + error.message));`;
  const env = { ...process.env, NETSPACE_TORCH_ADDON: "/nowhere/netspace_torch.node" };
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    env,
  });
  assert.match(stdout, /^EngineUnavailableError: .*nowhere.*does not exist; run "npm run setup"/);
});
