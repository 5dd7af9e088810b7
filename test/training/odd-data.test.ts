import assert from "node:assert/strict";
import { test } from "node:test";
import {
  anyNet,
  checkRecipe,
  type Dataset,
  pearson,
  proceduralDataset,
  RecipeError,
  recipes,
  train,
} from "netspace";

const dataset = proceduralDataset({ resolution: 8, train: 20, test: 10, seed: 1 });
const network = anyNet([{ depth: 1, width: 8, bottleneck: 1, groupWidth: 8, stride: 2 }]);
const refused = async (change: object, message: RegExp) => {
  const odd = { ...dataset, ...change } as Dataset;
  await assert.rejects(train(network, { dataset: odd, recipe: "tiny", live: false }), {
    name: "RangeError",
    message,
  });
};

test("a data set without finite statistics is refused before it is trained on", async () => {
  for (const odd of [[NaN, 0, 0], [0, 0, Infinity], [0, 0], null, undefined, ["0", "0", "0"]]) {
    await refused({ mean: odd }, /expected a finite mean and a finite, positive standard deviation/);
    await refused({ std: odd }, /expected a finite mean and a finite, positive standard deviation/);
  }
  await refused({ std: [1, 0, 1] }, /positive standard deviation/);
});

test("labels and images of another kind than bytes are refused: fractions would be cut without a word", async () => {
  const { train: split } = dataset;
  const labels = Array.from(split.labels);
  await refused(
    { train: { ...split, labels } },
    /expected train labels as a Uint8Array or Uint16Array, got an array of 20/,
  );
  const fractions = Float32Array.from(labels, v => v + 0.5);
  await refused(
    { test: { ...dataset.test, labels: fractions } },
    /expected test labels as a .*, got a Float32Array/,
  );
  await refused(
    { train: { ...split, images: Float32Array.from(split.images) } },
    /train images as a Uint8Array, got/,
  );
  for (const odd of [1.5, NaN, "20", undefined])
    await refused({ train: { ...split, count: odd } }, /a whole number of train images/);
  await refused({ train: null }, /expected a split to train on, got null/);
  for (const odd of [0, 2.5, NaN, "10"])
    await refused({ classes: odd }, /expected classes to be a positive integer/);
});

test("a recipe's error shows NaN and Infinity as what they are, and values that overflow a sampler are refused", () => {
  for (const [field, value, text] of [
    ["learningRate", NaN, "NaN"],
    ["learningRate", Infinity, "Infinity"],
    ["epochs", -Infinity, "-Infinity"],
    ["stepEpochs", [1, NaN], "[1, NaN]"],
    ["mixup", 1e300, "1e+300"],
    ["mixup", NaN, "NaN"],
    ["momentum", undefined, "undefined"],
    ["batch", 10n, "10n"],
  ] as const) {
    assert.throws(
      () => checkRecipe({ ...recipes.tiny, [field]: value }),
      (error: Error) => error instanceof RecipeError && error.message.endsWith(`, got ${text}`),
      `${field} ${String(value)}`,
    );
  }
  assert.throws(
    () => checkRecipe({ ...recipes.tiny, toString: 1 }),
    /toString must be one of the known fields/,
  );
  assert.doesNotThrow(() => checkRecipe({ ...recipes.tiny, mixup: 0.2 }));
});

test("pearson() knows no scale: values near the ends of the doubles give what they give near 1", () => {
  const [x, y] = [
    [1, 2, 3, 4, 7],
    [1.1, 1.9, 3.2, 3.9, 5],
  ];
  const expected = pearson(x, y).value;
  for (const scale of [1e200, 1e-200, 1e306, 1e-306, -1e250]) {
    const value = pearson(
      x.map(v => v * scale),
      y.map(v => v / scale),
    ).value;
    assert.ok(Math.abs(value - Math.sign(scale) * Math.sign(scale) * expected) < 1e-9, `${scale}: ${value}`);
  }
});
