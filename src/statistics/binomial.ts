/** A share against a number, exactly: the binomial test, with the interval that belongs to it. */
import { gammaln } from "simple-statistics";
import { requireCount, requireLevel, StatisticsError } from "./statistics-error.js";

/** A share of what was counted, and how far it is from the one that was asked about. */
export interface BinomialTest {
  /** The share that was found. */
  readonly value: number;
  /** Clopper and Pearson's interval (1934): the shares that neither one-sided test rejects. */
  readonly low: number;
  readonly high: number;
  /** One-sided probabilities: small if the share is lower than the one asked about, and if it is higher. */
  readonly pLower: number;
  readonly pHigher: number;
}

/**
 * The exact binomial test, as `scipy.stats.binomtest(hits, of, share)`.
 *
 * @param hits how many have what is counted
 * @param of how many there are, 1 or more
 * @param share the one that is tested, in [0, 1]
 * @param level probability that the interval holds. Default 0.95
 * @throws StatisticsError for what is no count, more hits than there are, or no share
 */
export function binomialTest(hits: number, of: number, share: number, level = 0.95): BinomialTest {
  const fn = "binomialTest";
  requireCount(fn, "hits", hits, 0);
  requireCount(fn, "of", of, 1);
  requireLevel(fn, level);
  if (hits > of) throw new StatisticsError(`${fn}: expected at most ${of} hits of ${of}, got ${hits}`);
  if (!(share >= 0 && share <= 1))
    throw new StatisticsError(`${fn}: expected a share in [0, 1], got ${share}`);
  const outside = (1 - level) / 2;
  return {
    value: hits / of,
    low: hits === 0 ? 0 : shareWhere(p => atLeast(hits, of, p) - outside),
    high: hits === of ? 1 : shareWhere(p => outside - atMost(hits, of, p)),
    pLower: atMost(hits, of, share),
    pHigher: atLeast(hits, of, share),
  };
}

/** P(X ≤ k) of n tries. */
const atMost = (k: number, n: number, p: number): number => atLeast(n - k, n, 1 - p);

/** P(X ≥ k) of n tries. */
function atLeast(k: number, n: number, p: number): number {
  if (k <= 0) return 1;
  if (p === 0) return 0;
  if (p === 1) return 1;
  const logChoose = (i: number) => gammaln(n + 1) - gammaln(i + 1) - gammaln(n - i + 1);
  let sum = 0;
  for (let i = k; i <= n; i++) sum += Math.exp(logChoose(i) + i * Math.log(p) + (n - i) * Math.log1p(-p));
  return Math.min(1, sum);
}

/** Where a rising function of a share is zero. */
function shareWhere(rising: (p: number) => number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (rising(middle) > 0) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}
