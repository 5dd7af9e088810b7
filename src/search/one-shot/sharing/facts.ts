/** What decides a supernet's training, and what is on record of it, as plain data, and its folder. */
import type { Precision } from "../../../training/engine.js";
import type { Recipe } from "../../../training/recipe.js";
import { type RunFacts, RunFolder } from "../run-folder.js";

/** All that decides it. */
export interface SharingFacts extends RunFacts {
  /** How paths are chosen: `"uniform"`, `"fair"`, `"enas"` or `"growth"`, with the settings of that. */
  readonly strategy: { readonly name: string; readonly settings: Readonly<Record<string, unknown>> };
  readonly space: string;
  /** Hash of the supernet's layers and of what its sums choose between. */
  readonly supernet: string;
  readonly dataset: string;
  /** Images that the weights are trained on. */
  readonly images: number;
  readonly recipe: Recipe;
  readonly seed: number;
  readonly engine: string;
  readonly precision: Precision;
}

/** What a controller came to in an epoch; see `enas`. */
export interface ControllerEpoch {
  /** Mean over the epoch's architectures, in [0, 1]: accuracy on a minibatch of validation images. */
  readonly reward: number;
  /** The moving average of rewards, after the epoch; of rewards with the entropy's bonus, where the controller has one. */
  readonly baseline: number;
  /** Of one architecture's choices together, the mean, nats; absent where it is no part of the reward. */
  readonly entropy?: number;
}

/** An epoch of a supernet's training. */
export interface SharedEpoch {
  /** From 1. */
  readonly epoch: number;
  /** Mean cross-entropy of the epoch's paths, nats, each on its own batch. */
  readonly trainLoss: number;
  /** At the epoch's end. */
  readonly learningRate: number;
  /** Wall time of this epoch, seconds. */
  readonly seconds: number;
  readonly controller?: ControllerEpoch;
}

/** How a training stands. */
export interface SharingStanding {
  /** `"running"`: there are epochs to come. */
  readonly status: "running" | "finished" | "diverged" | "cancelled";
  readonly epochs: readonly SharedEpoch[];
  /** Where the loss stopped being finite, both from 1; the weights are those of the step before. */
  readonly divergedAt?: { readonly epoch: number; readonly step: number };
}

/** What is kept of a training besides its session. */
export interface SharingNote {
  readonly standing: SharingStanding;
  /** A controller's state; plain data. */
  readonly controller?: unknown;
  /** Threads of the session, with which the training goes on: others would round otherwise. */
  readonly threads?: number;
}

export const sharingFolder = new RunFolder<SharingFacts, SharingNote>("supernet");
