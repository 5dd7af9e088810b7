/** Random searches of different sizes in two spaces: is a small one in this space better than a large one in that? */
import { normalTail } from "../../statistics/distributions.js";
import { expectedBest } from "../../statistics/best-of.js";

/** A difference of expected bests, with its interval of 95 % and one-sided probabilities. */
export interface SearchDifference {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly pLower: number;
  readonly pHigher: number;
}

/**
 * The expected best of `sizeA` random networks of `a` minus that of `sizeB` of `b`, by the jackknife and the normal
 * distribution. With 250 networks per space and searches of up to 32 it finds one-sided differences at 5 % in 3 to 8 % of
 * cases where there are none, whatever the distributions (gamma, exponential, with failures), in up to 10 % where the
 * errors of `b` are normal, which have no floor.
 */
export function searchDifference(
  a: readonly number[],
  sizeA: number,
  b: readonly number[],
  sizeB: number,
): SearchDifference {
  const value = expectedBest(a, sizeA) - expectedBest(b, sizeB);
  const error = Math.sqrt(jackknifeVariance(a, sizeA) + jackknifeVariance(b, sizeB));
  const half = 1.96 * error;
  const z = value === 0 ? 0 : value / error;
  const above = normalTail(Math.abs(z)) / 2;
  const [pLower, pHigher] = z < 0 ? [above, 1 - above] : [1 - above, above];
  return { value, low: value - half, high: value + half, pLower, pHigher };
}

function jackknifeVariance(errors: readonly number[], size: number): number {
  const n = errors.length;
  const without = errors.map((_, i) => expectedBest(errors.toSpliced(i, 1), size));
  const mean = without.reduce((sum, value) => sum + value, 0) / n;
  return ((n - 1) / n) * without.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}
