import { say } from "../../base/say.js";
import { format, problem } from "../shape.js";
import { free, type LayerBase, operator } from "./operator.js";

/**
 * Sum of tensors of one shape by weights that come with each call of a session (`Mixture`) and are no weights of the network:
 * what a supernet's choices are made of. An input of weight 0 is not run, nor is what it alone needs.
 */
export interface Mix extends LayerBase {
  readonly op: "mix";
  /** Layers of one group have as many inputs each, and the same weights. */
  readonly group: string;
}

export const mix = operator<Mix>({
  op: "mix",
  arity: [1, Infinity],
  shape(layer, inputs) {
    const group: unknown = layer.group;
    if (typeof group !== "string" || group === "") throw problem(layer, "group to be a name", say(group));
    const [x] = inputs;
    const other = inputs.find(y => x.channels !== y.channels || x.height !== y.height || x.width !== y.width);
    if (!other) return x;
    throw problem(layer, "inputs of one shape", `${format(x)} and ${format(other)}`);
  },
  cost: () => free,
  kept: "inputs",
  weights: () => [],
  label: ({ group }) => ({ title: "weighted sum", detail: group }),
});
