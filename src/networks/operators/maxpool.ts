import { requireCounts, requireOdd, window } from "../shape.js";
import { type LayerBase, operator } from "./operator.js";

/** Max pooling, padding (kernel − 1) / 2. */
export interface MaxPool extends LayerBase {
  readonly op: "maxpool";
  readonly kernel: number;
  readonly stride: number;
}

export const maxpool = operator<MaxPool>({
  op: "maxpool",
  arity: 1,
  shape(layer, [x]) {
    requireCounts(layer, "kernel", "stride");
    requireOdd(layer, layer.kernel);
    return { channels: x.channels, ...window(x, layer.stride) };
  },
  cost: (_, { channels, height, width }) => ({ flops: 0, params: 0, acts: channels * (height * width) }),
  // One index per output, counted as an element.
  kept: "output",
  weights: () => [],
  label: ({ kernel, stride }) => ({
    title: `${kernel}×${kernel} max-pool${stride > 1 ? `, /${stride}` : ""}`,
    detail: "",
  }),
});
