/**
 * Recipes by name: the paper's, and one for studies on a CPU.
 *
 * The paper's augmentation for ImageNet (random-sized crop, PCA colour) is not part of these yet; crop and flip
 * here are those usual for images of 16 to 64 pixels.
 */
import type { Recipe } from "./recipe.js";

/**
 * Section 3 of the paper: design spaces of 400MF networks, n = 500, trained for 10 epochs at learning rate 0.05,
 * weight decay 5e-5, batch 128 on one GPU, no warm-up; SGD with Nesterov momentum 0.9, half-period cosine.
 */
export const section3: Recipe = {
  epochs: 10,
  batch: 128,
  learningRate: 0.05,
  momentum: 0.9,
  weightDecay: 5e-5,
  warmupEpochs: 0,
  cropPadding: 4,
  flip: true,
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

/** The recipes by name. */
export const recipes = { section3, tiny } as const;
