import { free, type LayerBase, operator } from "./operator.js";

/** What it reads. */
export interface Identity extends LayerBase {
  readonly op: "identity";
}

export const identity = operator<Identity>({
  op: "identity",
  arity: 1,
  shape: (_, [x]) => x,
  cost: () => free,
  kept: "nothing",
  weights: () => [],
  label: () => ({ title: "identity" }),
});
