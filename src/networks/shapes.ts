/**
 * Shape inference: the one place that checks a network is well formed, before anything is allocated for it.
 */
import { isObject, say, sayData } from "../base/say.js";
import type { Layer, Network } from "./network.js";

/** A network that cannot exist: names the layer, what was expected and what came. */
export class NetworkError extends RangeError {
  override readonly name = "NetworkError";
}

/** @throws NetworkError for what is no network, with what would make one */
export function requireNetwork(caller: string, network: Network): void {
  if (isObject(network) && Array.isArray(network.layers)) {
    // A network may come from a file, where the compiler has checked nothing.
    const odd = network.layers.findIndex(
      layer => typeof (layer as Layer | null)?.name !== "string" || !Array.isArray(layer.inputs),
    );
    if (odd < 0) return;
    throw new NetworkError(
      `${caller}: layer ${odd + 1} of network ${say(network.name)} must have a name and a list of inputs, got ${sayData(network.layers[odd])}`,
    );
  }
  const remedy =
    typeof network === "string"
      ? `build(zoo(${say(network)}).architecture) is one`
      : "build(architecture) makes one";
  throw new NetworkError(`${caller}: expected a network, got ${say(network)}; ${remedy}`);
}

/** Shape of one image's activations: channels, height, width (height and width 1 after global pooling). */
export interface Shape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** Output size of a window with padding (kernel − 1) / 2 and the given stride: (size − 1) // stride + 1. */
export const strided = (size: number, stride: number): number => Math.floor((size - 1) / stride) + 1;

/**
 * The output shape of every layer, by name, in the network's order.
 *
 * @param resolution height and width of the image, pixels
 * @throws NetworkError naming the first layer that does not fit: an unknown operator or input, a name used
 *   twice, channels that differ from the input's, groups that do not divide, shapes that cannot be added
 */
export function inferShapes(network: Network, resolution: number): Map<string, Shape> {
  requireNetwork("inferShapes", network);
  if (!isCount(resolution)) {
    throw new NetworkError(`inferShapes: resolution must be a positive integer, got ${say(resolution)}`);
  }
  if (network.layers.length === 0) {
    throw new NetworkError(`inferShapes: network ${say(network.name)} has no layers`);
  }
  const shapes = new Map<string, Shape>();
  const image: Shape = { channels: network.inputChannels, height: resolution, width: resolution };
  for (const layer of network.layers) {
    if (layer.name === "input" || shapes.has(layer.name)) {
      throw problem(layer, "a name that no other layer has", `"${layer.name}" again`);
    }
    const inputs = layer.inputs.map(name => {
      const shape = name === "input" ? image : shapes.get(name);
      if (!shape) throw problem(layer, "inputs among the layers before it", say(name));
      return shape;
    });
    shapes.set(layer.name, outputShape(layer, inputs));
  }
  const last = network.layers[network.layers.length - 1];
  const logits = shapes.get(last.name)!;
  if (logits.channels !== network.classes || logits.height !== 1 || logits.width !== 1) {
    throw problem(last, `logits of ${say(network.classes)} × 1 × 1, one a class`, format(logits));
  }
  return shapes;
}

function outputShape(layer: Layer, inputs: readonly Shape[]): Shape {
  const arity = layer.op === "add" || layer.op === "multiply" ? 2 : 1;
  if (inputs.length !== arity)
    throw problem(layer, `${arity} input${arity > 1 ? "s" : ""}`, `${inputs.length}`);
  const [x, y] = inputs;
  switch (layer.op) {
    case "conv": {
      for (const key of ["in", "out", "kernel", "stride", "groups"] as const)
        requireCount(layer, key, layer[key]);
      requireOdd(layer, layer.kernel);
      requireChannels(layer, layer.in, x);
      if (layer.in % layer.groups !== 0 || layer.out % layer.groups !== 0) {
        const got = `${layer.groups} groups for ${layer.in} → ${layer.out} channels`;
        throw problem(layer, "groups that divide the channels in and out", got);
      }
      return { channels: layer.out, ...window(x, layer.stride) };
    }
    case "maxpool":
      for (const key of ["kernel", "stride"] as const) requireCount(layer, key, layer[key]);
      requireOdd(layer, layer.kernel);
      return { channels: x.channels, ...window(x, layer.stride) };
    case "batchnorm":
      requireChannels(layer, layer.channels, x);
      return x;
    case "relu":
    case "silu":
    case "sigmoid":
      return x;
    case "dropout":
    case "droppath":
      if (!(typeof layer.rate === "number" && layer.rate >= 0 && layer.rate < 1)) {
        throw problem(layer, "a rate in [0, 1)", say(layer.rate));
      }
      return x;
    case "avgpool":
      return { channels: x.channels, height: 1, width: 1 };
    case "linear":
      for (const key of ["in", "out"] as const) requireCount(layer, key, layer[key]);
      if (x.height !== 1 || x.width !== 1) throw problem(layer, "an input of height and width 1", format(x));
      requireChannels(layer, layer.in, x);
      return { channels: layer.out, height: 1, width: 1 };
    case "add":
      if (x.channels !== y.channels || x.height !== y.height || x.width !== y.width) {
        throw problem(layer, "two inputs of one shape", `${format(x)} and ${format(y)}`);
      }
      return x;
    case "multiply":
      if (x.channels !== y.channels || y.height !== 1 || y.width !== 1) {
        throw problem(layer, `a gate of ${x.channels} × 1 × 1 as second input`, format(y));
      }
      return x;
    default:
      throw problem(layer, "a known operator (see Op)", say((layer as { op: unknown }).op));
  }
}

const window = (x: Shape, stride: number) => ({
  height: strided(x.height, stride),
  width: strided(x.width, stride),
});

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0;

function requireCount(layer: Layer, key: string, value: unknown): void {
  if (!isCount(value)) throw problem(layer, `${key} to be a positive integer`, say(value));
}

function requireOdd(layer: Layer, kernel: number): void {
  // The padding (kernel − 1) / 2 that complexity and engines assume exists for odd kernels only.
  if (kernel % 2 === 0) throw problem(layer, "an odd kernel", `${kernel}`);
}

function requireChannels(layer: Layer, expected: number, x: Shape): void {
  if (x.channels !== expected) throw problem(layer, `an input of ${say(expected)} channels`, format(x));
}

const format = (s: Shape): string => `${say(s.channels)} × ${s.height} × ${s.width}`;

function problem(layer: Layer, expected: string, got: string): NetworkError {
  const op: unknown = layer.op;
  const kind = typeof op === "string" ? op : say(op);
  return new NetworkError(`layer "${layer.name}" (${kind}): expected ${expected}, got ${got}`);
}
