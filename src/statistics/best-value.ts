/**
 * Which value of a parameter do the best models have? The paper's "empirical bootstrap" (section 3.2, footnote
 * 4), whose median is the line and whose 95 % interval is the shaded band of Figures 2, 5 and 11.
 */
import { requireFinite, StatisticsError } from "./edf.js";

/** The likely range of a parameter's best value. */
export interface BestValue {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export interface BestValueOptions {
  /** Models in each resample, as a share of all. Default 0.25, as in the paper. */
  readonly fraction?: number;
  /** Probability that the interval holds. Default 0.95. */
  readonly level?: number;
}

/**
 * The empirical bootstrap of the best value: draw a quarter of the (value, error) pairs with replacement, keep
 * the value of the lowest error, repeat; the median and the central 95 % of the kept values.
 *
 * Computed as the limit of infinitely many repeats, not by drawing: with pairs sorted by error, the best of m
 * draws has rank at least r with probability ((n − r) / n)^m, so the weight of every pair is known exactly, and
 * the percentiles are those of the weighted values. (The paper repeats 10,000 times, pycls 2,500.) Pairs of
 * equal error are taken in the order given.
 *
 * @param values the parameter's value a model, any unit
 * @param errors the error a model
 */
export function bestValue(
  values: readonly number[],
  errors: readonly number[],
  { fraction = 0.25, level = 0.95 }: BestValueOptions = {},
): BestValue {
  requireFinite("bestValue", "values", values, 2);
  requireFinite("bestValue", "errors", errors, 2);
  const n = values.length;
  if (errors.length !== n) {
    throw new StatisticsError(`bestValue: expected as many errors as values, got ${errors.length} and ${n}`);
  }
  if (!(fraction > 0 && fraction <= 1) || !(level > 0 && level < 1)) {
    throw new StatisticsError(
      `bestValue: expected a fraction in (0, 1] and a level in (0, 1), got ${fraction} and ${level}`,
    );
  }
  const draws = Math.max(1, Math.round(fraction * n));
  const byError = [...values.keys()].sort((i, j) => errors[i] - errors[j]);
  const weighted = byError.map((index, rank) => ({
    value: values[index],
    weight: ((n - rank) / n) ** draws - ((n - rank - 1) / n) ** draws,
  }));
  weighted.sort((a, b) => a.value - b.value);
  const percentile = (p: number): number => {
    let below = 0;
    for (const { value, weight } of weighted) {
      below += weight;
      if (below >= p) return value;
    }
    return weighted[n - 1].value;
  };
  return { median: percentile(0.5), low: percentile((1 - level) / 2), high: percentile((1 + level) / 2) };
}
