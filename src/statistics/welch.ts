/** Two means compared without asking that the samples spread alike: Welch's t. */
import { chanceText, interval, inWords, short, sizes } from "./shown-result.js";
import { mean, sampleVariance } from "simple-statistics";
import { scaleOf, scaledBy, unscaled } from "./scale.js";
import { studentQuantile, studentUpper } from "./distributions.js";
import { checkedOptions, type Numbers, requireFinite, requireLevel } from "./statistics-error.js";

/** A difference of two samples' means, in their unit. */
export interface WelchTest {
  /** The mean of the first minus that of the second. */
  readonly value: number;
  readonly standardError: number;
  /** Satterthwaite's; ∞ where neither sample varies. */
  readonly degreesOfFreedom: number;
  /** The interval of 95 %, or of the level asked for. */
  readonly low: number;
  readonly high: number;
  /** Two-sided probability of a difference as large if the means are equal. */
  readonly p: number;
  /** One-sided probabilities: small if the first mean is lower, and if it is higher. */
  readonly pLower: number;
  readonly pHigher: number;
}

export interface WelchOptions {
  /** Probability that the interval holds. Default 0.95. */
  readonly level?: number;
  /** The difference that is tested. Default 0. */
  readonly difference?: number;
}

/**
 * Welch's t test, as `scipy.stats.ttest_ind(a, b, equal_var=False)`. No seed decides it, and with some dozens of
 * networks per sample it holds its level for errors as they come, heavy-tailed and with ties at chance.
 *
 * Where neither sample varies nothing is uncertain: p is 0 in the direction of the difference, else 1.
 *
 * @param a one per model, any unit
 * @param b same unit
 * @throws StatisticsError for fewer than two values in a sample
 * @example
 * ```ts
 * welchTest([1, 2, 3], [4, 5, 6]).p; // ≈ 0.0213
 * ```
 */
export function welchTest(a: Numbers, b: Numbers, options: WelchOptions = {}): WelchTest {
  const fn = "welchTest";
  const { level = 0.95, difference = 0 } = checkedOptions(fn, options, { level: true, difference: true });
  requireFinite(fn, "values in the first sample", a, 2);
  requireFinite(fn, "values in the second sample", b, 2);
  requireLevel(fn, level);
  requireFinite(fn, "differences", [difference], 1);
  const against = difference === 0 ? "" : `, against ${short(difference)}`;
  const shown = (test: WelchTest) =>
    inWords(
      test,
      found =>
        `Welch's t${against}: mean of the first minus the second ${short(found.value)}, ${interval(found.low, found.high, level)}, ${chanceText(found.p)} (${short(found.degreesOfFreedom)} degrees of freedom); ${sizes(a, b)}`,
    );
  const by = scaleOf(a, b);
  if (by !== 1) {
    const found = welchTest(scaledBy(a, by), scaledBy(b, by), { level, difference: within(difference * by) });
    return shown(unscaled(found, by, ["value", "standardError", "low", "high"]));
  }
  const value = mean(a as number[]) - mean(b as number[]);
  const [fromA, fromB] = [a, b].map(x => sampleVariance(x as number[]) / x.length);
  const variance = fromA + fromB;
  const standardError = Math.sqrt(variance);
  const off = value - difference;
  if (!(variance > 0)) {
    const [pLower, pHigher] = [off < 0 ? 0 : 1, off > 0 ? 0 : 1];
    const degreesOfFreedom = Number.POSITIVE_INFINITY;
    return shown({
      value,
      standardError,
      degreesOfFreedom,
      low: value,
      high: value,
      p: Math.min(pLower, pHigher),
      pLower,
      pHigher,
    });
  }
  const degreesOfFreedom =
    1 / ((fromA / variance) ** 2 / (a.length - 1) + (fromB / variance) ** 2 / (b.length - 1));
  const half = studentQuantile((1 - level) / 2, degreesOfFreedom) * standardError;
  const pHigher = studentUpper(off / standardError, degreesOfFreedom);
  const pLower = studentUpper(-off / standardError, degreesOfFreedom);
  const p = Math.min(1, 2 * Math.min(pLower, pHigher));
  return shown({
    value,
    standardError,
    degreesOfFreedom,
    low: value - half,
    high: value + half,
    p,
    pLower,
    pHigher,
  });
}

/** A difference beyond all values, which is none of theirs at any size. */
const within = (difference: number): number =>
  Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, difference));
