/** Element-wise non-linearities: alike but for what their gradient is computed from. */
import { free, type LayerBase, type Operator, operator } from "./operator.js";

/** Element-wise non-linearity. */
export interface Activation<K extends string = string> extends LayerBase {
  readonly op: K;
}

export const activation = <K extends string>(
  op: K,
  title: string,
  kept: "inputs" | "output",
): Operator<Activation<K>> =>
  operator<Activation<K>>({
    op,
    arity: 1,
    shape: (_, [x]) => x,
    cost: () => free,
    kept,
    weights: () => [],
    label: () => ({ title }),
  });
