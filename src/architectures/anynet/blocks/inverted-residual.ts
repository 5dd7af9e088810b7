/**
 * Inverted residuals: the linear bottleneck of MobileNetV2 and EfficientNet's MBConv.
 *
 * Both widen to w_in / b, so b < 1 is the inverse of the expansion, and relates to the block's *input*. The group
 * width has no effect: the spatial convolution is depthwise.
 */
import { type Block, innerWidth } from "../block.js";
import { normed, squeezeExcite } from "../../../networks/assembly/operators.js";

/**
 * Inverted residual: 1 × 1 to w_in / b (left out at b = 1), depthwise k × k with the stride, optional
 * squeeze-and-excitation of a quarter of w_in, linear 1 × 1 to w; a residual when the shape stays.
 */
const invertedResidual = (name: string, excite: boolean): Block => ({
  name,
  build(ops, x, { width, bottleneck, stride, kernel = 3, activation }) {
    const inner = innerWidth(Math.round(x.channels / bottleneck));
    let y = inner === x.channels ? x : normed(ops, 1, x, inner, 1, 1, 1, activation);
    y = normed(ops, 2, y, inner, kernel, stride, inner, activation);
    if (excite) y = squeezeExcite(ops, y, Math.max(1, Math.floor(x.channels / 4)), activation);
    y = normed(ops, 3, y, width, 1, 1, 1);
    return stride === 1 && x.channels === width ? ops.add("add", y, x) : y;
  },
});

/** Linear bottleneck of MobileNetV2 (Sandler et al., CVPR 2018). */
export const LinearBottleneck = invertedResidual("LinearBottleneck", false);

/** Mobile inverted bottleneck of EfficientNet (Tan & Le, ICML 2019): the same with squeeze-and-excitation. */
export const MBConv = invertedResidual("MBConv", true);
