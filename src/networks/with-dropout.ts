/** Networks with dropout put in: the same layers and weights, regularised while training. */
import type { DropPathPlace, Layer, Network } from "./network.js";
import { say } from "../base/say.js";
import { residualBranches } from "./residual-norms.js";
import { NetworkError, requireNetwork } from "./shapes.js";

/**
 * The network with dropout before its last fully connected layer.
 *
 * @param rate probability of a zero, in [0, 1); 0 gives the network itself
 * @example
 * ```ts
 * const network = withDropout(build(zoo("RegNetX-200MF").architecture), 0.2);
 * network.layers.filter(({ op }) => op === "dropout").length; // => 1
 * ```
 */
export function withDropout(network: Network, rate: number): Network {
  requireNetwork("withDropout", network);
  requireRate("withDropout", rate);
  // A classifier without bias is a convolution of 1 × 1, the last layer.
  const last = network.layers.at(-1);
  const classifier =
    network.layers.findLast(({ op }) => op === "linear") ?? (last?.op === "conv" ? last : undefined);
  if (rate === 0 || !classifier) return network;
  const name = `${classifier.name}_dropout`;
  const dropout: Layer = { op: "dropout", name, inputs: classifier.inputs, rate };
  return replace(network, new Map([[classifier.name, [dropout, { ...classifier, inputs: [name] }]]]));
}

/**
 * The network with drop path. One that says where it acts (`dropPaths`, as cells do): while training, each of these values
 * is zero for an image with its share of the probability, and scaled up for the others (Larsson et al. 2017; Zoph et al.
 * 2018). Any other, with stochastic depth: each image skips a residual branch with a probability that rises linearly over
 * the branches, rate · l / L at the l-th of L (Huang et al. 2016).
 *
 * @param rate probability at the last branch, or at a share of 1, in [0, 1); 0 gives the network itself
 * @example
 * ```ts
 * const network = withDropPath(build(zoo("RegNetX-200MF").architecture), 0.1);
 * network.layers.filter(({ op }) => op === "droppath").length; // => 13
 * ```
 */
export function withDropPath(network: Network, rate: number): Network {
  requireNetwork("withDropPath", network);
  requireRate("withDropPath", rate);
  if (rate === 0) return network;
  if (network.dropPaths) return dropAt(network, network.dropPaths, rate);
  const branches = residualBranches(network);
  return replace(
    network,
    new Map(
      branches.map(({ sum, end }, i) => {
        const name = `${sum.name}_drop_path`;
        const dropPath: Layer = {
          op: "droppath",
          name,
          inputs: [end],
          rate: (rate * (i + 1)) / branches.length,
        };
        const inputs = sum.inputs.map(input => (input === end ? name : input));
        return [sum.name, [dropPath, { ...sum, inputs }]];
      }),
    ),
  );
}

/** Drop path behind each of these values, which all that read them read instead. */
function dropAt(network: Network, places: readonly DropPathPlace[], rate: number): Network {
  const behind = new Map(places.map(({ layer, share }) => [layer, { name: `${layer}_drop_path`, share }]));
  const last = network.layers.at(-1)?.name;
  const known = new Set(network.layers.map(({ name }) => name));
  for (const { layer, share } of places) {
    if (known.has(layer) && layer !== last && share > 0 && share <= 1) continue;
    throw new NetworkError(
      `withDropPath: expected a layer before the logits and a share in (0, 1], got ${say(layer)} and ${say(share)}`,
    );
  }
  const reading = (layer: Layer): Layer =>
    layer.inputs.some(input => behind.has(input))
      ? { ...layer, inputs: layer.inputs.map(input => behind.get(input)?.name ?? input) }
      : layer;
  const layers = network.layers.flatMap((layer): Layer[] => {
    const drop = behind.get(layer.name);
    if (!drop) return [reading(layer)];
    return [
      reading(layer),
      { op: "droppath", name: drop.name, inputs: [layer.name], rate: rate * drop.share },
    ];
  });
  return { ...network, layers, ...(network.auxiliary && { auxiliary: network.auxiliary.map(reading) }) };
}

const replace = (network: Network, layers: ReadonlyMap<string, readonly Layer[]>): Network => ({
  ...network,
  layers: network.layers.flatMap(layer => layers.get(layer.name) ?? [layer]),
});

function requireRate(caller: string, rate: number): void {
  if (typeof rate === "number" && rate >= 0 && rate < 1) return;
  throw new RangeError(`${caller}: rate must be in [0, 1), got ${say(rate)}`);
}
