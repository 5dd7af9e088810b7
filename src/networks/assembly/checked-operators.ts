/**
 * The parts of blocks that users write with, which look at what they are given. Built-in blocks take those of
 * `operators.ts`: sampling calls them millions of times, with what `build` was given.
 */
import { refuseUnknown } from "../../base/expect-options.js";
import { isObject, say } from "../../base/say.js";
import {
  type ActivationKind,
  type ConvOptions,
  type Feature,
  type Operators,
  convNames,
} from "./operators.js";
import * as plain from "./operators.js";
import { NetworkError } from "../shapes.js";

/**
 * Convolution without bias, batch normalisation and, if `kind` is given, a non-linearity: `conv1`, `bn1`, `act1`.
 *
 * @throws NetworkError for what are no operators, no feature map or no options
 * @example
 * ```ts
 * const plain: Block = {
 *   name: "plain",
 *   build: (ops, x, { width, stride, activation }) =>
 *     convNorm(ops, "", x, width, { kernel: 3, stride }, activation),
 * };
 * const network = build({ ...zoo("RegNetX-200MF").architecture, block: plain });
 * network.layers.filter(({ name }) => name.startsWith("s1.b1")).map(({ op }) => op); // => ["conv", "batchnorm", "relu"]
 * ```
 */
export function convNorm<F extends Feature>(
  ops: Operators<F>,
  index: number | string,
  x: F,
  out: number,
  options: ConvOptions,
  kind?: ActivationKind,
): F {
  requireGiven("convNorm", ops, x);
  if (!isObject(options)) {
    throw new NetworkError(`convNorm: expected options such as { kernel: 3, stride }, got ${say(options)}`);
  }
  refuseUnknown("convNorm", options, convNames, NetworkError);
  if (typeof index !== "number" && typeof index !== "string") {
    throw new NetworkError(
      `convNorm: expected a number or a text for the names of its layers, got ${say(index)}`,
    );
  }
  return plain.convNorm(ops, index, x, out, options, kind);
}

/**
 * Squeeze-and-excitation: x · σ(W₂ f(W₁ mean(x))), with biases (Hu et al., CVPR 2018).
 *
 * @param width channels between the two 1 × 1 convolutions
 * @throws NetworkError for what are no operators, or no feature map
 * @example
 * ```ts
 * const gated: Block = {
 *   name: "gated",
 *   build(ops, x, { width, stride, activation }) {
 *     const y = convNorm(ops, "", x, width, { kernel: 3, stride }, activation);
 *     return squeezeExcite(ops, y, Math.round(x.channels / 4), activation);
 *   },
 * };
 * const network = build({ ...zoo("RegNetX-200MF").architecture, block: gated });
 * network.layers.filter(({ name }) => name.startsWith("s1.b1")).map(({ op }) => op); // => ["conv", "batchnorm", "relu", "avgpool", "conv", "relu", "conv", "sigmoid", "multiply"]
 * ```
 */
export function squeezeExcite<F extends Feature>(
  ops: Operators<F>,
  x: F,
  width: number,
  kind: ActivationKind,
): F {
  requireGiven("squeezeExcite", ops, x);
  return plain.squeezeExcite(ops, x, width, kind);
}

const methods = ["conv", "batchnorm", "activation", "avgpool", "multiply"] as const;

function requireGiven(caller: string, ops: unknown, x: unknown): void {
  const given = ops as Partial<Operators> | null | undefined;
  if (methods.some(method => typeof given?.[method] !== "function")) {
    throw new NetworkError(`${caller}: expected the operators that build() is given, got ${say(ops)}`);
  }
  if (!isObject(x)) throw new NetworkError(`${caller}: expected a feature map, got ${say(x)}`);
}
