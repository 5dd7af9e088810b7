import { requireCounts, window } from "../shape.js";
import { free, type LayerBase, operator } from "./operator.js";

/** Zeros, as many as a window of this stride would give; no gradient goes back. */
export interface Zero extends LayerBase {
  readonly op: "zero";
  readonly stride: number;
}

export const zero = operator<Zero>({
  op: "zero",
  arity: 1,
  shape(layer, [x]) {
    requireCounts(layer, "stride");
    return { channels: x.channels, ...window(x, layer.stride) };
  },
  cost: () => free,
  kept: "nothing",
  weights: () => [],
  label: ({ stride }) => ({ title: `zero${stride > 1 ? `, /${stride}` : ""}` }),
});
