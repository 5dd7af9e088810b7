/**
 * Strategies held against each other over repeated runs: what each has found by one budget or several, and which differ.
 * What so many repeats can tell at all is said before, by `searchPower`.
 */
import { expectOptions } from "../../base/expect-options.js";
import { say } from "../../base/say.js";
import { holm } from "../../statistics/holm.js";
import { detectableEffect, type PowerOptions, repeatsForEffect } from "../../statistics/power.js";
import { rankSumTest } from "../../statistics/rank-sum.js";
import { mean, quantileSorted, sampleVariance } from "../../statistics/scale.js";
import { superiorityInterval } from "../../statistics/superiority-interval.js";
import { welchTest } from "../../statistics/welch.js";
import {
  type Along,
  checkedAlong,
  checkedRuns,
  endedEarly,
  type SearchCurve,
  type SearchRuns,
  valuesAt,
} from "./curves-along.js";
import { pointsOf } from "./points.js";

export interface CompareSearchesOptions {
  /**
   * Budgets by which the strategies are compared, in the unit of `along`: one or several, all of which are corrected for
   * together. Default: all that the shortest run has.
   */
  readonly at?: number | readonly number[];
  /** Default `"evaluations"`. */
  readonly along?: Along;
  /** What a strategy would have to find to have no regret, same unit. Default 0. */
  readonly best?: number;
  /** Of the intervals. Default 0.95. */
  readonly level?: number;
  /** Whether all intervals of one kind hold together with the level (Bonferroni), not each by itself. Default false. */
  readonly joint?: boolean;
}

/** A strategy by a budget. */
export interface SearchSummary {
  readonly name: string;
  readonly at: number;
  readonly repeats: number;
  /** Of them, those whose strategy had nothing more to propose: what they had found is held. */
  readonly ended: number;
  /** Mean over repeats, with its standard deviation between them. */
  readonly mean: number;
  readonly standardDeviation: number;
  readonly median: number;
  /** The mean minus the best there is. */
  readonly regret: number;
}

/** Two strategies by a budget. */
export interface SearchPair {
  readonly a: string;
  readonly b: string;
  readonly at: number;
  /** Mean of a minus that of b, with Welch's interval; below 0, a found better. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /** Of the rank-sum test, and the same corrected for the number of pairs and budgets (Holm). */
  readonly p: number;
  readonly pHolm: number;
  /** The share of pairs of runs in which b found better, ties half, with Newcombe's interval. */
  readonly superiority: number;
  readonly superiorityLow: number;
  readonly superiorityHigh: number;
  /** The share of pairs of runs that found the same. */
  readonly ties: number;
  /** Which found better: the corrected p is below one minus the level. */
  readonly better: string | undefined;
  /**
   * The least difference that so many runs tell, as they spread here, with a power of 80 % by the test that decides: the
   * rank-sum test as the first of all these comparisons that Holm's method judges. ∞ where so few runs tell nothing whatever
   * they find.
   */
  readonly detectable: number;
  /** Repeats of each that would tell the difference there is, likewise. */
  readonly repeatsNeeded: number;
  /** What it comes to, in words. */
  readonly verdict: string;
}

export interface ComparedSearches {
  /** The last budget. */
  readonly at: number;
  readonly budgets: readonly number[];
  readonly along: Along;
  readonly level: number;
  /** By budget, the best first. */
  readonly strategies: readonly SearchSummary[];
  /** Every pair by every budget, all of which the correction counts. */
  readonly pairs: readonly SearchPair[];
}

/**
 * Compares strategies over repeated runs: every pair by every budget, by the two-sided rank-sum test, corrected by Holm's
 * method for all of them together (which holds whatever they have in common, and runs by 100 evaluations and the same by 200
 * have much), with two effect sizes: the difference of means and the share of pairs of runs.
 *
 * Runs are taken as independent. Those of one strategy are, having seeds of their own; two strategies with the same
 * seeds that begin with the same random architectures are a little alike, and their difference is then a little surer than is said.
 *
 * @param runs of each strategy by name, at least two strategies with two runs each
 * @throws RangeError for fewer, for a budget that a run does not come to, and for a best that was passed
 * @example
 * ```ts
 * import { compareSearches, evolution, random, simulate, table } from "netspace/search";
 *
 * const assignments = (await table("SmallAssignments")).search();
 * const how = { evaluations: 40, repeats: 20 };
 * const { strategies, pairs: [pair] } = compareSearches(
 *   {
 *     random: simulate(random(), assignments, how),
 *     evolution: simulate(evolution({ population: 10, sample: 3 }), assignments, how),
 *   },
 *   { best: assignments.best },
 * );
 * strategies.map(({ name, regret }) => [name, regret.toFixed(2)]); // => [["random", "2.42"], ["evolution", "2.42"]]
 * pair.verdict; // => "random and evolution: no difference is told (p = 0.888, by itself 0.888; means differ by -0.01, -0.69 to 0.67); so many runs would tell 0.99"
 * ```
 */
export function compareSearches(runs: SearchRuns, options: CompareSearchesOptions = {}): ComparedSearches {
  const fn = "compareSearches";
  const entries = checkedRuns(fn, runs, 2, 2);
  expectOptions(fn, options, {
    at: "any?",
    along: "text?",
    best: "number?",
    level: "number?",
    joint: "boolean?",
  });
  const { at, along: asked = "evaluations", best = 0, level = 0.95, joint = false } = options;
  if (!(level > 0 && level < 1)) throw new RangeError(`${fn}: level must be in (0, 1), got ${say(level)}`);
  const along = checkedAlong(fn, asked);
  const { budgets, values } = valuesAt(fn, entries, along, budgetsOf(at));
  const names = entries.map(([name]) => name);
  const pairsAt = (names.length * (names.length - 1)) / 2;
  const strategies = budgets.flatMap((budget, i) =>
    entries
      .map(([name, some]) => summary(name, budget, some, values[i].get(name)!, best))
      .sort((a, b) => a.mean - b.mean),
  );
  const passed = options.best === undefined ? undefined : strategies.find(({ regret }) => regret < -1e-9);
  if (passed) {
    throw new RangeError(
      `${fn}: best must be at most what was found, got ${say(best)} where ${say(passed.name)} has a mean of ${passed.mean}`,
    );
  }
  const comparisons = pairsAt * budgets.length;
  const each = joint ? 1 - (1 - level) / comparisons : level;
  const decides = { test: "rank-sum", power: POWER, level: (1 - level) / comparisons, comparisons } as const;
  const tests = budgets.flatMap((budget, k) =>
    names.flatMap((a, i) =>
      names.slice(i + 1).map(b => tested(a, b, budget, values[k].get(a)!, values[k].get(b)!, each, decides)),
    ),
  );
  const corrected = holm(tests.map(({ p }) => p));
  const pairs = tests.map((test, i): SearchPair => {
    const pHolm = corrected[i];
    const better = pHolm < 1 - level ? (test.superiority > 0.5 ? test.b : test.a) : undefined;
    const pair = { ...test, pHolm, better };
    return { ...pair, verdict: verdict(pair, along, budgets.length > 1, level) };
  });
  return { at: budgets[budgets.length - 1], budgets, along, level, strategies, pairs };
}

const budgetsOf = (at: number | readonly number[] | undefined): readonly number[] | undefined =>
  at === undefined || Array.isArray(at) ? (at as readonly number[] | undefined) : [at as number];

/** With which differences that are said to be told are. */
const POWER = 0.8;

function tested(
  a: string,
  b: string,
  at: number,
  first: Float64Array,
  second: Float64Array,
  level: number,
  decides: Required<PowerOptions>,
) {
  const { value, low, high } = welchTest(first, second, { level });
  const { p, superiority } = rankSumTest(first, second);
  const [superiorityLow, superiorityHigh] = superiorityInterval(
    superiority,
    [first.length, second.length],
    level,
  );
  const deviation = Math.sqrt((sampleVariance(first) + sampleVariance(second)) / 2);
  const effect = detectableEffect([first.length, second.length], decides);
  return {
    a,
    b,
    at,
    difference: value,
    low,
    high,
    p,
    superiority,
    superiorityLow,
    superiorityHigh,
    ties: tiesBetween(first, second),
    detectable: effect === Infinity ? effect : effect * deviation,
    repeatsNeeded: repeatsForEffect(value === 0 ? 0 : value / deviation, decides),
  };
}

/** The share of pairs of one value of each that are the same. */
function tiesBetween(a: Float64Array, b: Float64Array): number {
  const counts = new Map<number, number>();
  for (const value of a) counts.set(value, (counts.get(value) ?? 0) + 1);
  return b.reduce((sum, value) => sum + (counts.get(value) ?? 0), 0) / (a.length * b.length);
}

function summary(
  name: string,
  at: number,
  runs: readonly SearchCurve[],
  values: Float64Array,
  best: number,
): SearchSummary {
  const average = mean(values);
  const median = quantileSorted(values.toSorted() as unknown as number[], 0.5);
  const standardDeviation = Math.sqrt(sampleVariance(values));
  return {
    name,
    at,
    repeats: values.length,
    ended: runs.filter(endedEarly).length,
    mean: average,
    standardDeviation,
    median,
    regret: average - best,
  };
}

/** A pair in words: who found better and by how much, or what would have been seen. */
function verdict(pair: Omit<SearchPair, "verdict">, along: Along, several: boolean, level: number): string {
  const { a, b, at, better, difference, low, high, superiority, pHolm, p, detectable } = pair;
  const number = pointsOf([difference, low, high, detectable].filter(Number.isFinite));
  const when = several ? ` by ${Number(at.toPrecision(6))} ${along}` : "";
  const percent = `${Number((100 * level).toPrecision(3))} %`;
  const chance = (value: number) => (value < 0.001 ? "< 0.001" : `= ${value.toFixed(3)}`);
  if (better === undefined) {
    return `${a} and ${b}${when}: no difference is told (p ${chance(pHolm)}, by itself ${chance(p).replace("= ", "")}; means differ by ${number(difference)}, ${number(low)} to ${number(high)}); so many runs ${detectable === Infinity ? "tell no difference, however large" : `would tell ${number(detectable)}`}`;
  }
  const turned = better === a;
  const [other, by, least, most] = turned ? [b, -difference, -high, -low] : [a, difference, low, high];
  const share = Math.round(100 * (turned ? 1 - superiority : superiority));
  return `${better} found better than ${other}${when}, by ${number(by)} on average (${number(least)} to ${number(most)}, ${percent}) and in ${share} of 100 pairs of runs (p ${chance(pHolm)})`;
}
