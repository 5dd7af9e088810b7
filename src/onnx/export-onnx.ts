/**
 * A network with its weights as an ONNX file: the format that other runtimes, phones and compilers read.
 *
 * Layers become ONNX operators under their own names, so that a value in the file is found by its path. Batch
 * normalisation has its inference form, with the running statistics; runtimes fold it into the convolution.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileProblem } from "../base/node/file-problem.js";
import { expectName, expectText } from "../base/expect.js";
import { say } from "../base/say.js";
import { expectOptions } from "../base/expect-options.js";
import { type Network, withoutAuxiliary } from "../networks/network.js";
import { NetworkError } from "../networks/shape.js";
import { inferShapes, requireNetwork, type Shape } from "../networks/shapes.js";
import { packageRoot } from "../base/node/paths.js";
import { replaceFile } from "../base/node/replace-file.js";
import type { Weights } from "../training/engine.js";
import { checkWeights, WeightsError, weightShapes } from "../training/weights/weights.js";
import { onnxOperators } from "./operators.js";
import { floatTensor, floatValue, graph, model } from "./schema.js";

export interface OnnxOptions {
  /** Height and width of the images, pixels. Default: any, as runtimes allow. */
  readonly resolution?: number;
  /** Layers whose feature maps are outputs of the model too, after the logits, under their names. Default: none. */
  readonly outputs?: readonly string[];
  /** Texts to keep in the file, for example by what images were normalised. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** At which images a network is checked that is to take any: the paper's. */
const USUAL_RESOLUTION = 224;

/**
 * A network as the bytes of an ONNX model: input `"input"`, normalised images [batch, channels, height, width]; output
 * the last layer, logits [batch, classes]. The batch may have any size.
 *
 * @throws NetworkError if the network is not well formed, or has no layer of a name in `outputs`
 * @throws WeightsError if the weights are not the network's
 * @example
 * ```ts
 * const network = build(regNet({ depth: 4, w0: 8, wa: 8, wm: 2, bottleneck: 1, groupWidth: 8 }));
 * const weights = await (await torch.session!(network)).weights();
 * const bytes = encodeOnnx(network, weights, { resolution: 32, metadata: { trained: "not yet" } });
 * bytes.length > 4 * complexity(network).params; // => true
 * ```
 */
export function encodeOnnx(network: Network, weights: Weights, options: OnnxOptions = {}): Uint8Array {
  checkNetworkAndOptions("encodeOnnx", network, options);
  const { resolution, outputs = [], metadata = {} } = options;
  const shapes = inferShapes(withoutAuxiliary(network), resolution ?? USUAL_RESOLUTION);
  checkWeights("encodeOnnx", network, weights);
  const image = { channels: network.inputChannels, height: resolution, width: resolution };
  const known = image.height === undefined ? undefined : new Map(shapes).set("input", image as Shape);
  const { nodes, constants, output } = onnxOperators(network, known);
  // `map` passes over places without a value.
  const maps = Array.from(outputs, name => {
    const { channels, height, width } = mapOf(network, shapes, name);
    return floatValue(name, ["batch", channels, ...(resolution === undefined ? ["", ""] : [height, width])]);
  });
  // What it was trained with beside, an auxiliary head's, stays out.
  const tensors = [...weightShapes(network)].map(([name, shape]) =>
    floatTensor(name, shape, weights.get(name)!.values),
  );
  const size = resolution === undefined ? ["height", "width"] : [resolution, resolution];
  const main = graph(network.name, {
    nodes,
    constants: [...tensors, ...constants],
    inputs: [floatValue("input", ["batch", network.inputChannels, ...size])],
    outputs: [floatValue(output, ["batch", network.classes]), ...maps],
  });
  return model(main, { producer: "netspace", version: packageVersion(), metadata }).encode();
}

/** The shape of a layer's feature maps. */
function mapOf(network: Network, shapes: ReadonlyMap<string, Shape>, name: string): Shape {
  const shape = shapes.get(name);
  if (shape && name !== "input" && name !== network.layers.at(-1)?.name) return shape;
  throw new NetworkError(
    `encodeOnnx: expected layers before the last of ${network.name} as outputs, got ${say(name)}; inferShapes() has their names`,
  );
}

/**
 * Writes a network with its weights to an ONNX file, whole or not at all; see `encodeOnnx`.
 *
 * @throws WeightsError if the file cannot be written, naming it
 * @example
 * ```ts
 * import { statSync } from "node:fs";
 *
 * const network = build(regNet({ depth: 4, w0: 8, wa: 8, wm: 2, bottleneck: 1, groupWidth: 8 }));
 * const weights = await (await torch.session!(network)).weights();
 * exportOnnx("regnet.onnx", network, weights, { resolution: 32 });
 * statSync("regnet.onnx").size === encodeOnnx(network, weights, { resolution: 32 }).length; // => true
 * ```
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
    throw new WeightsError(`exportOnnx: could not write ${file}: ${fileProblem(cause)}`, { cause });
  }
}

function checkNetworkAndOptions(fn: string, network: Network, options: OnnxOptions): void {
  requireNetwork(fn, network);
  expectText(fn, "the network's name", network.name);
  expectOptions(fn, options, { resolution: "number?", outputs: "list?", metadata: "object?" });
  for (const [name, text] of Object.entries(options.metadata ?? {})) {
    expectText(fn, `metadata ${name}`, text);
  }
}

const packageVersion = (): string =>
  (JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { version: string }).version;
