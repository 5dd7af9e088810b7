/**
 * Recipes: what is accepted, and the learning rate over a training.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkRecipe, learningRateAt, RecipeError } from "../../src/training/recipe.js";
import { recipes, section3 } from "../../src/training/recipes.js";

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
      ["learningrate", 0.1, /learningrate must be one of the known fields/],
    ];
    for (const [field, value, message] of wrong) {
      assert.throws(
        () => checkRecipe({ ...section3, [field]: value }),
        (error: unknown) =>
          error instanceof RecipeError && error.field === field && message.test(error.message),
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
});
