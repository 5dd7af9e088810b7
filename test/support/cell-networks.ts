/**
 * Networks of the operators that cells are made of, small enough for every engine: windows of two sides, dilated, padded
 * and not; local pooling of both kinds; sums and concatenations of many; identities, zeros and subsampled maps. At an
 * image of 20 × 20 their maps have even and odd sides, and differ in height and width.
 */
import type { Layer, Network, Op } from "../../src/networks/network.js";
import type { Attributes } from "../../src/networks/operators/index.js";

/** Layers in order; each reads the one before unless it names others. */
class Chain {
  readonly layers: Layer[] = [];

  add<K extends Op>(op: K, attributes: Attributes<K>, ...inputs: readonly string[]): string {
    const name = `${op}${this.layers.length + 1}`;
    const before = this.layers.at(-1)?.name ?? "input";
    const layer = { op, name, inputs: inputs.length > 0 ? inputs : [before], ...attributes };
    this.layers.push(layer as unknown as Layer);
    return name;
  }
  conv(from: number, out: number, attributes: Partial<Attributes<"conv">> = {}, ...inputs: string[]): string {
    const rest = { kernel: 1, stride: 1, groups: 1, bias: false, ...attributes };
    return this.add("conv", { in: from, out, ...rest }, ...inputs);
  }
  norm(channels: number, attributes: Partial<Attributes<"batchnorm">> = {}): string {
    return this.add("batchnorm", { channels, ...attributes });
  }
  network(name: string, channels: number, classes = 5): Network {
    this.add("avgpool", {});
    this.add("linear", { in: channels, out: classes });
    return { name, inputChannels: 3, classes, layers: this.layers };
  }
}

function windows(): Network {
  const to = new Chain();
  // 20 → 10, padded behind alone.
  to.conv(3, 12, { kernel: 3, stride: 2, padding: "same" });
  to.norm(12, { epsilon: 1e-3 });
  to.add("relu", {});
  // As NASNet factorises 7 × 7: 10 × 10 → 10 × 5 → 5 × 5.
  to.conv(12, 12, { kernel: [1, 7], stride: [1, 2] });
  to.conv(12, 16, { kernel: [7, 1], stride: [2, 1], padding: "same" });
  to.norm(16);
  const map = to.add("relu", {});
  // As DARTS dilates: 5 × 5 → 5 × 5, and → 3 × 3.
  const kept = to.conv(16, 16, { kernel: 3, dilation: 2, groups: 16 }, map);
  to.conv(16, 16, { kernel: 5, stride: 2, dilation: 2, groups: 16 }, kept);
  to.norm(16);
  const small = to.add("silu", {});
  // Dilated in groups, and with strides that go over taps: 5 → 3 by each of them.
  const grouped = to.conv(16, 16, { kernel: 3, stride: 2, dilation: 3, groups: 4, padding: "same" }, map);
  const whole = to.conv(16, 16, { kernel: 3, stride: 2, dilation: 2, bias: true }, map);
  const uneven = to.conv(16, 16, { kernel: [3, 1], stride: [2, 2], dilation: 2, groups: 16 }, map);
  to.add("add", {}, small, grouped, whole, uneven);
  to.add("relu", {});
  // A window that lies beyond the edge on all sides but for its middle, and one of even sides.
  to.conv(16, 8, { kernel: [9, 3], dilation: 3 });
  to.conv(8, 8, { kernel: [2, 4], stride: [1, 3], padding: "same", groups: 2 });
  // 3 → 1, without padding.
  to.conv(8, 8, { kernel: [2, 1], dilation: 2, padding: "valid" });
  to.norm(8);
  return to.network("windows", 8);
}

function pools(): Network {
  const to = new Chain();
  to.conv(3, 8, { kernel: 3 });
  to.norm(8);
  const map = to.add("silu", {});
  const three = { kernel: 3, stride: 2 };
  // 20 → 10, six times.
  const halved = [
    to.add("avgpool2d", three, map),
    to.add("avgpool2d", { ...three, countPadding: true }, map),
    to.add("avgpool2d", { ...three, padding: "same" }, map),
    to.add("maxpool", { ...three, padding: "same", uncounted: true }, map),
    to.add("maxpool", { kernel: 2, stride: 2, padding: "valid" }, map),
    to.add("avgpool2d", { kernel: [2, 5], stride: 2, padding: "same", countPadding: true }, map),
  ];
  const sum = to.add("add", {}, ...halved);
  // 10 → 10.
  const one = { kernel: 3, stride: 1 };
  const same = [
    to.add("avgpool2d", one, sum),
    to.add("maxpool", one, sum),
    to.add("maxpool", { kernel: [5, 1], stride: 1 }, sum),
    to.add("avgpool2d", { kernel: 7, stride: 1, countPadding: true }, sum),
  ];
  to.add("concat", {}, ...same);
  // 10 → 5 → 3, by windows that are larger than what is left of the map.
  to.add("avgpool2d", { kernel: 2, stride: 2, padding: "valid" });
  to.add("avgpool2d", { kernel: 7, stride: 2 });
  to.add("maxpool", { kernel: 3, stride: [1, 2], uncounted: true });
  to.conv(32, 12);
  to.norm(12);
  return to.network("pools", 12);
}

function joins(): Network {
  const to = new Chain();
  to.conv(3, 8, { kernel: 3, stride: 2 });
  to.norm(8, { affine: false });
  let map = to.add("relu", {});
  // Factorised reductions of 10 × 10, and of 5 × 5, where the last pixel of the shifted map lies beyond the edge.
  for (const from of [8, 12]) {
    const [first, second] = [0, 1].map(offset => to.add("subsample", { stride: 2, offset }, map));
    const left = to.conv(from, 4, {}, first);
    const right = to.conv(from, 8, {}, second);
    to.add("concat", {}, left, right);
    const reduced = to.norm(12, { affine: false, epsilon: 0.01 });
    const nothing = to.add("zero", { stride: 1 }, reduced);
    const same = to.add("identity", {}, reduced);
    // Of one value twice, and of zeros.
    map = to.add("add", {}, reduced, same, nothing, reduced);
  }
  const small = to.add("zero", { stride: 3 }, "relu3");
  const larger = to.add("subsample", { stride: 3, offset: 2 }, "relu3");
  // Of sides 3, 4, 4 and 10, one of them twice: padded to the largest.
  to.add("concat", { pad: true }, map, small, larger, "relu3", map);
  to.conv(48, 12, { kernel: 3 });
  to.norm(12);
  return to.network("joins", 12);
}

/** Of a gate's flat values, beside maps. */
function flat(): Network {
  const to = new Chain();
  const map = to.conv(3, 6, { kernel: 3, stride: 2 });
  to.add("avgpool", {});
  const values = to.add("linear", { in: 6, out: 6 });
  const more = to.add("identity", {}, values);
  const zeros = to.add("zero", { stride: 2 }, values);
  const both = to.add("concat", {}, values, more);
  to.norm(12, { affine: false });
  const gate = to.add("linear", { in: 12, out: 6 });
  const sum = to.add("add", {}, gate, values, zeros);
  const gated = to.add("multiply", {}, map, sum);
  const pooled = to.add("avgpool2d", { kernel: 3, stride: 2 }, values);
  to.add("concat", { pad: true }, gated, pooled, both, values, values);
  to.conv(36, 8, {});
  to.norm(8);
  return to.network("flat", 8);
}

/** Between them every operator of cells, and every kind of window. */
export const cellNetworks: readonly Network[] = [windows(), pools(), joins(), flat()];
