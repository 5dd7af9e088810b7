/** Weights of a network's weighted sums (`mix`), which come with each call that runs it. */
import { say } from "../base/say.js";
import type { Network } from "./network.js";
import { NetworkError } from "./shape.js";

/** Weights of the inputs of a network's `mix` layers, by their group; ones and zeros leave a single path. */
export type Mixture = ReadonlyMap<string, ArrayLike<number>>;

/** Where the weights of a group begin among those of all groups, and how many they are. */
export interface MixGroup {
  readonly offset: number;
  readonly size: number;
}

/** The groups of a network, in the order of their first layers. */
export type MixGroups = ReadonlyMap<string, MixGroup>;

/** @throws NetworkError for layers of one group with different numbers of inputs */
export function mixGroups({ layers }: Pick<Network, "layers">): MixGroups {
  const groups = new Map<string, MixGroup>();
  let offset = 0;
  for (const layer of layers) {
    if (layer.op !== "mix") continue;
    const { name, group, inputs } = layer;
    const known = groups.get(group);
    if (known && known.size !== inputs.length) {
      throw new NetworkError(
        `layer "${name}" (mix): expected ${known.size} inputs, as the other layers of group ${say(group)} have, got ${inputs.length}`,
      );
    }
    if (known) continue;
    groups.set(group, { offset, size: inputs.length });
    offset += inputs.length;
  }
  return groups;
}

/**
 * The weights of all groups, one group after the other.
 *
 * @param fn the function that was given them, for errors
 * @throws RangeError naming a group that is missing, that there is not, or whose weights are not what they must be
 */
export function flatMixture(fn: string, groups: MixGroups, mixture: Mixture = new Map()): Float64Array {
  if (!(mixture instanceof Map)) {
    throw new RangeError(`${fn}: mixture must be a Map from groups to weights, got ${say(mixture)}`);
  }
  for (const name of mixture.keys()) {
    if (groups.has(name as string)) continue;
    const known = groups.size === 0 ? "this network has no weighted sums" : `known are ${list(groups)}`;
    throw new RangeError(`${fn}: mixture has weights of group ${say(name)}, which there is not; ${known}`);
  }
  let size = 0;
  for (const group of groups.values()) size += group.size;
  const flat = new Float64Array(size);
  for (const [name, group] of groups) {
    const weights: unknown = mixture.get(name);
    if (weights === undefined) {
      throw new RangeError(
        `${fn}: expected a mixture with weights of ${list(groups)}, got none of group ${say(name)}`,
      );
    }
    const isList =
      Array.isArray(weights) || weights instanceof Float64Array || weights instanceof Float32Array;
    if (!isList || weights.length !== group.size) {
      throw new RangeError(
        `${fn}: expected ${group.size} weights of group ${say(name)}, got ${isList ? weights.length : say(weights)}`,
      );
    }
    const odd = (weights as number[]).findIndex(
      weight => typeof weight !== "number" || !Number.isFinite(weight),
    );
    if (odd >= 0) {
      throw new RangeError(
        `${fn}: weights of group ${say(name)} must be finite numbers, got ${say(weights[odd])} at ${odd}`,
      );
    }
    if ((weights as number[]).every(weight => weight === 0)) {
      throw new RangeError(
        `${fn}: expected weights of group ${say(name)} of which one is not 0, got ${group.size} zeros; a sum of nothing has no shape`,
      );
    }
    flat.set(weights as number[], group.offset);
  }
  return flat;
}

/** Numbers of all groups, such as gradients, by group. */
export const byGroup = (groups: MixGroups, flat: Float64Array): ReadonlyMap<string, Float64Array> =>
  new Map(Array.from(groups, ([name, { offset, size }]) => [name, flat.slice(offset, offset + size)]));

/**
 * @throws NetworkError for a network with weighted sums, which runs in a session alone
 */
export function requireUnmixed(caller: string, { name, layers, auxiliary = [] }: Network): void {
  const mixed = [...layers, ...auxiliary].find(({ op }) => op === "mix");
  if (!mixed) return;
  throw new NetworkError(
    `${caller}: layer "${mixed.name}" (mix) of "${name}": expected a network without weighted sums, whose weights come with each call of a session; take one of its paths (pathNetwork of netspace/search), or a session of engine torch, whose calls have a mixture`,
  );
}

const list = (groups: MixGroups): string => {
  const names = Array.from(groups.keys(), name => say(name));
  return names.length > 8 ? `${names.slice(0, 8).join(", ")} and ${names.length - 8} more` : names.join(", ");
};
