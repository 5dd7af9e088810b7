/** Architecture parameters: a number for each operation of each choice, and the weights that their softmax is. */
import { isList } from "../../base/expect.js";
import { say } from "../../base/say.js";
import type { Mixture } from "../../networks/mixture.js";
import { requireSums } from "./require-supernet.js";
import type { SharedSum, Supernet } from "./supernet.js";

/** By the name of an edge, one number for each of its operations. */
export type Alpha = ReadonlyMap<string, Float64Array>;

/** What of a supernet α is about. */
type Sums = Pick<Supernet, "sums">;

/**
 * α of a supernet: zeros, or as a function says.
 *
 * @throws RangeError for what is no supernet, or no function
 * @example
 * ```ts
 * import { alphaOf, supernet } from "netspace/search";
 *
 * const random = seeded(1);
 * const alpha = alphaOf(supernet(SmallCells), () => 1e-3 * (random() - 0.5));
 * alpha.get("n2.e0")?.length; // => 3
 * ```
 */
export function alphaOf(
  shared: Sums,
  at: (edge: string, operation: string, index: number) => number = () => 0,
): Alpha {
  requireSums("alphaOf", shared);
  if (typeof at !== "function")
    throw new RangeError(`alphaOf: expected a function of numbers, got ${say(at)}`);
  const { sums } = shared;
  const alpha = new Map<string, Float64Array>();
  for (const { name, operations } of sums.flatMap(({ edges }) => edges)) {
    if (alpha.has(name)) continue;
    alpha.set(
      name,
      Float64Array.from(operations, (operation, index) => at(name, operation, index)),
    );
  }
  return alpha;
}

/**
 * The weights of all sums that α stands for: of each edge, the softmax over its operations.
 *
 * @throws RangeError naming the edge of which α has no numbers, too many, or some that are not finite
 * @example
 * ```ts
 * import { alphaOf, relax, supernet } from "netspace/search";
 *
 * const shared = supernet(SmallCells);
 * // One operation of each edge is ahead of the others.
 * const alpha = alphaOf(shared, (_edge, operation) => (operation === "skip_connect" ? 1 : 0));
 * const weights = relax(shared, alpha);
 * Array.from(weights.get("n1") ?? [], weight => weight.toFixed(2)); // => ["0.15", "0.40", "0.15", "0.15", "0.15"]
 * ```
 */
export function relax(shared: Sums, alpha: Alpha): Mixture {
  requireSums("relax", shared);
  const { sums } = shared;
  requireAlpha("relax", sums, alpha);
  const shares = new Map(Array.from(alpha, ([edge, values]) => [edge, softmax(values)]));
  return new Map(
    sums.map(({ group, edges }) => [
      group,
      Float64Array.from(edges.flatMap(({ name }) => Array.from(shares.get(name)!))),
    ]),
  );
}

/**
 * The gradient with respect to α, from that with respect to the weights of the sums: back through the softmax of `relax`.
 * An edge of several groups has the sum of theirs.
 *
 * @param mixtureGradients as `Session.mixtureGradients` gives them, by group
 * @throws RangeError for what is no α, or no gradient, of this supernet
 * @example
 * ```ts
 * import { alphaGradient, alphaOf, supernet } from "netspace/search";
 *
 * const shared = supernet(SmallCells);
 * // As Session.mixtureGradients gives them: the loss falls with the weight of the first operation.
 * const gradients = new Map(
 *   shared.sums.map(({ group, edges }) => [
 *     group,
 *     edges.flatMap(({ operations }) => operations.map((_, i) => (i === 0 ? -1 : 0))),
 *   ]),
 * );
 * const [first] = alphaGradient(shared, alphaOf(shared), gradients).values();
 * Array.from(first, slope => slope.toFixed(2)); // => ["-0.16", "0.04", "0.04", "0.04", "0.04"]
 * ```
 */
export function alphaGradient(
  shared: Sums,
  alpha: Alpha,
  mixtureGradients: ReadonlyMap<string, ArrayLike<number>>,
): Alpha {
  requireSums("alphaGradient", shared);
  const { sums } = shared;
  requireAlpha("alphaGradient", sums, alpha);
  const gradient = new Map(Array.from(alpha, ([edge, { length }]) => [edge, new Float64Array(length)]));
  for (const { group, edges } of sums) {
    const given = mixtureGradients instanceof Map ? mixtureGradients.get(group) : undefined;
    const size = edges.reduce((sum, { operations }) => sum + operations.length, 0);
    if (!isList(given) || given.length !== size) {
      throw new RangeError(
        `alphaGradient: expected ${size} gradients of group ${say(group)}, got ${isList(given) ? given.length : say(given)}; session.mixtureGradients() gives them`,
      );
    }
    let from = 0;
    for (const { name, operations } of edges) {
      const share = softmax(alpha.get(name)!);
      const into = gradient.get(name)!;
      let mean = 0;
      for (let i = 0; i < share.length; i++) mean += share[i] * (given[from + i] as number);
      for (let i = 0; i < share.length; i++) into[i] += share[i] * ((given[from + i] as number) - mean);
      from += operations.length;
    }
  }
  return gradient;
}

/**
 * Shares of a whole, in the order of the numbers. The largest is taken off before, so that none overflows.
 *
 * @throws RangeError for what is no list of finite numbers
 * @example
 * ```ts
 * import { softmax } from "netspace/search";
 *
 * Array.from(softmax([0, 0, Math.log(2)])); // => [0.25, 0.25, 0.5]
 * ```
 */
export function softmax(values: ArrayLike<number>): Float64Array {
  if (!isList(values) || !Array.from(values).every(Number.isFinite)) {
    throw new RangeError(`softmax: expected a list of finite numbers, got ${say(values)}`);
  }
  let [most, sum] = [-Infinity, 0];
  for (let i = 0; i < values.length; i++) most = Math.max(most, values[i]);
  const shares = Float64Array.from(values, value => Math.exp(value - most));
  for (const share of shares) sum += share;
  return shares.map(share => share / sum);
}

/** The place of the largest of some numbers, the first of equal ones. */
export function strongest(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/** @throws RangeError naming the edge of which there are no numbers, another number of them, or some that are not finite */
export function requireAlpha(fn: string, sums: readonly SharedSum[], alpha: Alpha): void {
  if (!(alpha instanceof Map)) {
    throw new RangeError(
      `${fn}: alpha must be a Map from edges to numbers, got ${say(alpha)}; alphaOf() makes one`,
    );
  }
  const edges = new Map(sums.flatMap(sum => sum.edges).map(edge => [edge.name, edge.operations]));
  for (const [edge, operations] of edges) {
    const values: unknown = alpha.get(edge);
    if (!isList(values) || values.length !== operations.length) {
      const got = values === undefined ? "none" : isList(values) ? `${values.length}` : say(values);
      throw new RangeError(
        `${fn}: expected ${operations.length} numbers of α at edge ${say(edge)} (${operations.join(", ")}), got ${got}`,
      );
    }
    const odd = Array.from(values).findIndex(value => !Number.isFinite(value));
    if (odd >= 0) {
      throw new RangeError(
        `${fn}: α must be finite numbers, got ${say(values[odd])} at edge ${say(edge)}, ${operations[odd]}`,
      );
    }
  }
  for (const edge of alpha.keys()) {
    if (edges.has(edge as string)) continue;
    throw new RangeError(
      `${fn}: α has numbers of edge ${say(edge)}, which this supernet does not have; it has ${[...edges.keys()].map(say).join(", ")}`,
    );
  }
}
