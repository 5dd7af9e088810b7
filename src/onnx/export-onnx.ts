/**
 * A network with its weights as an ONNX file: the format that other runtimes, phones and compilers read.
 *
 * Layers become ONNX operators under their own names, so that a value in the file is found by its path. Batch
 * normalisation has its inference form, with the running statistics; runtimes fold it into the convolution.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expectName, expectText } from "../base/expect.js";
import { expectOptions } from "../base/expect-options.js";
import type { Layer, Network } from "../networks/network.js";
import { inferShapes, requireNetwork } from "../networks/shapes.js";
import { packageRoot } from "../base/node/paths.js";
import { replaceFile } from "../base/node/replace-file.js";
import type { Weights } from "../training/engine.js";
import { checkWeights, WeightsError } from "../training/weights/weights.js";
import type { Message } from "./protobuf.js";
import { type Attribute, floatTensor, floatValue, graph, integerTensor, model, node } from "./schema.js";

export interface OnnxOptions {
  /** Height and width of the images, pixels. Default: any, as runtimes allow. */
  readonly resolution?: number;
  /** Texts to keep in the file, for example by what images were normalised. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Batch normalisation's ε, as engines have it. */
const EPSILON = 1e-5;

/** At which images a network is checked that is to take any: the paper's. */
const USUAL_RESOLUTION = 224;

/**
 * A network as the bytes of an ONNX model: input `"input"`, normalised images [batch, channels, height, width]; output
 * the last layer, logits [batch, classes]. The batch may have any size.
 *
 * @throws NetworkError if the network is not well formed
 * @throws WeightsError if the weights are not the network's
 */
export function encodeOnnx(network: Network, weights: Weights, options: OnnxOptions = {}): Uint8Array {
  checkNetworkAndOptions("encodeOnnx", network, options);
  const { resolution, metadata = {} } = options;
  inferShapes(network, resolution ?? USUAL_RESOLUTION);
  checkWeights("encodeOnnx", network, weights);
  const { nodes, constants, output } = operators(network);
  const tensors = [...weights].map(([name, { shape, values }]) => floatTensor(name, shape, values));
  const size = resolution === undefined ? ["height", "width"] : [resolution, resolution];
  const main = graph(network.name, {
    nodes,
    constants: [...tensors, ...constants],
    inputs: [floatValue("input", ["batch", network.inputChannels, ...size])],
    outputs: [floatValue(output, ["batch", network.classes])],
  });
  return model(main, { producer: "netspace", version: packageVersion(), metadata }).encode();
}

/**
 * Writes a network with its weights to an ONNX file, whole or not at all; see `encodeOnnx`.
 *
 * @throws WeightsError if the file cannot be written, naming it
 */
export function exportOnnx(
  file: string,
  network: Network,
  weights: Weights,
  options: OnnxOptions = {},
): void {
  expectName("exportOnnx", "the name of a file", file);
  checkNetworkAndOptions("exportOnnx", network, options);
  const bytes = encodeOnnx(network, weights, options);
  try {
    replaceFile(file, bytes);
  } catch (cause) {
    throw new WeightsError(`exportOnnx: could not write ${file}: ${(cause as Error).message}`, { cause });
  }
}

function checkNetworkAndOptions(fn: string, network: Network, options: OnnxOptions): void {
  requireNetwork(fn, network);
  expectText(fn, "the network's name", network.name);
  expectOptions(fn, options, { resolution: "number?", metadata: "object?" });
  for (const [name, text] of Object.entries(options.metadata ?? {})) {
    expectText(fn, `metadata ${name}`, text);
  }
}

/** The axes of height and width, a constant that `Unsqueeze` reads. */
const SPATIAL = "axes.spatial";

/** The network's layers as ONNX operators, in order, the constants they read besides the weights, and the logits' name. */
function operators({ layers }: Network): { nodes: Message[]; constants: Message[]; output: string } {
  const nodes: Message[] = [];
  const constants: Message[] = [];
  // A linear layer makes [batch, channels], all else [batch, channels, height, width].
  const flat = new Set<string>();
  const append = (
    type: string,
    inputs: readonly string[],
    output: string,
    attributes?: Record<string, Attribute>,
  ) => {
    nodes.push(node(type, inputs, output, attributes));
    return output;
  };
  /** The value as a map of height and width 1, if it is flat. */
  const spatial = (name: string, reader: Layer) => {
    if (!flat.has(name)) return name;
    if (constants.length === 0) constants.push(integerTensor(SPATIAL, [2, 3]));
    return append("Unsqueeze", [name, SPATIAL], `${reader.name}.spatial.${name}`);
  };

  for (const layer of layers) {
    const { name, inputs, op } = layer;
    const [x] = inputs;
    const weight = (...kinds: string[]) => kinds.map(kind => `${name}.${kind}`);
    switch (op) {
      case "conv": {
        const parameters = layer.bias ? weight("weight", "bias") : weight("weight");
        append("Conv", [spatial(x, layer), ...parameters], name, { group: layer.groups, ...windowOf(layer) });
        break;
      }
      case "batchnorm":
        append("BatchNormalization", [x, ...weight("weight", "bias", "running_mean", "running_var")], name, {
          epsilon: EPSILON,
        });
        break;
      case "relu":
      case "sigmoid":
        append(op === "relu" ? "Relu" : "Sigmoid", [x], name);
        break;
      case "silu":
        // x · σ(x): an operator of its own only in operator sets too new for most runtimes.
        append("Mul", [x, append("Sigmoid", [x], `${name}.sigmoid`)], name);
        break;
      case "maxpool":
        append("MaxPool", [spatial(x, layer)], name, windowOf(layer));
        break;
      case "avgpool":
        append("GlobalAveragePool", [spatial(x, layer)], name);
        break;
      case "linear": {
        const rows = flat.has(x) ? x : append("Flatten", [x], `${name}.flatten`, { axis: 1 });
        append("Gemm", [rows, ...weight("weight", "bias")], name, { transB: 1 });
        break;
      }
      case "dropout":
      case "droppath":
        append("Identity", [x], name);
        break;
      case "add":
      case "multiply": {
        const operands = inputs.every(input => flat.has(input)) ? inputs : inputs.map(y => spatial(y, layer));
        append(op === "add" ? "Add" : "Mul", operands, name);
        break;
      }
    }
    const pointwise = op !== "conv" && op !== "maxpool" && op !== "avgpool";
    if (op === "linear" || (pointwise && inputs.every(input => flat.has(input)))) flat.add(name);
  }
  const { name } = layers[layers.length - 1];
  const output = flat.has(name) ? name : append("Flatten", [name], `${name}.flatten`, { axis: 1 });
  return { nodes, constants, output };
}

const windowOf = ({ kernel, stride }: { kernel: number; stride: number }) => {
  const padding = (kernel - 1) / 2;
  return {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [padding, padding, padding, padding],
  };
};

const packageVersion = (): string =>
  (JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { version: string }).version;
