import { format, problem, requireChannels, requireCounts } from "../shape.js";
import { type LayerBase, operator } from "./operator.js";

/** Fully connected layer on [N, in] (or [N, in, 1, 1]), weight of shape [out, in], with bias. */
export interface Linear extends LayerBase {
  readonly op: "linear";
  readonly in: number;
  readonly out: number;
}

export const linear = operator<Linear>({
  op: "linear",
  arity: 1,
  channels: layer => layer.out,
  shape(layer, [x]) {
    requireCounts(layer, "in", "out");
    if (x.height !== 1 || x.width !== 1) throw problem(layer, "an input of height and width 1", format(x));
    requireChannels(layer, layer.in, x);
    return { channels: layer.out, height: 1, width: 1 };
  },
  cost(layer) {
    const weights = layer.in * layer.out + layer.out;
    return { flops: weights, params: weights, acts: layer.out };
  },
  kept: "inputs",
  weights: layer => [
    { kind: "weight", shape: [layer.out, layer.in], role: "weight", initial: { normal: 0.01 } },
    { kind: "bias", shape: [layer.out], role: "bias", initial: 0 },
  ],
  label: layer => ({ title: `linear ${layer.in} → ${layer.out}`, detail: "" }),
});
