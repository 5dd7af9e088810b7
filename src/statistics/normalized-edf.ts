/**
 * EDFs at equal complexity: two design spaces may differ only because one holds larger networks. NDS (arXiv
 * 1905.13214, section 3.3) weights the models so that complexity becomes uniform, then compares.
 */
import type { OptionNames } from "../base/expect-options.js";
import { type Edf, edf } from "./edf.js";
import {
  type Numbers,
  requireCount,
  requireFinite,
  requireSameLength,
  StatisticsError,
  checkedOptions,
  requireArray,
  requireNumbers,
} from "./statistics-error.js";

export interface ComplexityBins {
  /** Number of bins of equal width; none may be empty. NDS uses 40 (and 20 for its NAS spaces). */
  readonly bins: number;
  /**
   * First and last edge, in the complexity's unit. Default: the least and the greatest complexity. Give the same
   * range to all populations that are compared.
   */
  readonly range?: readonly [number, number];
}

const binNames: OptionNames<ComplexityBins> = { bins: true, range: true };

/**
 * Weights that make a complexity uniform: w_i = 1 / (models in i's bin · number of bins), so Σ w_i = 1.
 *
 * Bins are half-open, [edge, next edge), the last one closed, and edges are `numpy.linspace`'s: a model on
 * one is where `numpy.histogram` counts it, which NDS's code uses.
 *
 * @param complexities flops, params, acts or any other number, one per model
 * @throws StatisticsError for a bin without a model, and for a model outside the range
 * @example
 * ```ts
 * complexityWeights([1, 1.2, 1.4, 9], { bins: 2 }); // => Float64Array.of(1 / 6, 1 / 6, 1 / 6, 1 / 2)
 * ```
 */
export function complexityWeights(complexities: Numbers, options: ComplexityBins): Float64Array {
  const fn = "complexityWeights";
  const { bins, range } = checkedOptions(fn, options, binNames);
  if (range !== undefined) requireArray(fn, "range", range);
  requireFinite(fn, "complexities", complexities, 1);
  requireCount(fn, "bins", bins);
  const [low, high] = range ?? extent(complexities);
  requireNumbers(fn, { "the range's lower end": low, "the range's upper end": high });
  if (!(low < high && Number.isFinite(low) && Number.isFinite(high))) {
    throw new StatisticsError(`${fn}: expected a finite range that rises, got [${low}, ${high}]`);
  }
  // As numpy.linspace has them.
  const edge = (k: number) => (k === bins ? high : low + k * ((high - low) / bins));
  const counts = new Uint32Array(bins);
  const binOf = Uint32Array.from(complexities, (complexity, i) => {
    if (complexity < low || complexity > high) {
      throw new StatisticsError(
        `${fn}: expected complexities in [${low}, ${high}], got ${complexity} at index ${i}; leave such models out`,
      );
    }
    let bin = Math.min(bins - 1, Math.floor(((complexity - low) / (high - low)) * bins));
    // Where division and edge round differently, the edge decides.
    if (complexity < edge(bin)) bin--;
    else if (bin < bins - 1 && complexity >= edge(bin + 1)) bin++;
    counts[bin]++;
    return bin;
  });
  const empty = counts.indexOf(0);
  if (empty >= 0) {
    throw new StatisticsError(
      `${fn}: expected a model in every bin, got none in bin ${empty + 1} of ${bins}, ` +
        `[${edge(empty)}, ${edge(empty + 1)}); use fewer bins or a narrower range`,
    );
  }
  return Float64Array.from(binOf, bin => 1 / (counts[bin] * bins));
}

/**
 * The complexity-normalised EDF, F̂(e) = Σ w_i 1[e_i < e] with the weights of `complexityWeights`.
 *
 * @param errors one per model, per cent
 * @param complexities one per model
 * @example
 * ```ts
 * normalizedEdf([30, 40, 50], [1e6, 2e6, 2e6], { bins: 2 }).n; // => 3
 * ```
 */
export function normalizedEdf(errors: Numbers, complexities: Numbers, bins: ComplexityBins): Edf {
  requireSameLength("normalizedEdf", "errors", errors, "complexities", complexities);
  checkedOptions("normalizedEdf", bins, binNames);
  return edf(errors, { weights: complexityWeights(complexities, bins) });
}

function extent(numbers: Numbers): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const x of numbers) {
    if (x < low) low = x;
    if (x > high) high = x;
  }
  return [low, high];
}
