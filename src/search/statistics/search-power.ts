/** What so many repeats of two strategies can tell, said before they are run. */
import { say } from "../../base/say.js";
import {
  checkedPower,
  detectableEffect,
  deviationInterval,
  powerNames,
  type PowerOptions,
  repeatsForEffect,
} from "../../statistics/power.js";
import { sampleVariance } from "../../statistics/scale.js";
import { checkedOptions } from "../../statistics/statistics-error.js";
import { type Along, checkedAlong, checkedRuns, type SearchRuns, valuesAt } from "./curves-along.js";
import { pointsOf } from "./points.js";

/**
 * The least difference of means that so many repeats of two strategies tell, at a two-sided 5 % and with a power of 80 %
 * unless others are asked for, exactly for runs that spread normally and alike: said before a comparison, so that a null
 * result is known to mean something. Nine repeats with a standard deviation of 0.26 points tell 0.37. (By the usual
 * approximation, which takes the deviation as known, 0.34: of that they would find 74 of 100.)
 *
 * @param repeats of each strategy
 * @param standardDeviation between repeats of one strategy, same unit as the difference
 * @returns ∞ where so few repeats tell nothing at all
 * @example
 * ```ts
 * import { detectableDifference } from "netspace/search";
 *
 * // Nine searches of each of two strategies, whose best errors spread by 0.26 points.
 * detectableDifference(9, 0.26); // ≈ 0.366
 * ```
 */
export function detectableDifference(
  repeats: number,
  standardDeviation: number,
  options: PowerOptions = {},
): number {
  const fn = "detectableDifference";
  if (!(Number.isInteger(repeats) && repeats >= 2 && isDeviation(standardDeviation))) {
    throw new RangeError(
      `${fn}: expected at least 2 repeats and a standard deviation, got ${say(repeats)} and ${say(standardDeviation)}`,
    );
  }
  const effect = detectableEffect(repeats, checkedPower(fn, options));
  return effect === Infinity ? effect : effect * standardDeviation;
}

const isDeviation = (value: unknown): value is number =>
  typeof value === "number" && value >= 0 && value < Infinity;

/**
 * Repeats of each of two strategies that tell a difference of means; the inverse of `detectableDifference`. ∞ for a
 * difference of 0.
 *
 * @param difference in the unit of the standard deviation; its sign does not matter
 * @param options a number is the power
 * @example
 * ```ts
 * import { repeatsFor } from "netspace/search";
 *
 * // How many searches of each strategy tell a difference of 0.2 points?
 * repeatsFor(0.2, 0.26); // => 28
 * ```
 */
export function repeatsFor(
  difference: number,
  standardDeviation: number,
  options: PowerOptions | number = {},
): number {
  const fn = "repeatsFor";
  if (!(Number.isFinite(difference) && isDeviation(standardDeviation))) {
    throw new RangeError(
      `${fn}: expected a difference and a standard deviation, got ${say(difference)} and ${say(standardDeviation)}`,
    );
  }
  const settings = checkedPower(fn, typeof options === "number" ? { power: options } : options);
  return repeatsForEffect(difference === 0 ? 0 : difference / standardDeviation, settings);
}

export interface SearchPowerOptions extends PowerOptions {
  /** Repeats of each strategy that are planned. */
  readonly repeats: number;
  /** Where the pilot is looked at, in the unit of `along`. Default: as far as all its runs go. */
  readonly at?: number;
  /** Default `"evaluations"`. */
  readonly along?: Along;
  /** Of the errors. Default `"points"`. */
  readonly unit?: string;
}

/** What a comparison will be able to tell. */
export interface SearchPower {
  readonly repeats: number;
  /** Between runs of one strategy: the pilot's, pooled over its strategies. */
  readonly standardDeviation: number;
  /** Where it lies with 95 %, as of normal runs; the value itself where it was given as a number. */
  readonly deviationLow: number;
  readonly deviationHigh: number;
  /** Runs of the pilot; 0 where the deviation was given. */
  readonly pilot: number;
  /** The least difference that is told, and what it is if the deviation is at either end of its interval. */
  readonly detectable: number;
  readonly detectableLow: number;
  readonly detectableHigh: number;
  /** The same where it is the first of all comparisons that Holm's method judges; equal to it where there is one. */
  readonly detectableAmongAll: number;
  /** All of it in words. */
  readonly statement: string;
}

/**
 * What a comparison of so many repeats would tell, from a pilot: runs of one strategy or several, or their standard
 * deviation. Its sentence belongs before the comparison.
 *
 * The deviation of a few runs is itself uncertain, so the interval is said as well. Runs at a budget are seldom normal: near
 * the best there is they bunch; compare the medians' curve. The power is that of the mean.
 *
 * @param pilot two runs or more of each of its strategies, or the standard deviation
 * @throws RangeError for fewer
 * @example
 * ```ts
 * import { random, searchPower, simulate, table } from "netspace/search";
 *
 * const assignments = (await table("SmallAssignments")).search();
 * const pilot = simulate(random(), assignments, { evaluations: 30, repeats: 10 });
 * searchPower({ random: pilot }, { repeats: 20 }).statement; // => "20 repeats of each strategy would tell a difference of 1.00 points (0.69 to 1.83), in 80 % of cases, at a two-sided 5 % by Student's t (standard deviation between runs 1.10 points, from 10 runs: 0.76 to 2.01)."
 * ```
 */
export function searchPower(pilot: SearchRuns | number, options: SearchPowerOptions): SearchPower {
  const fn = "searchPower";
  const {
    repeats,
    at,
    along: asked = "evaluations",
    unit = "points",
    ...how
  } = checkedOptions(fn, options, { ...powerNames, repeats: true, at: true, along: true, unit: true });
  const along = checkedAlong(fn, asked);
  if (typeof unit !== "string") throw new RangeError(`${fn}: expected a text as unit, got ${say(unit)}`);
  const { level, comparisons, power, test } = checkedPower(fn, how);
  const { deviation, df, runs } =
    typeof pilot === "number" ? { deviation: pilot, df: Infinity, runs: 0 } : pooled(fn, pilot, along, at);
  const alone = (sd: number) => detectableDifference(repeats, sd, { ...how, comparisons: 1 });
  const [low, high] = df === Infinity ? [deviation, deviation] : deviationInterval(deviation, df, 0.95);
  const found = {
    repeats,
    standardDeviation: deviation,
    deviationLow: low,
    deviationHigh: high,
    pilot: runs,
    detectable: alone(deviation),
    detectableLow: alone(low),
    detectableHigh: alone(high),
    detectableAmongAll: detectableDifference(repeats, deviation, how),
  };
  const number = pointsOf([found.detectable, deviation]);
  const percent = (share: number) => `${Number((100 * share).toPrecision(3))} %`;
  const known = runs > 0 ? `, from ${runs} runs: ${number(low)} to ${number(high)}` : "";
  const tell = (value: number, range: string) =>
    value === Infinity
      ? `would tell no difference, however large`
      : `would tell a difference of ${number(value)} ${unit}${range}`;
  const range =
    runs > 0 && found.detectable < Infinity
      ? ` (${number(found.detectableLow)} to ${number(found.detectableHigh)})`
      : "";
  const first = `${repeats} repeats of each strategy ${tell(found.detectable, range)}, in ${percent(power)} of cases, at a two-sided ${percent(level * comparisons)} by ${test === "t" ? "Student's t" : "the rank-sum test"} (standard deviation between runs ${number(deviation)} ${unit}${known}).`;
  const all =
    comparisons > 1
      ? ` The first of ${comparisons} comparisons, corrected by Holm's method, ${tell(found.detectableAmongAll, "")}.`
      : "";
  return { ...found, statement: first + all };
}

/** The standard deviation within strategies. */
function pooled(fn: string, pilot: SearchRuns, along: Along, at: number | undefined) {
  const entries = checkedRuns(fn, pilot, 1, 2);
  const { values } = valuesAt(fn, entries, along, at === undefined ? undefined : [at]);
  let [squares, df, runs] = [0, 0, 0];
  for (const column of values[0].values()) {
    squares += (column.length - 1) * sampleVariance(column);
    df += column.length - 1;
    runs += column.length;
  }
  return { deviation: Math.sqrt(squares / df), df, runs };
}
