/**
 * Which value of a parameter do the best models have? The paper's "empirical bootstrap" (section 3.2, footnote
 * 4), whose median is the line and whose 95 % interval is the shaded band of Figures 2, 5 and 11.
 */
import { interval, inWords, short, sizeText } from "./shown-result.js";
import { quantileSorted } from "./scale.js";
import type { OptionNames } from "../base/expect-options.js";
import { type Random, checkedRandom } from "../base/random.js";
import { sortOrder } from "../base/numbers/sort.js";
import {
  type Numbers,
  requireCount,
  requireFinite,
  requireSameLength,
  StatisticsError,
  checkedOptions,
  requireNumbers,
} from "./statistics-error.js";

/** The likely range of a parameter's best value. */
export interface BestValue {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export interface BestValueOptions {
  /** Models in each resample, as a share of all, cut to a whole number of at least 1. Default 0.25, as in the paper. */
  readonly fraction?: number;
  /** Probability that the interval holds. Default 0.95. */
  readonly level?: number;
  /** Draw this many resamples with `random` instead of taking the limit of infinitely many. */
  readonly repeats?: number;
  /** Source of randomness for `repeats`, for example `seeded(1)`. */
  readonly random?: Random;
}

export const bestValueNames: OptionNames<BestValueOptions> = {
  fraction: true,
  level: true,
  repeats: true,
  random: true,
};

/**
 * The empirical bootstrap of the best value: draw a quarter of the (value, error) pairs with replacement, keep
 * the value of the lowest error, repeat; the median and the central 95 % of the kept values.
 *
 * Computed as the limit of infinitely many repeats unless `repeats` are asked for: with pairs sorted by error, the
 * best of m draws has rank at least r with probability ((n − r) / n)^m, so the weight of every pair is known
 * exactly, and the percentiles are those of the weighted values. With `repeats` (the paper's 10,000, pycls's
 * 2,500), one uniform number U gives the rank of the best of m draws, floor(n (1 − U^(1/m))), and percentiles
 * interpolate as NumPy's do. Of pairs with equal error each is as likely to be kept as the other: in the limit they
 * share the weight of their ranks equally, and a resample keeps one of them at random, so the order of the models
 * does not matter.
 *
 * @param values the parameter's values, one per model, any unit
 * @param errors the errors, one per model
 * @example
 * ```ts
 * bestValue([4, 8, 12, 16, 20], [50, 45, 40, 41, 55]); // => { median: 12, low: 4, high: 20 }
 * ```
 */
export function bestValue(values: Numbers, errors: Numbers, options: BestValueOptions = {}): BestValue {
  const {
    fraction = 0.25,
    level = 0.95,
    repeats,
    random,
  } = checkedOptions("bestValue", options, bestValueNames);
  requireFinite("bestValue", "values", values, 2);
  requireFinite("bestValue", "errors", errors, 2);
  requireSameLength("bestValue", "errors", errors, "values", values);
  requireNumbers("bestValue", { fraction, level });
  if (!(fraction > 0 && fraction <= 1) || !(level > 0 && level < 1)) {
    throw new StatisticsError(
      `bestValue: expected a fraction in (0, 1] and a level in (0, 1), got ${fraction} and ${level}`,
    );
  }
  const n = values.length;
  // Cut, as pycls's int(n / 4).
  const draws = Math.max(1, Math.floor(fraction * n));
  const byError = sortOrder(errors);
  const ranked: Ranked = {
    values: Float64Array.from(byError, i => values[i]),
    ties: tieGroups(byError, errors),
  };
  let percentile: (p: number) => number;
  if (repeats === undefined) percentile = limit(ranked, draws);
  else {
    requireCount("bestValue", "repeats", repeats);
    if (!random)
      throw new StatisticsError("bestValue: expected random with repeats, got none; give seeded(1)");
    percentile = resampled(ranked, draws, repeats, checkedRandom("bestValue", random));
  }
  return inWords(
    { median: percentile(0.5), low: percentile((1 - level) / 2), high: percentile((1 + level) / 2) },
    found =>
      `Best value: ${short(found.median)}, ${interval(found.low, found.high, level)} (empirical bootstrap of ${short(100 * fraction)} %); ${sizeText(n)}`,
  );
}

/** Values by rising error, and for each rank the first and one past the last rank of the same error. */
interface Ranked {
  readonly values: Float64Array;
  readonly ties: { readonly start: Uint32Array; readonly end: Uint32Array };
}

function tieGroups(byError: Uint32Array, errors: Numbers): Ranked["ties"] {
  const n = byError.length;
  const [start, end] = [new Uint32Array(n), new Uint32Array(n)];
  for (let from = 0, to = 0; from < n; from = to) {
    while (to < n && errors[byError[to]] === errors[byError[from]]) to++;
    start.fill(from, from, to);
    end.fill(to, from, to);
  }
  return { start, end };
}

function limit({ values, ties: { start, end } }: Ranked, draws: number): (p: number) => number {
  const n = values.length;
  const weight = (rank: number) => {
    const [from, to] = [start[rank], end[rank]];
    return (((n - from) / n) ** draws - ((n - to) / n) ** draws) / (to - from);
  };
  // Values rise, and of equal ones the best comes first: the same sum in whatever order the models came.
  const byValue = sortOrder(values);
  return p => {
    let below = 0;
    for (const rank of byValue) {
      below += weight(rank);
      if (below >= p) return values[rank];
    }
    return values[byValue[n - 1]];
  };
}

function resampled(
  { values, ties: { start, end } }: Ranked,
  draws: number,
  repeats: number,
  random: Random,
): (p: number) => number {
  const n = values.length;
  const kept = new Float64Array(repeats);
  for (let i = 0; i < repeats; i++) {
    // 1 − U lies in (0, 1], so the rank in [0, n).
    const rank = Math.floor(n * (1 - (1 - random()) ** (1 / draws)));
    const tied = end[rank] - start[rank];
    kept[i] = values[tied > 1 ? start[rank] + Math.floor(random() * tied) : rank];
  }
  kept.sort();
  return p => quantileSorted(kept as unknown as number[], p);
}
