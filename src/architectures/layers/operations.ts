/**
 * What a layer of a stack computes. NAS-RL's layers are convolutions; ENAS's macro space puts a 1 × 1 convolution in front of
 * each of its operations, and its public script of the final network puts the activations first. A user's operation is a value
 * of the same type.
 */
import {
  type ActivationKind,
  convNorm,
  type Feature,
  normed,
  type Operators,
} from "../../networks/assembly/operators.js";
import { heightOf, type Sides, widthOf } from "../../networks/window.js";
import { OperationsByName } from "../operations-by-name.js";

/** What one layer is built from. */
export interface LayerParameters {
  /** Channels that it gives; those of its input where the layer names none. */
  readonly width: number;
  readonly kernel: Sides;
  readonly stride: Sides;
  readonly activation: ActivationKind;
}

/**
 * An operation of layer stacks. `build` appends its operators to `ops` and returns the output of the last one; it must
 * depend on its arguments alone. Its name must be none of the built-in operations'.
 */
export interface LayerOperation {
  readonly name: string;
  build<F extends Feature>(ops: Operators<F>, x: F, parameters: LayerParameters): F;
}

/** A convolution of any window, without or with a depthwise one before it, batch normalisation and perhaps an activation. */
function convolved<F extends Feature>(
  ops: Operators<F>,
  x: F,
  { width, kernel, stride }: LayerParameters,
  separable: boolean,
  activation?: ActivationKind,
): F {
  if (!separable)
    return convNorm(ops, "", x, width, { kernel: plain(kernel), stride: plain(stride) }, activation);
  // Neither normalised nor activated in between.
  const deep = ops.conv("conv_depthwise", x, x.channels, {
    kernel: plain(kernel),
    stride: plain(stride),
    groups: x.channels,
  });
  return normed(ops, "", deep, width, 1, 1, 1, activation);
}

/** One number where both sides are equal: counting is faster. */
const plain = (sides: Sides): Sides => (heightOf(sides) === widthOf(sides) ? heightOf(sides) : sides);

const conv: LayerOperation = {
  name: "conv",
  build: (ops, x, parameters) => convolved(ops, x, parameters, false, parameters.activation),
};
const separable: LayerOperation = {
  name: "separable",
  build: (ops, x, parameters) => convolved(ops, x, parameters, true, parameters.activation),
};

const pooling = (name: string, kind: "max" | "average"): LayerOperation => ({
  name,
  build: (ops, x, { kernel, stride }) => ops.pool("pool", x, kind, plain(kernel), plain(stride)),
});

/** An operation on what a 1 × 1 convolution, normalised and activated, makes of the input. */
const squeezed = (of: LayerOperation): LayerOperation => ({
  name: `squeezed-${of.name}`,
  build: (ops, x, parameters) =>
    of.build(ops, normed(ops, "_squeeze", x, parameters.width, 1, 1, 1, parameters.activation), parameters),
});

/** The same with each activation before its convolution. */
const preactivated = (name: string, isSeparable: boolean): LayerOperation => ({
  name,
  build(ops, x, parameters) {
    const { width, activation } = parameters;
    const y = normed(ops, "_squeeze", ops.activation("act_squeeze", x, activation), width, 1, 1, 1);
    return convolved(ops, ops.activation("act", y, activation), parameters, isSeparable);
  },
});

const max = pooling("max", "max");
const average = pooling("average", "average");
const builtIn = [
  conv,
  separable,
  max,
  average,
  squeezed(conv),
  squeezed(separable),
  squeezed(max),
  squeezed(average),
  preactivated("preactivated-conv", false),
  preactivated("preactivated-separable", true),
];

/** The names of the built-in operations. */
export type LayerOperationName =
  | "conv"
  | "separable"
  | "max"
  | "average"
  | `squeezed-${"conv" | "separable" | "max" | "average"}`
  | `preactivated-${"conv" | "separable"}`;

/** By name. A user's operation is not among them, and needs none of this. */
export const layerOperations = Object.fromEntries(builtIn.map(each => [each.name, each])) as Readonly<
  Record<LayerOperationName, LayerOperation>
>;

/** Those that leave the number of channels as it is. */
export const keepsChannels = (operation: string): boolean => operation === "max" || operation === "average";

/** The operation that a layer names or is given. */
export const operationOf = (operation: LayerOperationName | LayerOperation): LayerOperation =>
  typeof operation === "string" ? layerOperations[operation] : operation;

/** What is asked of an operation by its name. */
export const operations: OperationsByName<LayerOperation> = new OperationsByName<LayerOperation>(
  layerOperations,
);
