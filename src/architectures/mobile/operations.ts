/**
 * What a layer of a mobile stack computes, without its skip: an ordinary convolution, a depthwise-separable one, or
 * MobileNetV2's inverted residual (MBConv). A user's operation is a value of the same type.
 */
import {
  type ActivationKind,
  type Feature,
  normed,
  type Operators,
  squeezeExcite,
} from "../../networks/assembly/operators.js";
import { OperationsByName } from "../operations-by-name.js";

/** What one layer is built from. */
export interface MobileParameters {
  /** Channels that it gives. */
  readonly width: number;
  readonly kernel: number;
  readonly stride: number;
  /** Inner channels over those of its input, where the operation widens. */
  readonly expansion: number;
  /** Channels inside squeeze-and-excitation over those of the layer's *input*; 0 without it. */
  readonly squeezeExcite: number;
  readonly activation: ActivationKind;
}

/**
 * An operation of mobile stacks. `build` appends its operators to `ops` and returns the output of the last one; it must
 * depend on its arguments alone. Its name must be none of the built-in operations'.
 */
export interface MobileOperation {
  readonly name: string;
  build<F extends Feature>(ops: Operators<F>, x: F, parameters: MobileParameters): F;
}

/** Squeeze-and-excitation of `y`, with as many channels inside as a share of those of the layer's input `x`; the code cuts. */
function excited<F extends Feature>(
  ops: Operators<F>,
  x: F,
  y: F,
  { squeezeExcite: ratio, activation }: MobileParameters,
): F {
  return ratio > 0 ? squeezeExcite(ops, y, Math.max(1, Math.floor(x.channels * ratio)), activation) : y;
}

/** k × k convolution, batch normalisation, activation. */
const conv: MobileOperation = {
  name: "conv",
  build(ops, x, parameters) {
    const { width, kernel, stride, activation } = parameters;
    return excited(ops, x, normed(ops, 1, x, width, kernel, stride, 1, activation), parameters);
  },
};

/** Depthwise k × k convolution, normalised and activated, then a linear 1 × 1 (MnasNet's SepConv). */
const separable: MobileOperation = {
  name: "depthwise-separable",
  build(ops, x, parameters) {
    const { width, kernel, stride, activation } = parameters;
    const y = normed(ops, 1, x, x.channels, kernel, stride, x.channels, activation);
    return normed(ops, 2, excited(ops, x, y, parameters), width, 1, 1, 1);
  },
};

/** 1 × 1 convolution that widens (left out at an expansion of 1), depthwise k × k, linear 1 × 1 (MobileNetV2). */
const mbconv: MobileOperation = {
  name: "mbconv",
  build(ops, x, parameters) {
    const { width, kernel, stride, expansion, activation } = parameters;
    const inner = Math.max(1, Math.round(x.channels * expansion));
    let y = inner === x.channels ? x : normed(ops, 1, x, inner, 1, 1, 1, activation);
    y = normed(ops, 2, y, inner, kernel, stride, inner, activation);
    return normed(ops, 3, excited(ops, x, y, parameters), width, 1, 1, 1);
  },
};

/** By name. A user's operation is not among them, and needs none of this. */
export const mobileOperations = {
  conv,
  "depthwise-separable": separable,
  mbconv,
} as const satisfies Readonly<Record<string, MobileOperation>>;

/** The names of the built-in operations. */
export type MobileOperationName = keyof typeof mobileOperations;

/** The operation that a block names or is given. */
export const operationOf = (operation: MobileOperationName | MobileOperation): MobileOperation =>
  typeof operation === "string" ? mobileOperations[operation] : operation;

/** What is asked of an operation by its name. */
export const operations: OperationsByName<MobileOperation> = new OperationsByName<MobileOperation>(
  mobileOperations,
);
