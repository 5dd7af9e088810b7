/**
 * Empirical distribution functions of errors: how the paper compares design spaces (section 3.1, equation 1).
 */
import { mean, min } from "simple-statistics";

/** Data that a statistic cannot be computed from; names the function, the expectation and the value. */
export class StatisticsError extends RangeError {
  override readonly name = "StatisticsError";
}

/** An empirical distribution function, F(e) = (1/n) Σ 1[e_i < e]. */
export interface Edf {
  /** The distinct errors, rising. */
  readonly errors: readonly number[];
  /** The share of models with an error of at most `errors[i]`: the step's upper end. Ends at 1. */
  readonly shares: readonly number[];
  /** Number of models. */
  readonly n: number;
  /** The least error, and the mean error: the paper's legend [min | mean]. */
  readonly min: number;
  readonly mean: number;
  /** F(e): the share of models whose error is below e. */
  at(e: number): number;
}

/**
 * The EDF of some errors.
 *
 * @param errors one a model, in any unit (the project uses per cent); not mutated
 * @throws StatisticsError if there are none, or one is not finite
 */
export function edf(errors: readonly number[]): Edf {
  requireFinite("edf", "errors", errors, 1);
  const sorted = Float64Array.from(errors).sort();
  const n = sorted.length;
  const distinct: number[] = [];
  const shares: number[] = [];
  for (let i = 0; i < n; i++) {
    if (i + 1 < n && sorted[i + 1] === sorted[i]) continue;
    distinct.push(sorted[i]);
    shares.push((i + 1) / n);
  }
  const at = (e: number): number => {
    let low = 0;
    let high = distinct.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (distinct[middle] < e) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : shares[low - 1];
  };
  return { errors: distinct, shares, n, min: min([...errors]), mean: mean([...errors]), at };
}

/** Throws unless there are at least `least` numbers, all of them finite. */
export function requireFinite(fn: string, what: string, numbers: readonly number[], least: number): void {
  if (numbers.length < least) {
    throw new StatisticsError(`${fn}: expected at least ${least} ${what}, got ${numbers.length}`);
  }
  const bad = numbers.findIndex(x => !Number.isFinite(x));
  if (bad >= 0)
    throw new StatisticsError(`${fn}: expected finite ${what}, got ${numbers[bad]} at index ${bad}`);
}
