import { format, problem } from "../shape.js";
import { free, type LayerBase, operator } from "./operator.js";

/** Product of a feature map [N, C, H, W] and a gate [N, C, 1, 1] (squeeze-and-excitation). */
export interface Multiply extends LayerBase {
  readonly op: "multiply";
}

export const multiply = operator<Multiply>({
  op: "multiply",
  arity: 2,
  shape(layer, [x, y]) {
    if (x.channels !== y.channels || y.height !== 1 || y.width !== 1) {
      throw problem(layer, `a gate of ${x.channels} × 1 × 1 as second input`, format(y));
    }
    return x;
  },
  cost: () => free,
  kept: "inputs",
  weights: () => [],
  label: () => ({ title: "product" }),
});
