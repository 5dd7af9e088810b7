/**
 * Recipes: what is accepted, and the learning rate over a training.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkRecipe, learningRateAt, RecipeError } from "../../src/training/recipe.js";
import {
  imageNet,
  recipeByName,
  recipes,
  section3,
  section4,
  section5,
  tiny,
  withBatch,
} from "../../src/training/recipes.js";

describe("checkRecipe()", () => {
  it("accepts every named recipe", () => {
    for (const recipe of Object.values(recipes)) checkRecipe(recipe);
  });

  it("names the field, what was expected and what came", () => {
    const wrong: [string, unknown, RegExp][] = [
      ["epochs", 1.5, /epochs must be a positive integer, got 1.5/],
      ["batch", undefined, /batch must be a positive integer, got undefined/],
      ["learningRate", Number.NaN, /learningRate must be a positive number, got/],
      ["momentum", 1, /momentum must be a number in \[0, 1\), got 1/],
      ["weightDecay", -1, /weightDecay/],
      ["warmupEpochs", 11, /warmupEpochs must be at most epochs \(10\), got 11/],
      ["cropPadding", -4, /cropPadding/],
      ["flip", "yes", /flip must be true or false, got "yes"/],
      ["testEvery", 0.5, /testEvery/],
      ["normWeightDecay", -1, /normWeightDecay must be a number of at least 0, or left out, got -1/],
      ["biasWeightDecay", "0", /biasWeightDecay/],
      ["labelSmoothing", 1, /labelSmoothing must be a number in \[0, 1\), or left out, got 1/],
      ["mixup", -0.1, /mixup/],
      ["dropout", 1, /dropout/],
      ["dropPath", Number.NaN, /dropPath/],
      ["averageDecay", 0, /averageDecay must be a number in \(0, 1\)/],
      ["recalibrate", 1.5, /recalibrate/],
      ["colourPca", -1, /colourPca/],
      ["randomSizedCrop", 0, /randomSizedCrop must be a number in \(0, 1\]/],
      ["randomSizedCrop", 0.08, /cropPadding must be 0 with randomSizedCrop, got 4/],
      ["stepEpochs", [5, 3], /stepEpochs must be rising numbers above 0, or left out, got \[5,3\]/],
      ["stepEpochs", 5, /stepEpochs/],
      ["stepFactor", 1, /stepFactor/],
    ];
    for (const [field, value, message] of wrong) {
      assert.throws(
        () => checkRecipe({ ...section3, [field]: value }),
        (error: unknown) =>
          error instanceof RecipeError &&
          (error.field === field || field === "randomSizedCrop") &&
          message.test(error.message),
        field,
      );
    }
    assert.throws(() => checkRecipe(null), RecipeError);
  });
});

describe("learningRateAt()", () => {
  it("falls along half a cosine from the peak to 0", () => {
    assert.equal(learningRateAt(section3, 0), 0.05);
    assert.ok(Math.abs(learningRateAt(section3, 5) - 0.025) < 1e-15);
    assert.ok(Math.abs(learningRateAt(section3, 10)) < 1e-15);
  });

  it("warms up linearly from a tenth, on top of the cosine", () => {
    const recipe = { ...section3, warmupEpochs: 5 };
    assert.ok(Math.abs(learningRateAt(recipe, 0) - 0.005) < 1e-15);
    // Half-way: factor 0.55; cosine at 2.5 of 10 epochs: (1 + cos(π/4)) / 2 = 0.8536.
    assert.ok(Math.abs(learningRateAt(recipe, 2.5) - 0.05 * 0.55 * 0.8535533905932737) < 1e-15);
    assert.equal(learningRateAt(recipe, 6), learningRateAt(section3, 6));
  });

  it("falls by a factor at each epoch of a step schedule", () => {
    const recipe = { ...section3, warmupEpochs: 2, stepEpochs: [3, 6.5] };
    const at = [0, 1, 2, 2.99, 3, 6, 6.5, 10].map(epoch => learningRateAt(recipe, epoch) / 0.05);
    const expected = [0.1, 0.55, 1, 1, 0.1, 0.1, 0.01, 0.01];
    assert.equal(learningRateAt({ ...recipe, stepFactor: 0.5 }, 7), 0.05 * 0.25);
    for (const [i, rate] of at.entries()) assert.ok(Math.abs(rate - expected[i]) < 1e-12, `${rate}`);
  });
});

describe("recipes", () => {
  it("have the paper's values", () => {
    const paper = { batch: 128, momentum: 0.9, weightDecay: 5e-5 };
    const differs = [
      [section3, { epochs: 10, learningRate: 0.05, warmupEpochs: 0 }],
      [section4, { epochs: 25, learningRate: 0.1, warmupEpochs: 0 }],
      [section5, { epochs: 100, learningRate: 0.1, warmupEpochs: 5 }],
    ] as const;
    for (const [recipe, own] of differs) {
      const { batch, momentum, weightDecay, epochs, learningRate, warmupEpochs } = recipe;
      const got = { batch, momentum, weightDecay, epochs, learningRate, warmupEpochs };
      assert.deepEqual(got, { ...paper, ...own });
    }
  });

  it("that populations have been trained with stay what they are, to the byte: trials are told apart by it", () => {
    assert.equal(
      JSON.stringify(section3),
      '{"epochs":10,"batch":128,"learningRate":0.05,"momentum":0.9,"weightDecay":0.00005,"warmupEpochs":0,"cropPadding":4,"flip":true}',
    );
    assert.equal(
      JSON.stringify(tiny),
      '{"epochs":8,"batch":64,"learningRate":0.2,"momentum":0.9,"weightDecay":0.0005,"warmupEpochs":1,"cropPadding":2,"flip":true}',
    );
  });

  it("take in the paper's augmentation of ImageNet", () => checkRecipe({ ...section5, ...imageNet }));

  it("scale their learning rate with the batch", () => {
    assert.deepEqual(withBatch(section5, 1024), { ...section5, batch: 1024, learningRate: 0.8 });
    assert.equal(withBatch(tiny, 64).learningRate, tiny.learningRate);
    assert.throws(() => withBatch(section5, 0), RecipeError);
  });

  it("are found by name", () => {
    assert.equal(recipeByName("section4"), recipes.section4);
    assert.throws(
      () => recipeByName("toString"),
      /unknown recipe "toString"; known are section3, section4, section5, tiny/,
    );
  });
});
