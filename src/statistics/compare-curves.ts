/** Which curve describes the data best? By Akaike's criterion and by cross-validation. */
import { inTable, short, sizeText } from "./shown-result.js";
import { checkedRandom } from "../base/random.js";
import { type CrossValidationOptions, crossValidate } from "./cross-validation.js";
import { type CurveFit, type CurveFitOptions, fitCurve } from "./curve-fit.js";
import type { Curve } from "./curves.js";
import {
  type Numbers,
  StatisticsError,
  checkedOptions,
  requireArray,
  requireFinite,
} from "./statistics-error.js";

/** A curve compared with its rivals. */
export interface ComparedCurve {
  readonly curve: Curve;
  readonly fit: CurveFit;
  /** AIC minus that of the best curve: up to 2 is as good as the best, over 10 is out of the question. */
  readonly deltaAic: number;
  /** exp(−ΔAIC / 2), normalised: how likely this is the best of the curves compared (Akaike weight). */
  readonly akaikeWeight: number;
  /** Cross-validated root mean squared error, in y's unit, and median relative error. */
  readonly rmse: number;
  readonly relative: number;
}

export interface CompareCurvesOptions extends CurveFitOptions, CrossValidationOptions {}

/**
 * Fits several curves to y over x and ranks them by AIC, best first; each also with its cross-validated error, on
 * the same folds. A curve that fits exactly has an AIC of −∞: its ΔAIC is 0, that of curves which do not ∞, and exact
 * curves share the weight.
 *
 * @example
 * ```ts
 * compareCurves(["a + bx", "a√x"], [1, 2, 3, 4, 5], [2, 4.1, 6, 7.9, 10])[0].curve; // => "a + bx"
 * ```
 */
export function compareCurves(
  candidates: readonly Curve[],
  x: Numbers,
  y: Numbers,
  options: CompareCurvesOptions = {},
): ComparedCurve[] {
  const {
    weights,
    folds,
    random: source,
  } = checkedOptions("compareCurves", options, {
    weights: true,
    folds: true,
    random: true,
  });
  requireArray("compareCurves", "curves", candidates);
  requireFinite("compareCurves", "y", y, 2);
  if (candidates.length === 0) throw new StatisticsError("compareCurves: expected at least 1 curve, got 0");
  // One deal of the folds for all curves: numbers drawn once, then read again.
  const random = source === undefined ? undefined : checkedRandom("compareCurves", source);
  const drawn = random && Array.from({ length: y.length }, random);
  const fits = candidates.map(curve => {
    const weighted = (pick: readonly number[]) => (weights ? { weights: pick.map(i => weights[i]) } : {});
    const fit = fitCurve(curve, x, y, weights && { weights });
    const again = drawn?.values();
    const { rmse, relative } = crossValidate(
      y,
      train => {
        const part = fitCurve(
          curve,
          train.map(i => x[i]),
          train.map(i => y[i]),
          weighted(train),
        );
        return i => part.predict(x[i]);
      },
      { folds, ...(again && { random: () => again.next().value ?? 0 }) },
    );
    return { curve, fit, rmse, relative };
  });
  const least = Math.min(...fits.map(({ fit }) => fit.aic));
  // Of two exact fits the difference would be ∞ − ∞.
  const deltas = fits.map(({ fit }) => (fit.aic === least ? 0 : fit.aic - least));
  const likelihoods = deltas.map(delta => Math.exp(-delta / 2));
  const total = likelihoods.reduce((a, b) => a + b, 0);
  const compared = fits
    .map((entry, k) => ({
      ...entry,
      deltaAic: deltas[k],
      akaikeWeight: likelihoods[k] / total,
    }))
    .sort((a, b) => (a.deltaAic === b.deltaAic ? 0 : a.deltaAic - b.deltaAic));
  return inTable(compared, some => ({
    title: `Curves by AIC, the best first: ${sizeText(y.length)}`,
    head: ["curve", "ΔAIC", "Akaike weight", "R²", "cross-validated error"],
    rows: some.map(({ curve, deltaAic, akaikeWeight, fit, rmse }) => [
      curve,
      ...[deltaAic, akaikeWeight, fit.r2, rmse].map(short),
    ]),
  }));
}
