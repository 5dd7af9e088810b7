/**
 * The operators that blocks, stems and heads are written with.
 *
 * A block is a function over this interface, and the interface has two interpreters: `graph.ts` records the
 * operators as a Network, `counter.ts` adds up their flops, params and acts. One definition of a block
 * thus gives both, and a block that a user writes in a notebook cell is counted and trained like the built-in ones.
 */

import type { Attributes, Op } from "../operators/index.js";
import type { Sides, Window } from "../window.js";

/** A feature map inside a block, as its interpreter sees it. */
export interface Feature {
  readonly channels: number;
  /** Its height, pixels, where the interpreter knows it: the image's always. */
  readonly size?: number;
}

/** Options of a convolution; kernel 1, stride 1, one group and no bias unless given. */
export interface ConvOptions extends Partial<Window> {
  readonly groups?: number;
  readonly bias?: boolean;
}

/** A block of one's own may have one misspelt, and would be counted and trained as another. */
export const convNames: { readonly [name in keyof ConvOptions]-?: true } = {
  kernel: true,
  stride: true,
  groups: true,
  bias: true,
  dilation: true,
  padding: true,
};

/** What a normalisation may be without; see `BatchNorm`. */
export type NormOptions = Partial<Pick<Attributes<"batchnorm">, "affine" | "epsilon">>;

/** A non-linearity between layers. */
export type ActivationKind = "relu" | "silu";

/** Each method appends one operator called `name` that reads `x` (and `y`), and returns its output. */
export interface Operators<F extends Feature = Feature> {
  conv(name: string, x: F, out: number, options?: ConvOptions): F;
  batchnorm(name: string, x: F, options?: NormOptions): F;
  activation(name: string, x: F, kind: ActivationKind | "sigmoid"): F;
  maxpool(name: string, x: F, kernel: number, stride: number): F;
  avgpool(name: string, x: F): F;
  linear(name: string, x: F, out: number): F;
  /** Dropout of elements, or of an image's whole feature map at the end of a residual branch; see `Dropout`. */
  dropout(name: string, x: F, rate: number, kind?: "dropout" | "droppath"): F;
  add(name: string, x: F, ...others: readonly F[]): F;
  /** Scales each channel of `x` by the gate `y`. */
  multiply(name: string, x: F, y: F): F;
  /**
   * Pooling over a window, as the cells of architecture search have it: its outputs are no activations, and padding is
   * left out of an average.
   */
  pool(
    name: string,
    x: F,
    kind: "max" | "average",
    kernel: Sides,
    stride: Sides,
    padding?: Window["padding"],
  ): F;
  /** Channels of all inputs one after the other; `pad`, see `Concat`. */
  concat(name: string, inputs: readonly F[], options?: { readonly pad?: boolean }): F;
  identity(name: string, x: F): F;
  zero(name: string, x: F, stride: number): F;
  /** Every `stride`th pixel of each side from `offset` on; see `Subsample`. */
  subsample(name: string, x: F, stride: number, offset: number): F;
  /** Any operator of the table, with all that its layers have besides; the other methods are short for some. */
  apply<K extends Op>(op: K, name: string, inputs: readonly F[], attributes: Attributes<K>): F;
  /**
   * Convolution without bias, batch normalisation and perhaps a non-linearity at once, for an interpreter that needs
   * no names: counting spends most of its time here. Blocks call the function `convNorm`.
   */
  convNorm?(x: F, out: number, kernel: number, stride: number, groups: number): F;
}

/** What an architecture's family is assembled with: the operators, told of each part as it begins, and of each block's place. */
export interface Assembly<F extends Feature = Feature> extends Operators<F> {
  /** Begins the part called `scope`, `"stem"` or `"head"`. */
  scope(scope: string): void;
  /** Begins a block of a stage, both counted from 1; its scope is called `"s<stage>.b<block>"`. */
  block(stage: number, block: number): void;
  /**
   * Marks a value that drop path acts on, with its share of the rate, in (0, 1]; for an interpreter whose networks are
   * trained. The first mark of a network says that it has no others.
   */
  dropPath?(x: F, share: number): void;
  /**
   * Begins the part `"aux"`: what `logits` appends is beside the network and gives logits for the sake of its training.
   * Called once, anywhere in the walk; the part that was begun before goes on behind it.
   */
  auxiliary?(logits: () => F): void;
  /**
   * Walks `unit` `times` times, each on what the one before gave, for an interpreter that need not walk each of them
   * where they are alike. `unit` must depend on its argument alone, and begins no scope. A family walks each where
   * there is no such method.
   */
  repeat?(times: number, x: F, unit: (x: F) => F): F;
}

/** Convolution without bias, batch normalisation and, if `kind` is given, a non-linearity: `conv1`, `bn1`, `act1`. */
export function convNorm<F extends Feature>(
  ops: Operators<F>,
  index: number | string,
  x: F,
  out: number,
  options: ConvOptions,
  kind?: ActivationKind,
): F {
  const { kernel = 1, stride = 1, groups = 1, bias = false, dilation, padding } = options;
  if (bias || typeof kernel !== "number" || typeof stride !== "number" || dilation || padding) {
    return named(ops, index, x, out, options, kind);
  }
  return normed(ops, index, x, out, kernel, stride, groups, kind);
}

/**
 * `convNorm` without an object of options, which netspace's own blocks call: the objects of all blocks are of more forms
 * than V8 compiles for, and most of a sample's time would go into reading them.
 */
export function normed<F extends Feature>(
  ops: Operators<F>,
  index: number | string,
  x: F,
  out: number,
  kernel: number,
  stride: number,
  groups: number,
  kind?: ActivationKind,
): F {
  if (ops.convNorm !== undefined) return ops.convNorm(x, out, kernel, stride, groups);
  return named(ops, index, x, out, { kernel, stride, groups }, kind);
}

function named<F extends Feature>(
  ops: Operators<F>,
  index: number | string,
  x: F,
  out: number,
  options: ConvOptions,
  kind?: ActivationKind,
): F {
  const y = ops.batchnorm(`bn${index}`, ops.conv(`conv${index}`, x, out, options));
  return kind ? ops.activation(`act${index}`, y, kind) : y;
}

/**
 * Squeeze-and-excitation: x · σ(W₂ f(W₁ mean(x))), with biases (Hu et al., CVPR 2018).
 *
 * @param width channels between the two 1 × 1 convolutions
 */
export function squeezeExcite<F extends Feature>(
  ops: Operators<F>,
  x: F,
  width: number,
  kind: ActivationKind,
): F {
  let gate = ops.avgpool("se_pool", x);
  gate = ops.activation("se_act", ops.conv("se_conv1", gate, width, { bias: true }), kind);
  gate = ops.activation("se_gate", ops.conv("se_conv2", gate, x.channels, { bias: true }), "sigmoid");
  return ops.multiply("se_scale", x, gate);
}
