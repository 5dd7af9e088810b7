/**
 * Shape inference: the one place that checks a network is well formed, before anything is allocated for it.
 */
import { isObject, say, sayData } from "../base/say.js";
import type { Layer, Network } from "./network.js";
import { outputShape } from "./operators/index.js";
import { format, isCount, NetworkError, problem, type Shape } from "./shape.js";

export { NetworkError, type Shape, strided } from "./shape.js";

/** @throws NetworkError for what is no network, with what would make one */
export function requireNetwork(caller: string, network: Network): void {
  if (isObject(network) && Array.isArray(network.layers)) {
    // A network may come from a file, where the compiler has checked nothing.
    const { auxiliary = [], dropPaths = [] } = network;
    if (!Array.isArray(auxiliary) || !Array.isArray(dropPaths)) {
      throw new NetworkError(
        `${caller}: auxiliary and dropPaths of network ${say(network.name)} must be lists, got ${sayData([auxiliary, dropPaths])}`,
      );
    }
    const layers: readonly Layer[] = [...network.layers, ...auxiliary];
    const odd = layers.findIndex(
      layer => typeof (layer as Layer | null)?.name !== "string" || !Array.isArray(layer.inputs),
    );
    if (odd < 0) return;
    throw new NetworkError(
      `${caller}: layer ${odd + 1} of network ${say(network.name)} must have a name and a list of inputs, got ${sayData(layers[odd])}`,
    );
  }
  const remedy =
    typeof network === "string"
      ? `build(zoo(${say(network)}).architecture) is one`
      : "build(architecture) makes one";
  throw new NetworkError(`${caller}: expected a network, got ${say(network)}; ${remedy}`);
}

/**
 * The output shape of every layer, by name, in the network's order.
 *
 * @param resolution height and width of the image, pixels
 * @throws NetworkError naming the first layer that does not fit: an unknown operator or input, a name used
 *   twice, channels that differ from the input's, groups that do not divide, shapes that cannot be added
 * @example
 * ```ts
 * inferShapes(build(zoo("RegNetX-200MF").architecture), 224).get("stem.conv"); // => { channels: 32, height: 112, width: 112 }
 * ```
 */
export function inferShapes(network: Network, resolution: number): Map<string, Shape> {
  requireNetwork("inferShapes", network);
  if (!isCount(resolution)) {
    throw new NetworkError(`inferShapes: resolution must be a positive integer, got ${say(resolution)}`);
  }
  if (network.layers.length === 0) {
    throw new NetworkError(
      `inferShapes: network ${say(network.name)} has no layers; build(architecture) makes a network`,
    );
  }
  const shapes = new Map<string, Shape>();
  append(shapes, network, resolution, network.layers);
  // Beside the network: checked, and no part of the answer.
  if (network.auxiliary) append(new Map(shapes), network, resolution, network.auxiliary);
  return shapes;
}

/** Adds the shapes of some layers, which read each other and those that are there already; the last gives logits. */
function append(
  shapes: Map<string, Shape>,
  network: Network,
  resolution: number,
  layers: readonly Layer[],
): void {
  const image: Shape = { channels: network.inputChannels, height: resolution, width: resolution };
  if (layers.length === 0) {
    throw new NetworkError(
      `inferShapes: network ${say(network.name)} has an auxiliary head without layers; give it some, or leave the head out`,
    );
  }
  for (const layer of layers) {
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
  const last = layers[layers.length - 1];
  const logits = shapes.get(last.name)!;
  if (logits.channels !== network.classes || logits.height !== 1 || logits.width !== 1) {
    throw problem(last, `logits of ${say(network.classes)} × 1 × 1, one a class`, format(logits));
  }
}
