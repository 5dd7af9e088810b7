import { problem, requireChannels, requireCounts } from "../shape.js";
import { insideTaps } from "../taps.js";
import { heightOf, kernelText, lays, type Window, widthOf, windowed } from "../window.js";
import { type LayerBase, operator } from "./operator.js";

/** 2-D convolution, weight of shape [out, in / groups, height, width of the kernel]. */
export interface Conv extends LayerBase, Window {
  readonly op: "conv";
  readonly in: number;
  readonly out: number;
  /** Number of groups, not channels per group; divides both `in` and `out`. */
  readonly groups: number;
  readonly bias: boolean;
}

export const conv = operator<Conv>({
  op: "conv",
  arity: 1,
  channels: layer => layer.out,
  shape(layer, [x]) {
    requireCounts(layer, "in", "out", "groups");
    requireChannels(layer, layer.in, x);
    const size = windowed(layer, x);
    if (layer.in % layer.groups !== 0 || layer.out % layer.groups !== 0) {
      const got = `${layer.groups} groups for ${layer.in} → ${layer.out} channels`;
      throw problem(layer, "groups that divide the channels in and out", got);
    }
    return { channels: layer.out, ...size };
  },
  cost(layer, { height, width }) {
    const area = height * width;
    const weights = (tapsOf(layer) * layer.in * layer.out) / layer.groups;
    const bias = layer.bias ? layer.out : 0;
    return { flops: (weights + bias) * area, params: weights + bias, acts: layer.out * area };
  },
  insideFlops(layer, { height, width }, [x]) {
    const { in: channels, out, groups, bias } = layer;
    const [rows, columns] = lays(layer, x);
    const pairs =
      insideTaps(x.height, heightOf(layer.kernel), heightOf(layer.stride), layer.dilation, rows) *
      insideTaps(x.width, widthOf(layer.kernel), widthOf(layer.stride), layer.dilation, columns);
    return ((channels * out) / groups) * pairs + (bias ? out * height * width : 0);
  },
  kept: "inputs",
  weights(layer) {
    const { in: channels, out, kernel, groups, bias } = layer;
    const shape = [out, channels / groups, heightOf(kernel), widthOf(kernel)];
    const deviation = Math.sqrt(2 / (tapsOf(layer) * out));
    return [
      { kind: "weight", shape, role: "weight", initial: { normal: deviation } },
      ...(bias ? [{ kind: "bias", shape: [out], role: "bias", initial: 0 } as const] : []),
    ];
  },
  label({ in: channels, out, kernel, stride, groups, dilation = 1 }) {
    const groupWidth = channels / groups;
    const depthwise = groups > 1 && groupWidth === 1;
    const kind = `${dilation > 1 ? "dilated " : ""}${depthwise ? "depthwise conv" : "conv"}`;
    const grouped = groups > 1 && !depthwise ? `, g ${groupWidth}` : "";
    return {
      title: `${kernelText(kernel)} ${kind}${grouped}${strideText(stride)}`,
      detail: `${channels} → ${out}`,
    };
  },
});

const tapsOf = ({ kernel }: Window): number => heightOf(kernel) * widthOf(kernel);

/** `", /2"` behind what has a stride. */
export const strideText = (stride: Window["stride"]): string => {
  const [height, width] = [heightOf(stride), widthOf(stride)];
  if (height === width) return height > 1 ? `, /${height}` : "";
  return `, /${height}×${width}`;
};
