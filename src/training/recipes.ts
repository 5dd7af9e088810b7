/**
 * Recipes by name: the paper's, one for studies on a CPU, and those of `recipe/search-recipes.ts`.
 *
 * The paper (Radosavovic et al. 2020) gives optimiser, schedule and batch; what it leaves out is pycls's default, and
 * marked so. All of its recipes: SGD with Nesterov momentum 0.9, half-period cosine, weight decay 5e-5 (section 4's
 * study of RegNetX, Figure 21). Augmentation differs here: crops of the padded image, usual for images of 16 to 64
 * pixels (He et al. 2016). For ImageNet, `imageNet` has the paper's.
 */
import { say } from "../base/say.js";
import { completes } from "../notebook/completes.js";
import {
  amoebanetCifar,
  dartsCifar,
  dartsSmall,
  efficientnet,
  enasCifar,
  mnasnet,
  nasBench201,
  nasBenchMacro,
  nasnetCifar,
  resnetRs,
} from "./recipe/search-recipes.js";
import type { Recipe } from "./recipe.js";

/** Section 3 of the paper: design spaces of 400MF networks, n = 500, on one GPU. */
export const section3: Recipe = {
  /** Paper: 10, "an efficient low-compute, low-epoch training regime". */
  epochs: 10,
  /** Paper: 128. */
  batch: 128,
  /** Paper: 0.05. */
  learningRate: 0.05,
  /** Paper: 0.9, Nesterov's in pycls. */
  momentum: 0.9,
  /** Paper: 5e-5. */
  weightDecay: 5e-5,
  /** Paper: none mentioned; pycls: none. */
  warmupEpochs: 0,
  /** Ours for small images. */
  cropPadding: 4,
  /** Paper: yes. */
  flip: true,
};

/** Section 4: RegNetX across regimes of flops (Figures 11 to 14), n = 100. */
export const section4: Recipe = {
  ...section3,
  /** Paper: 25. */
  epochs: 25,
  /** Paper: 0.1. */
  learningRate: 0.1,
};

/**
 * Section 5: the networks that are compared with others. The paper trains on 8 GPUs with lr = 0.1 · batch / 128, so at a
 * batch of 1024 with 0.8: `withBatch(recipes.section5, 1024)`.
 */
export const section5: Recipe = {
  ...section4,
  /** Paper: 100. */
  epochs: 100,
  /** Paper: 5, from a tenth of the peak. */
  warmupEpochs: 5,
};

/**
 * For populations of small networks on a CPU: a few epochs of small batches, so that a network takes hundreds of
 * steps within a minute. Our own values, found on the procedural set (data/README.md); optimiser and schedule are
 * the paper's, with a short warm-up because deep sampled networks diverge without one.
 */
export const tiny: Recipe = {
  epochs: 8,
  batch: 64,
  learningRate: 0.2,
  momentum: 0.9,
  weightDecay: 5e-4,
  warmupEpochs: 1,
  cropPadding: 2,
  flip: true,
};

/**
 * What the paper does with ImageNet's images, to be put into a recipe: `{ ...recipes.section5, ...imageNet }`. Its test
 * images are resized to 256 and cropped to 224 at the centre, which is the dataset's matter.
 */
export const imageNet = {
  /** Paper: crops are of a random size instead. */
  cropPadding: 0,
  /** Paper: 8 % of the area at least, with an aspect of 3/4 to 4/3. */
  randomSizedCrop: 0.08,
  /** Paper: yes. */
  flip: true,
  /** Paper: PCA colour noise of standard deviation 0.1. */
  colourPca: 0.1,
  /** pycls: normalisation's statistics over 8192 training images before each test. */
  recalibrate: 8192,
} as const satisfies Partial<Recipe>;

/** The recipes by name: the paper's, ours, and those of architecture search. */
export const recipes = {
  section3,
  section4,
  section5,
  tiny,
  nasnetCifar,
  amoebanetCifar,
  dartsCifar,
  dartsSmall,
  enasCifar,
  nasBench201,
  nasBenchMacro,
  mnasnet,
  efficientnet,
  resnetRs,
} as const;

export type RecipeName = keyof typeof recipes;

/** The names of `recipes`. */
export const recipeNames = (): string[] => Object.keys(recipes);

/**
 * One of `recipes`, for names that come as text.
 *
 * @throws RangeError for a name that no recipe has, with the names there are
 * @example
 * ```ts
 * recipeByName("tiny").epochs; // => 8
 * ```
 */
export function recipeByName(name: string): Recipe {
  if (typeof name === "string" && Object.hasOwn(recipes, name)) return recipes[name as RecipeName];
  throw new RangeError(`recipeByName: unknown recipe ${say(name)}; known are ${recipeNames().join(", ")}`);
}
completes(recipeByName, recipeNames);
