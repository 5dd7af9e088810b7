import { say } from "../../base/say.js";
import { format, problem, type Shape } from "../shape.js";
import { free, type LayerBase, operator } from "./operator.js";

/** Concatenation along channels. */
export interface Concat extends LayerBase {
  readonly op: "concat";
  /** Smaller maps are padded with zeros at the bottom and the right, to the largest. Default: all are of one size. */
  readonly pad?: true;
}

const sum = (inputs: readonly Pick<Shape, "channels">[]): number =>
  inputs.reduce((all, { channels }) => all + channels, 0);

export const concat = operator<Concat>({
  op: "concat",
  arity: [2, Infinity],
  channels: (_, inputs) => sum(inputs),
  shape(layer, inputs) {
    const pad: unknown = layer.pad;
    if (pad !== undefined && pad !== true) throw problem(layer, "pad to be true, or left out", say(pad));
    const height = Math.max(...inputs.map(x => x.height));
    const width = Math.max(...inputs.map(x => x.width));
    if (!pad && inputs.some(x => x.height !== height || x.width !== width)) {
      throw problem(layer, "inputs of one height and width", inputs.map(format).join(" and "));
    }
    return { channels: sum(inputs), height, width };
  },
  cost: () => free,
  kept: "nothing",
  weights: () => [],
  label: () => ({ title: "concat" }),
});
