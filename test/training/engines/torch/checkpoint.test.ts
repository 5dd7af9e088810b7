/** A training that goes on from a checkpoint is, bit by bit, the one that was not interrupted. */
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { engineByName } from "netspace";
import { recipes, torch, type Recipe } from "netspace/training";
import type { Dataset } from "../../../../src/training/dataset.js";
import type { EpochReport, TrainOptions } from "../../../../src/training/engine.js";
import { loadCheckpoint, saveCheckpoint } from "../../../../src/training/checkpoints/checkpoint-file.js";
import { withoutAddon } from "../../../support/needs.js";
import { quadrants, samples, xBlocks } from "../../../support/networks.js";

const plain: Dataset = quadrants(48, 8);
const validated: Dataset = { ...quadrants(48, 8), validation: quadrants(16, 40).test };
const gated = samples.find(({ name }) => name === "Y")!;
const base: Recipe = {
  ...recipes.tiny,
  epochs: 5,
  batch: 16,
  learningRate: 0.02,
  warmupEpochs: 1,
  momentum: 0.9,
  weightDecay: 1e-3,
  cropPadding: 1,
  flip: true,
  testEvery: 1,
};
const adam = { ...base, momentum: 0, learningRate: 2e-3 };

const cases: Record<string, [Recipe, TrainOptions?]> = {
  "SGD with Nesterov's momentum": [base],
  "SGD without momentum": [{ ...base, momentum: 0 }],
  "SGD, clipped, with plain momentum": [{ ...base, nesterov: false, clipNorm: 0.3 }],
  Adam: [{ ...adam, optimiser: "adam" }],
  "AdamW with decays by kind": [{ ...adam, optimiser: "adamw", weightDecay: 0.1, normWeightDecay: 0 }],
  RMSProp: [{ ...adam, learningRate: 2e-4, optimiser: "rmsprop" }],
  "RMSProp with momentum": [{ ...base, learningRate: 2e-4, optimiser: "rmsprop" }],
  "averages of weights": [{ ...base, averageDecay: 0.9 }],
  "averages of weights, tested at the end alone": [{ ...base, averageDecay: 0.9, testEvery: 0 }],
  "averages, recalibrated at tests": [{ ...base, averageDecay: 0.9, recalibrate: 32, testEvery: 2 }],
  "running statistics recalibrated at tests": [{ ...base, recalibrate: 32, testEvery: 2 }],
  "running statistics recalibrated at the end alone": [{ ...base, recalibrate: 32, testEvery: 0 }],
  "dropout and drop path that rises": [{ ...base, dropout: 0.2, dropPath: 0.3, dropPathSchedule: "linear" }],
  "mixed and blanked images, smoothed labels": [{ ...base, mixup: 0.4, cutout: 3, labelSmoothing: 0.1 }],
  "warm restarts": [{ ...base, restartEpochs: 1.5 }],
  bf16: [base, { precision: "bf16" }],
  "bf16 with Adam and averages": [{ ...adam, optimiser: "adam", averageDecay: 0.9 }, { precision: "bf16" }],
};

/** All that a training is, but for its times. */
const timeless = (report: EpochReport) => ({ ...report, seconds: 0 });
const bits = (weights: ReadonlyMap<string, { readonly values: Float32Array }> | undefined) =>
  [...weights!].map(([name, { values }]) => [
    name,
    Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64"),
  ]);

describe("a checkpoint of engine torch", { skip: withoutAddon }, () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "netspace-checkpoint-"))));
  after(() => rmSync(folder, { recursive: true }));

  for (const [title, [recipe, options = {}]] of Object.entries(cases)) {
    it(`goes on bit by bit as the whole training: ${title}`, async () => {
      for (const dataset of recipe === base ? [plain, validated] : [validated]) {
        const how = { seed: 7, threads: 1, keepWeights: "last" as const, keepCheckpoint: true, ...options };
        const whole = await torch.train(gated, dataset, recipe, how);
        const file = join(folder, "part.safetensors");
        const part = await torch.train(gated, dataset, recipe, { ...how, until: 1 });
        saveCheckpoint(file, part.checkpoint!);
        const more = await torch.train(gated, dataset, recipe, {
          ...how,
          until: 3,
          from: loadCheckpoint(file),
        });
        const rest = await torch.train(gated, dataset, recipe, { ...how, from: more.checkpoint! });
        assert.deepEqual(bits(rest.weights), bits(whole.weights));
        for (const kind of ["weights", "first", "second", "average"] as const) {
          assert.equal(rest.checkpoint![kind] === undefined, whole.checkpoint![kind] === undefined, kind);
          if (whole.checkpoint![kind])
            assert.deepEqual(bits(rest.checkpoint![kind]), bits(whole.checkpoint![kind]), kind);
        }
        assert.deepEqual(rest.checkpoint!.optimiser, whole.checkpoint!.optimiser);
        assert.equal(rest.error, whole.error);
        assert.equal(rest.validationError, whole.validationError);
        assert.deepEqual(rest.epochs.map(timeless), whole.epochs.slice(3).map(timeless));
        assert.deepEqual(
          [part, more, rest].map(({ epochs }) => epochs.map(({ epoch }) => epoch)),
          [[1], [2, 3], [4, 5]],
        );
        assert.deepEqual(
          [part, more, rest, whole].map(r => r.images),
          [48, 96, 96, 240],
        );
      }
    });
  }

  it("goes on after the process that made it was ended while it trained on", async () => {
    const recipe: Recipe = { ...adam, epochs: 200, testEvery: 100, optimiser: "adam", averageDecay: 0.9 };
    const [file, recipeFile] = ["killed.safetensors", "recipe.json"].map(name => join(folder, name));
    writeFileSync(recipeFile, JSON.stringify(recipe));
    const child = fork(fileURLToPath(new URL("./checkpoint-process.js", import.meta.url)), [
      file,
      recipeFile,
    ]);
    await once(child, "message");
    child.kill("SIGKILL");
    await once(child, "exit");
    const how = { seed: 7, threads: 1, until: 4, keepWeights: "last" as const };
    const dataset = quadrants(48, 8);
    const rest = await torch.train(gated, dataset, recipe, { ...how, from: loadCheckpoint(file) });
    const whole = await torch.train(gated, dataset, recipe, how);
    assert.deepEqual(bits(rest.weights), bits(whole.weights));
    assert.equal(rest.error, whole.error);
  });

  const part = () => torch.train(gated, plain, base, { seed: 7, threads: 1, until: 2, keepCheckpoint: true });

  it("is taken by no other training, whatever differs", async () => {
    const { checkpoint } = await part();
    const refused = async (
      expected: RegExp,
      changes: Partial<TrainOptions>,
      recipe = base,
      dataset = plain,
    ) =>
      assert.rejects(
        torch.train(gated, dataset, recipe, { seed: 7, threads: 1, from: checkpoint, ...changes }),
        expected,
      );
    await refused(/the same seed, 8, got one of 7/, { seed: 8 });
    await refused(/the same precision, "bf16", got one of "float32"/, { precision: "bf16" });
    await refused(/learningRate is 0\.02, not 0\.01/, {}, { ...base, learningRate: 0.01 });
    await refused(/whose epochs is 5, not 6.*until says/s, {}, { ...base, epochs: 6 });
    await refused(/whose dropout is undefined, not 0\.1/, {}, { ...base, dropout: 0.1 });
    await refused(/as many images, 64, got one of 48/, {}, base, quadrants(64, 8));
    await refused(/until must be more than the 2 epochs.*got 2/, { until: 2 });
    await refused(/weights or a checkpoint.*both/, { weights: checkpoint!.weights });
    await refused(/from must be a checkpoint.*got 3/, { from: 3 as never });
    await assert.rejects(
      torch.train(xBlocks, plain, base, { seed: 7, threads: 1, from: checkpoint }),
      /checkpoint of this network, whose first moment of "stem\.conv\.weight" has shape \[24, 3, 3, 3\]/,
    );
  });

  it("refuses parts that the schedule does not have", async () => {
    const refused = (expected: RegExp, options: Partial<TrainOptions>, recipe = base) =>
      assert.rejects(torch.train(gated, plain, recipe, options), expected);
    for (const until of [0, 6, 1.5, Number.NaN, "2" as never])
      await refused(/until must be an integer from 1 to the recipe's 5 epochs, got/, { until });
    await refused(/keepCheckpoint must be true or false, got 1/, { keepCheckpoint: 1 as never });
    await refused(/stopAbove must be errors by epoch.*got 50/, { stopAbove: 50 as never });
    await refused(/stopAbove\[2\] must be an error, per cent, got "a"/, { stopAbove: { 2: "a" as never } });
    await refused(
      /the recipe tests \(every 2, of 5\), got "3"/,
      { stopAbove: { 3: 50 } },
      { ...base, testEvery: 2 },
    );
    await refused(/the last alone; give it testEvery/, { stopAbove: { 3: 50 } }, { ...base, testEvery: 0 });
    const tensorflow = engineByName("tensorflow");
    for (const [field, value] of Object.entries({ until: 2, keepCheckpoint: true, stopAbove: { 1: 50 } })) {
      await assert.rejects(
        tensorflow.train(xBlocks, plain, { ...base, testEvery: 1 }, { [field]: value }),
        new RegExp(`${field} must be left out with engine tensorflow`),
      );
    }
  });

  it("is read whole or not at all", async () => {
    const file = join(folder, "torn.safetensors");
    saveCheckpoint(file, (await part()).checkpoint!);
    const bytes = readFileSync(file);
    for (const length of [0, 7, 100, bytes.length >> 1, bytes.length - 1]) {
      writeFileSync(file, bytes.subarray(0, length));
      assert.throws(() => loadCheckpoint(file), { name: "CheckpointError", message: /torn\.safetensors/ });
    }
    writeFileSync(file, bytes.toString("latin1").replace('form\\":1', 'form\\":9'), "latin1");
    assert.throws(() => loadCheckpoint(file), /expected a checkpoint of form 1/);
    assert.throws(() => loadCheckpoint(join(folder, "none")), /could not read .*none/);
  });

  it("ends a training that is worse than the bound of an epoch, with its errors on both splits", async () => {
    const how = { seed: 7, threads: 1 };
    const whole = await torch.train(gated, validated, base, how);
    const errors = whole.epochs.map(({ validationError }) => validationError!);
    const kept = await torch.train(gated, validated, base, {
      ...how,
      stopAbove: Object.fromEntries(errors.slice(0, 4).map((error, i) => [i + 1, error])),
    });
    assert.equal(kept.stoppedAt, undefined);
    assert.deepEqual(kept.epochs.map(timeless), whole.epochs.map(timeless));
    const ended = await torch.train(gated, validated, base, {
      ...how,
      keepCheckpoint: true,
      stopAbove: { 1: 100, 3: errors[2] - 0.01 },
    });
    assert.equal(ended.status, "finished");
    assert.equal(ended.stoppedAt, 3);
    assert.equal(ended.checkpoint, undefined);
    assert.equal(ended.validationError, errors[2]);
    assert.equal(ended.error, ended.epochs[2].testError);
    assert.equal(ended.epochs.length, 3);
    assert.equal(ended.images, 3 * 48);
    // What ended it is looked at before the end alone.
    const last = await torch.train(gated, validated, base, { ...how, until: 3, stopAbove: { 3: 0 } });
    assert.equal(last.stoppedAt, undefined);
  });
});
