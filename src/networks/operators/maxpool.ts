import { problem } from "../shape.js";
import { say } from "../../base/say.js";
import { kernelText, type Window, windowed } from "../window.js";
import { strideText } from "./conv.js";
import { free, type LayerBase, operator } from "./operator.js";

/** Max pooling; padding is never the maximum. */
export interface MaxPool extends LayerBase, Omit<Window, "dilation"> {
  readonly op: "maxpool";
  /**
   * Its outputs are no activations: pycls counts those of max-pooling, the literature on cells does not. Default: they
   * are counted.
   */
  readonly uncounted?: true;
}

export const maxpool = operator<MaxPool>({
  op: "maxpool",
  arity: 1,
  shape(layer, [x]) {
    const uncounted: unknown = layer.uncounted;
    if (uncounted !== undefined && uncounted !== true) {
      throw problem(layer, "uncounted to be true, or left out", say(uncounted));
    }
    return { channels: x.channels, ...windowed(layer, x) };
  },
  cost: ({ uncounted }, { channels, height, width }) =>
    uncounted ? free : { flops: 0, params: 0, acts: channels * (height * width) },
  kept: "index",
  weights: () => [],
  label: ({ kernel, stride }) => ({
    title: `${kernelText(kernel)} max-pool${strideText(stride)}`,
    detail: "",
  }),
});
