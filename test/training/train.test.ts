/**
 * `train()` as a researcher calls it: what it accepts, what it shows while it runs, what a run has to say afterwards.
 *
 * Where only the handling matters, a scripted engine reports what the test says instead of training.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { anyNet, NetworkError } from "netspace";
import {
  DatasetError,
  type Engine,
  EngineUnavailableError,
  type EpochReport,
  lastTraining,
  loadWeights,
  Model,
  type Recipe,
  RecipeError,
  type TrainingResult,
  train,
  WeightsError,
} from "../../src/training/index.js";
import { loadAddon } from "../../src/training/engines/torch/addon.js";
import { withoutAddon } from "../support/needs.js";
import { quadrants, small } from "../support/networks.js";

const dataset = quadrants(320, 100);
const recipe: Recipe = {
  epochs: 3,
  batch: 32,
  learningRate: 0.05,
  momentum: 0.9,
  weightDecay: 5e-4,
  warmupEpochs: 1,
  cropPadding: 2,
  flip: true,
  testEvery: 1,
};
const folder = mkdtempSync(join(tmpdir(), "netspace-train-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const report = (epoch: number, testError?: number): EpochReport => ({
  epoch,
  trainLoss: 2 / epoch,
  trainError: 60 / epoch,
  ...(testError !== undefined && { testError }),
  learningRate: 0.1,
  seconds: epoch,
});

/** An engine that reports these epochs, ten steps each, and ends as it is told. */
const scripted = (epochs: EpochReport[], ending: Partial<TrainingResult> = {}): Engine => ({
  name: "scripted",
  async train(_network, _dataset, _recipe, { onStep, onEpoch, signal } = {}) {
    const done: EpochReport[] = [];
    for (const each of epochs) {
      for (let i = 1; i <= 10; i++) onStep?.({ step: (each.epoch - 1) * 10 + i, loss: 2.3 / each.epoch });
      await new Promise(resolve => setTimeout(resolve, 5));
      if (signal?.aborted) break;
      done.push(each);
      onEpoch?.(each);
    }
    const status = signal?.aborted ? "cancelled" : "finished";
    const error = done.at(-1)?.testError ?? 75;
    return { status, error, epochs: done, seconds: 83, imagesPerSecond: 1234.4, ...ending };
  },
});
const epochs = [report(1, 40), report(2, 12.5), report(3, 20)];

describe("train()", () => {
  it("trains a small network with one thread, says so, and gives the same bits when told to", async () => {
    const run = await train(small, { dataset, recipe, device: "cpu" });
    assert.equal(run.threads, 1);
    assert.match(run.summary(), /images\/s with 1 thread$/);
    const told = await train(small, { dataset, recipe, device: "cpu", threads: 1 });
    assert.deepEqual(told.losses, run.losses);
  });

  it("gives a large one cores that are free, and no more than there are", async () => {
    const large = anyNet([{ depth: 1, width: 64, bottleneck: 1, groupWidth: 64, stride: 1 }]);
    const images = quadrants(128, 64, 32);
    const once = { ...recipe, epochs: 1, batch: 128, cropPadding: 0 };
    const run = await train(large, { dataset: images, recipe: once, device: "cpu" });
    assert.ok(run.threads! >= 1 && run.threads! <= availableParallelism(), String(run.threads));
    assert.equal(
      (await train(large, { dataset: images, recipe: once, device: "cpu", threads: 2 })).threads,
      2,
    );
  });

  it("leaves another engine's threads to itself", async () => {
    const run = await train(small, { dataset, recipe, engine: scripted(epochs) });
    assert.equal(run.threads, undefined);
    assert.match(run.summary(), /images\/s$/);
  });

  it("gives curves, the outcome and the best epoch, and keeps the last run at hand", async () => {
    const seen: number[] = [];
    const run = await train(small, {
      dataset,
      recipe,
      seed: 5,
      engine: scripted(epochs),
      onEpoch: ({ epoch }) => seen.push(epoch),
    });
    assert.deepEqual(seen, [1, 2, 3]);
    assert.equal(run.losses.length, 30);
    assert.equal(run.best, epochs[1]);
    assert.equal(
      run.summary(),
      "20.0 % error after 3 epochs (best 12.5 % after 2), 1 min 23 s, 1,234 images/s",
    );
    assert.equal(String(run), `small on quadrants\n${run.summary()}`);
    assert.equal(lastTraining(), run);
    const { network, engine, best, seed } = JSON.parse(JSON.stringify(run));
    assert.deepEqual(
      { network, engine, best, seed },
      { network: "small", engine: "scripted", best: { epoch: 2, error: 12.5 }, seed: 5 },
    );
    assert.throws(() => run.save(join(folder, "none")), WeightsError);
  });

  it("refuses listeners that cannot be called before it trains, and not after an epoch", async () => {
    const engine: Engine = { ...scripted(epochs), train: async () => assert.fail("it trained") };
    for (const name of ["onEpoch", "onStep"]) {
      await assert.rejects(train(small, { dataset, recipe, engine, [name]: "print" }), {
        name: "RangeError",
        message: `train: expected a function as ${name} of options, got "print"`,
      });
    }
  });

  it("says how a training ended that was not finished", async () => {
    const stop = new AbortController();
    const stopped = await train(small, {
      dataset,
      recipe,
      engine: scripted(epochs),
      signal: stop.signal,
      onEpoch: ({ epoch }) => epoch === 2 && stop.abort(),
    });
    assert.equal(stopped.status, "cancelled");
    assert.match(stopped.summary(), /^stopped after 2 of 3 epochs, best 12\.5 % after 2, /);
    // What was not trained has no room on the axis.
    assert.deepEqual((stopped.figure().layout["xaxis"] as { range: number[] }).range, [0, 3]);
    const wild = scripted([report(1)], { status: "diverged", error: 75, divergedAt: 14 });
    const diverged = await train(small, { dataset, recipe, engine: wild });
    assert.match(diverged.summary(), /^diverged at step 14, in epoch 2, /);
    const reason = "out of memory: expected at most 1 MiB, needed 2";
    const large = scripted([], { status: "out-of-memory", error: 75, reason, peakMemory: 2 ** 20 });
    const run = await train(small, { dataset, recipe, engine: large });
    assert.match(run.summary(), /^out of memory: expected at most 1 MiB, needed 2, /);
    assert.equal(run.toJSON().peakMemory, 2 ** 20);
  });

  it("refuses what it cannot train, and says why", async () => {
    const engine = scripted(epochs);
    const cases: [Promise<unknown>, new (...args: never[]) => Error, RegExp][] = [
      [train("RegNetX-1MF", { dataset, recipe, engine }), RangeError, /unknown network "RegNetX-1MF"; known/],
      [train(small, { dataset: "cifar10", recipe, engine }), DatasetError, /cifar10:FOLDER.*got "cifar10"/],
      [train(small, { dataset: "{]", recipe, engine }), DatasetError, /JSON that does not parse/],
      [
        train(small, { dataset, recipe: "mine" as "tiny", engine }),
        RangeError,
        /unknown recipe "mine".*tiny/,
      ],
      [train(small, { dataset, recipe: { ...recipe, batch: 0 }, engine }), RecipeError, /batch/],
      [
        train(small, undefined as never),
        RangeError,
        /^train: expected a dataset .* got no dataset; for example/,
      ],
      [train(small, { dataset } as never), RangeError, /^train: expected .* got no recipe/],
      [train({ depth: 1 } as never, { dataset, recipe, engine }), RangeError, /^train: .* got \{ depth \}/],
      [train(undefined as never, { dataset, recipe, engine }), RangeError, /^train: .* got undefined/],
      [
        train(small, { dataset, recipe, engine, precision: "fp8" as "bf16" }),
        RangeError,
        /^train: precision must be one of "float32", "bf16", "tf32", got "fp8"/,
      ],
      [train(small, { dataset, recipe, engine: "jax" }), RangeError, /expected one of "torch".*got "jax"/],
      [train(small, { dataset, recipe, engine, device: "cpu" }), RangeError, /takes no device/],
      [
        train(small, { dataset, recipe, device: "gpu" as "cpu" }),
        RangeError,
        /"cuda:" and a number, got "gpu"/,
      ],
      [
        train(anyNet([{ depth: 1, width: 0, bottleneck: 1, groupWidth: 1, stride: 1 }]), {
          dataset,
          recipe,
          engine,
        }),
        NetworkError,
        /stage 1 must have positive integers/,
      ],
    ];
    for (const [promise, type, message] of cases) {
      await assert.rejects(promise, (error: Error) => {
        assert.ok(error instanceof type, `${error.name}: ${error.message}`);
        assert.match(error.message, message);
        return true;
      });
    }
  });
});

describe("train() in a notebook", () => {
  interface Shown {
    [key: symbol]: () => Record<string, string> | Promise<Record<string, string>>;
  }
  const DISPLAY = Symbol.for("Jupyter.display");
  const names = [Symbol.for("netspace.display"), Symbol.for("Jupyter.signal")];
  const offered = globalThis as { [name: symbol]: unknown };
  afterEach(() => {
    for (const name of names) delete offered[name];
  });
  /** What a kernel offers: a display that can be updated, and the cell's signal. */
  function cell(): { shown: Shown[]; stop: AbortController } {
    const shown: Shown[] = [];
    const stop = new AbortController();
    offered[names[0]] = (value: Shown) => {
      shown.push(value);
      return { update: (next: Shown) => shown.push(next) };
    };
    offered[names[1]] = stop.signal;
    return { shown, stop };
  }

  it("draws the curves while they grow, and leaves the figure with its picture", async () => {
    const { shown } = cell();
    const run = await train(small, { dataset, recipe, engine: scripted(epochs) });
    assert.ok(shown.length >= 2);
    const live = await shown[0][DISPLAY]();
    assert.match(live["text/html"], /^<svg .*small on quadrants.*epoch 1 of 3, loss 2\.300.*<\/svg>$/);
    assert.match(live["text/plain"], /^small on quadrants\nepoch 1 of 3/);
    const final = await shown[shown.length - 1][DISPLAY]();
    const types = ["application/vnd.plotly.v1+json", "image/png", "text/plain"];
    assert.deepEqual(Object.keys(final).sort(), types);
    assert.equal(final["text/plain"], String(run));
  });

  it("shows a run's curves once in the cell that trained it, and again in others", async () => {
    cell();
    const run = await train(small, { dataset, recipe, engine: scripted(epochs) });
    const show = () => (run as unknown as Shown)[DISPLAY]();
    assert.deepEqual(await show(), { "text/plain": run.toString() });
    cell();
    assert.ok("image/png" in (await show()));
  });

  it("stops with the cell", async () => {
    const { stop } = cell();
    const onEpoch = () => stop.abort();
    const run = await train(small, { dataset, recipe, engine: scripted(epochs), onEpoch, live: false });
    assert.equal(run.status, "cancelled");
  });
});

describe("train() with engine torch", { skip: withoutAddon }, () => {
  it("keeps the weights of the best epoch, saves them, and goes on from them", async () => {
    const run = await train(small, { dataset, recipe, device: "cpu", threads: 1 });
    assert.equal(run.status, "finished");
    const file = join(folder, "small.safetensors");
    run.save(file);
    const weights = loadWeights(file, small);
    assert.deepEqual(weights, new Map(run.weights));

    // The error with the saved weights is the best epoch's, counted here.
    const model = await Model.create(small, { threads: 1 });
    await model.setWeights(weights);
    const { count, images, labels } = dataset.test;
    const area = dataset.resolution ** 2;
    const normalised = Float32Array.from(images, (byte, i) => {
      const channel = Math.floor(i / area) % 3;
      return (byte / 255 - dataset.mean[channel]) / dataset.std[channel];
    });
    const logits = await model.forward({
      images: normalised,
      shape: [count, 3, dataset.resolution, dataset.resolution],
    });
    model.dispose();
    let wrong = 0;
    for (let i = 0; i < count; i++) {
      const row = logits.subarray(i * 4, i * 4 + 4);
      if (row.indexOf(Math.max(...row)) !== labels[i]) wrong++;
    }
    assert.equal((100 * wrong) / count, run.best!.testError);

    const slow = { ...recipe, epochs: 1, learningRate: 1e-6, warmupEpochs: 0 };
    const further = await train(small, { dataset, recipe: slow, weights, device: "cpu", threads: 1 });
    assert.ok(further.losses[0] < 0.75 * run.losses[0], `${further.losses[0]} after ${run.losses[0]}`);
  });

  it("trains published networks and architectures with the dataset's classes", async () => {
    const once = { ...recipe, epochs: 1 };
    const options = { dataset: quadrants(64, 10, 32), recipe: once, device: "cpu", threads: 1 } as const;
    for (const model of [
      "RegNetX-200MF",
      anyNet([{ depth: 1, width: 8, bottleneck: 1, groupWidth: 8, stride: 2 }]),
    ]) {
      const { network, status } = await train(model, options);
      assert.deepEqual([network.classes, status], [4, "finished"]);
    }
  });

  it("has the weights as they were when it was stopped before the first test", async () => {
    const stop = new AbortController();
    const run = await train(small, {
      dataset,
      recipe: { ...recipe, epochs: 10_000, testEvery: 0 },
      device: "cpu",
      threads: 1,
      signal: stop.signal,
      onEpoch: () => stop.abort(),
    });
    assert.equal(run.status, "cancelled");
    assert.ok(run.epochs.length >= 1 && run.best === undefined);
    assert.ok(run.weights!.get("head.fc.bias")!.values.some(value => value !== 0));
  });

  it("has no weights of a training that diverged", async () => {
    const wild = { ...recipe, learningRate: 1e30, warmupEpochs: 0 };
    const run = await train(small, { dataset, recipe: wild, device: "cpu", threads: 1 });
    assert.deepEqual([run.status, run.weights], ["diverged", undefined]);
    assert.match(run.summary(), new RegExp(`diverged at step ${run.divergedAt}, in epoch 1`));
  });

  it("refuses weights of another network, and devices that are not there", async () => {
    const weights = new Map([["fc.weight", { shape: [1], values: Float32Array.of(0) }]]);
    await assert.rejects(train(small, { dataset, recipe, weights, device: "cpu" }), WeightsError);
    if (!loadAddon().info().cuda) {
      await assert.rejects(train(small, { dataset, recipe, device: "cuda" }), EngineUnavailableError);
    }
  });
});

describe("netspace train", { skip: withoutAddon }, () => {
  it("trains a sampled architecture from a file, and writes weights and an ONNX file", () => {
    const cli = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));
    const netspace = (...args: string[]) =>
      execFileSync(process.execPath, [cli, ...args], { encoding: "utf8", cwd: folder });
    const [sampled] = netspace(
      "sample",
      "AnyNetXA",
      "--n",
      "1",
      "--flops",
      "5e5,2e6",
      "--resolution",
      "16",
      "--json",
    )
      .trim()
      .split("\n");
    const file = join(folder, "sampled.json");
    writeFileSync(file, sampled);
    const set = JSON.stringify({ kind: "procedural", resolution: 16, train: 128, test: 50, seed: 1 });
    const files = ["--save", "w.safetensors", "--onnx", "w.onnx"];
    const said = netspace(
      "train",
      file,
      "--dataset",
      set,
      "--epochs",
      "2",
      "--device",
      "cpu",
      "--threads",
      "1",
      ...files,
      "--json",
    );
    const lines = said
      .trim()
      .split("\n")
      .map(line => JSON.parse(line));
    assert.deepEqual(
      lines.map(line => line.epoch),
      [1, 2, undefined],
    );
    assert.equal(lines[2].status, "finished");
    assert.equal(lines[2].error, lines[1].testError);
    const weights = loadWeights(join(folder, "w.safetensors"));
    assert.deepEqual(weights.get("head.fc.bias")!.shape, [10]);
    assert.ok(readFileSync(join(folder, "w.onnx")).includes("head.fc.bias"));
  });
});
