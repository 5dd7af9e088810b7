/** Supernets trained one path a batch: what their weights say of an architecture, and that a training goes on as if it had not stopped. */
import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { build, learningRateAt, proceduralDataset, seeded, SmallCells, torch } from "netspace";
import {
  enas,
  enasPresets,
  evolution,
  search,
  type SharedWeights,
  supernet,
  trainSupernet,
  darts,
  growOnSupernet,
} from "netspace/search";
import { pathSampler } from "../../../src/search/one-shot/sharing/sampling.js";
import { evaluationBatches, trainingBatches } from "../../../src/training/batches.js";
import { withoutAddon } from "../../support/needs.js";

const dataset = proceduralDataset({ resolution: 8, train: 128, validation: 60, test: 40, seed: 3 });
const recipe = {
  epochs: 3,
  batch: 32,
  learningRate: 0.05,
  momentum: 0.9,
  weightDecay: 5e-4,
  warmupEpochs: 0,
  cropPadding: 1,
  flip: true,
} as const;
const shared = supernet(SmallCells, { classes: 10, resolution: 8 });
type Architecture = Parameters<typeof shared.mixture>[0];
const quiet = { dataset, recipe, seed: 5, threads: 1, onProgress: () => {} } as const;

const drawn = (n: number): Architecture[] => {
  const random = seeded(9);
  return Array.from({ length: n }, () => shared.space.draw(random)!);
};

/** All weights of some paths, as numbers. */
async function numbersOf(weights: SharedWeights<Architecture>) {
  const all: Record<string, number[]> = {};
  for (const architecture of drawn(4)) {
    for (const [name, { values }] of await weights.weightsOf(architecture)) all[name] = [...values];
  }
  return all;
}

const folder = () => mkdtempSync(join(tmpdir(), "netspace-supernet-"));

describe("weights that a supernet's paths share", { skip: withoutAddon }, () => {
  it("give an architecture the error that its own network has with them", async () => {
    const weights = await trainSupernet(shared, quiet);
    assert.equal(weights.status, "finished");
    assert.deepEqual(
      weights.epochs.map(({ epoch }) => epoch),
      [1, 2, 3],
    );
    for (const split of ["validation", "test"] as const) {
      for (const architecture of drawn(5)) {
        const network = build({ ...architecture, classes: 10, resolution: 8 });
        const alone = await torch.session!(network, { threads: 1 });
        await alone.restore(await weights.weightsOf(architecture));
        let wrong = 0;
        for (const { images, labels } of evaluationBatches(dataset, split)) {
          const logits = await alone.evaluate(network, images);
          for (const [i, label] of labels.entries()) {
            const own = logits.subarray(10 * i, 10 * i + 10);
            wrong += own.indexOf(Math.max(...own)) === label ? 0 : 1;
          }
        }
        alone.dispose();
        const error = await weights.error(architecture, { split });
        // Sums in another order may turn an image whose logits are all but equal.
        assert.ok(Math.abs(error - (100 * wrong) / dataset[split]!.count) < 3, `${error}, ${wrong} wrong`);
      }
    }
    weights.dispose();
  });

  it("answer alike in any order, with and without statistics of the path's own, and as they are kept", async () => {
    const weights = await trainSupernet(shared, { ...quiet, seed: 6 });
    const some = drawn(6);
    const ask = (architecture: Architecture, recalibrate?: number) =>
      weights.error(architecture, recalibrate === undefined ? {} : { recalibrate });
    const before = await Promise.all(some.map(each => ask(each)));
    const kept = await Promise.all(some.map(each => ask(each, 0)));
    const after: number[] = [];
    for (const each of some.toReversed()) after.unshift(await ask(each));
    assert.deepEqual(after, before);
    assert.deepEqual(await Promise.all(some.map(each => ask(each, 0))), kept);
    assert.notDeepEqual(kept, before);
    weights.dispose();
  });

  it("take statistics over as many images as are asked for, in equal batches", async () => {
    const many = proceduralDataset({ resolution: 8, train: 600, validation: 60, test: 40, seed: 3 });
    const once = { ...recipe, epochs: 1 };
    const weights = await trainSupernet(shared, { ...quiet, dataset: many, recipe: once });
    const [architecture] = drawn(1);
    const session = await torch.session!(shared.network, { seed: 5, threads: 1 });
    const path = pathSampler(shared.space, "uniform", 5);
    for (const [step, { images, labels }] of [
      ...trainingBatches(many, recipe, { seed: 5, epoch: 0 }),
    ].entries()) {
      await session.step(shared.network, images, labels, {
        learningRate: learningRateAt(once, step / 18),
        momentum: 0.9,
        weightDecay: 5e-4,
        mixture: shared.mixture(path(step)),
      });
    }
    const mixture = shared.mixture(architecture);
    for (const [asked, batch, parts] of [
      [300, 150, 2],
      [499, 249, 2],
      [500, 250, 2],
      [600, 200, 3],
    ]) {
      const batches = trainingBatches(many, { ...recipe, batch }, { seed: 5, epoch: 2 ** 31 });
      const images = Array.from({ length: parts }, (_, i) => batches.at(i).images);
      await session.recalibrate!(shared.network, images, { mixture });
      const own = await weights.weightsOf(architecture, { recalibrate: asked });
      const stored = await session.weights();
      for (const name of ["stem.bn.running_mean", "stem.bn.running_var"])
        assert.deepEqual(own.get(name)!.values, stored.get(name)!.values, `${asked}`);
    }
    session.dispose();
    weights.dispose();
  });

  it("ask for a batch with its labels where one alone is looked at", async () => {
    const weights = await trainSupernet(shared, { ...quiet, recipe: { ...recipe, epochs: 1 } });
    const [architecture] = drawn(1);
    const { images } = trainingBatches(dataset, recipe, { seed: 5, epoch: 0 }).at(0);
    for (const [batch, message] of [
      [undefined, "expected a batch with its labels as { images, labels }, got undefined"],
      [{}, "expected an object as images of a batch with its labels, got undefined"],
      [{ images }, "expected an Int32Array with a label for each of 32 images, got undefined"],
      [
        { images, labels: new Int32Array(3) },
        "expected an Int32Array with a label for each of 32 images, got 3",
      ],
    ] as const) {
      await assert.rejects(weights.errorOnBatch(architecture, batch as never), {
        name: "RangeError",
        message: `SharedWeights.errorOnBatch: ${message}`,
      });
    }
    weights.dispose();
  });

  it("are what they would be if nobody had asked along the way", async () => {
    const asked: number[] = [];
    const watched = await trainSupernet(shared, {
      ...quiet,
      async onEpoch(now) {
        asked.push(now.epochs.length);
        await now.error(drawn(1)[0]);
      },
    });
    const alone = await trainSupernet(shared, quiet);
    assert.deepEqual(asked, [1, 2, 3]);
    assert.deepEqual(await numbersOf(watched), await numbersOf(alone));
    watched.dispose();
    alone.dispose();
  });

  it("come of one path a batch, another in every step of every epoch", async () => {
    const weights = await trainSupernet(shared, quiet);
    const session = await torch.session!(shared.network, { seed: 5, threads: 1 });
    const path = pathSampler(shared.space, "uniform", 5);
    for (const { epoch, trainLoss } of weights.epochs) {
      let loss = 0;
      for (const [step, { images, labels }] of [
        ...trainingBatches(dataset, recipe, { seed: 5, epoch: epoch - 1 }),
      ].entries()) {
        loss += await session.step(shared.network, images, labels, {
          learningRate: learningRateAt(recipe, epoch - 1 + step / 4),
          momentum: 0.9,
          weightDecay: 5e-4,
          mixture: shared.mixture(path(4 * (epoch - 1) + step)),
        });
      }
      assert.equal(trainLoss, loss / 4);
    }
    weights.dispose();
    session.dispose();
  });

  it("are in a search what is made small", async () => {
    const weights = await trainSupernet(shared, quiet);
    const objective = weights.objective({ split: "validation", recalibrate: 64 });
    const { outcomes } = await search(shared.space, {
      strategy: evolution({ population: 4, sample: 2 }),
      objective,
      budget: 9,
      onProgress: () => {},
    });
    assert.equal(outcomes.length, 9);
    assert.equal(objective.unit, "%");
    await assert.rejects(async () => objective.measure(drawn(1)[0], { epochs: 3 }), {
      name: "RangeError",
      message: /expected to be asked for no epochs/,
    });
    const other = await trainSupernet(shared, { ...quiet, seed: 7 });
    assert.notDeepEqual(other.objective().settings, weights.objective().settings);
    const { value, cost } = await objective.measure(drawn(1)[0], {});
    assert.equal(value, await weights.error(drawn(1)[0], { recalibrate: 64 }));
    assert.equal(cost.images, 0);
    weights.dispose();
    other.dispose();
  });

  for (const sampling of ["uniform", "fair"] as const) {
    it(`go on in their folder, bit by bit as if they had not stopped: ${sampling} paths`, async () => {
      const out = folder();
      const stop = new AbortController();
      const stopped = await trainSupernet(shared, {
        ...quiet,
        sampling,
        out,
        signal: stop.signal,
        onProgress: ({ epoch, step }) => {
          if (epoch === 2 && step === 2) stop.abort();
        },
      });
      assert.deepEqual([stopped.status, stopped.epochs.length], ["cancelled", 1]);
      stopped.dispose();
      const steps: number[] = [];
      const onProgress = ({ epoch }: { epoch: number }) => void steps.push(epoch);
      const resumed = await trainSupernet(shared, { ...quiet, sampling, out, onProgress });
      const whole = await trainSupernet(shared, { ...quiet, sampling });
      assert.deepEqual([resumed.status, steps[0]], ["finished", 2]);
      assert.deepEqual(
        resumed.epochs.map(({ trainLoss }) => trainLoss),
        whole.epochs.map(({ trainLoss }) => trainLoss),
      );
      assert.deepEqual(await numbersOf(resumed), await numbersOf(whole));
      steps.length = 0;
      const again = await trainSupernet(shared, { ...quiet, sampling, out, onProgress });
      assert.deepEqual(steps, []);
      assert.deepEqual(await numbersOf(again), await numbersOf(whole));
      for (const each of [resumed, whole, again]) each.dispose();
    });
  }

  it("that diverge are on record, and not trained again", async () => {
    const out = folder();
    const wild = { ...quiet, out, recipe: { ...recipe, learningRate: 1e30 } };
    const diverged = await trainSupernet(shared, wild);
    assert.equal(diverged.status, "diverged");
    assert.ok(diverged.divergedAt!.step > 1);
    const again = await trainSupernet(shared, {
      ...wild,
      onProgress: () => assert.fail("it was trained again"),
    });
    assert.deepEqual([again.status, again.divergedAt], [diverged.status, diverged.divergedAt]);
    assert.match(String(again), /diverged in step/);
  });
});

describe("ENAS", { skip: withoutAddon }, () => {
  const small = {
    dataset,
    recipe: { ...recipe, epochs: 2 },
    seed: 2,
    threads: 1,
    updates: 3,
    architectures: 4,
    candidates: 6,
    controller: { controller: "softmaxes", learningRate: 0.3, entropy: 1e-4, baselineDecay: 0.5 },
    onProgress: () => {},
  } as const;

  it("teaches weights and controller in turn, and goes on in its folder as if it had not stopped", async () => {
    const whole = await enas(shared, small);
    assert.equal(whole.shared.status, "finished");
    assert.equal(whole.candidates.length, 6);
    const best = Math.min(...whole.candidates.map(({ error }) => error));
    assert.deepEqual(whole.architecture, whole.candidates.find(({ error }) => error === best)!.architecture);
    const entropies = whole.shared.epochs.map(({ controller }) => controller!.entropy!);
    assert.ok(entropies[1] < entropies[0], entropies.join(", "));
    for (const { controller } of whole.shared.epochs) {
      assert.ok(controller!.reward >= 0 && controller!.reward <= 1);
      assert.ok(controller!.baseline > 0 && controller!.baseline <= 1.01);
    }
    const out = folder();
    const stop = new AbortController();
    const stopped = await enas(shared, {
      ...small,
      out,
      signal: stop.signal,
      onProgress: ({ epoch }) => {
        if (epoch === 2) stop.abort();
      },
    });
    assert.deepEqual(
      [stopped.shared.status, stopped.shared.epochs.length, stopped.candidates.length],
      ["cancelled", 1, 0],
    );
    const resumed = await enas(shared, { ...small, out });
    assert.deepEqual(resumed.candidates, whole.candidates);
    assert.deepEqual(
      resumed.shared.epochs.map(({ controller }) => controller),
      whole.shared.epochs.map(({ controller }) => controller),
    );
    assert.deepEqual(await numbersOf(resumed.shared), await numbersOf(whole.shared));
    for (const each of [whole, stopped, resumed]) each.shared.dispose();
  });

  it("has presets of what its scripts say, the L2 of their loss as weight decay", () => {
    // melodyguan/enas scripts/cifar10_micro_search.sh and cifar10_macro_search.sh: batch_size, num_epochs, child_l2_reg, child_lr_max,
    // child_lr_min, child_lr_T_0, controller_lr, controller_train_steps, controller_num_aggregate. src/utils.py, get_train_ops, adds
    // child_l2_reg · Σ w² to the loss, whose gradient is 2 · child_l2_reg · w.
    const scripts = {
      micro: [160, 150, 1e-4, 0.05, 0.0005, 10, 0.0035, 30, 10],
      macro: [128, 310, 2.5e-4, 0.05, 0.0005, 10, 0.001, 50, 20],
    } as const;
    for (const [name, script] of Object.entries(scripts)) {
      const { recipe: r, controller, updates, architectures } = enasPresets[name as keyof typeof scripts];
      assert.deepEqual(
        [
          r.batch,
          r.epochs,
          r.weightDecay / 2,
          r.learningRate,
          r.learningRateEnd,
          r.restartEpochs,
          controller.learningRate,
          updates,
          architectures,
        ],
        script,
      );
      assert.deepEqual(
        [controller.beta1, controller.epsilon, controller.entropy, controller.baselineDecay],
        [0, 1e-3, 1e-4, 0.99],
      );
    }
  });

  it("asks for images that architectures are rewarded by, and for settings that there are", async () => {
    const { validation: _none, ...unparted } = dataset;
    await assert.rejects(enas(shared, { ...small, dataset: unparted }), {
      name: "DatasetError",
      message: /enas: expected images with a validation split.*partTraining/,
    });
    await assert.rejects(enas(shared, { ...small, preset: "huge" as never }), {
      message: /enas: preset must be one of micro, macro, small, got "huge"/,
    });
    for (const [decided, message] of [
      [{ batch: 2 }, /enas: expected no batch of the controller, .*give architectures/],
      [{ entropyIn: "objective" }, /enas: expected no entropyIn of the controller/],
    ] as const) {
      await assert.rejects(enas(shared, { ...small, controller: decided as never }), { message });
    }
    await assert.rejects(enas(shared, { ...small, updates: 0 }), {
      message: /enas: updates must be a positive integer, got 0/,
    });
  });
});

describe("paths of a supernet's training", () => {
  const choices = ({ nodes }: Architecture) => nodes.flat().map(({ operation }) => operation);

  it("drawn fairly, take every operation of every edge as often", () => {
    const path = pathSampler(SmallCells, "fair", 4);
    const all = Array.from({ length: 15 }, (_, step) => choices(path(step)));
    for (const edge of all[0].keys()) {
      const counts = new Map<string, number>();
      for (const some of all) counts.set(some[edge], (counts.get(some[edge]) ?? 0) + 1);
      assert.equal(new Set(counts.values()).size, 1, JSON.stringify([...counts]));
    }
  });

  it("depend on the seed and the step alone", () => {
    for (const sampling of ["uniform", "fair"] as const) {
      const [one, other] = [pathSampler(SmallCells, sampling, 4), pathSampler(SmallCells, sampling, 4)];
      const steps = Array.from({ length: 40 }, (_, i) => i);
      const forwards = steps.map(step => one(step));
      assert.deepEqual(
        steps.toReversed().map(step => other(step)),
        forwards.toReversed(),
      );
      assert.notDeepEqual(steps.map(pathSampler(SmallCells, sampling, 5)), forwards);
      assert.ok(new Set(forwards.map(each => JSON.stringify(each))).size > 30);
    }
  });
});

describe("what no supernet can be trained with", { skip: withoutAddon }, () => {
  const bad: [string, Partial<Parameters<typeof trainSupernet>[1]>, RegExp][] = [
    ["dropout", { recipe: { ...recipe, dropout: 0.2 } }, /recipe: dropout must be left out for a supernet/],
    ["drop path", { recipe: { ...recipe, dropPath: 0.2 } }, /dropPath must be left out/],
    ["averages", { recipe: { ...recipe, averageDecay: 0.9 } }, /averageDecay must be left out/],
    [
      "recalibration",
      { recipe: { ...recipe, recalibrate: 100 } },
      /recalibrate must be left out for a supernet, which takes a path/,
    ],
    ["mixed images", { recipe: { ...recipe, mixup: 0.2 } }, /mixup must be left out/],
    [
      "an engine without sessions",
      { engine: "tensorflow" },
      /engine that keeps weights between calls, got tensorflow/,
    ],
    [
      "images of other classes",
      { dataset: { ...dataset, classes: 12 } },
      /expected images of 10 classes.*got 12/,
    ],
    ["a sampling that there is not", { sampling: "lucky" as never }, /sampling must be "uniform" or "fair"/],
    ["half a seed", { seed: 0.5 }, /seed must be an integer of at least 0, got 0.5/],
    ["no images", { dataset: "" }, /expected a dataset and a recipe, got no dataset/],
    ["a batch beyond the images", { recipe: { ...recipe, batch: 500 } }, /at least a batch of 500 images/],
  ];
  for (const [title, options, message] of bad) {
    it(title, () => assert.rejects(trainSupernet(shared, { ...quiet, ...options }), { message }));
  }

  for (const call of [trainSupernet, enas, growOnSupernet, darts] as const) {
    it(`what ${call.name} is given for a supernet is looked at first, and named by it`, async () => {
      const tried = async (given: unknown) =>
        (call as (...all: unknown[]) => Promise<unknown>)(given, undefined);
      for (const nothing of [undefined, null, 3]) {
        await assert.rejects(tried(nothing), {
          name: "RangeError",
          message: new RegExp(`^${call.name}: expected a s.*supernet.* got ${nothing}$`),
        });
      }
      if (call === darts) return;
      await assert.rejects(tried(SmallCells), {
        message: `${call.name}: expected a supernet, such as supernet(SmallCells), got the space "SmallCells"; supernet(space) makes one`,
      });
    });
  }

  it("a folder of another training, or of a sweep", async () => {
    const out = folder();
    (await trainSupernet(shared, { ...quiet, out })).dispose();
    await assert.rejects(trainSupernet(shared, { ...quiet, out, seed: 8 }), {
      name: "SpecError",
      message: /holds another supernet's training \(seed differs: 5 there, 8 here\); choose another folder/,
    });
    const other = folder();
    writeFileSync(join(other, "spec.json"), "{}");
    await assert.rejects(trainSupernet(shared, { ...quiet, out: other }), {
      name: "SpecError",
      message: /holds a sweep; choose another folder/,
    });
    const third = folder();
    writeFileSync(join(third, "darts-spec.json"), "{}");
    await assert.rejects(trainSupernet(shared, { ...quiet, out: third }), {
      name: "SpecError",
      message: /holds a search by DARTS; choose another folder/,
    });
  });

  it("questions about what it does not hold", async () => {
    const weights = await trainSupernet(shared, { ...quiet, recipe: { ...recipe, epochs: 1 } });
    const [one] = drawn(1);
    await assert.rejects(weights.error({ ...one, channels: 64 }), { name: "RangeError" });
    await assert.rejects(weights.error(one, { recalibrate: 129 }), {
      message: /recalibrate must be a whole number of training images from 0 to 128, got 129/,
    });
    await assert.rejects(weights.error(one, { split: "train" as never }), {
      message: /split must be "validation" or "test"/,
    });
    const { validation: _none, ...unparted } = dataset;
    const without = await trainSupernet(shared, {
      ...quiet,
      dataset: unparted,
      recipe: { ...recipe, epochs: 1 },
    });
    await assert.rejects(without.error(one, { split: "validation" }), {
      name: "DatasetError",
      message: /SharedWeights\.error: expected a validation split in .*partTraining/,
    });
    assert.ok((await without.error(one)) <= 100);
    without.dispose();
    weights.dispose();
    await assert.rejects(weights.error(one));
  });
});
