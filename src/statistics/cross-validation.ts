/** Cross-validation: how far off is a model for networks it has not seen? */
import { inWords, short, sizeText } from "./shown-result.js";
import { say } from "../base/say.js";
import { median } from "simple-statistics";
import { type Random, checkedRandom, seeded } from "../base/random.js";
import {
  type Numbers,
  requireCount,
  requireFinite,
  StatisticsError,
  checkedOptions,
} from "./statistics-error.js";

export interface CrossValidation {
  /** Root of the mean squared error of prediction, in y's unit. */
  readonly rmse: number;
  /** Median of |prediction − y| / |y| over the models whose y is not 0: the typical relative error; NaN if all are. */
  readonly relative: number;
  /** The prediction for each model by the fit that had not seen it. */
  readonly predictions: Float64Array;
}

export interface CrossValidationOptions {
  /** Parts the models are divided into. Default 10, or as many as there are models if fewer. */
  readonly folds?: number;
  /** Divides the models. Default `seeded(0)`. */
  readonly random?: Random;
}

/**
 * K-fold cross-validation: divide the models into k parts of (nearly) equal size at random; predict each part by a
 * fit to the others. With as many folds as models, leave-one-out.
 *
 * @param y what is predicted, one per model
 * @param fit fits to the models with the given indices, and returns the prediction for any index
 * @example
 * ```ts
 * const { errors, rows } = await shippedPopulation("RegNetX");
 * const depths = rows.map(({ depth }) => depth);
 * // How far off is an error that is predicted from the depth alone, by a fit that has not seen the network?
 * const line = (train: readonly number[]) => {
 *   const fit = fitCurve("a + bx", train.map(i => depths[i]), train.map(i => errors[i]));
 *   return (i: number) => fit.predict(depths[i]);
 * };
 * crossValidate(errors, line, { folds: 10 }).rmse; // ≈ 4.154161444520332
 * ```
 */
export function crossValidate(
  y: Numbers,
  fit: (train: readonly number[]) => (index: number) => number,
  options: CrossValidationOptions = {},
): CrossValidation {
  const { folds, random: source = seeded(0) } = checkedOptions("crossValidate", options, {
    folds: true,
    random: true,
  });
  const random = checkedRandom("crossValidate", source);
  if (typeof fit !== "function") {
    throw new StatisticsError(
      `crossValidate: expected fit as a function of training indices, got ${say(fit)}`,
    );
  }
  requireFinite("crossValidate", "y", y, 2);
  const n = y.length;
  const k = folds ?? Math.min(10, n);
  requireCount("crossValidate", "folds", k, 2);
  if (k > n) throw new StatisticsError(`crossValidate: expected at most ${n} folds, one per model, got ${k}`);
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  const predictions = new Float64Array(n);
  for (let fold = 0; fold < k; fold++) {
    const predict = fit(order.filter((_, place) => place % k !== fold));
    if (typeof predict !== "function") {
      throw new StatisticsError(
        `crossValidate: expected fit to give a function of an index, got ${say(predict)}`,
      );
    }
    for (let place = fold; place < n; place += k) predictions[order[place]] = predict(order[place]);
  }
  const errors = Array.from(predictions, (p, i) => p - y[i]);
  const relative = errors.flatMap((e, i) => (y[i] === 0 ? [] : [Math.abs(e / y[i])]));
  const found: CrossValidation = {
    rmse: Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / n),
    relative: relative.length > 0 ? median(relative) : Number.NaN,
    predictions,
  };
  return inWords(
    found,
    ({ rmse, relative: off }) =>
      `Cross-validation, ${k} folds: root mean square error ${short(rmse)}, median relative error ${short(100 * off)} %; ${sizeText(n)}`,
  );
}
