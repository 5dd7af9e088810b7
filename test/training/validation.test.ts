/**
 * A validation split is what a training looks at; the test split is read once, at the end. Which images are in the
 * splits does not change what is learnt, so the errors must be those of trainings that test on either alone.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Dataset, Split } from "../../src/training/dataset.js";
import type { Engine, TrainingResult, TrainOptions } from "../../src/training/engine.js";
import { tensorflowOn } from "../../src/training/engines/tensorflow.js";
import { torch } from "../../src/training/engines/torch.js";
import { train, TrainingRun } from "../../src/training/index.js";
import type { Recipe } from "../../src/training/recipe.js";
import { tiny } from "../../src/training/recipes.js";
import { withoutAddon } from "../support/needs.js";
import { quadrants, small } from "../support/networks.js";

const recipe: Recipe = { ...tiny, epochs: 4, batch: 32, learningRate: 0.05, testEvery: 1, averageDecay: 0.8 };
const whole = quadrants(128, 120);
const part = ({ images, labels, count }: Split, from: number, end: number): Split => ({
  count: end - from,
  images: images.subarray((from * images.length) / count, (end * images.length) / count),
  labels: labels.subarray(from, end),
});
const [validation, test] = [part(whole.test, 0, 47), part(whole.test, 47, 120)];
const { test: _test, ...rest } = whole;
const both: Dataset = { ...rest, validation, test };

const engines: [Engine, string | false][] = [
  [torch, withoutAddon],
  [tensorflowOn({ backend: "portable" }), false],
];
for (const [engine, skip] of engines) {
  describe(`a validation split with engine ${engine.name}`, { skip }, () => {
    const run = (dataset: Dataset, options: TrainOptions = {}) =>
      engine.train(small, dataset, recipe, { threads: 1, seed: 3, ...options });
    const tested = ({ epochs }: TrainingResult) => epochs.map(epoch => epoch.testError);

    it("is what each epoch looks at, and the test split is read in the last alone", async () => {
      const [split, looked, final] = [
        await run(both),
        await run({ ...rest, test: validation }),
        await run({ ...rest, test }),
      ];
      assert.deepEqual(
        split.epochs.map(epoch => epoch.validationError),
        tested(looked),
      );
      assert.deepEqual(tested(split), [undefined, undefined, undefined, final.error]);
      assert.deepEqual([split.error, split.validationError], [final.error, looked.error]);
      assert.notEqual(split.error, split.validationError, "the splits are told apart");
      assert.ok(!("validationError" in final), "without such a split there is no such error");
      for (const result of [looked, final]) {
        assert.ok(result.epochs.every(epoch => !("validationError" in epoch)));
      }
    });

    it("is joined by the test split in every epoch where that is asked for, and nothing else changes", async () => {
      const [along, once, final] = [
        await run(both, { testAlong: true, keepWeights: "best" }),
        await run(both, { keepWeights: "best" }),
        await run({ ...rest, test }),
      ];
      assert.deepEqual(tested(along), tested(final));
      assert.deepEqual(
        along.epochs.map(epoch => epoch.validationError),
        once.epochs.map(epoch => epoch.validationError),
      );
      assert.deepEqual([along.error, along.validationError], [once.error, once.validationError]);
      assert.deepEqual(along.weights, once.weights);
    });

    it("is what weights are chosen by", async () => {
      const [split, looked] = [
        await run(both, { keepWeights: "best" }),
        await run({ ...rest, test: validation }, { keepWeights: "best" }),
      ];
      assert.deepEqual(split.weights, looked.weights);
    });

    it("is looked at before a training is stopped, which never reads the test split", async () => {
      const stop = new AbortController();
      const stopped = await run(both, {
        signal: stop.signal,
        onEpoch: ({ epoch }) => epoch === 2 && stop.abort(),
      });
      assert.equal(stopped.status, "cancelled");
      assert.equal(stopped.validationError, stopped.epochs[1].validationError);
      assert.equal(stopped.error, 75, "that of guessing: it was not tested");
    });

    it("has the error of guessing where a training diverges", async () => {
      const wild = { ...recipe, learningRate: 1e30, warmupEpochs: 0 };
      const { status, error, validationError } = await engine.train(small, both, wild, { threads: 1 });
      assert.deepEqual([status, error, validationError], ["diverged", 75, 75]);
    });

    it("may have labels of another width than the other splits", async () => {
      const wide = { ...validation, labels: Uint16Array.from(validation.labels) };
      const [one, other] = [await run({ ...both, validation: wide }), await run(both)];
      assert.deepEqual([one.error, one.validationError], [other.error, other.validationError]);
    });

    it("is refused where it is none", async () => {
      const refused = (odd: unknown, message: RegExp) =>
        assert.rejects(run({ ...both, validation: odd as Split }), { name: "RangeError", message });
      await refused(null, /expected a split to validate on, got null/);
      await refused({ ...validation, count: 46 }, /bytes of validation images/);
      await refused(
        { ...validation, labels: validation.labels.map(() => 4) },
        /validation labels below 4, got 4/,
      );
      await refused(part(validation, 0, 0), /at least one image to validate on/);
    });
  });
}

describe("train() on a dataset with a validation split", { skip: withoutAddon }, () => {
  it("names both errors, shows both, and keeps the weights that did best on validation", async () => {
    const run = await train(small, { dataset: both, recipe, seed: 3, live: false, threads: 1 });
    assert.ok(run instanceof TrainingRun);
    const { error, validationError, best } = run;
    assert.ok(validationError !== undefined && best?.validationError !== undefined);
    assert.ok(run.epochs.every(epoch => epoch.validationError! >= best.validationError!));
    const said = `${error.toFixed(1)} % test and ${validationError.toFixed(1)} % validation error after 4 epochs`;
    assert.ok(run.summary().startsWith(said), run.summary());
    const told = JSON.parse(JSON.stringify(run)) as Record<string, unknown>;
    assert.equal(told.validationError, validationError);
    assert.deepEqual(told.best, { epoch: best.epoch, error: best.validationError });
    const traces = run.figure().data as { name?: string; y: number[] }[];
    const named = (name: string) => traces.find(trace => trace.name === name)?.y;
    assert.deepEqual(
      named("validation"),
      run.epochs.map(epoch => epoch.validationError),
    );
    assert.deepEqual(named("test"), [error]);
    assert.deepEqual(named("weights kept"), [best.validationError]);
  });
});
