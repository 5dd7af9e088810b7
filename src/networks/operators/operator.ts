/**
 * What an operator is: all that is known of it without running it, in one value, in a file of its own.
 *
 * What runs it or writes it (the engines, ONNX, drawings) are tables with a row for each operator; see `Rows` in
 * `index.ts`.
 */
import type { Complexity } from "../complexity.js";
import type { Shape } from "../shape.js";

/** What every layer has: its path, and the names of the layers it reads, in order (`"input"` is the image). */
export interface LayerBase {
  readonly name: string;
  readonly inputs: readonly string[];
}

/** A tensor that a layer keeps: its parameters, and the statistics that it evaluates with. */
export interface WeightTensor {
  /** PyTorch's name: behind the layer's path and a dot. */
  readonly kind: "weight" | "bias" | "running_mean" | "running_var";
  readonly shape: readonly number[];
  /** What decay it has, if any: of weights, of the scale and shift of normalisations, or of the other biases. */
  readonly role: "weight" | "norm" | "bias" | "statistic";
  /** Before training: a constant, or normally distributed around 0 with a standard deviation. */
  readonly initial: number | { readonly normal: number };
}

export interface Operator<L extends LayerBase & { readonly op: string }> {
  readonly op: L["op"];
  /** How many inputs it reads: so many, or from so many to so many. */
  readonly arity: number | readonly [least: number, most: number];
  /** Channels of what it gives, which are known before any size is. Default: its first input's. */
  channels?(layer: L, inputs: readonly Pick<Shape, "channels">[]): number;
  /**
   * The shape of what it gives.
   *
   * @throws NetworkError for fields or inputs that it cannot have
   */
  shape(layer: L, inputs: readonly Shape[]): Shape;
  /** What it costs on one image, in pycls's conventions; see `complexity.ts`. */
  cost(layer: L, output: Shape, inputs: readonly Shape[]): Complexity;
  /** Its flops without those of taps that fall on padding, where it has any. */
  insideFlops?(layer: L, output: Shape, inputs: readonly Shape[]): number;
  /** What of its values the gradient is computed from, and is kept for the backward pass; or an index for each output. */
  readonly kept: "inputs" | "output" | "index" | "nothing";
  weights(layer: L): readonly WeightTensor[];
  /** What stands in its box in a drawing: a title, and more below it. */
  label(layer: L): { readonly title: string; readonly detail?: string };
}

/** What costs nothing in these conventions. */
export const free: Complexity = { flops: 0, params: 0, acts: 0 };

/** An operator as it stands, with the type of its layers kept. */
export const operator = <L extends LayerBase & { readonly op: string }>(of: Operator<L>): Operator<L> => of;
