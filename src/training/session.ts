/**
 * Weights that stay on an engine between calls, by layer name, and networks that are paths through them.
 *
 * One-shot search trains many networks on one store of weights (a supernet's); successive halving goes on where a
 * training was left; measures without training read gradients once. All three ask an engine for a session and say, call
 * by call, which network is meant.
 */
import type { Mixture } from "../networks/mixture.js";
import type { Network } from "../networks/network.js";
import type { Precision, Weights } from "./engine.js";
import type { OptimiserSettings } from "./recipe.js";

/** Normalised images of one batch, row-major [count, channels, height, width]. */
export interface ImageBatch {
  readonly images: Float32Array;
  readonly shape: readonly [count: number, channels: number, height: number, width: number];
}

/**
 * A step of an optimiser; the fields are those of a Recipe. What it remembers of each weight (momentum, Adam's means and number
 * of steps) is kept in the store, and forgotten when a step asks for another optimiser than the last.
 */
export interface SessionStepOptions extends Omit<OptimiserSettings, "averageDecay">, SessionCallOptions {
  /** In [0, 1). Default 0. */
  readonly labelSmoothing?: number;
  /** Weights of the path's weighted sums, if it has any. */
  readonly mixture?: Mixture | undefined;
}

/** What every call of a session may be given. */
export interface SessionCallOptions {
  /**
   * Aborting rejects the call with its reason, before it begins or at the next layer, and no weight changes; the session goes on.
   * Default: the signal of the notebook cell that called.
   */
  readonly signal?: AbortSignal | undefined;
}

/** Of a step whose loss or gradient was not finite. Nothing was updated. */
export class DivergedError extends Error {
  override readonly name = "DivergedError";
  /** Of the batch, nats; finite where a gradient alone was not. */
  readonly loss: number;

  constructor(message: string, loss: number) {
    super(message);
    this.loss = loss;
  }
}

/** What a store of weights was at one time, kept on its device; see `Session.snapshot`. */
export interface SessionSnapshot {
  /** Frees its memory now rather than when it is collected. */
  dispose(): void;
}

/** Gradients of one pass, kept on the device; see `Session.keepGradients`. */
export interface KeptGradients {
  /** Euclidean, of all weights' gradients together. */
  readonly norm: number;
  /** Frees their memory now rather than when they are collected. */
  dispose(): void;
}

/** All that later steps of a session depend on, for a file: see `saveSession`. */
export interface SessionState {
  /** What the last step's optimiser is. */
  readonly optimiser: string;
  /** Steps that Adam has counted: of each weight, or of all. */
  readonly steps: number | ReadonlyMap<string, number>;
  readonly weights: Weights;
  /** Momentum, or Adam's mean of gradients, of each weight. */
  readonly first: Weights;
  /** Means of squared gradients; absent where no optimiser asked for them. */
  readonly second?: Weights;
  /** The chance of dropout, as its generator keeps it. */
  readonly dropout: Uint8Array;
}

/** What is read of one pass; see `Session.probe`. */
export interface ProbeOptions {
  /** Layers whose feature maps are wanted, by name. Default: none. */
  readonly layers?: readonly string[];
  /**
   * Gradients are those of Σ towards · logits; row-major [count, classes], ones for the sum of all logits. Default: none are
   * taken.
   */
  readonly towards?: Float32Array;
}

/** Numbers of a pass, row-major; double in a session of float64. */
export type Probed = Float32Array | Float64Array;

/** What one pass in training mode was, forward and backward. */
export interface Probe {
  /** [count, classes] */
  readonly logits: Probed;
  /** Feature maps of the layers asked for, [count, channels, height, width]. */
  readonly layers: ReadonlyMap<string, Probed>;
  /** Of each weight of the path, 0 where the logits do not depend on it; empty where no gradients were asked for. */
  readonly gradients: ReadonlyMap<string, Probed>;
  /** Of the images, [count, channels, height, width]; absent where no gradients were asked for. */
  readonly images?: Probed;
}

export interface SessionOptions {
  /** Decides the initial weights and the chance of dropout. Default 0. */
  readonly seed?: number;
  /** Default `"float32"`. `"float64"` is for measures: slow, and everything in double. */
  readonly precision?: Precision | "float64";
  /** Threads of the session's operators. Default: all cores. */
  readonly threads?: number;
}

/**
 * A store of weights on an engine's device. Calls are carried out in their order, off the JavaScript thread.
 *
 * A *path* is a network each of whose weights the store has, under the same layer name and in the same shape; how its
 * layers are connected is its own. What a step learns, every later path with that layer begins from; what the optimiser
 * remembers and the running statistics of batch normalisation belong to the layer as well.
 */
export interface Session {
  /** The network whose weights are stored. */
  readonly network: Network;
  /**
   * One step on one batch: the gradient of the path's weights, then their update; no other weight changes.
   *
   * @returns the mean cross-entropy before the step, nats
   * @throws WeightsError naming the weights of the path that the store does not have
   * @throws DivergedError where the loss or a gradient is not finite: nothing was updated
   */
  step(path: Network, batch: ImageBatch, labels: Int32Array, options: SessionStepOptions): Promise<number>;
  /**
   * The loss of one batch in training mode and its gradient with respect to each weight of the path; no weight changes,
   * but the running statistics of batch normalisation move, as they do in any training pass.
   *
   * @param options.labelSmoothing in [0, 1); default 0
   * @param options.mixture weights of the path's weighted sums, if it has any
   */
  gradients(
    path: Network,
    batch: ImageBatch,
    labels: Int32Array,
    options?: SessionCallOptions & { readonly labelSmoothing?: number; readonly mixture?: Mixture },
  ): Promise<{ readonly loss: number; readonly gradients: Weights }>;
  /**
   * The same, with respect to the weights of the path's weighted sums, by group: 0 for inputs of weight 0, which are not run.
   * Absent where the engine cannot.
   *
   * @param options.weightGradients `false` leaves out those of the weights, which `keepGradients` then cannot have: faster. Default
   *   true
   * @throws RangeError for a mixture that is not the path's
   */
  mixtureGradients?(
    path: Network,
    batch: ImageBatch,
    labels: Int32Array,
    options: SessionCallOptions & {
      readonly mixture: Mixture;
      readonly labelSmoothing?: number;
      readonly weightGradients?: boolean;
    },
  ): Promise<{ readonly loss: number; readonly gradients: ReadonlyMap<string, Float64Array> }>;
  /**
   * One pass of a batch in training mode, and what training does not read of it: feature maps, gradients of any weighted sum
   * of the logits, gradients with respect to the images. No weight changes; running statistics move. Absent where the
   * engine cannot.
   *
   * @throws RangeError naming a layer that the path does not have, or that makes no feature map of its own
   */
  probe?(path: Network, batch: ImageBatch, options?: ProbeOptions): Promise<Probe>;
  /**
   * Logits of a batch with the running statistics, row-major [count, classes].
   *
   * @param options.mixture weights of the path's weighted sums, if it has any
   */
  evaluate(
    path: Network,
    batch: ImageBatch,
    options?: SessionCallOptions & { readonly mixture?: Mixture },
  ): Promise<Float32Array>;
  /**
   * Running statistics of a path's normalisations over some batches alone: means of the batches' means and of their squares.
   * Those that are not run keep theirs. Absent where the engine cannot.
   *
   * @param options.mixture weights of the path's weighted sums, if it has any
   */
  recalibrate?(
    path: Network,
    batches: readonly ImageBatch[],
    options?: SessionCallOptions & { readonly mixture?: Mixture },
  ): Promise<void>;
  /**
   * Keeps weights, running statistics and what the optimiser remembers on the device, for `rewind`. The chance of dropout is
   * not in it. Absent where the engine cannot.
   */
  snapshot?(): Promise<SessionSnapshot>;
  /**
   * Puts them back, bit by bit.
   *
   * @throws RangeError for a snapshot of another session, or one that was disposed of
   */
  rewind?(snapshot: SessionSnapshot): Promise<void>;
  /**
   * Keeps the weights' gradients of the last pass that had any (`step`, as it clipped them, `gradients`, `mixtureGradients`,
   * `probe`) on the device, for `move`. Absent where the engine cannot.
   *
   * @throws RangeError where there was none
   */
  keepGradients?(): Promise<KeptGradients>;
  /**
   * Every weight += by · its gradient; those that the pass did not reach stay.
   *
   * @throws RangeError for gradients of another session, or that were disposed of
   */
  move?(gradients: KeptGradients, by: number): Promise<void>;
  /**
   * All that later steps depend on: a session of the same network that is given it goes on bit by bit as this one would. Absent
   * where the engine cannot.
   *
   * @throws RangeError in a session of float64, whose numbers no file keeps
   */
  state?(): Promise<SessionState>;
  /** @throws WeightsError or CheckpointError naming what is not this network's, before anything is replaced */
  restoreState?(state: SessionState): Promise<void>;
  /** The store's weights and running statistics, or a path's. */
  weights(path?: Network): Promise<Weights>;
  /**
   * Puts weights into the store: all of its own, or those of a path. What the optimiser remembers stays.
   *
   * @throws WeightsError if they are not exactly those, before any is replaced
   */
  restore(weights: Weights, path?: Network): Promise<void>;
  /** Frees the store's memory. Later calls are rejected. */
  dispose(): void;
}
