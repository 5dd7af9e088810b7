import { format, problem } from "../shape.js";
import { free, type LayerBase, operator } from "./operator.js";

/** Sum of two tensors of one shape (the residual). */
export interface Add extends LayerBase {
  readonly op: "add";
}

export const add = operator<Add>({
  op: "add",
  arity: 2,
  shape(layer, [x, y]) {
    if (x.channels !== y.channels || x.height !== y.height || x.width !== y.width) {
      throw problem(layer, "two inputs of one shape", `${format(x)} and ${format(y)}`);
    }
    return x;
  },
  cost: () => free,
  kept: "nothing",
  weights: () => [],
  label: () => ({ title: "sum" }),
});
