/**
 * Recipes: what is accepted, and the learning rate over a training.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkRecipe, learningRateAt, type Recipe, RecipeError } from "../../src/training/recipe.js";
import {
  imageNet,
  recipeByName,
  recipes,
  section3,
  section4,
  section5,
  tiny,
} from "../../src/training/recipes.js";
import { withBatch } from "../../src/training/recipe/with-batch.js";

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
      ["optimiser", "lamb", /optimiser must be "sgd", "adam", "adamw" or "rmsprop", or left out, got "lamb"/],
      ["nesterov", 1, /nesterov must be true or false/],
      ["beta1", 1, /beta1 must be a number in \[0, 1\)/],
      ["beta2", -0.1, /beta2/],
      ["smoothing", "0.9", /smoothing/],
      ["epsilon", 0, /epsilon must be a positive number/],
      ["epsilonInsideRoot", 0, /epsilonInsideRoot/],
      ["clipNorm", 0, /clipNorm must be a positive number, or left out, got 0/],
      ["cutout", 1.5, /cutout must be an integer of at least 0/],
      ["decayFactor", 1, /decayFactor must be a number in \(0, 1\)/],
      ["decayEvery", 0, /decayEvery must be a positive number/],
      ["decayStaircase", "yes", /decayStaircase/],
      ["restartEpochs", -1, /restartEpochs/],
      ["restartFactor", 0.5, /restartFactor must be a number of at least 1/],
      ["learningRateEnd", -1, /learningRateEnd/],
      ["warmupFrom", 1.1, /warmupFrom must be a number in \[0, 1\]/],
      ["auxiliaryWeight", -0.4, /auxiliaryWeight/],
      [
        "dropPathSchedule",
        "cosine",
        /dropPathSchedule must be "constant" or "linear", or left out, got "cosine"/,
      ],
      // What belongs to another optimiser or schedule would be followed by nothing.
      ["beta1", 0.9, /beta1 must be left out with optimiser "sgd", being adam's or adamw's, got 0\.9/],
      ["smoothing", 0.9, /smoothing must be left out with optimiser "sgd", being rmsprop's/],
      ["decayEvery", 2.4, /decayEvery must be left out without decayFactor, got 2\.4/],
      ["decayStaircase", true, /decayStaircase must be left out without decayFactor/],
      ["restartFactor", 2, /restartFactor must be left out without restartEpochs/],
      ["learningRateEnd", 0.06, /learningRateEnd must be at most learningRate \(0\.05\), got 0\.06/],
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

  it("takes one schedule, and the fields of the optimiser that there is", () => {
    const wrong: [object, RegExp][] = [
      [{ stepEpochs: [3], decayFactor: 0.9 }, /decayFactor must be left out with stepEpochs/],
      [{ decayFactor: 0.9, restartEpochs: 2 }, /restartEpochs must be left out with decayFactor/],
      [{ decayFactor: 0.9, learningRateEnd: 0.001 }, /learningRateEnd must be left out with decayFactor/],
      [
        { optimiser: "adam", nesterov: false },
        /nesterov must be left out with optimiser "adam", being sgd's/,
      ],
      [
        { optimiser: "adamw", epsilonInsideRoot: true },
        /epsilonInsideRoot must be left out with optimiser "adamw"/,
      ],
      [{ optimiser: "rmsprop", beta2: 0.9 }, /beta2 must be left out with optimiser "rmsprop"/],
    ];
    for (const [own, message] of wrong) assert.throws(() => checkRecipe({ ...section3, ...own }), message);
    const right: object[] = [
      { optimiser: "adam", beta1: 0, beta2: 0.999, epsilon: 1e-3 },
      { optimiser: "adamw", clipNorm: 5 },
      { optimiser: "rmsprop", smoothing: 0.9, epsilonInsideRoot: true, epsilon: 1 },
      { optimiser: "sgd", nesterov: false },
      { restartEpochs: 0.5, restartFactor: 1.5, learningRateEnd: 0.05 },
      { decayFactor: 0.97, decayEvery: 2.4, decayStaircase: true, warmupEpochs: 5, warmupFrom: 0 },
      { cutout: 16, dropPath: 0.2, dropPathSchedule: "linear", auxiliaryWeight: 0 },
    ];
    for (const own of right) checkRecipe({ ...section3, ...own });
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

describe("learningRateAt() of other schedules", () => {
  const rates = (own: Partial<Recipe>, epochs: readonly number[]) =>
    epochs.map(epoch => learningRateAt({ ...section3, epochs: 24, ...own }, epoch));
  const near = (got: readonly number[], wanted: readonly number[]) => {
    for (const [i, rate] of got.entries())
      assert.ok(Math.abs(rate - wanted[i]) < 1e-14, `${i}: ${rate}, not ${wanted[i]}`);
  };

  it("decays by a factor every few epochs, at once or continuously", () => {
    const at = [0, 1, 2.3999, 2.4, 7.2, 9.5, 16.8, 24];
    const decay = { decayFactor: 0.97, decayEvery: 2.4 };
    near(
      rates(decay, at),
      at.map(epoch => 0.05 * 0.97 ** (epoch / 2.4)),
    );
    near(
      rates({ ...decay, decayStaircase: true }, at),
      [0, 0, 0, 1, 3, 3, 7, 10].map(n => 0.05 * 0.97 ** n),
    );
    near(rates({ decayFactor: 0.5, decayStaircase: true }, [0.9, 1, 3.5]), [0.05, 0.025, 0.00625]);
  });

  it("steps down on the step that begins a period, however the epoch was rounded", () => {
    for (const steps of [3, 7, 49, 97, 390]) {
      for (let step = 0; step < 24 * steps; step++) {
        // In tenths of epochs and steps, all integers.
        const periods = Math.floor((step * 10) / (24 * steps));
        const [rate] = rates({ decayFactor: 0.5, decayEvery: 2.4, decayStaircase: true }, [step / steps]);
        assert.equal(rate, 0.05 * 0.5 ** periods, `step ${step} of ${steps} an epoch`);
      }
    }
  });

  it("ends a cosine where it is asked to", () => {
    const floor = { learningRateEnd: 0.01 };
    near(rates(floor, [0, 6, 12, 24]), [0.05, 0.01 + 0.04 * 0.5 * (1 + Math.SQRT1_2), 0.03, 0.01]);
  });

  it("restarts the cosine, for longer each time", () => {
    const restarts = { restartEpochs: 2, restartFactor: 2, learningRateEnd: 0.01 };
    const cosine = (share: number) => 0.01 + 0.04 * 0.5 * (1 + Math.cos(Math.PI * share));
    const at = [0, 1, 1.5, 2, 4, 5, 6, 10, 13, 14, 22];
    const shares = [0, 0.5, 0.75, 0, 0.5, 0.75, 0, 0.5, 0.875, 0, 0.5];
    near(rates(restarts, at), shares.map(cosine));
    near(rates({ restartEpochs: 0.1 }, [0.05, 0.3, 0.375, 0.7]), [
      0.025,
      0.05,
      0.05 * 0.5 * (1 + Math.cos(0.75 * Math.PI)),
      0.05,
    ]);
  });

  it("is a number in the schedule's range for periods and factors at the ends of what may be asked", () => {
    const extremes: Partial<Recipe>[] = [
      { decayFactor: 0.5, decayEvery: 5e-324 },
      { decayFactor: 5e-324, decayEvery: 1e300, decayStaircase: true },
      { restartEpochs: 5e-324 },
      { restartEpochs: 1e-9, restartFactor: 1 + 2 ** -52 },
      { restartEpochs: 1e300, restartFactor: 1e300 },
      { restartEpochs: 1, restartFactor: 1e300 },
      { restartEpochs: 1e-300, restartFactor: 1.5, learningRateEnd: 0.05 },
    ];
    for (const own of extremes) {
      for (const rate of rates(own, [0, 1e-6, 0.5, 1, 7.3, 24])) {
        assert.ok(rate >= 0 && rate <= 0.05, `${JSON.stringify(own)}: ${rate}`);
      }
    }
  });

  it("warms up from another share", () => {
    const warm = { decayFactor: 0.5, decayEvery: 100, warmupEpochs: 4, warmupFrom: 0 };
    near(rates(warm, [0, 1, 4]), [0, 0.0125 * 0.5 ** 0.01, 0.05 * 0.5 ** 0.04]);
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

  it("of architecture search have their sources' values", () => {
    const published: [keyof typeof recipes, Partial<Recipe>][] = [
      [
        "nasnetCifar",
        {
          epochs: 600,
          batch: 32,
          learningRate: 0.025,
          weightDecay: 5e-4,
          clipNorm: 5,
          dropPath: 0.4,
          auxiliaryWeight: 0.4,
        },
      ],
      [
        "amoebanetCifar",
        {
          epochs: 600,
          batch: 128,
          learningRate: 0.024,
          weightDecay: 5e-4,
          dropPath: 0.3,
          auxiliaryWeight: 0.5,
        },
      ],
      [
        "dartsCifar",
        {
          epochs: 600,
          batch: 96,
          learningRate: 0.025,
          weightDecay: 3e-4,
          clipNorm: 5,
          cutout: 16,
          dropPath: 0.2,
          dropPathSchedule: "linear",
          auxiliaryWeight: 0.4,
        },
      ],
      [
        "enasCifar",
        {
          epochs: 630,
          batch: 144,
          learningRate: 0.05,
          learningRateEnd: 1e-4,
          restartEpochs: 10,
          restartFactor: 2,
          // --child_l2_reg=2e-4, of Σ w² (src/utils.py, get_train_ops), whose gradient is 2 · 2e-4 · w.
          weightDecay: 4e-4,
          dropout: 0.2,
        },
      ],
      ["nasBench201", { epochs: 200, batch: 256, learningRate: 0.1, momentum: 0.9, weightDecay: 5e-4 }],
      ["nasBenchMacro", { epochs: 50, batch: 256, learningRate: 0.1, weightDecay: 5e-4 }],
      [
        "mnasnet",
        {
          batch: 4096,
          optimiser: "rmsprop",
          momentum: 0.9,
          smoothing: 0.9,
          learningRate: 0.256,
          decayFactor: 0.97,
          decayEvery: 2.4,
          warmupEpochs: 5,
          weightDecay: 1e-5,
          dropout: 0.2,
        },
      ],
      [
        "efficientnet",
        {
          optimiser: "rmsprop",
          learningRate: 0.256,
          decayFactor: 0.97,
          decayEvery: 2.4,
          weightDecay: 1e-5,
          dropPath: 0.2,
        },
      ],
      [
        "resnetRs",
        {
          epochs: 350,
          batch: 4096,
          learningRate: 1.6,
          averageDecay: 0.9999,
          labelSmoothing: 0.1,
          weightDecay: 4e-5,
          dropout: 0.25,
          zeroInitResidual: true,
        },
      ],
    ];
    for (const [name, values] of published) {
      const recipe: Recipe = recipes[name];
      assert.deepEqual(
        Object.fromEntries(Object.keys(values).map(key => [key, recipe[key as keyof Recipe]])),
        values,
        name,
      );
    }
    // ENAS: six cycles end with the training.
    assert.ok(learningRateAt(recipes.enasCifar, 629.999) < 1.0001e-4);
  });

  it("take in the paper's augmentation of ImageNet", () => checkRecipe({ ...section5, ...imageNet }));

  it("scale their learning rate with the batch", () => {
    assert.deepEqual(withBatch(section5, 1024), { ...section5, batch: 1024, learningRate: 0.8 });
    assert.equal(withBatch(tiny, 64).learningRate, tiny.learningRate);
    assert.throws(() => withBatch(section5, 0), RecipeError);
    const floor = withBatch({ ...section5, learningRateEnd: 0.01 }, 256);
    assert.deepEqual([floor.learningRate, floor.learningRateEnd], [0.2, 0.02]);
  });

  it("are found by name", () => {
    assert.equal(recipeByName("section4"), recipes.section4);
    assert.throws(
      () => recipeByName("toString"),
      /unknown recipe "toString"; known are section3, section4, section5, tiny/,
    );
  });
});
