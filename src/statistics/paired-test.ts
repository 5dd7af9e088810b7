/** Two measurements of the same things compared: Student's t of their differences. */
import { chanceText, interval, inWords, short } from "./shown-result.js";
import { mean, sampleVariance, scaleOf, scaledBy, unscaled } from "./scale.js";
import { studentQuantile, studentUpper } from "./distributions.js";
import {
  checkedOptions,
  type Numbers,
  requireFinite,
  requireLevel,
  StatisticsError,
} from "./statistics-error.js";

/** Differences of pairs, in the values' unit. */
export interface PairedTest {
  /** Pairs. */
  readonly n: number;
  /** The mean of the first's values minus the second's. */
  readonly value: number;
  readonly standardError: number;
  /** The interval of 95 %, or of the level asked for. */
  readonly low: number;
  readonly high: number;
  /** Two-sided probability of a mean difference as large if there is none. */
  readonly p: number;
  /** One-sided probabilities: small if the first is lower, and if it is higher. */
  readonly pLower: number;
  readonly pHigher: number;
  /** Pairs of which the first is lower, and of which it is higher; the others are alike. */
  readonly lower: number;
  readonly higher: number;
}

export interface PairedTestOptions {
  /** Probability that the interval holds. Default 0.95. */
  readonly level?: number;
}

/**
 * The paired t test, as `scipy.stats.ttest_rel(a, b)`: what pairs have in common does not blur the difference, so it finds
 * smaller ones than `welchTest` on the same numbers where a pair's values are alike.
 *
 * Where the differences do not vary nothing is uncertain: p is 0 unless they are zero.
 *
 * @param a one per pair, any unit
 * @param b of the same pairs in the same order, same unit
 * @throws StatisticsError for fewer than two pairs, or lists of different lengths
 * @example
 * ```ts
 * pairedTest([1, 2, 3, 4], [2, 2, 5, 5]).p; // ≈ 0.0917
 * ```
 */
export function pairedTest(a: Numbers, b: Numbers, options: PairedTestOptions = {}): PairedTest {
  const fn = "pairedTest";
  const { level = 0.95 } = checkedOptions(fn, options, { level: true });
  requireFinite(fn, "values in the first sample", a, 2);
  requireFinite(fn, "values in the second sample", b, 2);
  requireLevel(fn, level);
  if (a.length !== b.length) {
    throw new StatisticsError(`${fn}: expected two values per pair, got ${a.length} and ${b.length}`);
  }
  const shown = (test: PairedTest) =>
    inWords(
      test,
      found =>
        `Paired t: the first minus the second ${short(found.value)}, ${interval(found.low, found.high, level)}, ${chanceText(found.p)}; lower in ${found.lower}, higher in ${found.higher} of ${found.n} pairs`,
    );
  const by = scaleOf(a, b);
  if (by !== 1) {
    const found = pairedTest(scaledBy(a, by), scaledBy(b, by), { level });
    return shown(unscaled(found, by, ["value", "standardError", "low", "high"]));
  }
  const n = a.length;
  const differences = Array.from(a, (value, i) => value - b[i]);
  const value = mean(differences);
  const standardError = Math.sqrt(sampleVariance(differences) / n);
  const lower = differences.filter(difference => difference < 0).length;
  const higher = differences.filter(difference => difference > 0).length;
  const counts = { n, lower, higher };
  if (!(standardError > 0)) {
    const [pLower, pHigher] = [value < 0 ? 0 : 1, value > 0 ? 0 : 1];
    return shown({
      ...counts,
      value,
      standardError,
      low: value,
      high: value,
      p: Math.min(pLower, pHigher),
      pLower,
      pHigher,
    });
  }
  const half = studentQuantile((1 - level) / 2, n - 1) * standardError;
  const pHigher = studentUpper(value / standardError, n - 1);
  const pLower = studentUpper(-value / standardError, n - 1);
  return shown({
    ...counts,
    value,
    standardError,
    low: value - half,
    high: value + half,
    p: Math.min(1, 2 * Math.min(pLower, pHigher)),
    pLower,
    pHigher,
  });
}
