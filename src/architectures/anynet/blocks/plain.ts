/** Blocks of plain k × k convolutions: V, VR (paper, Figure 23) and ResNet's basic block. Neither b nor g has an effect. */
import { type Block, shortcut } from "../block.js";
import { normed } from "../../../networks/assembly/operators.js";

/** V block ("vanilla"): one 3 × 3 convolution with the stride, batch normalisation, activation (paper, Figure 23). */
export const V: Block = {
  name: "V",
  build: (ops, x, { width, stride, kernel = 3, activation }) =>
    normed(ops, "", x, width, kernel, stride, 1, activation),
};

/** VR block: V with a residual connection around it; the activation follows the sum (paper, Figure 23). */
export const VR: Block = {
  name: "VR",
  build(ops, x, { width, stride, kernel = 3, activation }) {
    const y = normed(ops, "", x, width, kernel, stride, 1);
    return ops.activation("act", ops.add("add", y, shortcut(ops, x, width, stride)), activation);
  },
};

/** Basic block of ResNet-18 and -34: two 3 × 3 convolutions, the first with the stride (He et al., CVPR 2016). */
export const Basic: Block = {
  name: "Basic",
  build(ops, x, { width, stride, kernel = 3, activation }) {
    let y = normed(ops, 1, x, width, kernel, stride, 1, activation);
    y = normed(ops, 2, y, width, kernel, 1, 1);
    return ops.activation("act", ops.add("add", y, shortcut(ops, x, width, stride)), activation);
  },
};
