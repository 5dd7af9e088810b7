/**
 * Residual bottlenecks: X, Y and R (paper, Figures 4, 14 and 23).
 *
 * X is the paper's block (section 3.1). With its numbers it *is* ResNeXt's bottleneck,
 * and R, the same without groups, is ResNet's. Y adds squeeze-and-excitation (section 5).
 */
import { type Block, innerWidth, shortcut } from "../block.js";
import { roundHalfEven } from "../compatibility.js";
import { normed, squeezeExcite } from "../../../networks/assembly/operators.js";
import { NetworkError } from "../../../networks/shapes.js";

/** In what the residual bottlenecks differ. */
interface Variant {
  /** Squeeze-and-excitation width over the block's *input* width (0: none), halves to even, as pycls has it. */
  readonly seRatio: number;
  /** Whether the 3 × 3 convolution has groups of g channels. */
  readonly grouped: boolean;
}

/**
 * Residual bottleneck: 1 × 1 to w / b, 3 × 3 with the stride, 1 × 1 to w; activation after the first two and after
 * the sum.
 */
const residualBottleneck = (name: string, { seRatio, grouped }: Variant): Block => ({
  name,
  build(ops, x, { width, bottleneck, groupWidth, stride, kernel = 3, activation }) {
    const inner = innerWidth(roundHalfEven(width / bottleneck));
    const groups = grouped ? wholeGroups(inner, groupWidth) : 1;
    let y = normed(ops, 1, x, inner, 1, 1, 1, activation);
    y = normed(ops, 2, y, inner, kernel, stride, groups, activation);
    if (seRatio > 0) y = squeezeExcite(ops, y, Math.max(1, roundHalfEven(x.channels * seRatio)), activation);
    y = normed(ops, 3, y, width, 1, 1, 1);
    return ops.activation("act", ops.add("add", y, shortcut(ops, x, width, stride)), activation);
  },
});

/** How many groups of g channels fill the inner width. @throws NetworkError if they do not */
function wholeGroups(inner: number, groupWidth: number): number {
  const groups = inner / groupWidth;
  if (Math.floor(groups) === groups) return groups;
  throw new NetworkError(
    `group width ${groupWidth} does not divide the inner width ${inner}; compatible() gives the nearest widths that fit`,
  );
}

/** X block: residual bottleneck with group convolution (paper, section 3.1). */
export const X = residualBottleneck("X", { seRatio: 0, grouped: true });

/** Y block: X with squeeze-and-excitation of a quarter of the block's input width (paper, section 5). */
export const Y = residualBottleneck("Y", { seRatio: 0.25, grouped: true });

/** R block: X without groups (paper, Figure 23), the bottleneck of ResNet-50. The group width has no effect. */
export const R = residualBottleneck("R", { seRatio: 0, grouped: false });
