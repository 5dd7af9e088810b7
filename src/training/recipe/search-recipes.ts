/**
 * Recipes of architecture search, by their papers and public code. What a source gives is marked so: [paper] read there,
 * [code] read in the authors' public code, [recalled] from memory and not checked, [inferred] worked out here. Crops of the
 * padded image by 4 and mirroring are CIFAR's usual augmentation, [recalled] where nothing else is said.
 *
 * Momentum is plain where no source says Nesterov. Recipes with an auxiliary weight ask for networks with an auxiliary head:
 * `{ ...recipes.dartsCifar, auxiliaryWeight: 0 }` trains any network.
 */
import type { Recipe } from "../recipe.js";

const cifar = { momentum: 0.9, warmupEpochs: 0, cropPadding: 4, flip: true } as const;

/**
 * NASNet on CIFAR-10 (Zoph et al. 2018; tensorflow/models research/slim/nets/nasnet). With cutout, as the paper's second
 * column of errors has it: `{ ...recipes.nasnetCifar, cutout: 16 }`, the side [inferred].
 */
export const nasnetCifar: Recipe = {
  ...cifar,
  /** Code: 600, batches of 32, 0.025 along a cosine. */
  epochs: 600,
  batch: 32,
  learningRate: 0.025,
  nesterov: false,
  /** Code: 5e-4, norm of gradients 5. */
  weightDecay: 5e-4,
  clipNorm: 5,
  /** Code: kept with probability 0.6 in the last cell, at the end of the training. */
  dropPath: 0.4,
  dropPathSchedule: "linear",
  /** Code: 0.4. */
  auxiliaryWeight: 0.4,
};

/**
 * AmoebaNet's augmented training on CIFAR-10 (Real et al. 2019).
 */
export const amoebanetCifar: Recipe = {
  ...cifar,
  /** Paper: 600, batches of 128, 0.024 along a cosine. */
  epochs: 600,
  batch: 128,
  learningRate: 0.024,
  nesterov: false,
  /** Paper: 5e-4. */
  weightDecay: 5e-4,
  /** Paper: scheduled drop path to 0.7, taken as the probability of keeping [inferred]. */
  dropPath: 0.3,
  dropPathSchedule: "linear",
  /** Paper: 0.5. */
  auxiliaryWeight: 0.5,
};

/**
 * DARTS' evaluation of cells on CIFAR-10 (Liu et al. 2019; quark0/darts cnn/train.py). Drop path rises there once an epoch,
 * here every step.
 */
export const dartsCifar: Recipe = {
  ...cifar,
  /** Paper: 600, batches of 96, 0.025 along a cosine to 0. */
  epochs: 600,
  batch: 96,
  learningRate: 0.025,
  nesterov: false,
  /** Paper: 3e-4, norm of gradients 5, cutout of 16, drop path to 0.2, 0.4. */
  weightDecay: 3e-4,
  clipNorm: 5,
  cutout: 16,
  dropPath: 0.2,
  dropPathSchedule: "linear",
  auxiliaryWeight: 0.4,
};

/**
 * Ours, for judging cells of some 1 to 4 MF on a few thousand images of 32 × 32 with a CPU: DARTS' evaluation without what needs
 * hundreds of epochs, and without an auxiliary head.
 */
export const dartsSmall: Recipe = {
  epochs: 20,
  batch: 64,
  learningRate: 0.05,
  momentum: 0.9,
  nesterov: false,
  weightDecay: 3e-4,
  clipNorm: 5,
  warmupEpochs: 0,
  cropPadding: 2,
  flip: true,
};

/**
 * ENAS' final training of a cell on CIFAR-10 (Pham et al. 2018; melodyguan/enas scripts/cifar10_micro_final.sh). Dropout
 * before the classifier is its keep probability of 0.8. Its loss has 2e-4 Σ w² in it, without a half: a weight decay of 4e-4.
 */
export const enasCifar: Recipe = {
  ...cifar,
  /** Code: 630, which is six cycles of 10, 20, 40, …; batches of 144; 0.05 to 0.0001; Nesterov's momentum. */
  epochs: 630,
  batch: 144,
  learningRate: 0.05,
  restartEpochs: 10,
  restartFactor: 2,
  learningRateEnd: 1e-4,
  weightDecay: 4e-4,
  dropout: 0.2,
  /** Code: kept with probability 0.6; that it rises over the training [recalled]. */
  dropPath: 0.4,
  dropPathSchedule: "linear",
  /** [recalled]. The code clips gradients as well, into a value that nothing reads. */
  auxiliaryWeight: 0.4,
};

/** NAS-Bench-201's (Dong & Yang 2020; D-X-Y/AutoDL-Projects configs/nas-benchmark): all of its 15,625 networks. */
export const nasBench201: Recipe = {
  ...cifar,
  /** Code: 200 (12 in the second table), batches of 256, 0.1 along a cosine to 0, Nesterov's momentum 0.9, 5e-4. */
  epochs: 200,
  batch: 256,
  learningRate: 0.1,
  weightDecay: 5e-4,
};

/** NAS-Bench-Macro's (Su et al. 2021; xiusu/NAS-Bench-Macro): all of its 6,561 networks. */
export const nasBenchMacro: Recipe = {
  ...cifar,
  /** Code: 50, batches of 256, 0.1 along a cosine, 5e-4; Nesterov's momentum 0.9 [recalled]. */
  epochs: 50,
  batch: 256,
  learningRate: 0.1,
  weightDecay: 5e-4,
};

/** RMSProp of TensorFlow's mobile networks: 0.256 for batches of 4096, × 0.97 every 2.4 epochs after a warm-up of 5 from 0. */
const mobile = {
  /** [recalled] both. */
  epochs: 350,
  batch: 4096,
  /** Paper: decay and momentum 0.9. Code: ε 0.001 inside the root, the decay in steps [recalled both]. */
  optimiser: "rmsprop",
  momentum: 0.9,
  smoothing: 0.9,
  epsilon: 1e-3,
  epsilonInsideRoot: true,
  /** Paper: 0.256, × 0.97 every 2.4 epochs. */
  learningRate: 0.256,
  decayFactor: 0.97,
  decayEvery: 2.4,
  decayStaircase: true,
  /** Paper (MnasNet): from 0 within 5 epochs. */
  warmupEpochs: 5,
  warmupFrom: 0,
  /** Paper: 1e-5, of kernels alone [recalled]. */
  weightDecay: 1e-5,
  normWeightDecay: 0,
  biasWeightDecay: 0,
  /** [recalled] both. */
  labelSmoothing: 0.1,
  averageDecay: 0.9999,
  /** Paper: 0.2. */
  dropout: 0.2,
  /** Inception's crops and mirroring [recalled]. */
  cropPadding: 0,
  randomSizedCrop: 0.08,
  flip: true,
} as const satisfies Recipe;

/**
 * MnasNet on ImageNet (Tan et al. 2019; tensorflow/tpu models/official/mnasnet). Not followed: momentum 0.99 of the running
 * statistics (here 0.9), and a decay of the rate that starts after the warm-up's first steps (here it multiplies them too).
 * For another batch: `withBatch(recipes.mnasnet, 256)`.
 */
export const mnasnet: Recipe = mobile;

/**
 * EfficientNet on ImageNet (Tan & Le 2019; tensorflow/tpu models/official/efficientnet), with B0's dropout; its scaled
 * networks have 0.2, 0.3, 0.3, 0.4, 0.4, 0.5, 0.5 for B1 to B7. Not followed: AutoAugment, and as in `mnasnet`.
 */
export const efficientnet: Recipe = {
  ...mobile,
  /** Paper: blocks survive with probability 0.8, the last; 1 for the first. */
  dropPath: 0.2,
};

/**
 * ResNet-RS on ImageNet (Bello et al. 2021), up to depth 152: deeper networks add a dropPath of 0.1, and 350 and 420 at 320
 * pixels a dropout of 0.4. Not followed: RandAugment, of magnitude 10 or 15, which the paper's errors are with.
 */
export const resnetRs: Recipe = {
  /** Paper: 350, batches of 4096, 0.1 for 256 images, along a cosine after a warm-up of 5 epochs from 0 [recalled]. */
  epochs: 350,
  batch: 4096,
  learningRate: 1.6,
  /** Paper: 0.9; Nesterov's [recalled]. */
  momentum: 0.9,
  warmupEpochs: 5,
  warmupFrom: 0,
  /** Paper: 4e-5, 0.1, 0.9999, 0.25. */
  weightDecay: 4e-5,
  labelSmoothing: 0.1,
  averageDecay: 0.9999,
  dropout: 0.25,
  /** Code: the last normalisation of a block begins at 0. */
  zeroInitResidual: true,
  /** Inception's crops and mirroring [recalled]. */
  cropPadding: 0,
  randomSizedCrop: 0.08,
  flip: true,
};
