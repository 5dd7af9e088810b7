/**
 * Empirical distribution functions of errors: how the paper compares design spaces (section 3.1, equation 1).
 */
import { inWords, short, sizeText } from "./shown-result.js";
import { withOrder, withSorted } from "../base/numbers/sort.js";
import {
  type Numbers,
  requireFinite,
  requirePositive,
  requireSameLength,
  StatisticsError,
  checkedOptions,
  requireNumbers,
} from "./statistics-error.js";

/** An empirical distribution function, F(e) = Σ w_i 1[e_i < e], with weights w_i = 1/n unless others are given. */
export interface Edf {
  /** The distinct errors, rising. */
  readonly errors: readonly number[];
  /** The share of models with an error of at most `errors[i]`: the step's upper end. Ends at 1. */
  readonly shares: readonly number[];
  /** Number of models. */
  readonly n: number;
  /** The least error, and the (weighted) mean error: the paper's legend [min | mean]. */
  readonly min: number;
  readonly mean: number;
  /** F(e): the share of models whose error is below e. */
  at(e: number): number;
}

export interface EdfOptions {
  /** One per model, above zero; only their ratios count. Default: all the same. */
  readonly weights?: Numbers;
}

/**
 * The EDF of some errors: F(e) is the share of models with an error below e.
 *
 * With weights, the share of the models' weight (NDS, section 3.3, which weights models so that complexities
 * become uniform; see `normalizedEdf`). Equal errors make one step.
 *
 * @param errors one per model, in any unit (the project uses per cent); not mutated
 * @throws StatisticsError if there are none, or one is not finite
 * @example
 * ```ts
 * const { min, mean, at } = edf([39, 42, 47, 60]);
 * [min, mean, at(45)]; // => [39, 47, 0.5]
 * ```
 */
export function edf(errors: Numbers, options: EdfOptions = {}): Edf {
  const { weights } = checkedOptions("edf", options, { weights: true });
  requireFinite("edf", "errors", errors, 1);
  const n = errors.length;
  if (weights) {
    requireSameLength("edf", "weights", weights, "errors", errors);
    requireFinite("edf", "weights", weights, 1);
    requirePositive("edf", "weights", weights);
  }
  const { distinct, shares, below, sum, min } = weights
    ? withOrder(errors, (order, stride, sorted) => stepsOf(sorted(), weightsInOrder(weights, order, stride)))
    : withSorted(errors, sorted => stepsOf(sorted));
  for (let k = 0; k < shares.length; k++) shares[k] /= below;
  const at = (e: number): number => {
    requireNumbers("edf(…).at", { error: e });
    let low = 0;
    let high = distinct.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (distinct[middle] < e) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : shares[low - 1];
  };
  let [errorList, shareList]: (readonly number[] | undefined)[] = [];
  const found: Edf = {
    // Lists of a million numbers take several times as long to make as all the rest, and few ask for them.
    get errors() {
      return (errorList ??= Array.from(distinct));
    },
    get shares() {
      return (shareList ??= Array.from(shares));
    },
    n,
    min,
    mean: sum / below,
    at,
  };
  return inWords(found, ({ n: count, min: least, mean }) => {
    const quantile = (p: number) => short(distinct[shares.findIndex(share => share >= p)]);
    const [q1, q2, q3] = [0.25, 0.5, 0.75].map(quantile);
    return `Error distribution${weights ? ", weighted" : ""}: least ${short(least)}, quarters below ${q1}, ${q2} and ${q3}, mean ${short(mean)}; ${sizeText(count)}`;
  });
}

function weightsInOrder(weights: Numbers, order: Uint32Array, stride: number): Float64Array {
  const inOrder = new Float64Array(weights.length);
  for (let i = 0; i < inOrder.length; i++) inOrder[i] = weights[order[stride * i]];
  return inOrder;
}

/** Of errors that rise the distinct ones, and the weight up to each; then all weight, Σ w e, and the least. */
function stepsOf(sorted: Float64Array, weights?: Float64Array) {
  const n = sorted.length;
  let count = 1;
  for (let i = 1; i < n; i++) if (sorted[i] !== sorted[i - 1]) count++;
  const distinct = new Float64Array(count);
  const shares = new Float64Array(count);
  let [below, sum, at] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const weight = weights ? weights[i] : 1;
    below += weight;
    sum += weight * sorted[i];
    if (i + 1 < n && sorted[i + 1] === sorted[i]) continue;
    distinct[at] = sorted[i];
    shares[at++] = below;
  }
  return { distinct, shares, below, sum, min: sorted[0] };
}

export interface EdfAreaOptions extends EdfOptions {
  /** The error at which the area ends, in the errors' unit: guessing, or the worst error worth telling apart. */
  readonly upTo: number;
}

/**
 * The area under the EDF up to an error ε, as a share of ε: (1/ε) ∫₀^ε F(e) de = 1 − Σ w_i min(1, e_i / ε), in
 * [0, 1]. The larger, the better the design space; one number where two EDFs cross (NDS, section 4.3).
 *
 * @param errors one per model, not negative, in the unit of `upTo`
 * @example
 * ```ts
 * edfArea([30, 60], { upTo: 60 }); // => 0.25
 * ```
 */
export function edfArea(errors: Numbers, options: EdfAreaOptions): number {
  const { upTo, weights } = checkedOptions("edfArea", options, { upTo: true, weights: true });
  requireFinite("edfArea", "errors", errors, 1);
  requireNumbers("edfArea", { upTo });
  if (!(upTo > 0 && Number.isFinite(upTo))) {
    throw new StatisticsError(`edfArea: expected upTo above zero, got ${upTo}`);
  }
  const { errors: steps, shares } = edf(errors, { weights });
  if (steps[0] < 0) throw new StatisticsError(`edfArea: expected errors of at least 0, got ${steps[0]}`);
  let area = 0;
  for (let i = 0; i < steps.length; i++) {
    const weight = shares[i] - (i === 0 ? 0 : shares[i - 1]);
    area += weight * (1 - Math.min(1, steps[i] / upTo));
  }
  return area;
}
