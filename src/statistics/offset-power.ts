/** The power law with an offset, a + b·x^−c, by least squares: for each c it is a straight line, so that only c is searched. */
import type { CurveFit } from "./curve-fit.js";
import { shownFit } from "./shown-fit.js";
import { studentTail } from "./distributions.js";
import { linearRegression } from "./linear-regression.js";
import { type Numbers, requireNumbers, requirePositive, StatisticsError } from "./statistics-error.js";

const FN = "fitCurve";
/** Exponents: below the least the curve is a logarithm within the data, beyond the greatest a step. */
const [LEAST, MOST] = [0.01, 10];
/** Exponents that are tried, evenly in their logarithm, before the best is refined between its neighbours. */
const TRIED = 60;
/** Steps of the golden section, each of which leaves 0.618 of what the one before it left. */
const STEPS = 40;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** a, b and c, and what is left. */
interface OffsetPower {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

export function fitOffsetPower(x: Numbers, y: Numbers, weights: Numbers | undefined): CurveFit {
  requirePositive(FN, "x", x);
  const distinct = new Set(Array.from(x)).size;
  if (y.length < 4 || distinct < 3) {
    throw new StatisticsError(
      `${FN}: expected at least 4 models with 3 different x for a + bx^-c, got ${y.length} with ${distinct}`,
    );
  }
  const { a, b, c } = leastSquares(x, y, weights);
  const at = (v: number) => a + b * v ** -c;
  const residuals = Float64Array.from(y, (v, i) => v - at(x[i]));
  // What a, b and c change, to first order: the errors of a straight line in these are those of the curve.
  const power = Float64Array.from(x, v => v ** -c);
  const slope = Float64Array.from(x, v => -b * v ** -c * Math.log(v));
  const line = linearRegression(y, { b: power }, { weights });
  const isFlat = slope.every(v => v === 0);
  const errors = isFlat
    ? undefined
    : linearRegression(residuals, { b: power, c: slope }, { weights }).coefficients;
  const coefficients = Object.entries({ a, b, c }).map(([name, value], k) => {
    const standardError = errors?.[k].standardError ?? Infinity;
    const t = value / standardError;
    return { name, value, standardError, t, p: studentTail(t, y.length - 3) };
  });
  const predict = (v: number): number => {
    requireNumbers("fitCurve(…).predict", { x: v });
    return at(v);
  };
  // The line does not count its exponent.
  const { n, r2, aic } = line;
  const curve = "a + bx^-c";
  return shownFit({ curve, coefficients, n, r2, residuals, aic: aic + 2, predict }, curve);
}

/** The curve of least squares, for numbers that were checked. */
export function leastSquares(x: Numbers, y: Numbers, weights?: Numbers): OffsetPower {
  const n = x.length;
  // Powers of x over its geometric mean stay near 1.
  let logs = 0;
  for (let i = 0; i < n; i++) logs += Math.log(x[i]);
  const centre = Math.exp(logs / n);
  const power = new Float64Array(n);
  const line = (c: number) => {
    let [total, sumP, sumY] = [0, 0, 0];
    for (let i = 0; i < n; i++) {
      const w = weights?.[i] ?? 1;
      power[i] = (x[i] / centre) ** -c;
      total += w;
      sumP += w * power[i];
      sumY += w * y[i];
    }
    const [meanP, meanY] = [sumP / total, sumY / total];
    let [pp, py] = [0, 0];
    for (let i = 0; i < n; i++) {
      const w = weights?.[i] ?? 1;
      pp += w * (power[i] - meanP) ** 2;
      py += w * (power[i] - meanP) * (y[i] - meanY);
    }
    const b = py / pp;
    const a = meanY - b * meanP;
    let cost = 0;
    for (let i = 0; i < n; i++) cost += (weights?.[i] ?? 1) * (y[i] - a - b * power[i]) ** 2;
    return { a, b, cost };
  };
  const cost = (logC: number) => line(Math.exp(logC)).cost;
  const c = Math.exp(leastOf(cost, Math.log(LEAST), Math.log(MOST)));
  const { a, b } = line(c);
  return { a, b: b * centre ** c, c };
}

/** Where a function is least: the best of a grid, and the golden section between its neighbours. */
function leastOf(cost: (at: number) => number, from: number, to: number): number {
  const step = (to - from) / (TRIED - 1);
  let best = 0;
  let least = Infinity;
  for (let i = 0; i < TRIED; i++) {
    const found = cost(from + i * step);
    if (found < least) [best, least] = [i, found];
  }
  let low = from + Math.max(0, best - 1) * step;
  let high = from + Math.min(TRIED - 1, best + 1) * step;
  for (let i = 0; i < STEPS; i++) {
    const [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
    if (cost(left) <= cost(right)) high = right;
    else low = left;
  }
  const found = (low + high) / 2;
  return cost(found) <= least ? found : from + best * step;
}
