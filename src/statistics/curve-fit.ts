/**
 * The curves that the paper fits to what networks cost: activations ~ √flops, params ~ a + b·flops, time ~ √flops
 * and flops together (Figure 12), and power laws. All but the power law with an offset are least squares after a change of
 * variables.
 */
import { say } from "../base/say.js";
import { type Curve, curves, linearCurves } from "./curves.js";
import { type Coefficient, type LinearRegression, linearRegression } from "./linear-regression.js";
import { fitOffsetPower } from "./offset-power.js";
import { shownFit } from "./shown-fit.js";
import {
  type Numbers,
  requireFinite,
  requireNumbers,
  requirePositive,
  requireSameLength,
  StatisticsError,
  checkedOptions,
} from "./statistics-error.js";

/** A fitted curve. */
export interface CurveFit {
  readonly curve: Curve;
  /** Named `a`, `b`, `c` as in the formula. */
  readonly coefficients: readonly Coefficient[];
  readonly n: number;
  /** Share of y's variance explained, as `linearRegression` has it; for the power law that of log y. */
  readonly r2: number;
  /** y minus the curve, in y's unit. */
  readonly residuals: Float64Array;
  /** Akaike's criterion for y, also for the power law (log-normal y), so that curves can be compared. */
  readonly aic: number;
  predict(x: number): number;
}

export interface CurveFitOptions {
  /** As in `linearRegression`; not for the power law, whose errors are relative as it is. */
  readonly weights?: Numbers;
}

/**
 * Fits a curve to y over x by least squares.
 *
 * The power law is fitted as a straight line of log y over log x, so it weighs relative errors equally; the
 * standard error of its a is that of log a times a. Its AIC is that of a log-normal y: the AIC of the line plus
 * 2 Σ log y, the change of variables. The power law with an offset, a + b·x^−c with c from 0.01 to 10, is fitted to y itself, as
 * what falls to a level is: errors over flops. Its standard errors are those of the curve linearised at its minimum, as
 * `scipy.optimize.curve_fit` has them.
 *
 * @param x above zero for the power laws and the logarithm, at least zero where there is a root; any unit
 * @example
 * ```ts
 * const { coefficients } = fitCurve("a√x", [1, 4, 9], [6.5, 13, 19.5]);
 * coefficients[0].value; // ≈ 6.5
 * ```
 */
export function fitCurve(curve: Curve, x: Numbers, y: Numbers, options: CurveFitOptions = {}): CurveFit {
  const fn = "fitCurve";
  const { weights } = checkedOptions(fn, options, { weights: true });
  if (!curves.includes(curve)) {
    const isRoot = typeof curve === "string" && /sqrt|root|0\.5|1\/2/i.test(curve);
    throw new StatisticsError(
      `${fn}: expected a curve of ${curves.join(", ")}, got ${say(curve)}${isRoot ? '; a root is "a√x"' : ""}`,
    );
  }
  requireFinite(fn, "x", x, 2);
  requireFinite(fn, "y", y, 2);
  requireSameLength(fn, "y", y, "x", x);
  if (curve === "a + bx^-c") return fitOffsetPower(x, y, weights);
  if (curve.includes("ln")) requirePositive(fn, "x", x);
  if (curve === "ax^b") {
    if (weights) throw new StatisticsError(`${fn}: expected no weights for ax^b, got ${weights.length}`);
    return fitPower(x, y);
  }
  const negative = curve.includes("√") ? x.findIndex(v => v < 0) : -1;
  if (negative >= 0) {
    throw new StatisticsError(`${fn}: expected x of at least 0, got ${x[negative]} at index ${negative}`);
  }
  const terms = Object.entries<((x: number) => number) | undefined>(linearCurves[curve]);
  const regressors = Object.fromEntries(
    terms.flatMap(([letter, term]) => (term ? [[letter, Float64Array.from(x, term)]] : [])),
  );
  const intercept = terms.some(([, term]) => term === undefined);
  const line = linearRegression(y, regressors, { weights, intercept });
  const coefficients = line.coefficients.map((c, k) => ({ ...c, name: terms[k][0] }));
  const predict = (at: number) => {
    requireNumbers("fitCurve(…).predict", { x: at });
    return terms.reduce((sum, [, term], k) => sum + coefficients[k].value * (term ? term(at) : 1), 0);
  };
  const { n, r2, residuals, aic } = line;
  return shownFit({ curve, coefficients, n, r2, residuals, aic, predict }, curve);
}

function fitPower(x: Numbers, y: Numbers): CurveFit {
  requirePositive("fitCurve", "x", x);
  requirePositive("fitCurve", "y", y);
  const logY = Float64Array.from(y, Math.log);
  const line: LinearRegression = linearRegression(logY, { b: Float64Array.from(x, Math.log) });
  const [logA, b] = line.coefficients;
  const a = Math.exp(logA.value);
  const predict = (at: number) => {
    requireNumbers("fitCurve(…).predict", { x: at });
    return a * at ** b.value;
  };
  const fit: CurveFit = {
    curve: "ax^b",
    coefficients: [{ ...logA, name: "a", value: a, standardError: a * logA.standardError }, b],
    n: line.n,
    r2: line.r2,
    residuals: Float64Array.from(y, (v, i) => v - predict(x[i])),
    aic: line.aic + 2 * logY.reduce((sum, v) => sum + v, 0),
    predict,
  };
  return shownFit(fit, fit.curve);
}
