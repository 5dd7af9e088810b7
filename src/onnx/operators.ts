/** Each operator in ONNX. */
import type { Layer, Network } from "../networks/network.js";
import { EPSILON } from "../networks/operators/batchnorm.js";
import { interpret, type Rows } from "../networks/operators/index.js";
import type { Message } from "./protobuf.js";
import type { Window } from "../networks/window.js";
import { type Attribute, integerTensor, node } from "./schema.js";

/** The axes of height and width, a constant that `Unsqueeze` reads. */
const SPATIAL = "axes.spatial";

/** A network on its way to ONNX. */
class Nodes {
  readonly nodes: Message[] = [];
  /** Those that operators read beside the weights. */
  readonly constants: Message[] = [];
  /** A linear layer makes [batch, channels], all else [batch, channels, height, width]. */
  readonly flat = new Set<string>();

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
    if (this.constants.length === 0) this.constants.push(integerTensor(SPATIAL, [2, 3]));
    return this.append("Unsqueeze", [name, SPATIAL], `${reader.name}.spatial.${name}`);
  }

  /** The value as [batch, channels]. */
  rows(name: string, output: string): string {
    return this.flat.has(name) ? name : this.append("Flatten", [name], output, { axis: 1 });
  }

  /** Appends what works on elements: flat where all that it reads is. */
  pointwise(type: string, layer: Layer): void {
    const flat = layer.inputs.every(input => this.flat.has(input));
    this.append(type, flat ? layer.inputs : layer.inputs.map(x => this.spatial(x, layer)), layer.name);
    if (flat) this.flat.add(layer.name);
  }
}

/** Appends what computes a layer, the last under the layer's own name. */
const rows: Rows<[to: Nodes], void> = {
  conv(layer, to) {
    const parameters = weights(layer, ...(layer.bias ? ["weight", "bias"] : ["weight"]));
    const x = to.spatial(layer.inputs[0], layer);
    to.append("Conv", [x, ...parameters], layer.name, { group: layer.groups, ...windowOf(layer) });
  },
  batchnorm(layer, to) {
    const [x] = layer.inputs;
    const parameters = weights(layer, "weight", "bias", "running_mean", "running_var");
    to.append("BatchNormalization", [x, ...parameters], layer.name, { epsilon: layer.epsilon ?? EPSILON });
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
    to.append("MaxPool", [to.spatial(layer.inputs[0], layer)], layer.name, windowOf(layer));
  },
  avgpool(layer, to) {
    to.append("GlobalAveragePool", [to.spatial(layer.inputs[0], layer)], layer.name);
  },
  linear(layer, to) {
    const x = to.rows(layer.inputs[0], `${layer.name}.flatten`);
    to.append("Gemm", [x, ...weights(layer, "weight", "bias")], layer.name, { transB: 1 });
    to.flat.add(layer.name);
  },
  add: (layer, to) => to.pointwise("Add", layer),
  multiply: (layer, to) => to.pointwise("Mul", layer),
  dropout: (layer, to) => to.pointwise("Identity", layer),
  droppath: (layer, to) => to.pointwise("Identity", layer),
  avgpool2d: none,
  concat: none,
  identity: (layer, to) => to.pointwise("Identity", layer),
  zero: none,
  subsample: none,
};

/** The network's layers as ONNX operators, in order, the constants they read beside the weights, and the logits' name. */
export function onnxOperators({ layers }: Network): Pick<Nodes, "nodes" | "constants"> & { output: string } {
  const to = new Nodes();
  for (const layer of layers) interpret(rows, layer, to);
  const { name } = layers[layers.length - 1];
  const output = to.rows(name, `${name}.flatten`);
  return { nodes: to.nodes, constants: to.constants, output };
}

const weights = ({ name }: Layer, ...kinds: readonly string[]): string[] =>
  kinds.map(kind => `${name}.${kind}`);

function none({ name, op }: Layer): never {
  throw new RangeError(`exportOnnx: layer "${name}" (${op}) is not written yet`);
}

const windowOf = ({ kernel, stride, padding: how, dilation = 1 }: Window) => {
  if (typeof kernel !== "number" || typeof stride !== "number" || how || dilation > 1) {
    throw new RangeError("exportOnnx: a window of this kind is not written yet");
  }
  const padding = (kernel - 1) / 2;
  return {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [padding, padding, padding, padding],
  };
};
