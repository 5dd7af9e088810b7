/**
 * How good is random search in a design space? The expected best error of m networks drawn at random (NDS,
 * section 4.4; the paper's Figure 9, right).
 */
import { inTable, short } from "./shown-result.js";
import { edf } from "./edf.js";
import { tiesBy } from "./chosen-by.js";
import {
  type Numbers,
  requireCount,
  checkedOptions,
  requireArray,
  requireFinite,
} from "./statistics-error.js";

/** What the best of `size` random models is like; in the errors' unit. */
export interface RandomSearchPoint {
  readonly size: number;
  readonly mean: number;
  /** Standard deviation of the best error between searches of this size. */
  readonly sigma: number;
  /** mean ± σ (which the paper's Figure 9 seems to draw) and mean ± 2σ (which NDS draws). */
  readonly oneSigma: readonly [number, number];
  readonly twoSigma: readonly [number, number];
}

export interface RandomSearchOptions {
  /** Experiment sizes. Default 1, 2, 4, … up to the number of models. */
  readonly sizes?: readonly number[];
  /** One per model, for example `complexityWeights`; the chance to draw it. Default: all the same. */
  readonly weights?: Numbers;
  /**
   * What the search chooses by, one per model, for example validation errors; `errors` are then what its choice turns out to
   * have, and mean and spread those of that. Default: the errors themselves, whose least flatters.
   */
  readonly by?: Numbers;
}

/**
 * Random-search efficiency: draw m models with replacement and keep the least error; mean and spread over
 * infinitely many such searches.
 *
 * Exact, not by repeats: the least of m draws is above error e with probability (1 − F(e))^m, where F counts the
 * models of at most e, so each error's weight is known, and with it mean and standard deviation. (NDS repeats n/m
 * times and takes the spread of those.)
 *
 * @param errors one per model, any unit
 * @example
 * ```ts
 * randomSearch([39, 41], { sizes: [1, 2] }).map(({ mean }) => mean); // => [40, 39.5]
 * ```
 */
export function randomSearch(errors: Numbers, options: RandomSearchOptions = {}): RandomSearchPoint[] {
  const {
    sizes,
    weights,
    by = errors,
  } = checkedOptions("randomSearch", options, { sizes: true, weights: true, by: true });
  requireFinite("randomSearch", "errors", errors, 1);
  if (sizes !== undefined) requireArray("randomSearch", "sizes", sizes);
  const { errors: values, shares, n } = edf(by, { weights });
  const steps =
    by === errors ? values.map(mean => ({ mean, variance: 0 })) : tiesBy("randomSearch", errors, by, weights);
  const all = sizes ?? Array.from({ length: Math.floor(Math.log2(n)) + 1 }, (_, k) => 2 ** k);
  const points = all.map(size => {
    requireCount("randomSearch", "sizes", size);
    let [mean, above] = [0, 1];
    const weight = steps.map((step, i) => {
      const next = (1 - shares[i]) ** size;
      const w = above - next;
      above = next;
      mean += w * step.mean;
      return w;
    });
    // Around the mean, not as a difference of squares: with large m the spread is tiny.
    const sigma = Math.sqrt(
      steps.reduce((sum, step, i) => sum + weight[i] * (step.variance + (step.mean - mean) ** 2), 0),
    );
    const band = (k: number) => [mean - k * sigma, mean + k * sigma] as const;
    return { size, mean, sigma, oneSigma: band(1), twoSigma: band(2) };
  });
  return inTable(points, some => ({
    title: `Least error of so many networks drawn at random, from n = ${n.toLocaleString("en")}`,
    head: ["networks", "mean", "standard deviation"],
    rows: some.map(({ size, mean, sigma }) => [String(size), short(mean), short(sigma)]),
  }));
}
