/**
 * What so many repeats of two experiments can tell: power of the two-sample tests, the least difference they find, and the
 * repeats that a difference needs. For experiments that spread normally and alike; said before they are made.
 */
import { gammaln } from "simple-statistics";
import type { OptionNames } from "../base/expect-options.js";
import { say } from "../base/say.js";
import { chiSquareTail, normalTail, studentQuantile } from "./distributions.js";
import {
  checkedOptions,
  requireCount,
  requireLevel,
  requireNumbers,
  StatisticsError,
} from "./statistics-error.js";

export interface PowerOptions {
  /** Probability to find the difference. Default 0.8. */
  readonly power?: number;
  /** Two-sided probability to find one where there is none. Default 0.05. */
  readonly level?: number;
  /**
   * Comparisons made at once: each is held to the level divided by them, as Holm's method holds the first one, so that
   * the power is what a difference has that is found by itself. Default 1.
   */
  readonly comparisons?: number;
  /**
   * By Student's t, exactly, or by the rank-sum test, which is as strong as t is with 3 / π as many repeats (Pitman's
   * efficiency, of normal experiments), and finds nothing where even the most extreme ranks are likelier than the level.
   * Default `"t"`.
   */
  readonly test?: "t" | "rank-sum";
}

export const powerNames: OptionNames<PowerOptions> = {
  power: true,
  level: true,
  comparisons: true,
  test: true,
};

/** Options with their defaults; `level` is that of each comparison. @throws StatisticsError for what is none */
export function checkedPower(fn: string, options: PowerOptions): Required<PowerOptions> {
  const { power = 0.8, level = 0.05, comparisons = 1, test = "t" } = checkedOptions(fn, options, powerNames);
  requireLevel(fn, level);
  requireCount(fn, "comparisons", comparisons);
  if (test !== "t" && test !== "rank-sum") {
    throw new StatisticsError(`${fn}: expected test "t" or "rank-sum", got ${say(test)}`);
  }
  if (!(typeof power === "number" && power > level && power < 1)) {
    throw new StatisticsError(
      `${fn}: expected a power above the level of ${level} and below 1, got ${say(power)}`,
    );
  }
  return { power, level: level / comparisons, comparisons, test };
}

/**
 * The power of a two-sided test of so many repeats each, at a difference of so many standard deviations. As statsmodels'
 * `TTestIndPower().power(effect, repeats, level)` for t.
 */
export function powerAt(effect: number, repeats: Repeats, level: number, test: "t" | "rank-sum"): number {
  const sizes = typeof repeats === "number" ? ([repeats, repeats] as const) : repeats;
  if (test === "rank-sum" && leastP(...sizes) > level) return 0;
  const share = test === "rank-sum" ? 3 / Math.PI : 1;
  const [n, m] = [share * sizes[0], share * sizes[1]];
  const df = n + m - 2;
  if (!(df > 0)) return 0;
  return beyond(studentQuantile(level / 2, df), df, Math.abs(effect) / Math.sqrt(1 / n + 1 / m));
}

/** Of each, or of the one and of the other. */
export type Repeats = number | readonly [number, number];

/** The least two-sided p of the rank-sum test: both orders of samples that do not overlap. */
function leastP(n: number, m: number): number {
  return 2 * Math.exp(gammaln(n + 1) + gammaln(m + 1) - gammaln(n + m + 1));
}

/**
 * P(|T| > t) of Student's t that is not central: (Z + δ) / S with S² = χ² / df. Integrated over S by Simpson's rule, over
 * the stretch that holds all but 1e−16 of it.
 */
function beyond(t: number, df: number, delta: number): number {
  const spread = 1 / Math.sqrt(2 * df);
  const [from, to] = [Math.max(0, 1 - 9 * spread), 1 + 12 * spread];
  const log = Math.LN2 + (df / 2) * Math.log(df / 2) - gammaln(df / 2);
  const density = (s: number) => (s > 0 ? Math.exp(log + (df - 1) * Math.log(s) - (df * s * s) / 2) : 0);
  // The fewer degrees of freedom, the less smooth the density is at 0.
  const steps = df < 10 ? 400 : 120;
  const width = (to - from) / steps;
  let [sum, weight] = [0, 0];
  for (let i = 0; i <= steps; i++) {
    const s = from + i * width;
    const w = (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * density(s);
    weight += w;
    sum += w * (normalUpper(t * s - delta) + normalUpper(t * s + delta));
  }
  return Math.min(1, sum / weight);
}

const normalUpper = (z: number): number => (z >= 0 ? normalTail(z) / 2 : 1 - normalTail(z) / 2);

/**
 * The least difference, in standard deviations, that so many repeats of each find; ∞ where they find none at all.
 */
export function detectableEffect(repeats: Repeats, settings: Required<PowerOptions>): number {
  const { power, level, test } = settings;
  const found = (effect: number) => powerAt(effect, repeats, level, test) >= power;
  let [low, high] = [0, 1];
  while (!found(high)) {
    if (high > 1e9) return Number.POSITIVE_INFINITY;
    [low, high] = [high, 2 * high];
  }
  while (high - low > 1e-8 * high) {
    const middle = (low + high) / 2;
    if (found(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** The fewest repeats of each, two or more, that find a difference of so many standard deviations; ∞ for a difference of 0. */
export function repeatsForEffect(effect: number, settings: Required<PowerOptions>): number {
  const { power, level, test } = settings;
  if (effect === 0) return Number.POSITIVE_INFINITY;
  const found = (repeats: number) => powerAt(effect, repeats, level, test) >= power;
  let [low, high] = [1, 2];
  while (!found(high)) {
    if (high > 2 ** 52) return Number.POSITIVE_INFINITY;
    [low, high] = [high, 2 * high];
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (found(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * Where the standard deviation lies that so many runs have shown, by χ² for normal runs.
 *
 * @param df degrees of freedom: runs minus the means that were taken off
 */
export function deviationInterval(deviation: number, df: number, level: number): readonly [number, number] {
  requireNumbers("deviationInterval", { deviation, df });
  return [(1 - level) / 2, (1 + level) / 2].map(
    upper => deviation * Math.sqrt(df / chiSquareQuantile(upper, df)),
  ) as [number, number];
}

/** The x that χ² exceeds with this probability. */
function chiSquareQuantile(upper: number, df: number): number {
  let [low, high] = [0, df + 1];
  while (chiSquareTail(high, df) > upper) [low, high] = [high, 2 * high];
  for (let middle = high; ; ) {
    const next = (low + high) / 2;
    if (next === middle) return next;
    middle = next;
    if (chiSquareTail(middle, df) > upper) low = middle;
    else high = middle;
  }
}
