/** How well a curve that was fitted to small sizes predicts larger ones, which it did not see. */
import { inTable, short, sizeText } from "./shown-result.js";
import type { OptionNames } from "../base/expect-options.js";
import { checkedRandom, seeded } from "../base/random.js";
import { type BootstrapOptions, bootstrapNames } from "./bootstrap.js";
import { type CurveFit, fitCurve } from "./curve-fit.js";
import type { Curve } from "./curves.js";
import { leastSquares } from "./offset-power.js";
import { mean, quantileSorted } from "./scale.js";
import {
  checkedOptions,
  type Numbers,
  requireCount,
  requireFinite,
  requireLevel,
  requireNumbers,
  requireSameLength,
  StatisticsError,
} from "./statistics-error.js";

/** What a size that was held out came to, and what was predicted; in y's unit. */
export interface HeldOut {
  readonly x: number;
  /** Values of y at this x, and their mean. */
  readonly n: number;
  readonly observed: number;
  readonly predicted: number;
  /** Interval for the mean of n new values, if the curve is right. */
  readonly low: number;
  readonly high: number;
  /** Observed minus predicted. */
  readonly miss: number;
  /** Whether the observed mean lies in the interval. */
  readonly isInside: boolean;
}

/** A curve that was fitted to small sizes, and what it says of the others. */
export interface Extrapolation {
  readonly fit: CurveFit;
  /** The sizes beyond, rising. */
  readonly heldOut: readonly HeldOut[];
}

export interface ExtrapolationOptions extends BootstrapOptions {
  /** The greatest x that the curve is fitted to. */
  readonly upTo: number;
}

const optionNames: OptionNames<ExtrapolationOptions> = { ...bootstrapNames, upTo: true };

/**
 * Fits a curve to the models up to a size, and holds what it predicts of larger ones against what they came to.
 *
 * The interval is the bootstrap's of residuals (Efron and Tibshirani 1993, chapter 9): residuals, made as large as the fit's degrees of
 * freedom say, are dealt out anew, the curve is fitted again, and n residuals are added to what it predicts. It holds how unsure the
 * fit is and the noise of n trainings, and takes for granted that noise is as large everywhere.
 *
 * @param x sizes, such as flops, several models may share one
 * @param y what is predicted, such as errors
 * @throws StatisticsError for a limit beyond which there is nothing, and for too few models below it
 * @example
 * ```ts
 * const flops = [1, 1, 2, 2, 4, 4, 8, 8];
 * const errors = [41, 39, 31, 29, 26, 24, 23, 22];
 * extrapolate("a + bx^-c", flops, errors, { upTo: 4 }).heldOut[0].predicted; // ≈ 22.5
 * ```
 */
export function extrapolate(
  curve: Curve,
  x: Numbers,
  y: Numbers,
  options: ExtrapolationOptions,
): Extrapolation {
  const fn = "extrapolate";
  const {
    upTo,
    repeats = 1000,
    random: source = seeded(0),
    level = 0.95,
  } = checkedOptions(fn, options, optionNames);
  requireNumbers(fn, { upTo });
  const random = checkedRandom(fn, source);
  requireCount(fn, "repeats", repeats, 2);
  requireLevel(fn, level);
  requireFinite(fn, "x", x, 2);
  requireFinite(fn, "y", y, 2);
  requireSameLength(fn, "y", y, "x", x);
  const small = Array.from(x.keys()).filter(i => x[i] <= upTo);
  const sizes = [...new Set(Array.from(x))].filter(size => size > upTo).sort((a, b) => a - b);
  if (sizes.length === 0) {
    throw new StatisticsError(`${fn}: expected x beyond upTo = ${upTo}, got none; lower it`);
  }
  if (small.length < 4) {
    throw new StatisticsError(
      `${fn}: expected at least 4 models up to ${upTo}, got ${small.length}; raise it`,
    );
  }
  const [ownX, ownY] = [small.map(i => x[i]), small.map(i => y[i])];
  const fit = fitCurve(curve, ownX, ownY);
  const freedom = ownX.length - fit.coefficients.length;
  if (freedom < 1) {
    throw new StatisticsError(
      `${fn}: expected more models up to ${upTo} than the ${fit.coefficients.length} coefficients of ${curve}, got ${ownX.length}`,
    );
  }
  const widened = Math.sqrt(ownX.length / freedom);
  const centre = mean(Array.from(fit.residuals));
  const residuals = Array.from(fit.residuals, r => (r - centre) * widened);
  const draw = () => residuals[Math.floor(random() * residuals.length)];
  const expected = ownX.map(v => fit.predict(v));
  const values = sizes.map(size => Array.from(y).filter((_, i) => x[i] === size));
  const drawn = sizes.map(() => new Float64Array(repeats));
  for (let k = 0; k < repeats; k++) {
    const predict = predictor(
      curve,
      ownX,
      expected.map(v => v + draw()),
    );
    for (const [s, size] of sizes.entries()) {
      let noise = 0;
      for (let i = 0; i < values[s].length; i++) noise += draw();
      drawn[s][k] = predict(size) + noise / values[s].length;
    }
  }
  const heldOut = sizes.map((size, s): HeldOut => {
    const sorted = drawn[s].sort() as unknown as number[];
    const [low, high] = [quantileSorted(sorted, (1 - level) / 2), quantileSorted(sorted, (1 + level) / 2)];
    const [observed, predicted] = [mean(values[s]), fit.predict(size)];
    const isInside = low <= observed && observed <= high;
    return {
      x: size,
      n: values[s].length,
      observed,
      predicted,
      low,
      high,
      miss: observed - predicted,
      isInside,
    };
  });
  return inTable({ fit, heldOut }, ({ heldOut: held }) => {
    const inside = held.filter(({ isInside }) => isInside).length;
    return {
      title: `${curve} fitted up to ${short(upTo)} (${sizeText(small.length)}): ${inside} of ${held.length} sizes beyond have their mean inside the ${short(100 * level)} % interval`,
      head: ["x", "predicted", "interval", "observed", "n", "inside"],
      rows: held.map(each => [
        short(each.x),
        short(each.predicted),
        `${short(each.low)} to ${short(each.high)}`,
        short(each.observed),
        String(each.n),
        each.isInside ? "yes" : "no",
      ]),
    };
  });
}

/** The curve fitted to a resample: without what is not asked for where that takes long. */
function predictor(curve: Curve, x: readonly number[], y: readonly number[]): (x: number) => number {
  if (curve !== "a + bx^-c") {
    const fit = fitCurve(curve, x, y);
    return at => fit.predict(at);
  }
  const { a, b, c } = leastSquares(x, y);
  return at => a + b * at ** -c;
}
