/** The network of one of a supernet's paths, and its weights as the architecture's own network has them. */
import { build } from "../../architectures/build.js";
import type { AnyArchitecture } from "../../architectures/family.js";
import { say } from "../../base/say.js";
import type { Layer, Network } from "../../networks/network.js";
import { operatorOf } from "../../networks/operators/index.js";
import type { Weight, Weights } from "../../training/engine.js";
import { requireSupernet } from "./require-supernet.js";
import type { Supernet } from "./supernet.js";

/**
 * A path as a network without weighted sums: its layers alone, under the supernet's names, so that a session with the
 * supernet's weights takes it for a path, and those weights are this network's.
 *
 * @throws RangeError for an architecture that the supernet does not hold
 * @example
 * ```ts
 * import { pathNetwork, supernet } from "netspace/search";
 *
 * const cell = nasBench201("|nor_conv_3x3~0|+|none~0|skip_connect~1|+|skip_connect~0|none~1|nor_conv_1x1~2|", { channels: 8, cells: 1 });
 * const path = pathNetwork(supernet(SmallCells), cell);
 * path.layers.some(({ op }) => op === "mix"); // => false
 * ```
 */
export function pathNetwork<A extends AnyArchitecture>(shared: Supernet<A>, architecture: A): Network {
  requireSupernet("pathNetwork", shared);
  const mixture = shared.mixture(architecture);
  const { layers } = shared.network;
  /** What a layer's output is called on the path, where it is another's. */
  const renamed = new Map<string, string>();
  const nameOf = (input: string): string => renamed.get(input) ?? input;
  const walked: Layer[] = [];
  for (const layer of layers) {
    if (layer.op !== "mix") {
      walked.push({ ...layer, inputs: layer.inputs.map(nameOf) });
      continue;
    }
    const weights = Array.from(mixture.get(layer.group)!);
    // An operation that is there twice is added twice.
    const inputs = layer.inputs.flatMap((input, i) =>
      Array.from({ length: weights[i] }, () => nameOf(input)),
    );
    if (inputs.length === 1) renamed.set(layer.name, inputs[0]);
    else walked.push({ op: "add", name: layer.name, inputs });
  }
  const needed = new Set([walked.at(-1)!.name]);
  for (const { name, inputs } of walked.toReversed()) {
    if (needed.has(name)) for (const input of inputs) needed.add(input);
  }
  return {
    ...shared.network,
    name: `path of ${shared.network.name}`,
    layers: walked.filter(({ name }) => needed.has(name)),
  };
}

/**
 * A supernet's weights as the network of one architecture, `build(architecture)`, has them: what its training goes on from, by
 * `train({ weights })`. Scales and shifts that a relaxed supernet's normalisations do not have are 1 and 0.
 *
 * @param weights all of the supernet's, as `session.weights()` gives them
 * @throws RangeError for an architecture that the supernet does not hold, and naming the layer whose weights it does not have,
 *   or has in another shape
 * @example
 * ```ts
 * const weights = inherit(shared, await session.weights(), architecture);
 * const run = await train(architecture, { dataset, recipe: "section3", weights });
 * ```
 */
export function inherit<A extends AnyArchitecture>(
  shared: Supernet<A>,
  weights: Weights,
  architecture: A,
): Weights {
  const caller = "inherit";
  requireSupernet(caller, shared);
  if (!(weights instanceof Map)) {
    throw new RangeError(
      `${caller}: expected weights by name, got ${say(weights)}; session.weights() gives them`,
    );
  }
  shared.mixture(architecture);
  const { name: title, layers, auxiliary = [] } = build(architecture);
  const inherited = new Map<string, Weight>();
  for (const layer of [...layers, ...auxiliary]) {
    const from = shared.layerOf?.(architecture, layer.name) ?? layer.name;
    for (const { kind, shape, role, initial } of operatorOf(layer).weights(layer)) {
      const name = `${layer.name}.${kind}`;
      const known = (weights as Weights).get(`${from}.${kind}`);
      const size = shape.reduce((product, length) => product * length, 1);
      if (known === undefined && role === "norm" && weights.has(`${from}.running_mean`)) {
        inherited.set(name, { shape, values: new Float32Array(size).fill(initial as number) });
        continue;
      }
      if (known?.shape.join() !== shape.join()) {
        const got = known === undefined ? "none" : `${known.shape.join(" × ")} in ${say(from)}`;
        throw new RangeError(
          `${caller}: expected weights of ${shape.join(" × ")} for ${say(name)} of ${say(title)}, got ${got}; the supernet has this layer otherwise, so that its path (pathNetwork) keeps the weights and the architecture's own network is trained from new ones`,
        );
      }
      inherited.set(name, { shape, values: known.values.slice() });
    }
  }
  return inherited;
}
