/** Growth on a supernet: which paths are trained, what is kept, and that it goes on as if it had not stopped. */
import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { type Architecture, proceduralDataset, SmallAssignments, SmallCells, torch } from "netspace";
import { type GrownResult, growOnSupernet, inherit, supernet } from "netspace/search";
import { trainingBatches } from "../../../src/training/batches.js";
import { withoutAddon } from "../../support/needs.js";

const dataset = proceduralDataset({ resolution: 12, train: 96, validation: 80, test: 40, seed: 3 });
const recipe = {
  epochs: 6,
  batch: 32,
  learningRate: 0.05,
  momentum: 0.9,
  weightDecay: 5e-4,
  warmupEpochs: 0,
  cropPadding: 1,
  flip: true,
} as const;
const shared = supernet(SmallAssignments);
const quiet = { dataset, recipe, seed: 5, threads: 1, recalibrate: 64, onProgress: () => {} } as const;
const folder = () => mkdtempSync(join(tmpdir(), "netspace-growth-"));

const at = (...depths: number[]): Architecture => {
  const base = SmallAssignments.draw(() => 0)!;
  return { ...base, stages: base.stages.map((stage, s) => ({ ...stage, depth: depths[s] })) };
};
/** All that was seen, in words. */
const seen = ({ steps }: Pick<GrownResult, "steps">) =>
  steps.map(({ epoch, candidates, kept }) => ({
    epoch,
    candidates: candidates.map(({ depths, error }) => `${depths.join("-")} ${error}`),
    kept: kept.depths.join("-"),
  }));

describe("growth on a supernet", { skip: withoutAddon }, () => {
  it("starts with the fewest layers, looks at one more in each stage, and keeps the best until the budget is spent", async () => {
    const grown = await growOnSupernet(shared, quiet);
    assert.equal(grown.shared.status, "finished");
    assert.equal(grown.complete, true);
    assert.deepEqual(
      grown.steps.map(({ epoch }) => epoch),
      [1, 2, 3, 4, 5, 6],
    );
    let before: readonly number[] | undefined;
    for (const { candidates, kept } of grown.steps) {
      const expected = before?.map((_, s) => before!.map((depth, i) => (i === s ? depth + 1 : depth)));
      assert.deepEqual(
        candidates.map(({ depths }) => depths.join("-")).toSorted(),
        (expected ?? [[1, 1, 1]]).map(depths => depths.join("-")).toSorted(),
      );
      assert.equal(kept.error, Math.min(...candidates.map(({ error }) => error)));
      before = kept.depths;
    }
    assert.deepEqual(grown.depths, before);
    assert.equal(
      grown.depths.reduce((a, b) => a + b),
      8,
    );
    assert.deepEqual(grown.architecture, at(...grown.depths));
    grown.shared.dispose();
  });

  it("trains nothing but the candidates: layers of no candidate keep the weights that they began with", async () => {
    const grown = await growOnSupernet(shared, { ...quiet, where: { depth: [0, 4] } });
    assert.deepEqual(
      grown.steps.map(({ epoch }) => epoch),
      [3, 6],
    );
    const begun = await torch.session!(shared.network, { seed: 5, threads: 1 });
    const initial = inherit(shared, await begun.weights(), at(3, 3, 2));
    begun.dispose();
    const moved = (name: string, weights: Awaited<ReturnType<typeof grown.shared.weightsOf>>) =>
      !weights.get(name)!.values.every((value, i) => value === initial.get(name)!.values[i]);
    const after = await grown.shared.weightsOf(at(3, 3, 2), { recalibrate: 0 });
    const convolutions = [...initial.keys()].filter(name => /^s\d\.b\d.*conv.*weight$/.test(name));
    const deepest = (name: string) => Number(/^s\d\.b(\d)/.exec(name)![1]);
    assert.ok(convolutions.some(name => deepest(name) === 3));
    for (const name of convolutions) assert.equal(moved(name, after), deepest(name) <= 2, name);
    grown.shared.dispose();
  });

  it("takes the steps that a session takes on those paths, and the errors that its weights have", async () => {
    const errors: number[][] = [];
    const grown = await growOnSupernet(shared, {
      ...quiet,
      every: 2,
      async onEpoch(now) {
        const own = [at(1, 1, 1), at(2, 1, 1), at(1, 2, 1), at(1, 1, 2)];
        const all: number[] = [];
        for (const each of own) all.push(await now.error(each, { recalibrate: 64 }));
        errors.push(all);
      },
    });
    // Three more layers would have been to come.
    assert.deepEqual([grown.complete, grown.steps.length], [false, 3]);
    const error = (step: number, name: string) =>
      grown.steps[step].candidates.find(({ depths }) => depths.join("-") === name)!.error;
    assert.equal(error(0, "1-1-1"), errors[1][0]);
    assert.deepEqual(
      ["2-1-1", "1-2-1", "1-1-2"].map(name => error(1, name)),
      errors[3].slice(1),
    );
    const session = await torch.session!(shared.network, { seed: 5, threads: 1 });
    for (const epoch of [0, 1]) {
      let loss = 0;
      const batches = [...trainingBatches(dataset, recipe, { seed: 5, epoch })];
      for (const [step, { images, labels }] of batches.entries()) {
        loss += await session.step(shared.network, images, labels, {
          learningRate: (0.05 * (1 + Math.cos((Math.PI * (epoch + step / 3)) / 6))) / 2,
          momentum: 0.9,
          weightDecay: 5e-4,
          mixture: shared.mixture(at(1, 1, 1)),
        });
      }
      assert.ok(Math.abs(grown.shared.epochs[epoch].trainLoss - loss / 3) < 1e-6);
    }
    session.dispose();
    grown.shared.dispose();
  });

  it("goes on in its folder, bit by bit as if it had not stopped, wherever it was stopped", async () => {
    const whole = await growOnSupernet(shared, quiet);
    for (const [epoch, step] of [
      [2, 1],
      [4, 3],
    ]) {
      const out = folder();
      const stop = new AbortController();
      const stopped = await growOnSupernet(shared, {
        ...quiet,
        out,
        signal: stop.signal,
        onProgress: now => {
          if (now.epoch === epoch && now.step === step) stop.abort();
        },
      });
      assert.deepEqual([stopped.shared.status, stopped.complete], ["cancelled", false]);
      assert.deepEqual(seen(stopped), seen(whole).slice(0, epoch - 1));
      const resumed = await growOnSupernet(shared, { ...quiet, out });
      assert.deepEqual(seen(resumed), seen(whole));
      assert.deepEqual(
        resumed.shared.epochs.map(({ trainLoss }) => trainLoss),
        whole.shared.epochs.map(({ trainLoss }) => trainLoss),
      );
      // What is complete is told again, and nothing trained.
      const again = await growOnSupernet(shared, {
        ...quiet,
        out,
        onProgress: () => assert.fail("it was trained again"),
      });
      assert.deepEqual([seen(again), again.depths], [seen(whole), whole.depths]);
      for (const each of [stopped, resumed, again]) each.shared.dispose();
    }
    whole.shared.dispose();
  });

  it("trains what was kept last once nothing deeper is left", async () => {
    const grown = await growOnSupernet(shared, { ...quiet, every: 1, where: { depth: [0, 4] } });
    assert.deepEqual([grown.steps.length, grown.shared.epochs.length, grown.complete], [2, 6, true]);
    assert.ok((await grown.shared.error(grown.architecture)) <= 100);
    grown.shared.dispose();
  });

  it("refuses what cannot grow, naming it", async () => {
    const { validation: _none, ...unparted } = dataset;
    await assert.rejects(growOnSupernet(shared, { ...quiet, dataset: unparted }), {
      name: "DatasetError",
      message: /growOnSupernet: expected images with a validation split.*partTraining/,
    });
    await assert.rejects(growOnSupernet(shared, { ...quiet, every: 7 }), {
      name: "RangeError",
      message: /every must be a whole number of epochs from 1 to the recipe's 6, got 7/,
    });
    await assert.rejects(growOnSupernet(shared, { ...quiet, where: { depth: [0, 3] } }), {
      message: /greedyGrowth: expected a space, and windows, in which something has a layer more/,
    });
    await assert.rejects(
      growOnSupernet(supernet(SmallCells, { classes: 10, resolution: 12 }) as never, quiet),
      { message: /greedyGrowth: expected a space of networks with stages, got SmallCells/ },
    );
    const out = folder();
    (await growOnSupernet(shared, { ...quiet, out })).shared.dispose();
    await assert.rejects(growOnSupernet(shared, { ...quiet, out, every: 2 }), {
      name: "SpecError",
      message: /holds another supernet's training/,
    });
  });
});
