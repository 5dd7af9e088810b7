/** Each operator in ONNX. */
import type { Layer, LayerOf, Network } from "../networks/network.js";
import { EPSILON } from "../networks/operators/batchnorm.js";
import { interpret, type Rows } from "../networks/operators/index.js";
import { NetworkError, type Shape } from "../networks/shape.js";
import type { Message } from "./protobuf.js";
import { heightOf, lay, type Lay, type Sides, type Window, widthOf } from "../networks/window.js";
import { type Attribute, floatTensor, integerTensor, node } from "./schema.js";

/** A slice to here goes to the end, whatever that is. */
const TO_THE_END = 2 ** 31 - 1;

/** A network on its way to ONNX. */
class Nodes {
  readonly nodes: Message[] = [];
  readonly #constants = new Map<string, Message>();
  /** A linear layer makes [batch, channels], all else [batch, channels, height, width]. */
  readonly flat = new Set<string>();
  readonly #shapes: ReadonlyMap<string, Shape> | undefined;

  /** @param shapes of all values, where the images have one size; else what depends on it is computed in the file */
  constructor(shapes?: ReadonlyMap<string, Shape>) {
    this.#shapes = shapes;
  }

  /** Those that operators read beside the weights. */
  get constants(): Message[] {
    return [...this.#constants.values()];
  }

  /** The shape of a value, if it is known before there is an image. */
  shapeOf(name: string): Shape | undefined {
    return this.#shapes?.get(name);
  }

  /** A list of integers, once however many read it. */
  integers(...values: readonly number[]): string {
    const name = `integers.${values.join("_")}`;
    if (!this.#constants.has(name)) this.#constants.set(name, integerTensor(name, values));
    return name;
  }

  /** One number for each of some channels. */
  filled(value: number, channels: number): string {
    const name = `all_${value}.${channels}`;
    if (!this.#constants.has(name)) {
      this.#constants.set(name, floatTensor(name, [channels], new Float32Array(channels).fill(value)));
    }
    return name;
  }

  append(
    type: string,
    inputs: readonly string[],
    output: string,
    attributes?: Record<string, Attribute>,
  ): string {
    this.nodes.push(node(type, inputs, output, attributes));
    return output;
  }

  /** The value as a map of height and width 1, if it is flat. */
  spatial(name: string, reader: Layer): string {
    if (!this.flat.has(name)) return name;
    const output = `${reader.name}.spatial.${name}`;
    // A sum may read a value twice.
    if (!this.#unsqueezed.has(output)) {
      this.#unsqueezed.add(output);
      this.append("Unsqueeze", [name, this.integers(2, 3)], output);
    }
    return output;
  }
  readonly #unsqueezed = new Set<string>();

  /** The value as [batch, channels]. */
  rows(name: string, output: string): string {
    return this.flat.has(name) ? name : this.append("Flatten", [name], output, { axis: 1 });
  }

  /** Appends what works on elements: flat where all that it reads is. */
  pointwise(type: string, layer: Layer): void {
    this.append(type, this.alike(layer), layer.name);
  }

  /** What a layer reads, all flat or all maps; where all are flat, so is what it gives. */
  alike(layer: Layer): readonly string[] {
    const flat = layer.inputs.every(input => this.flat.has(input));
    if (flat) this.flat.add(layer.name);
    return flat ? layer.inputs : layer.inputs.map(x => this.spatial(x, layer));
  }

  /** The value with zeros behind its last row and column. */
  padded(name: string, behind: readonly [rows: number, columns: number], output: string): string {
    if (behind[0] === 0 && behind[1] === 0) return name;
    return this.append("Pad", [name, this.integers(0, 0, 0, 0, 0, 0, ...behind)], output);
  }

  /** Every `stride`th pixel of each side from `offset` on. */
  every(name: string, stride: number, offset: number, output: string): string {
    const [starts, ends] = [this.integers(offset, offset), this.integers(TO_THE_END, TO_THE_END)];
    return this.append(
      "Slice",
      [name, starts, ends, this.integers(2, 3), this.integers(stride, stride)],
      output,
    );
  }
}

/** Appends what computes a layer, the last under the layer's own name. */
const rows: Rows<[to: Nodes], void> = {
  conv(layer, to) {
    const parameters = weights(layer, ...(layer.bias ? ["weight", "bias"] : ["weight"]));
    let x = to.spatial(layer.inputs[0], layer);
    let window = windowOf(layer, to);
    // Runtimes have SAME_UPPER without dilation only.
    if (window.auto_pad && window.dilations) {
      x = paddedAsSame(layer, x, to);
      window = windowOf({ ...layer, padding: "valid" }, to);
    }
    to.append("Conv", [x, ...parameters], layer.name, { group: layer.groups, ...window });
  },
  batchnorm(layer, to) {
    const [x] = layer.inputs;
    const { affine = true, channels, epsilon = EPSILON } = layer;
    const scaleAndShift = affine
      ? weights(layer, "weight", "bias")
      : [to.filled(1, channels), to.filled(0, channels)];
    const parameters = [...scaleAndShift, ...weights(layer, "running_mean", "running_var")];
    to.append("BatchNormalization", [x, ...parameters], layer.name, { epsilon: { float: epsilon } });
    if (to.flat.has(x)) to.flat.add(layer.name);
  },
  relu: (layer, to) => to.pointwise("Relu", layer),
  silu(layer, to) {
    // x · σ(x): an operator of its own only in operator sets too new for most runtimes.
    const { name, inputs } = layer;
    to.append("Mul", [inputs[0], to.append("Sigmoid", inputs, `${name}.sigmoid`)], name);
    if (to.flat.has(inputs[0])) to.flat.add(name);
  },
  sigmoid: (layer, to) => to.pointwise("Sigmoid", layer),
  maxpool(layer, to) {
    to.append("MaxPool", [to.spatial(layer.inputs[0], layer)], layer.name, windowOf(layer, to));
  },
  avgpool(layer, to) {
    to.append("GlobalAveragePool", [to.spatial(layer.inputs[0], layer)], layer.name);
  },
  linear(layer, to) {
    const x = to.rows(layer.inputs[0], `${layer.name}.flatten`);
    to.append("Gemm", [x, ...weights(layer, "weight", "bias")], layer.name, { transB: 1 });
    to.flat.add(layer.name);
  },
  add: (layer, to) => to.pointwise(layer.inputs.length === 2 ? "Add" : "Sum", layer),
  multiply: (layer, to) => to.pointwise("Mul", layer),
  dropout: (layer, to) => to.pointwise("Identity", layer),
  droppath: (layer, to) => to.pointwise("Identity", layer),
  avgpool2d(layer, to) {
    const x = to.spatial(layer.inputs[0], layer);
    const counted = layer.countPadding ? 1 : 0;
    to.append("AveragePool", [x], layer.name, { count_include_pad: counted, ...windowOf(layer, to) });
  },
  concat(layer, to) {
    const inputs = to.alike(layer);
    const maps = layer.pad && !to.flat.has(layer.name) ? toLargest(layer, inputs, to) : inputs;
    to.append("Concat", maps, layer.name, { axis: 1 });
  },
  mix({ name }) {
    throw new NetworkError(
      `layer "${name}" (mix): expected a network without weighted sums, whose weights come with each call of a session; export one of its paths (pathNetwork of netspace/search)`,
    );
  },
  identity: (layer, to) => to.pointwise("Identity", layer),
  zero({ name, inputs, stride }, to) {
    // Of the shape of a subsampled map, and of none of its values: no infinity becomes NaN.
    const flat = to.flat.has(inputs[0]);
    const map = stride === 1 || flat ? inputs[0] : to.every(inputs[0], stride, 0, `${name}.map`);
    to.append("ConstantOfShape", [to.append("Shape", [map], `${name}.shape`)], name);
    if (flat) to.flat.add(name);
  },
  subsample(layer, to) {
    const { name, stride, offset } = layer;
    const x = to.spatial(layer.inputs[0], layer);
    const shape = to.shapeOf(layer.inputs[0]);
    // As many zeros as the last pixel may lie beyond the edge: ⌈size / stride⌉ pixels, whatever the size.
    const beyond = (size: number) => Math.max(0, (Math.ceil(size / stride) - 1) * stride + offset + 1 - size);
    const zeros = shape
      ? ([beyond(shape.height), beyond(shape.width)] as const)
      : ([offset, offset] as const);
    to.every(to.padded(x, zeros, `${name}.padded`), stride, offset, name);
  },
};

/**
 * The network's layers as ONNX operators, in order, the constants they read beside the weights, and the logits' name.
 *
 * @param shapes of the layers and of `"input"`, where the images have one size
 */
export function onnxOperators(
  { layers }: Network,
  shapes?: ReadonlyMap<string, Shape>,
): Pick<Nodes, "nodes" | "constants"> & { output: string } {
  const to = new Nodes(shapes);
  for (const layer of layers) interpret(rows, layer, to);
  const { name } = layers[layers.length - 1];
  const output = to.rows(name, `${name}.flatten`);
  return { nodes: to.nodes, constants: to.constants, output };
}

const weights = ({ name }: Layer, ...kinds: readonly string[]): string[] =>
  kinds.map(kind => `${name}.${kind}`);

/** The values with zeros at the bottom and the right, each as far as the largest reaches. */
function toLargest({ name, inputs }: LayerOf<"concat">, maps: readonly string[], to: Nodes): string[] {
  const shapes = inputs.map(input => to.shapeOf(input));
  if (shapes.every(shape => shape !== undefined)) {
    const height = Math.max(...shapes.map(shape => shape.height));
    const width = Math.max(...shapes.map(shape => shape.width));
    return maps.map((map, i) => {
      const behind = [height - shapes[i].height, width - shapes[i].width] as const;
      return to.padded(map, behind, `${name}.padded.${i}`);
    });
  }
  const sizes = maps.map((map, i) => to.append("Shape", [map], `${name}.size.${i}`, { start: 2, end: 4 }));
  const largest = to.append("Max", sizes, `${name}.size`);
  return maps.map((map, i) => {
    const behind = to.append("Sub", [largest, sizes[i]], `${name}.behind.${i}`);
    const before = to.integers(0, 0, 0, 0, 0, 0);
    const pads = to.append("Concat", [before, behind], `${name}.pads.${i}`, { axis: 0 });
    return to.append("Pad", [map, pads], `${name}.padded.${i}`);
  });
}

/** The map with the zeros that TensorFlow's SAME would put around it, computed from its size. */
function paddedAsSame(
  { name, kernel, stride, dilation = 1 }: LayerOf<"conv">,
  map: string,
  to: Nodes,
): string {
  const step = (type: string, inputs: readonly string[], output: string) =>
    to.append(type, inputs, `${name}.same.${output}`);
  const strides = to.integers(heightOf(stride), widthOf(stride));
  // (⌈size / stride⌉ − 1) · stride + reach + 1 − size, where ⌈size / stride⌉ − 1 = ⌊(size − 1) / stride⌋.
  const size = to.append("Shape", [map], `${name}.same.size`, { start: 2, end: 4 });
  const last = step("Sub", [size, to.integers(1, 1)], "last");
  const whole = step("Mul", [step("Div", [last, strides], "steps"), strides], "whole");
  const reach = to.integers(...[heightOf(kernel), widthOf(kernel)].map(taps => (taps - 1) * dilation));
  const needed = step("Sub", [step("Add", [whole, reach], "end"), last], "needed");
  const padded = step("Max", [needed, to.integers(0, 0)], "padded");
  const before = step("Div", [padded, to.integers(2, 2)], "before");
  const behind = step("Sub", [padded, before], "behind");
  const none = to.integers(0, 0);
  const pads = to.append("Concat", [none, before, none, behind], `${name}.same.pads`, { axis: 0 });
  return to.append("Pad", [map, pads], `${name}.same`);
}

/**
 * A window's attributes: its padding in numbers where they are known, else as ONNX's SAME_UPPER, which is TensorFlow's
 * SAME.
 */
function windowOf(
  layer: Window & { readonly inputs: readonly string[] },
  to: Nodes,
): Record<string, Attribute> {
  const { kernel, stride, dilation = 1, padding } = layer;
  const shape = to.shapeOf(layer.inputs[0]);
  const along = (side: (sides: Sides) => number, size: number | undefined): Lay | undefined => {
    // With stride 1 as with the other paddings, it is the same for every size.
    const known = padding !== "same" || side(stride) === 1 ? side(kernel) * dilation : undefined;
    const any = size ?? known;
    return any === undefined ? undefined : lay(any, side(kernel), side(stride), dilation, padding);
  };
  const [down, across] = [along(heightOf, shape?.height), along(widthOf, shape?.width)];
  return {
    kernel_shape: [heightOf(kernel), widthOf(kernel)],
    strides: [heightOf(stride), widthOf(stride)],
    ...(dilation > 1 && { dilations: [dilation, dilation] }),
    ...(down && across
      ? { pads: [down.before, across.before, down.behind, across.behind] }
      : { auto_pad: "SAME_UPPER" }),
  };
}
