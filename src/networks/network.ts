/**
 * A network as plain, JSON-able data: the graph of operators that is counted, drawn, exported and trained.
 *
 * Everything downstream reads this one structure (complexity, engines, diagrams), so what is counted is what
 * is trained. A network holds no resolution and no weights: both arrive when it is used.
 *
 * Layers stand in topological order and name their inputs, as in an ONNX graph. Names are paths,
 * `"<stage>.<block>.<operator>"` (for example `"s1.b2.conv2"`), so that the stage and block of a layer can be
 * read off its name; the stem and head have no block (`"stem.conv"`, `"head.fc"`).
 */

import type { Layer } from "./operators/index.js";

export type { Layer, LayerOf, Op } from "./operators/index.js";

/** A network: its operators in topological order; the last one gives the logits, [N, classes]. */
export interface Network {
  readonly name: string;
  /** Channels of the image, named `"input"` in the graph. */
  readonly inputChannels: number;
  readonly classes: number;
  readonly layers: readonly Layer[];
  /**
   * Layers beside the network for the sake of its training, reading its layers and each other: the last one gives logits
   * of their own, [N, classes], whose loss is added by a recipe's `auxiliaryWeight`. They are no part of what is counted,
   * exported, drawn or timed.
   */
  readonly auxiliary?: readonly Layer[] | undefined;
  /** Where drop path acts, see `withDropPath`. Default: on the residual branches. */
  readonly dropPaths?: readonly DropPathPlace[];
}

/** A value that drop path acts on. */
export interface DropPathPlace {
  /** The layer that gives it. */
  readonly layer: string;
  /** Its share of the rate, in (0, 1]. */
  readonly share: number;
}

/** The network alone, as it is counted, exported, timed and run after its training. */
export const withoutAuxiliary = (network: Network): Network =>
  network.auxiliary === undefined ? network : { ...network, auxiliary: undefined };
