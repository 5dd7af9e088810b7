/** Two shares compared exactly: Fisher's test of a table of two by two. */
import { gammaln } from "simple-statistics";
import { requireCount, StatisticsError } from "./statistics-error.js";

/**
 * Fisher's exact test, two-sided: the probability, with the table's margins as they are, of a table no likelier than this
 * one if both shares are the same. As `scipy.stats.fisher_exact([[hits, of - hits], [otherHits, otherOf - otherHits]])`.
 *
 * @param hits how many of the first sample have what is counted
 * @param of the first sample's size
 * @example
 * ```ts
 * fisherExact(8, 10, 1, 6); // ≈ 0.0350
 * ```
 */
export function fisherExact(hits: number, of: number, otherHits: number, otherOf: number): number {
  const fn = "fisherExact";
  for (const [what, value] of Object.entries({ hits, of, otherHits, otherOf }))
    requireCount(fn, what, value, 0);
  if (hits > of || otherHits > otherOf) {
    throw new StatisticsError(
      `${fn}: expected at most as many hits as models, got ${hits} of ${of} and ${otherHits} of ${otherOf}`,
    );
  }
  const all = hits + otherHits;
  const logChoose = (n: number, k: number) => gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1);
  const total = logChoose(of + otherOf, all);
  const chance = (k: number) => Math.exp(logChoose(of, k) + logChoose(otherOf, all - k) - total);
  // Tables that are as likely but for rounding count; SciPy and R allow them alike.
  const limit = chance(hits) * (1 + 1e-7);
  let p = 0;
  for (let k = Math.max(0, all - otherOf); k <= Math.min(of, all); k++) {
    const one = chance(k);
    if (one <= limit) p += one;
  }
  return Math.min(1, p);
}
