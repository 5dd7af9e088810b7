/** Several tests at once: p values made larger, so that all of them together seldom find what is not there. */
import { type Numbers, requireFinite, StatisticsError } from "./statistics-error.js";

/**
 * Holm's adjusted p values (1979): the k-th smallest of m times m − k + 1, never below the one before, at most 1. The
 * probability that any true null hypothesis has an adjusted p below 0.05 is at most 5 %, whatever the tests have in
 * common. As R's `p.adjust(p, "holm")`.
 *
 * @param p in [0, 1], one per test of the family
 * @returns in the order given
 * @example
 * ```ts
 * holm([0.01, 0.04, 0.03]); // => [0.03, 0.06, 0.06]
 * ```
 */
export function holm(p: Numbers): number[] {
  requireFinite("holm", "p values", p, 0);
  const odd = p.findIndex(value => value < 0 || value > 1);
  if (odd >= 0) throw new StatisticsError(`holm: expected p values in [0, 1], got ${p[odd]} at index ${odd}`);
  const order = Array.from(p, (_, i) => i).sort((i, j) => p[i] - p[j]);
  const adjusted = Array.from(p, () => 1);
  let least = 0;
  for (const [k, i] of order.entries()) {
    least = Math.max(least, Math.min(1, (p.length - k) * p[i]));
    adjusted[i] = least;
  }
  return adjusted;
}
