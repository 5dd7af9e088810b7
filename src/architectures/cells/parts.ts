/** The parts that operations and cells are made of. */
import type { Feature, Operators } from "../../networks/assembly/operators.js";
import type { Sides } from "../../networks/window.js";
import type { OperationParameters } from "./operation.js";

/** How parts normalise, and how they pad where they stride. */
export type Manner = Pick<OperationParameters, "convention" | "epsilon">;

/** A normalisation. */
export const norm = <F extends Feature>(ops: Operators<F>, name: string, x: F, { epsilon }: Manner): F =>
  epsilon === undefined ? ops.batchnorm(name, x) : ops.batchnorm(name, x, { epsilon });

/** What a window of this stride is padded by. */
const paddingOf = (stride: Sides, { convention }: Manner): "same" | undefined =>
  stride === 1 ? undefined : convention.padding;

/** Convolution and normalisation, `conv<index>` and `bn<index>`. */
export function convNorm<F extends Feature>(
  ops: Operators<F>,
  index: number | string,
  x: F,
  out: number,
  kernel: number,
  stride: number,
  manner: Manner,
): F {
  // Counting needs neither names nor epsilon; where a window is padded otherwise, another number of taps meets pixels.
  if (
    ops.convNorm !== undefined &&
    (stride === 1 || kernel === 1 || manner.convention.padding === undefined)
  ) {
    return ops.convNorm(x, out, kernel, stride, 1);
  }
  return norm(ops, `bn${index}`, conv(ops, `conv${index}`, x, out, kernel, stride, 1, 1, manner), manner);
}

/** ReLU, convolution and normalisation, `relu<index>` before the two. */
export const reluConvNorm = <F extends Feature>(
  ops: Operators<F>,
  index: number | string,
  x: F,
  out: number,
  kernel: number,
  stride: number,
  manner: Manner,
): F => convNorm(ops, index, ops.activation(`relu${index}`, x, "relu"), out, kernel, stride, manner);

/** A convolution without bias. Its options are always of one form: counting reads millions of them. */
export const conv = <F extends Feature>(
  ops: Operators<F>,
  name: string,
  x: F,
  out: number,
  kernel: Sides,
  stride: Sides,
  groups: number,
  dilation: number,
  manner: Manner,
): F => {
  // A 1 × 1 convolution has nothing to pad.
  const padding = kernel === 1 ? undefined : paddingOf(stride, manner);
  return ops.conv(name, x, out, { kernel, stride, groups, bias: false, dilation, padding });
};

/** ReLU, depthwise convolution, 1 × 1 and normalisation: `relu`, `dw`, `pw` and `bn`, each with the index. */
export function separable<F extends Feature>(
  ops: Operators<F>,
  index: number,
  x: F,
  out: number,
  kernel: number,
  stride: number,
  dilation: number,
  manner: Manner,
): F {
  const y = ops.activation(`relu${index}`, x, "relu");
  const wide = conv(ops, `dw${index}`, y, x.channels, kernel, stride, x.channels, dilation, manner);
  if (ops.convNorm !== undefined) return ops.convNorm(wide, out, 1, 1, 1);
  return norm(ops, `bn${index}`, conv(ops, `pw${index}`, wide, out, 1, 1, 1, 1, manner), manner);
}

/**
 * Half of the size without losing pixels to it: 1 × 1 convolutions of every second pixel from the first on, and from the
 * second on, each to half of the channels (the latter gets an odd one), concatenated and normalised.
 */
export function factorisedReduction<F extends Feature>(
  ops: Operators<F>,
  x: F,
  out: number,
  relu: boolean,
  manner: Manner,
): F {
  const y = relu ? ops.activation("relu", x, "relu") : x;
  const half = Math.floor(out / 2);
  const second = conv(ops, "conv2", ops.subsample("shift", y, 2, 1), out - half, 1, 1, 1, 1, manner);
  // One channel has no half.
  if (half === 0) return norm(ops, "bn", second, manner);
  const first = conv(ops, "conv1", y, half, 1, 2, 1, 1, manner);
  return norm(ops, "bn", ops.concat("concat", [first, second]), manner);
}
