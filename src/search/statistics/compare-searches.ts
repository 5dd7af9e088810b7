/**
 * Strategies held against each other over repeated runs: what each has found after so many evaluations, which differ, and
 * what so many repeats can tell at all.
 */
import { say } from "../../base/say.js";
import { networksNeeded } from "../../statistics/compare-distributions.js";
import { holm } from "../../statistics/holm.js";
import { rankSumTest } from "../../statistics/rank-sum.js";
import { quantileSorted } from "../../statistics/scale.js";
import { welchTest } from "../../statistics/welch.js";
import { checkedRuns, type SearchRuns } from "./curves-along.js";

export interface CompareSearchesOptions {
  /** Evaluations after which the strategies are compared. Default: all that the shortest run has. */
  readonly at?: number;
  /** What a strategy would have to find to have no regret, same unit. Default 0. */
  readonly best?: number;
  /** Of the intervals. Default 0.95. */
  readonly level?: number;
}

/** A strategy after so many evaluations. */
export interface SearchSummary {
  readonly name: string;
  readonly repeats: number;
  /** Mean over repeats, with its standard deviation between them. */
  readonly mean: number;
  readonly standardDeviation: number;
  readonly median: number;
  /** The mean less the best there is. */
  readonly regret: number;
}

/** Two strategies after so many evaluations. */
export interface SearchPair {
  readonly a: string;
  readonly b: string;
  /** Mean of a less that of b, with Welch's interval; below 0, a found better. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /** Of the rank-sum test, and the same corrected for the number of pairs (Holm). */
  readonly p: number;
  readonly pHolm: number;
  /** The share of pairs of runs in which b found better, ties half. */
  readonly superiority: number;
  /** Repeats of each that would tell the difference there is, at a two-sided 5 % and with a power of 80 %. */
  readonly repeatsNeeded: number;
}

export interface ComparedSearches {
  readonly at: number;
  /** The best first. */
  readonly strategies: readonly SearchSummary[];
  readonly pairs: readonly SearchPair[];
}

/**
 * Compares strategies over repeated runs.
 *
 * @param runs of each strategy by name, at least two strategies with two runs each
 * @throws RangeError for fewer, and for a number of evaluations that a run does not have
 */
export function compareSearches(runs: SearchRuns, options: CompareSearchesOptions = {}): ComparedSearches {
  const entries = checkedRuns("compareSearches", runs, 2, 2);
  const shortest = Math.min(...entries.flatMap(([, curves]) => curves.map(({ judged }) => judged.length)));
  const { at = shortest, best = 0, level = 0.95 } = options;
  if (!(Number.isInteger(at) && at >= 1 && at <= shortest)) {
    throw new RangeError(
      `compareSearches: at must be from 1 to ${shortest}, which every run has, got ${say(at)}`,
    );
  }
  const found = new Map(
    entries.map(([name, curves]) => [name, Float64Array.from(curves, ({ judged }) => judged[at - 1])]),
  );
  const names = [...found.keys()];
  const tests = names.flatMap((a, i) =>
    names.slice(i + 1).map(b => {
      const [first, second] = [found.get(a)!, found.get(b)!];
      const { value, low, high } = welchTest(first, second, { level });
      const { p, superiority } = rankSumTest(first, second);
      return {
        a,
        b,
        difference: value,
        low,
        high,
        p,
        superiority,
        repeatsNeeded: needed(first, second, value),
      };
    }),
  );
  const corrected = holm(tests.map(({ p }) => p));
  return {
    at,
    strategies: names.map(name => summary(name, found.get(name)!, best)).sort((a, b) => a.mean - b.mean),
    pairs: tests.map((test, i) => ({ ...test, pHolm: corrected[i] })),
  };
}

const needed = (a: Float64Array, b: Float64Array, difference: number): number =>
  difference === 0 ? Infinity : networksNeeded(a, b, difference);

function summary(name: string, values: Float64Array, best: number): SearchSummary {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const median = quantileSorted(values.toSorted() as unknown as number[], 0.5);
  return { name, repeats: n, mean, standardDeviation: Math.sqrt(variance), median, regret: mean - best };
}

/**
 * The least difference of means that so many repeats of two strategies would tell, at a two-sided 5 % and with a power of
 * 80 %: said before a comparison, so that a null result is known to mean something. Nine repeats with a standard deviation
 * of 0.26 points tell 0.34.
 *
 * @param standardDeviation between repeats of one strategy, same unit as the difference
 */
export function detectableDifference(repeats: number, standardDeviation: number): number {
  if (!(Number.isInteger(repeats) && repeats >= 2 && standardDeviation >= 0)) {
    throw new RangeError(
      `detectableDifference: expected at least 2 repeats and a standard deviation, got ${say(repeats)} and ${say(standardDeviation)}`,
    );
  }
  // z of 0.975 and of 0.8.
  return (1.959963984540054 + 0.8416212335729143) * standardDeviation * Math.sqrt(2 / repeats);
}
