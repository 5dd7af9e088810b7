/** Networks with dropout put in: the same layers and weights, regularised while training. */
import type { Layer, Network } from "./network.js";
import { say } from "../base/say.js";
import { residualBranches } from "./residual-norms.js";
import { requireNetwork } from "./shapes.js";

/**
 * The network with dropout before its last fully connected layer.
 *
 * @param rate probability of a zero, in [0, 1); 0 gives the network itself
 */
export function withDropout(network: Network, rate: number): Network {
  requireNetwork("withDropout", network);
  requireRate("withDropout", rate);
  const classifier = network.layers.findLast(({ op }) => op === "linear");
  if (rate === 0 || !classifier) return network;
  const name = `${classifier.name}_dropout`;
  const dropout: Layer = { op: "dropout", name, inputs: classifier.inputs, rate };
  return replace(network, new Map([[classifier.name, [dropout, { ...classifier, inputs: [name] }]]]));
}

/**
 * The network with stochastic depth: while training, each image skips a residual branch with a probability that rises
 * linearly over the branches, rate · l / L at the l-th of L (Huang et al. 2016).
 *
 * @param rate probability at the last branch, in [0, 1); 0 gives the network itself
 */
export function withDropPath(network: Network, rate: number): Network {
  requireNetwork("withDropPath", network);
  requireRate("withDropPath", rate);
  const branches = residualBranches(network);
  if (rate === 0) return network;
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

const replace = (network: Network, layers: ReadonlyMap<string, readonly Layer[]>): Network => ({
  ...network,
  layers: network.layers.flatMap(layer => layers.get(layer.name) ?? [layer]),
});

function requireRate(caller: string, rate: number): void {
  if (typeof rate === "number" && rate >= 0 && rate < 1) return;
  throw new RangeError(`${caller}: rate must be in [0, 1), got ${say(rate)}`);
}
