/** A supernet's network: recorded like any other, with weighted sums in which its choices come together. */
import { graph } from "../../networks/assembly/graph.js";
import type { Assembly, Feature } from "../../networks/assembly/operators.js";
import type { Network } from "../../networks/network.js";
import { inferShapes, NetworkError } from "../../networks/shapes.js";
import { expectOptions } from "../../base/expect-options.js";
import { say } from "../../base/say.js";
import type { SharedEdge, SharedSum } from "./supernet.js";

/** One choice of an operation, with the operators that each would be. */
export interface EdgeToShare<F extends Feature> {
  /** `"normal.n2.e0"`: the same wherever the same choice is made. */
  readonly name: string;
  /** What the names of its layers have between the place and the operation, `"e0"`; nothing if it is empty. */
  readonly at: string;
  /** Each appends its operators, all of one shape, and returns the last one's output. */
  readonly operations: readonly { readonly name: string; build(): F }[];
}

/** The operators, and sums over choices. */
export interface SharedAssembly<F extends Feature = Feature> extends Assembly<F> {
  /**
   * One weighted sum over all operations of some choices, called `"<place>.sum"`; layers of an operation are called
   * `"<place>.<edge>.<operation>.…"`. Sums of one group share their choices.
   *
   * @throws NetworkError for a group whose choices were others before
   */
  share(place: string, group: string, edges: readonly EdgeToShare<F>[]): F;
}

/** What a supernet is made of. */
export interface SharedNetwork {
  readonly network: Network;
  readonly sums: readonly SharedSum[];
}

/**
 * Records a supernet.
 *
 * @param resolution height and width of the images for which its shapes are checked, pixels
 * @param walk appends all operators, and returns the logits
 * @throws NetworkError naming the layer that cannot be
 * @throws RangeError for options that are none, and for what is no function
 * @example
 * ```ts
 * import { sharedNetwork } from "netspace/search";
 *
 * const { network, sums } = sharedNetwork({ name: "either", classes: 10, resolution: 32 }, (ops, image) => {
 *   ops.scope("stem");
 *   const x = ops.conv("conv", image, 8, { kernel: 3 });
 *   const y = ops.share("middle", "middle", [
 *     {
 *       name: "edge",
 *       at: "edge",
 *       operations: [3, 5].map(kernel => ({
 *         name: `conv${kernel}`,
 *         build: () => ops.conv("conv", x, 8, { kernel }),
 *       })),
 *     },
 *   ]);
 *   ops.scope("head");
 *   return ops.linear("fc", ops.avgpool("pool", y), 10);
 * });
 * sums.map(({ group, edges }) => [group, edges.length]); // => [["middle", 1]]
 * network.layers.filter(({ op }) => op === "conv").map(({ name }) => name); // => ["stem.conv", "middle.edge.conv3.conv", "middle.edge.conv5.conv"]
 * ```
 */
export function sharedNetwork(
  options: { readonly name: string; readonly classes: number; readonly resolution: number },
  walk: <F extends Feature>(ops: SharedAssembly<F>, image: F) => F,
): SharedNetwork {
  expectOptions("sharedNetwork", options, { name: "text", classes: "number", resolution: "number" });
  if (typeof walk !== "function") {
    throw new RangeError(
      `sharedNetwork: expected a function that appends operators, such as (ops, image) => …, got ${say(walk)}`,
    );
  }
  const { name, classes, resolution } = options;
  const recorder = graph();
  const sums = new Map<string, SharedSum>();
  const ops: SharedAssembly<ReturnType<typeof recorder.image>> = {
    ...recorder,
    share(place, group, edges) {
      const sum: SharedSum = {
        group,
        edges: edges.map(
          ({ name: edge, operations }): SharedEdge => ({
            name: edge,
            operations: operations.map(operation => operation.name),
          }),
        ),
      };
      const known = sums.get(group);
      if (known === undefined) sums.set(group, sum);
      else if (JSON.stringify(known) !== JSON.stringify(sum)) {
        throw new NetworkError(
          `${place}: expected the choices that the other sums of group "${group}" have, ${words(known)}, got ${words(sum)}`,
        );
      }
      const inputs = edges.flatMap(({ at, operations }) =>
        operations.map(operation => {
          recorder.scope([place, at, operation.name].filter(part => part !== "").join("."));
          return operation.build();
        }),
      );
      recorder.scope(place);
      return recorder.apply("mix", "sum", inputs, { group });
    },
  };
  // Neither a head beside the network nor what drop path acts on is shared.
  delete ops.auxiliary;
  delete ops.dropPath;
  const logits = walk(ops, recorder.image(3, resolution));
  const { layers } = recorder;
  if (logits.name !== layers.at(-1)?.name) {
    throw new NetworkError(`the last operator of supernet "${name}" must be the one that its walk returns`);
  }
  const network: Network = { name, inputChannels: 3, classes, layers };
  inferShapes(network, resolution);
  return { network, sums: [...sums.values()] };
}

const words = ({ edges }: SharedSum): string =>
  edges.map(({ name, operations }) => `${name} of ${operations.join(", ")}`).join("; ");
