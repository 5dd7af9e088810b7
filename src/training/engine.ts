/**
 * The narrow waist between networks and the hardware that trains them.
 *
 * An engine takes a network as data, a dataset in memory and a recipe, and returns what happened. It knows
 * nothing of design spaces; the rest of the project knows nothing of tensors.
 */
import type { OptionNames } from "../base/expect-options.js";
import type { Network } from "../networks/network.js";
import type { Checkpoint } from "./checkpoints/checkpoint.js";
import type { Dataset } from "./dataset.js";
import type { Recipe } from "./recipe.js";
import type { Session, SessionOptions } from "./session.js";

/** One finished epoch. */
export interface EpochReport {
  /** 1-based. */
  readonly epoch: number;
  /** Mean cross-entropy over the epoch's training batches, nats; with an auxiliary head's by its weight. */
  readonly trainLoss: number;
  /** Top-1 error over the epoch's training batches (augmented), per cent. */
  readonly trainError: number;
  /**
   * Top-1 error on the validation split, per cent; absent in epochs where the recipe does not test, and without such a
   * split.
   */
  readonly validationError?: number;
  /**
   * Top-1 error on the test split, per cent; absent in epochs where the recipe does not test, and in all but the last
   * where there is a validation split, unless `testAlong` asks for it.
   */
  readonly testError?: number;
  /** Learning rate at the epoch's end. */
  readonly learningRate: number;
  /** Wall time since training began, seconds. */
  readonly seconds: number;
}

/** One training step's loss. */
export interface StepReport {
  /** 1-based, counted over the whole training. */
  readonly step: number;
  /** Mean cross-entropy of the step's batch, nats; with an auxiliary head's by its weight. */
  readonly loss: number;
}

/** A parameter or running statistic, row-major, float32. */
export interface Weight {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** A network's weights by PyTorch's names: `"<layer>.weight"`, `".bias"`, `".running_mean"`, `".running_var"`. */
export type Weights = ReadonlyMap<string, Weight>;

/** How one training ended. A training that diverges or does not fit into memory is a result, not an exception. */
export interface TrainingResult {
  readonly status: "finished" | "diverged" | "cancelled" | "out-of-memory";
  /** Top-1 error of the final network on the test split, per cent; 100 · (1 − 1/classes) without one. */
  readonly error: number;
  /** The same on the validation split; absent where the dataset has none. */
  readonly validationError?: number | undefined;
  /** Of a training that went on from a checkpoint, its further epochs. */
  readonly epochs: readonly EpochReport[];
  /** 1-based step at which the loss stopped being finite. */
  readonly divergedAt?: number | undefined;
  /** 1-based epoch after which `stopAbove` ended it: it is finished, with the errors that it had then. */
  readonly stoppedAt?: number | undefined;
  /** Where it stood at its end, for `keepCheckpoint`; absent where `stopAbove` ended it, and where it is not finished. */
  readonly checkpoint?: Checkpoint | undefined;
  /** Images trained on: of a training that went on from a checkpoint, those of its further epochs. Absent where the engine does not count. */
  readonly images?: number | undefined;
  /** What was asked for and what there was, when out of memory. */
  readonly reason?: string | undefined;
  /**
   * The most memory that tensors held at once, bytes: weights, gradients, feature maps, workspaces and the data set.
   * Absent where the engine cannot tell.
   */
  readonly peakMemory?: number | undefined;
  /**
   * The weights that `keepWeights` asked for; as they were at the end, if the training was cancelled before its first
   * test. Absent when it did not ask, and when it diverged before a test.
   */
  readonly weights?: Weights | undefined;
  /** Wall time of training and testing, seconds. */
  readonly seconds: number;
  /** Training images per second, over the training steps alone. */
  readonly imagesPerSecond: number;
}

/**
 * Arithmetic of the forward and backward pass; weights and updates stay float32. `bf16` is what PyTorch calls
 * autocast; `tf32` is float32 whose convolutions and matrix products a GPU may round to tf32 (a CPU does not).
 */
export type Precision = "float32" | "bf16" | "tf32";

export interface TrainOptions {
  /** Decides initial weights, order of images and augmentation. Default 0. */
  readonly seed?: number;
  readonly precision?: Precision;
  /** Threads of this training's operators. Default: all cores. */
  readonly threads?: number;
  /**
   * Engine torch alone: memory that tensors may hold, bytes; a training that needs more ends `"out-of-memory"`.
   * Default: on a CPU what the machine or the process's control group has, since beyond it the system ends the process;
   * on a GPU all there is.
   */
  readonly memoryLimit?: number;
  /** Weights to begin with instead of freshly drawn ones; all of the network's, with its shapes. */
  readonly weights?: Weights;
  /**
   * Put weights into the result: those of the last test, or of the one with the least error (the first such), which is
   * that on the validation split where there is one.
   */
  readonly keepWeights?: "last" | "best";
  /**
   * Evaluate the test split wherever the validation split is, not at the end alone: for complete tables, whose errors of every epoch others
   * search by and are judged by. Changes nothing that is learned, and nothing that is chosen. Default false.
   */
  readonly testAlong?: boolean;
  /**
   * Engine torch alone: how many epochs of the recipe's schedule are done when it ends; the schedule stays that of the whole
   * recipe, and the network is tested at the end. Default: all.
   */
  readonly until?: number;
  /** Engine torch alone: goes on from there, bit by bit as if the training had not stopped. */
  readonly from?: Checkpoint;
  /** Engine torch alone: put a checkpoint of the end into the result. Default false. */
  readonly keepCheckpoint?: boolean;
  /**
   * Engine torch alone: by epoch, the greatest error on the validation split (the test split where there is none) with which
   * the training goes on, per cent: `{ 4: 55 }` ends one that is worse than 55 % after four epochs. The recipe must test then.
   */
  readonly stopAbove?: Readonly<Record<number, number>>;
  /** Aborting stops training between two steps; the result then has status `"cancelled"`. */
  readonly signal?: AbortSignal;
  readonly onEpoch?: (report: EpochReport) => void;
  /** Every step's loss, a few times per second; steps of one epoch all come before its `onEpoch`. */
  readonly onStep?: (report: StepReport) => void;
}

export const engineOptionNames: OptionNames<TrainOptions> = {
  seed: true,
  precision: true,
  threads: true,
  memoryLimit: true,
  weights: true,
  keepWeights: true,
  testAlong: true,
  until: true,
  from: true,
  keepCheckpoint: true,
  stopAbove: true,
  signal: true,
  onEpoch: true,
  onStep: true,
};

/** What is timed; see `time`. */
export interface TimerOptions {
  /** Images a run. */
  readonly batch: number;
  /** Height and width, pixels. */
  readonly resolution: number;
  readonly mode: "inference" | "training";
  readonly precision?: Precision;
  readonly threads?: number;
}

/** A network on its device, ready to be timed. */
export interface Timer {
  /** Seconds of each of some runs; the device is idle before and after each. */
  run(runs: number): Promise<ArrayLike<number>>;
  /** Frees the network's memory. */
  dispose(): void;
}

/** Options that say which part of a recipe's schedule is trained. */
export const partOptions = ["until", "from", "keepCheckpoint", "stopAbove"] as const;
export type PartOption = (typeof partOptions)[number];

/** Options that an engine may not follow. */
export type RefusableOption = "precision" | "memoryLimit" | PartOption;

/** What an engine cannot follow. */
export interface Refusal {
  readonly field: keyof Recipe | RefusableOption;
  /** What it must be instead, after "must be". */
  readonly expected: string;
  readonly got: unknown;
}

export interface Engine {
  readonly name: string;
  /** What computes, with its version, for example `"torch 2.13.0+cpu"`; loads it where it was not. */
  readonly version?: () => string;
  /**
   * The first thing that keeps it from training so, known before there is a network; `train` would throw it. Absent
   * where everything can be followed.
   */
  readonly refuses?: (recipe: Recipe, options: Pick<TrainOptions, RefusableOption>) => Refusal | undefined;
  /**
   * Returns if it can train here, on its device; absent where it always can.
   *
   * @throws EngineUnavailableError with what is missing, and how to get it
   */
  readonly requireHere?: () => void;
  train(network: Network, dataset: Dataset, recipe: Recipe, options?: TrainOptions): Promise<TrainingResult>;
  /** Puts a network on the device to time its runs. Absent where the engine cannot. */
  timer?(this: void, network: Network, options: TimerOptions): Promise<Timer>;
  /** Opens a store of weights for every layer of `network`; see `Session`. Absent where the engine keeps none. */
  session?(this: void, network: Network, options?: SessionOptions): Promise<Session>;
}
