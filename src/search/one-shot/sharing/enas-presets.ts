/**
 * How ENAS is run, with its published settings and smaller ones of ours, by name. [code] is melodyguan/enas, its scripts of the CIFAR-10
 * searches and src/cifar10.
 */
import type { Recipe } from "../../../training/recipe.js";
import { lstm } from "../../controllers/lstm.js";
import type { ReinforceSettings } from "../../strategies/reinforce.js";

export interface EnasSettings {
  /** How the shared weights are trained, one path a batch; minibatches of rewards have as many images. */
  readonly recipe: Recipe;
  /** What draws the paths, and learns which are good. The entropy is added to the reward. */
  readonly controller: Omit<ReinforceSettings, "entropyIn" | "batch">;
  /** The controller's updates after each epoch. */
  readonly updates: number;
  /** Architectures of an update, each with a minibatch of its own. */
  readonly architectures: number;
}

/** Settings with a name, and whose they are. */
export interface EnasPreset extends EnasSettings {
  readonly source: string;
  readonly origin: "published" | "ours";
  /** What the source says, in words. */
  readonly states: string;
  /** What is otherwise here than there; absent where nothing is. */
  readonly differs?: string;
}

/**
 * [code] SGDR from 0.05 to 0.0005, 10 epochs, then twice as long each time; Nesterov's momentum. The loss has λ Σ w² in it, without
 * a half: its gradient is that of a weight decay of 2 λ.
 */
const recipe: Recipe = {
  epochs: 150,
  batch: 160,
  learningRate: 0.05,
  learningRateEnd: 0.0005,
  restartEpochs: 10,
  restartFactor: 2,
  momentum: 0.9,
  /** λ 1e-4. */
  weightDecay: 2e-4,
  warmupEpochs: 0,
  cropPadding: 4,
  flip: true,
};

const controller = (learningRate: number, greatest: number): EnasSettings["controller"] => ({
  controller: lstm({
    layers: 1,
    units: 64,
    range: 0.1,
    greatestLogit: greatest,
    greatestOperationLogit: greatest / 2.5,
  }),
  learningRate,
  beta1: 0,
  epsilon: 1e-3,
  entropy: 1e-4,
  baselineDecay: 0.99,
});

const source =
  "Pham et al., ICML 2018, arXiv 1802.03268; scripts and src/cifar10 of github.com/melodyguan/enas";
const differs =
  "dropout and drop path of the shared weights are left out; their rate moves with every batch, there with every epoch; rewards use the minibatch's own mean and variance in place of running ones; the average of rewards begins at the first update's mean, there at 0; earlier nodes are chosen by a softmax, there by attention";

export const enasPresets = Object.freeze({
  micro: {
    recipe,
    controller: controller(0.0035, 1.1),
    updates: 30,
    architectures: 10,
    source,
    origin: "published",
    states:
      "150 epochs in batches of 160, 0.05 to 0.0005 with restarts after 10, 30, 70 epochs, 1e-4 Σ w², which is weight decay 2e-4; after each 30 updates of 10 architectures, LSTM of 1 × 64, Adam at 0.0035 with β₁ 0 and ε 1e-3, logits 1.10 · tanh, of operations 1.10 / 2.5 · tanh, entropy 1e-4, average of rewards 0.99",
    differs: `${differs}; the auxiliary logits, whose loss counts 0.4, are left out; the bias of 10 on its two convolutions is for lstm({ biases }), and its fixed ± 0.25 is left out`,
  },
  macro: {
    recipe: { ...recipe, epochs: 310, batch: 128, weightDecay: 5e-4 },
    controller: controller(0.001, 1.5),
    updates: 50,
    architectures: 20,
    source,
    origin: "published",
    states:
      "310 epochs in batches of 128, 2.5e-4 Σ w², which is weight decay 5e-4; after each 50 updates of 20 architectures, Adam at 0.001, logits 1.5 · tanh, of operations 1.5 / 2.5 · tanh; all else as micro",
    differs: `${differs}; the penalty on the share of skips (0.4, weight 0.8) is left out`,
  },
  small: {
    recipe: {
      epochs: 60,
      batch: 32,
      learningRate: 0.1,
      momentum: 0.9,
      weightDecay: 5e-4,
      warmupEpochs: 1,
      cropPadding: 1,
      flip: true,
    },
    controller: { controller: "softmaxes", learningRate: 0.01, entropy: 1e-4, baselineDecay: 0.95 },
    updates: 10,
    architectures: 10,
    source: "after Pham et al., ICML 2018",
    origin: "ours",
    states:
      "60 epochs in batches of 32 as the table of small cells is trained; after each 10 updates of 10 architectures, independent softmaxes, Adam at 0.01, average of rewards 0.95",
  },
} as const satisfies Record<string, EnasPreset>);

export type EnasPresetName = keyof typeof enasPresets;
