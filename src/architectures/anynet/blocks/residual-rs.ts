/**
 * ResNet-RS's residual bottleneck (Bello et al., NeurIPS 2021): ResNet's with squeeze-and-excitation behind the last
 * normalisation and ResNet-D's shortcut.
 *
 * Source: tensorflow/tpu models/official/resnet, `resnet_model` as `resnet_rs` configures it.
 */
import { type Block, innerWidth } from "../block.js";
import { roundHalfEven } from "../compatibility.js";
import { type Feature, normed, type Operators, squeezeExcite } from "../../../networks/assembly/operators.js";

/** Channels inside squeeze-and-excitation over those of the block's *output*. */
const SE_RATIO = 1 / 4;

/** Identity, or an average over what the stride passes over and a 1 × 1 projection with batch normalisation. */
function averagedShortcut<F extends Feature>(ops: Operators<F>, x: F, width: number, stride: number): F {
  if (stride === 1 && x.channels === width) return x;
  const y = stride === 1 ? x : ops.pool("pool_shortcut", x, "average", stride, stride, "same");
  return normed(ops, "_shortcut", y, width, 1, 1, 1);
}

/**
 * RS block: 1 × 1 to w / b, 3 × 3 with the stride, 1 × 1 to w, squeeze-and-excitation of a quarter of w; activation after
 * the first two and after the sum. The group width has no effect.
 */
export const RS: Block = {
  name: "RS",
  build(ops, x, { width, bottleneck, stride, kernel = 3, activation }) {
    const inner = innerWidth(roundHalfEven(width / bottleneck));
    let y = normed(ops, 1, x, inner, 1, 1, 1, activation);
    y = normed(ops, 2, y, inner, kernel, stride, 1, activation);
    y = normed(ops, 3, y, width, 1, 1, 1);
    y = squeezeExcite(ops, y, Math.max(1, Math.floor(width * SE_RATIO)), activation);
    return ops.activation("act", ops.add("add", y, averagedShortcut(ops, x, width, stride)), activation);
  },
};
