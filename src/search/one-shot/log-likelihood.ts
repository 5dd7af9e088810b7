/** How likely α says that an architecture is. */
import type { AnyArchitecture } from "../../architectures/family.js";
import { type Alpha, requireAlpha } from "./alpha.js";
import { requireSupernet } from "./require-supernet.js";
import type { Supernet } from "./supernet.js";

/**
 * The logarithm of the product of an architecture's shares, nats: of each edge that it takes, that of the operation it has there. Of
 * architectures that take as many edges it is by how much α prefers one to another.
 *
 * @throws RangeError for what is no supernet or no α of it, and for an architecture that it does not hold
 * @example
 * ```ts
 * import { alphaOf, logLikelihood, supernet } from "netspace/search";
 *
 * const shared = supernet(SmallCells);
 * const [{ architecture }] = enumerate(SmallCells);
 * // Three edges with five operations, and three that jump over a node with three.
 * logLikelihood(shared, alphaOf(shared), architecture).toFixed(6) === Math.log(5 ** -3 * 3 ** -3).toFixed(6); // => true
 * ```
 */
export function logLikelihood<A extends AnyArchitecture>(
  shared: Supernet<A>,
  alpha: Alpha,
  architecture: A,
): number {
  const fn = "logLikelihood";
  requireSupernet(fn, shared);
  requireAlpha(fn, shared.sums, alpha);
  const mixture = shared.mixture(architecture);
  // An edge that several groups have is chosen once.
  const counted = new Set<string>();
  let sum = 0;
  for (const { group, edges } of shared.sums) {
    const weights = mixture.get(group)!;
    let from = 0;
    for (const { name, operations } of edges) {
      const shares = logShares(alpha.get(name)!);
      const own = Array.from(operations, (_, i) => weights[from + i]);
      from += operations.length;
      if (counted.has(name)) continue;
      counted.add(name);
      for (const [i, weight] of own.entries()) sum += weight * shares[i];
    }
  }
  return sum;
}

/** Logarithms of the softmax: those of shares that are too small for a double, too. */
function logShares(values: Float64Array): Float64Array {
  const most = values.reduce((a, b) => Math.max(a, b));
  const whole = most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
  return values.map(value => value - whole);
}
