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
}
