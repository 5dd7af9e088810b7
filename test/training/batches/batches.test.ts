/** Batches for sessions: what engine torch's trainings see, and what they cannot have. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DatasetError, proceduralDataset, RecipeError, recipes } from "netspace";
import { evaluationBatches, partTraining, trainingBatches } from "../../../src/training/batches.js";
import type { Split } from "../../../src/training/dataset.js";
import { loadAddon } from "../../../src/training/engines/torch/addon.js";
import { mixSeed } from "../../../src/training/engines/seeds.js";
import { withoutAddon } from "../../support/needs.js";
import { upload } from "../../support/torch-model.js";

const dataset = proceduralDataset({ resolution: 9, train: 70, validation: 33, test: 50, seed: 4 });
const recipe = { ...recipes.tiny, batch: 32, cropPadding: 2, flip: true, cutout: 3 };

const bytes = (split: Split) => {
  const size = split.images.length / split.count;
  return Array.from({ length: split.count }, (_, i) =>
    [split.labels[i], ...split.images.subarray(i * size, (i + 1) * size)].join(),
  );
};

describe("batches of a session", () => {
  it("are what engine torch trains on in that epoch, to the bit", { skip: withoutAddon }, async () => {
    const handle = await upload(dataset, recipe.cropPadding);
    for (const [seed, epoch] of [
      [0, 0],
      [5, 3],
    ]) {
      const batches = trainingBatches(dataset, recipe, { seed, epoch });
      assert.equal(batches.steps, 2);
      for (const [step, { images, labels }] of [...batches].entries()) {
        const theirs = await loadAddon().trainBatch(handle, {
          flip: true,
          cropArea: 0,
          colour: 0,
          mixup: 0,
          cutout: 3,
          batch: 32,
          step,
          steps: 2,
          seed: mixSeed(seed, epoch + 1),
        });
        assert.deepEqual(images.shape, [32, 3, 9, 9]);
        assert.deepEqual(labels, theirs.labels);
        assert.deepEqual(images.images, theirs.images);
      }
    }
  });

  it("are the same whenever they are asked for, and others for another seed or epoch", () => {
    const at = (seed: number, epoch: number, step = 1) =>
      trainingBatches(dataset, recipe, { seed, epoch }).at(step);
    assert.deepEqual(at(3, 1), [...trainingBatches(dataset, recipe, { seed: 3, epoch: 1 })][1]);
    assert.notDeepEqual(at(3, 1), at(3, 2));
    assert.notDeepEqual(at(3, 1), at(4, 1));
    assert.throws(() => at(3, 1, 2), { name: "RangeError", message: /step must be from 0 to 1, got 2/ });
  });

  it("of the validation split hold each of its images at most once an epoch", () => {
    const plain = { ...recipe, cropPadding: 0, flip: false, cutout: 0, batch: 11 };
    const batches = trainingBatches(dataset, plain, { epoch: 0, split: "validation" });
    const inOrder = evaluationBatches(dataset, "validation", 1);
    const all = [...batches].flatMap(({ images, labels }) =>
      Array.from(labels, (label, i) => [label, ...images.images.subarray(i * 243, (i + 1) * 243)].join()),
    );
    const wanted = [...inOrder].map(({ images, labels }) => [labels[0], ...images.images].join());
    assert.notDeepEqual(all, wanted);
    assert.deepEqual(all.sort(), wanted.sort());
  });

  it("for looking are in order, as they are, with what is left over", () => {
    const [first, second] = evaluationBatches(dataset, "test", 30);
    assert.deepEqual([first.labels.length, second.labels.length], [30, 20]);
    assert.deepEqual([...first.labels, ...second.labels], [...dataset.test.labels]);
    const { mean, std } = dataset;
    for (const c of [0, 1, 2]) {
      const got = second.images.images[(7 * 3 + c) * 81 + 40];
      const byte = dataset.test.images[(37 * 3 + c) * 81 + 40];
      assert.ok(Math.abs(got - (byte / 255 - mean[c]) / std[c]) < 1e-5);
    }
  });

  it("part the training images at random into two that have nothing in common", () => {
    const parted = partTraining(dataset, { seed: 2 });
    const [first, second] = [bytes(parted.train), bytes(parted.validation)];
    assert.deepEqual([first.length, second.length], [35, 35]);
    assert.deepEqual([...first, ...second].sort(), bytes(dataset.train).sort());
    assert.notDeepEqual(first, bytes(dataset.train).slice(0, 35));
    assert.deepEqual(bytes(partTraining(dataset, { seed: 2 }).train), first);
    assert.notDeepEqual(bytes(partTraining(dataset, { seed: 3 }).train), first);
    assert.deepEqual(bytes(partTraining(dataset, { share: 0.8 }).train).length, 56);
    assert.notEqual(parted.name, dataset.name);
    assert.equal(parted.test, dataset.test);
  });

  const { validation: _none, ...unparted } = dataset;
  const bad: [string, () => unknown, { name: string; message: RegExp }][] = [
    ...(["randomSizedCrop", "colourPca", "mixup"] as const).map((field): (typeof bad)[number] => [
      `refuse ${field} by name`,
      () => trainingBatches(dataset, { ...recipe, cropPadding: 0, [field]: 0.5 }, { epoch: 0 }),
      { name: "RecipeError", message: new RegExp(`recipe: ${field} must be left out for batches`) },
    ]),
    [
      "of a validation split that there is not",
      () => trainingBatches(unparted, recipe, { epoch: 0, split: "validation" }),
      { name: "DatasetError", message: /expected a validation split in procedural.*partTraining/ },
    ],
    [
      "to look at one that there is not",
      () => evaluationBatches(unparted, "validation"),
      { name: "DatasetError", message: /expected a validation split/ },
    ],
    [
      "larger than the split",
      () => trainingBatches(dataset, { ...recipe, batch: 71 }, { epoch: 0 }),
      { name: "DatasetError", message: /at least a batch of 71 images in the train split.*got 70/ },
    ],
    [
      "of the test split to train on",
      () => trainingBatches(dataset, recipe, { epoch: 0, split: "test" as never }),
      { name: "RangeError", message: /nothing is trained on/ },
    ],
    [
      "of half an epoch",
      () => trainingBatches(dataset, recipe, { epoch: 0.5 }),
      { name: "RangeError", message: /epoch must be an integer of at least 0, got 0.5/ },
    ],
    [
      "of no dataset",
      () => evaluationBatches(undefined as never, "test"),
      { name: "RangeError", message: /evaluationBatches: expected a dataset/ },
    ],
    [
      "of a part of nothing",
      () => partTraining(dataset, { share: 0.001 }),
      { name: "DatasetError", message: /expected training images for two parts/ },
    ],
    [
      "of a share beyond all",
      () => partTraining(dataset, { share: 1 }),
      { name: "RangeError", message: /share must be a number between 0 and 1, got 1/ },
    ],
  ];
  for (const [title, act, error] of bad)
    it(`${title}: an error that says so`, () => {
      assert.throws(act, error);
    });

  it("name their errors as the package does", () => {
    assert.throws(() => trainingBatches(dataset, { ...recipe, mixup: 1 }, { epoch: 0 }), RecipeError);
    assert.throws(() => evaluationBatches(unparted, "validation"), DatasetError);
  });
});
