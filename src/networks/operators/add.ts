import { format, problem } from "../shape.js";
import { free, type LayerBase, operator } from "./operator.js";

/** Sum of tensors of one shape: a residual, or the branches of a cell. */
export interface Add extends LayerBase {
  readonly op: "add";
}

export const add = operator<Add>({
  op: "add",
  arity: [2, Infinity],
  shape(layer, inputs) {
    const [x] = inputs;
    const other = inputs.find(y => x.channels !== y.channels || x.height !== y.height || x.width !== y.width);
    if (!other) return x;
    const count = inputs.length === 2 ? "two inputs" : "inputs";
    throw problem(layer, `${count} of one shape`, `${format(x)} and ${format(other)}`);
  },
  cost: () => free,
  kept: "nothing",
  weights: () => [],
  label: () => ({ title: "sum" }),
});
