/** Least squares, ordinary and weighted, with one regressor or several. */
import { isList } from "../base/expect.js";
import { DATA, withLoops } from "../base/numbers/loops.js";
import { isObject, say } from "../base/say.js";
import { studentTail } from "./distributions.js";
import { shownFit } from "./shown-fit.js";
import {
  type Numbers,
  requireFinite,
  requirePositive,
  requireSameLength,
  requireVariation,
  StatisticsError,
  checkedOptions,
  requireNumbers,
  requireRecord,
} from "./statistics-error.js";

/** One coefficient of a regression. */
export interface Coefficient {
  /** The regressor's name; `"intercept"` for the constant. */
  readonly name: string;
  /** In units of y over the regressor's. */
  readonly value: number;
  readonly standardError: number;
  /** value / standardError, and the two-sided probability of one as large if the coefficient is 0. */
  readonly t: number;
  readonly p: number;
}

/** A fitted regression. */
export interface LinearRegression {
  /** The intercept first, if there is one, then the regressors in the order given. */
  readonly coefficients: readonly Coefficient[];
  readonly n: number;
  readonly degreesOfFreedom: number;
  /** 1 − Σ w r² / Σ w (y − ȳ)²; without an intercept Σ w y² in the denominator, as R and statsmodels have it. */
  readonly r2: number;
  /** √R², with the slope's sign if there is one regressor: then, with an intercept, Pearson's r. */
  readonly r: number;
  /** y minus its prediction, in y's unit, one per model. */
  readonly residuals: Float64Array;
  /** √(Σ w r² / degrees of freedom): the residuals' standard deviation (at weight 1), in y's unit. */
  readonly sigma: number;
  /**
   * Akaike's criterion for normal residuals, −2 log L + 2k, with k the number of coefficients, as statsmodels
   * has it (R counts σ too, which adds 2 to all).
   */
  readonly aic: number;
  /** The prediction for one model, from a value for each regressor by name. */
  predict(at: Readonly<Record<string, number>>): number;
}

export interface LinearRegressionOptions {
  /** Proportional to 1 / variance of each y, above zero. Default: all the same (ordinary least squares). */
  readonly weights?: Numbers;
  /** Default true. */
  readonly intercept?: boolean;
}

/** A regressor shorter than this share of itself, once the others are taken out, is made of them. */
const COLLINEAR = 1e-10;

/**
 * The coefficients that minimise Σ w_i (y_i − Σ_k b_k x_ki)², by a QR decomposition.
 *
 * @param y what is predicted, one per model, any unit
 * @param regressors by name, each with one value per model; for example `{ flops, acts }`
 * @throws StatisticsError for a regressor that does not vary or follows from the others, and for too few models
 * @example
 * ```ts
 * const { coefficients } = linearRegression([3, 5, 7.5], { x: [1, 2, 3] });
 * coefficients.map(({ name, value }) => `${name} ${value.toFixed(2)}`); // => ["intercept 0.67", "x 2.25"]
 * ```
 */
export function linearRegression(
  y: Numbers,
  regressors: Readonly<Record<string, Numbers>>,
  options: LinearRegressionOptions = {},
): LinearRegression {
  const fn = "linearRegression";
  const { weights, intercept = true } = checkedOptions(fn, options, { weights: true, intercept: true });
  if (isObject(y) && !isList(y) && isList(regressors)) {
    throw new StatisticsError(
      `${fn}: expected y first and then the regressors, got them the other way round; linearRegression(errors, { depth, flops })`,
    );
  }
  requireRecord(fn, "regressors", regressors);
  requireFinite(fn, "y", y, 2);
  const names = Object.keys(regressors);
  if (intercept && names.includes("intercept")) {
    throw new StatisticsError(
      `${fn}: expected regressors of other names than "intercept", which the fit has already, got one; call it something else, or give { intercept: false }`,
    );
  }
  if (names.length === 0) throw new StatisticsError(`${fn}: expected at least 1 regressor, got 0`);
  for (const name of names) {
    const given: unknown = regressors[name];
    if (!isList(given)) {
      throw new StatisticsError(
        `${fn}: expected numbers for ${name}, got ${say(given)}; leave it out or give one per model`,
      );
    }
    requireSameLength(fn, name, regressors[name], "y", y);
    requireFinite(fn, name, regressors[name], 2);
    if (intercept) requireVariation(fn, name, regressors[name]);
  }
  if (weights) {
    requireSameLength(fn, "weights", weights, "y", y);
    requireFinite(fn, "weights", weights, 2);
    requirePositive(fn, "weights", weights);
  }
  const n = y.length;
  const all = intercept ? ["intercept", ...names] : names;
  const degreesOfFreedom = n - all.length;
  if (degreesOfFreedom < 1) {
    throw new StatisticsError(`${fn}: expected more models than the ${all.length} coefficients, got ${n}`);
  }
  const root = weights ? Float64Array.from(weights, Math.sqrt) : undefined;
  // None for the intercept's, all 1.
  const columns = all.map((name, k) => (intercept && k === 0 ? undefined : regressors[name]));
  const { values, variances } = solve(columns, y, root, all);

  const residuals = new Float64Array(y);
  for (const [k, x] of columns.entries()) subtract(residuals, values[k], x);
  let [total, centre, logWeights] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const w = weights ? weights[i] : 1;
    total += w;
    centre += w * y[i];
    if (weights) logWeights += Math.log(w);
  }
  centre = intercept ? centre / total : 0;
  let [rss, tss] = [0, 0];
  for (let i = 0; i < n; i++) {
    const w = weights ? weights[i] : 1;
    rss += w * residuals[i] ** 2;
    tss += w * (y[i] - centre) ** 2;
  }
  const sigma = Math.sqrt(rss / degreesOfFreedom);
  const coefficients = all.map((name, k): Coefficient => {
    const standardError = sigma * Math.sqrt(variances[k]);
    const t = values[k] / standardError;
    return { name, value: values[k], standardError, t, p: studentTail(t, degreesOfFreedom) };
  });
  const r2 = tss > 0 ? 1 - rss / tss : Number.NaN; // A constant y has nothing to explain.
  const sign = names.length === 1 ? Math.sign(values[values.length - 1]) : 1;
  const logLikelihood = -0.5 * n * (Math.log((2 * Math.PI * rss) / n) + 1) + 0.5 * logWeights;
  const fit: LinearRegression = {
    coefficients,
    n,
    degreesOfFreedom,
    r2,
    r: sign * Math.sqrt(Math.max(0, r2)),
    residuals,
    sigma,
    aic: -2 * logLikelihood + 2 * all.length,
    predict: at => {
      requireRecord(`${fn}(…).predict`, "regressors", at);
      return coefficients.reduce((sum, { name, value }, k) => {
        const x = intercept && k === 0 ? 1 : at[name];
        if (x === undefined) throw new StatisticsError(`${fn}: expected a value for ${name}, got none`);
        requireNumbers(`${fn}(…).predict`, { [name]: x });
        return sum + value * x;
      }, 0);
    },
  };
  return shownFit(fit, "linear regression");
}

function subtract(from: Float64Array, value: number, x: Numbers | undefined): void {
  if (x) for (let i = 0; i < from.length; i++) from[i] -= value * x[i];
  else for (let i = 0; i < from.length; i++) from[i] -= value;
}

/** Below this many rows a triangle is not made of blocks. */
const FEW = 2048;
/** Bytes of a block of rows, which lies in the processor's nearest memory. */
const BLOCK = 40_960;

/** R of X = QR, above its diagonal 0, with Qᵀ y; or a matrix like it, since signs of rows of both are of no meaning. */
interface Triangle {
  readonly r: readonly Float64Array[];
  readonly projected: readonly number[];
}

/** Least squares by a QR decomposition, of rows times `root`. `variances` is the diagonal of (XᵀX)⁻¹. */
function solve(
  columns: readonly (Numbers | undefined)[],
  y: Numbers,
  root: Float64Array | undefined,
  names: readonly string[],
) {
  const k = columns.length;
  const weighted = (x: Numbers | undefined) => {
    if (!x) return root ?? new Float64Array(y.length).fill(1);
    return root ? Float64Array.from(x, (v, i) => v * root[i]) : Float64Array.from(x);
  };
  const reflected = y.length >= FEW ? byReflections(columns, y, root) : undefined;
  if (reflected) for (let j = 0; j < k; j++) requireOwn(reflected.r, j, columnLength(reflected.r, j), names);
  const { r, projected } = reflected ?? byProjections(columns.map(weighted), weighted(y), names);
  // R⁻¹, column by column; R b = Qᵀ y.
  const inverse = columns.map(() => new Float64Array(k));
  for (let j = 0; j < k; j++) {
    for (let i = j; i >= 0; i--) {
      let sum = i === j ? 1 : 0;
      for (let m = i + 1; m <= j; m++) sum -= r[i][m] * inverse[m][j];
      inverse[i][j] = sum / r[i][i];
    }
  }
  return {
    values: inverse.map(row => row.reduce((sum, v, j) => sum + v * projected[j], 0)),
    variances: inverse.map(row => row.reduce((sum, v) => sum + v * v, 0)),
  };
}

const columnLength = (r: readonly Float64Array[], j: number): number =>
  Math.hypot(...r.slice(0, j + 1).map(row => row[j]));

/** Throws where nothing is left of a column once those before it are taken out. */
function requireOwn(r: readonly Float64Array[], j: number, length: number, names: readonly string[]): void {
  if (Math.abs(r[j][j]) > COLLINEAR * length) return;
  throw new StatisticsError(
    `linearRegression: expected regressors of which none follows from the others, got ${names[j]} ` +
      `which follows from ${names.slice(0, j).join(", ") || "nothing: it is 0"}`,
  );
}

/**
 * By Householder's reflections, a block of rows at a time: each takes the triangle of the rows before it and its own rows to the triangle
 * of both. As stable as over all rows at once, and every row is read once.
 *
 * @returns undefined where there is no WebAssembly
 */
function byReflections(
  columns: readonly (Numbers | undefined)[],
  y: Numbers,
  root: Float64Array | undefined,
): Triangle | undefined {
  const n = y.length;
  const all = [...columns, y];
  const k = all.length;
  // Pairs of vectors of two; a little more from column to column, so that not all fall on the same lines of a cache.
  const rows = Math.max(16, 4 * Math.floor(BLOCK / (32 * k)));
  const stride = rows + 8;
  const block = DATA / 8 + k * k;
  return withLoops(8 * (k * k + k * stride), (loops, memory) => {
    memory.fill(0, DATA / 8, block);
    for (let from = 0; from < n; from += rows) {
      const to = Math.min(n, from + rows);
      for (const [j, column] of all.entries()) {
        const at = block + j * stride;
        if (column) memory.set(partOf(column, from, to), at);
        else memory.fill(1, at, at + to - from);
        if (root) for (let i = from; i < to; i++) memory[at + i - from] *= root[i];
        memory.fill(0, at + to - from, at + rows);
      }
      loops.triangle(DATA, k, 8 * block, rows, 8 * stride);
    }
    const element = (i: number, j: number) => memory[DATA / 8 + j * k + i];
    return {
      r: columns.map((_, i) => Float64Array.from(columns, (__, j) => (j < i ? 0 : element(i, j)))),
      projected: columns.map((_, i) => element(i, k - 1)),
    };
  });
}

const partOf = (column: Numbers, from: number, to: number): Numbers =>
  column instanceof Float64Array ? column.subarray(from, to) : column.slice(from, to);

/** By Gram and Schmidt's orthogonalisation, each column twice, which is as stable as Householder's. */
function byProjections(
  columns: readonly Float64Array[],
  y: Float64Array,
  names: readonly string[],
): Triangle {
  const basis: Float64Array[] = [];
  const r = columns.map(() => new Float64Array(columns.length));
  for (const [j, column] of columns.entries()) {
    const q = column.slice();
    for (let pass = 0; pass < 2; pass++) {
      for (const [i, other] of basis.entries()) {
        const share = dot(other, q);
        r[i][j] += share;
        for (let row = 0; row < q.length; row++) q[row] -= share * other[row];
      }
    }
    r[j][j] = Math.sqrt(dot(q, q));
    requireOwn(r, j, Math.sqrt(dot(column, column)), names);
    for (let row = 0; row < q.length; row++) q[row] /= r[j][j];
    basis.push(q);
  }
  const left = y.slice();
  const projected = basis.map(q => {
    const share = dot(q, left);
    for (let row = 0; row < left.length; row++) left[row] -= share * q[row];
    return share;
  });
  return { r, projected };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
