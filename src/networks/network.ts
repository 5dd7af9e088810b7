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

/** What every layer has: its path, and the names of the layers it reads, in order (`"input"` is the image). */
interface LayerBase {
  readonly name: string;
  readonly inputs: readonly string[];
}

/** 2-D convolution, padding (kernel − 1) / 2, weight of shape [out, in / groups, kernel, kernel]. */
export interface Conv extends LayerBase {
  readonly op: "conv";
  readonly in: number;
  readonly out: number;
  readonly kernel: number;
  readonly stride: number;
  /** Number of groups, not channels a group; divides both `in` and `out`. */
  readonly groups: number;
  readonly bias: boolean;
}

/** Batch normalisation over N, H, W with a learnt scale and shift a channel. */
export interface BatchNorm extends LayerBase {
  readonly op: "batchnorm";
  readonly channels: number;
}

/** Element-wise non-linearity. */
export interface Activation extends LayerBase {
  readonly op: "relu" | "silu" | "sigmoid";
}

/** Max pooling, padding (kernel − 1) / 2. */
export interface MaxPool extends LayerBase {
  readonly op: "maxpool";
  readonly kernel: number;
  readonly stride: number;
}

/** Global average pooling, [N, C, H, W] → [N, C, 1, 1]. */
export interface GlobalAvgPool extends LayerBase {
  readonly op: "avgpool";
}

/** Fully connected layer on [N, in] (or [N, in, 1, 1]), weight of shape [out, in], with bias. */
export interface Linear extends LayerBase {
  readonly op: "linear";
  readonly in: number;
  readonly out: number;
}

/** Sum of two tensors of one shape (the residual). */
export interface Add extends LayerBase {
  readonly op: "add";
}

/** Product of a feature map [N, C, H, W] and a gate [N, C, 1, 1] (squeeze-and-excitation). */
export interface Multiply extends LayerBase {
  readonly op: "multiply";
}

/**
 * Sets elements to 0 with probability `rate` while training, and scales the others by 1 / (1 − rate); otherwise the
 * identity. `dropout` decides for each element (Srivastava et al. 2014), `droppath` for each image's whole feature map,
 * at the end of a residual branch (stochastic depth, Huang et al. 2016).
 */
export interface Dropout extends LayerBase {
  readonly op: "dropout" | "droppath";
  /** In [0, 1). */
  readonly rate: number;
}

/** One operator of a network. */
export type Layer =
  | Conv
  | BatchNorm
  | Activation
  | MaxPool
  | GlobalAvgPool
  | Linear
  | Add
  | Multiply
  | Dropout;

/** A layer's operator. */
export type Op = Layer["op"];

/** A network: its operators in topological order; the last one gives the logits, [N, classes]. */
export interface Network {
  readonly name: string;
  /** Channels of the image, named `"input"` in the graph. */
  readonly inputChannels: number;
  readonly classes: number;
  readonly layers: readonly Layer[];
}
