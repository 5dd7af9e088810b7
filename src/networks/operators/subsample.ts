import { say } from "../../base/say.js";
import { format, problem, requireCounts, window } from "../shape.js";
import { free, type LayerBase, operator } from "./operator.js";

/**
 * Every `stride`th pixel of each side, from `offset` on: y[i, j] = x[i · stride + offset, j · stride + offset], and zero where
 * that lies beyond the edge, so that all offsets give maps of one size, ⌈size / stride⌉. Factorised reductions read
 * the pixels of offset 0 and of offset 1.
 */
export interface Subsample extends LayerBase {
  readonly op: "subsample";
  readonly stride: number;
  /** Below `stride`. */
  readonly offset: number;
}

export const subsample = operator<Subsample>({
  op: "subsample",
  arity: 1,
  shape(layer, [x]) {
    requireCounts(layer, "stride");
    const { stride, offset } = layer;
    if (!(Number.isInteger(offset) && offset >= 0 && offset < stride)) {
      throw problem(layer, `an offset from 0 to stride − 1 = ${stride - 1}`, say(offset));
    }
    if (x.height <= offset || x.width <= offset) {
      throw problem(layer, `a map of more than ${offset} × ${offset} to take pixels of`, format(x));
    }
    return { channels: x.channels, ...window(x, stride) };
  },
  cost: () => free,
  kept: "nothing",
  weights: () => [],
  label: ({ stride, offset }) => ({
    title: `subsample${stride > 1 ? `, /${stride}` : ""}${offset ? `, from ${offset}` : ""}`,
  }),
});
