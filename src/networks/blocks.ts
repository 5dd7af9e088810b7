/**
 * Blocks: what a stage repeats. Each is a function of its input, its stage's parameters and the stride.
 *
 * X is the residual bottleneck with group convolution of the paper (section 3.1, Figure 4); Y adds
 * squeeze-and-excitation (section 5). With group width equal to the inner width, X is ResNet's bottleneck.
 */
import { type ActivationKind, convNorm, type Feature, type Operators, squeezeExcite } from "./operators.js";

/** A stage's parameters, as the paper names them: d, w, b and g, plus the stride of its first block. */
export interface Stage {
  /** Number of blocks, d. */
  readonly depth: number;
  /** Channels out of each block, w. */
  readonly width: number;
  /** Bottleneck ratio b: the inner width is w / b; below 1 the block widens. */
  readonly bottleneck: number;
  /** Channels a group of the 3 × 3 convolution, g. */
  readonly groupWidth: number;
  /** Stride of the first block; the others have stride 1. */
  readonly stride: number;
  /** Kernel of the spatial convolution. Default 3. */
  readonly kernel?: number;
}

/** What one block of a stage is built from. */
export interface BlockParameters extends Omit<Stage, "depth" | "stride"> {
  readonly stride: number;
  readonly activation: ActivationKind;
}

/** A kind of block. `build` appends its operators to `ops` and returns the block's output. */
export interface Block {
  readonly name: string;
  build<F extends Feature>(ops: Operators<F>, x: F, parameters: BlockParameters): F;
}

/** Identity, or a strided 1 × 1 projection with batch normalisation when the shape changes (Figure 4). */
function shortcut<F extends Feature>(ops: Operators<F>, x: F, width: number, stride: number): F {
  if (stride === 1 && x.channels === width) return x;
  return convNorm(ops, "_shortcut", x, width, { stride });
}

/**
 * Residual bottleneck with group convolution: 1 × 1 to w / b, 3 × 3 in groups of g channels with the stride,
 * 1 × 1 to w; activation after the first two and after the sum.
 *
 * @param seRatio squeeze-and-excitation width over the block's *input* width (0: none), as pycls has it
 */
function residualBottleneck(name: string, seRatio: number): Block {
  return {
    name,
    build(ops, x, { width, bottleneck, groupWidth, stride, kernel = 3, activation }) {
      const inner = Math.round(width / bottleneck);
      let y = convNorm(ops, 1, x, inner, {}, activation);
      y = convNorm(ops, 2, y, inner, { kernel, stride, groups: inner / groupWidth }, activation);
      if (seRatio > 0) y = squeezeExcite(ops, y, Math.max(1, Math.round(x.channels * seRatio)), activation);
      y = convNorm(ops, 3, y, width, {});
      return ops.activation("act", ops.add("add", y, shortcut(ops, x, width, stride)), activation);
    },
  };
}

/** X block: residual bottleneck with group convolution (paper, section 3.1). */
export const X = residualBottleneck("X", 0);

/** Y block: X with squeeze-and-excitation of a quarter of the block's input width (paper, section 5). */
export const Y = residualBottleneck("Y", 0.25);

/**
 * Mobile inverted bottleneck of EfficientNet (Tan & Le, ICML 2019): 1 × 1 to w_in / b (left out at b = 1),
 * depthwise k × k with the stride, squeeze-and-excitation of a quarter of w_in, linear 1 × 1 to w; a residual
 * when the shape stays. Here b < 1 is the inverse of the expansion, and relates to the block's input.
 */
export const MBConv: Block = {
  name: "MBConv",
  build(ops, x, { width, bottleneck, stride, kernel = 3, activation }) {
    const inner = Math.round(x.channels / bottleneck);
    let y = inner === x.channels ? x : convNorm(ops, 1, x, inner, {}, activation);
    y = convNorm(ops, 2, y, inner, { kernel, stride, groups: inner }, activation);
    y = squeezeExcite(ops, y, Math.max(1, Math.floor(x.channels / 4)), activation);
    y = convNorm(ops, 3, y, width, {});
    return stride === 1 && x.channels === width ? ops.add("add", y, x) : y;
  },
};

/** The built-in blocks by name, for specs that come as text. */
export const blocks: Readonly<Record<string, Block>> = { X, Y, MBConv };
