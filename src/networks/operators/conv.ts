import { problem, requireChannels, requireCounts, requireOdd, window } from "../shape.js";
import { insideTaps } from "../taps.js";
import { type LayerBase, operator } from "./operator.js";

/** 2-D convolution, padding (kernel − 1) / 2, weight of shape [out, in / groups, kernel, kernel]. */
export interface Conv extends LayerBase {
  readonly op: "conv";
  readonly in: number;
  readonly out: number;
  readonly kernel: number;
  readonly stride: number;
  /** Number of groups, not channels per group; divides both `in` and `out`. */
  readonly groups: number;
  readonly bias: boolean;
}

export const conv = operator<Conv>({
  op: "conv",
  arity: 1,
  channels: layer => layer.out,
  shape(layer, [x]) {
    requireCounts(layer, "in", "out", "kernel", "stride", "groups");
    requireOdd(layer, layer.kernel);
    requireChannels(layer, layer.in, x);
    if (layer.in % layer.groups !== 0 || layer.out % layer.groups !== 0) {
      const got = `${layer.groups} groups for ${layer.in} → ${layer.out} channels`;
      throw problem(layer, "groups that divide the channels in and out", got);
    }
    return { channels: layer.out, ...window(x, layer.stride) };
  },
  cost(layer, { height, width }) {
    const area = height * width;
    const weights = (layer.kernel ** 2 * layer.in * layer.out) / layer.groups;
    const bias = layer.bias ? layer.out : 0;
    return { flops: (weights + bias) * area, params: weights + bias, acts: layer.out * area };
  },
  insideFlops({ in: channels, out, kernel, stride, groups, bias }, { height, width }, [x]) {
    const pairs = insideTaps(x.height, kernel, stride) * insideTaps(x.width, kernel, stride);
    return ((channels * out) / groups) * pairs + (bias ? out * height * width : 0);
  },
  kept: "inputs",
  weights({ in: channels, out, kernel, groups, bias }) {
    const shape = [out, channels / groups, kernel, kernel];
    return [
      { kind: "weight", shape, role: "weight", initial: { normal: Math.sqrt(2 / (kernel * kernel * out)) } },
      ...(bias ? [{ kind: "bias", shape: [out], role: "bias", initial: 0 } as const] : []),
    ];
  },
  label({ in: channels, out, kernel, stride, groups }) {
    const groupWidth = channels / groups;
    const depthwise = groups > 1 && groupWidth === 1;
    const kind = depthwise ? "depthwise conv" : "conv";
    const grouped = groups > 1 && !depthwise ? `, g ${groupWidth}` : "";
    const strides = stride > 1 ? `, /${stride}` : "";
    return { title: `${kernel}×${kernel} ${kind}${grouped}${strides}`, detail: `${channels} → ${out}` };
  },
});
