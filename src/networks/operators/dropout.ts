import { say } from "../../base/say.js";
import { problem } from "../shape.js";
import { free, type LayerBase, type Operator, operator } from "./operator.js";

/**
 * Sets elements to 0 with probability `rate` while training, and scales the others by 1 / (1 − rate); otherwise the
 * identity. `dropout` decides for each element (Srivastava et al. 2014), `droppath` for each image's whole feature map,
 * at the end of a residual branch (stochastic depth, Huang et al. 2016).
 */
export interface Dropout<K extends string = string> extends LayerBase {
  readonly op: K;
  /** In [0, 1). */
  readonly rate: number;
}

const dropping = <K extends string>(op: K, title: string): Operator<Dropout<K>> =>
  operator<Dropout<K>>({
    op,
    arity: 1,
    shape(layer, [x]) {
      if (!(typeof layer.rate === "number" && layer.rate >= 0 && layer.rate < 1)) {
        throw problem(layer, "a rate in [0, 1)", say(layer.rate));
      }
      return x;
    },
    cost: () => free,
    // Its mask alone, which is left out.
    kept: "nothing",
    weights: () => [],
    label: () => ({ title }),
  });

export const dropout = dropping("dropout", "dropout");
export const droppath = dropping("droppath", "drop path");
