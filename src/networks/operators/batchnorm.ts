import { say } from "../../base/say.js";
import { problem, requireChannels } from "../shape.js";
import { free, type LayerBase, operator } from "./operator.js";

/** Batch normalisation over N, H, W with a learned scale and shift per channel. */
export interface BatchNorm extends LayerBase {
  readonly op: "batchnorm";
  readonly channels: number;
  /** False: without scale and shift, as DARTS searches with. Default: with them. */
  readonly affine?: false;
  /** Added to the variance. Default 1e-5, as PyTorch's. */
  readonly epsilon?: number;
}

/** The ε of a normalisation that names none. */
export const EPSILON = 1e-5;

export const batchnorm = operator<BatchNorm>({
  op: "batchnorm",
  arity: 1,
  shape(layer, [x]) {
    requireChannels(layer, layer.channels, x);
    const { affine, epsilon }: { readonly affine?: unknown; readonly epsilon?: unknown } = layer;
    if (affine !== undefined && affine !== false) {
      throw problem(layer, "affine to be false, or left out", say(affine));
    }
    if (epsilon !== undefined && !(typeof epsilon === "number" && epsilon > 0 && Number.isFinite(epsilon))) {
      throw problem(layer, "epsilon to be a positive number, or left out", say(epsilon));
    }
    return x;
  },
  cost: ({ channels, affine = true }) => (affine ? { flops: 0, params: 2 * channels, acts: 0 } : free),
  kept: "inputs",
  weights: ({ channels, affine = true }) => [
    ...(affine
      ? ([
          { kind: "weight", shape: [channels], role: "norm", initial: 1 },
          { kind: "bias", shape: [channels], role: "norm", initial: 0 },
        ] as const)
      : []),
    { kind: "running_mean", shape: [channels], role: "statistic", initial: 0 },
    { kind: "running_var", shape: [channels], role: "statistic", initial: 1 },
  ],
  label: () => ({ title: "BN" }),
});
