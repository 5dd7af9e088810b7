import { say } from "../../base/say.js";
import { problem } from "../shape.js";
import { kernelText, type Window, windowed } from "../window.js";
import { strideText } from "./conv.js";
import { free, type LayerBase, operator } from "./operator.js";

/** Average pooling over a window. */
export interface LocalAvgPool extends LayerBase, Omit<Window, "dilation"> {
  readonly op: "avgpool2d";
  /** The mean is over all taps, those on the padding as zeros. Default: over those that meet pixels. */
  readonly countPadding?: true;
}

export const avgpool2d = operator<LocalAvgPool>({
  op: "avgpool2d",
  arity: 1,
  shape(layer, [x]) {
    const countPadding: unknown = layer.countPadding;
    if (countPadding !== undefined && countPadding !== true) {
      throw problem(layer, "countPadding to be true, or left out", say(countPadding));
    }
    return { channels: x.channels, ...windowed(layer, x) };
  },
  cost: () => free,
  kept: "nothing",
  weights: () => [],
  label: ({ kernel, stride }) => ({
    title: `${kernelText(kernel)} avg-pool${strideText(stride)}`,
    detail: "",
  }),
});
