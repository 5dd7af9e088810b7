import { requireChannels } from "../shape.js";
import { type LayerBase, operator } from "./operator.js";

/** Batch normalisation over N, H, W with a learned scale and shift per channel. */
export interface BatchNorm extends LayerBase {
  readonly op: "batchnorm";
  readonly channels: number;
}

export const batchnorm = operator<BatchNorm>({
  op: "batchnorm",
  arity: 1,
  shape(layer, [x]) {
    requireChannels(layer, layer.channels, x);
    return x;
  },
  cost: ({ channels }) => ({ flops: 0, params: 2 * channels, acts: 0 }),
  kept: "inputs",
  weights: ({ channels }) => [
    { kind: "weight", shape: [channels], role: "norm", initial: 1 },
    { kind: "bias", shape: [channels], role: "norm", initial: 0 },
    { kind: "running_mean", shape: [channels], role: "statistic", initial: 0 },
    { kind: "running_var", shape: [channels], role: "statistic", initial: 1 },
  ],
  label: () => ({ title: "BN" }),
});
