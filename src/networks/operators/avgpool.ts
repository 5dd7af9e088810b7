import { free, type LayerBase, operator } from "./operator.js";

/** Global average pooling, [N, C, H, W] → [N, C, 1, 1]. */
export interface GlobalAvgPool extends LayerBase {
  readonly op: "avgpool";
}

export const avgpool = operator<GlobalAvgPool>({
  op: "avgpool",
  arity: 1,
  shape: (_, [x]) => ({ channels: x.channels, height: 1, width: 1 }),
  cost: () => free,
  kept: "nothing",
  weights: () => [],
  label: () => ({ title: "average pool" }),
});
