/**
 * A small Gaussian process: errors are a constant plus a smooth function with covariance s² exp(−|x − x′|² / 2ℓ²), plus noise.
 * Of one-hot vectors |x − x′|² is twice the number of choices that differ, so that this is a kernel of Hamming distances. ℓ and
 * the noise are those of a small grid with the greatest marginal likelihood, s² has its best value for each of them.
 *
 * The grid is tried on 100 architectures at most, spread over the data: its cost grows with their cube.
 */
import { isPositive, settingsOf } from "../strategy.js";
import { decompose, solveLower, solveUpper } from "./cholesky.js";
import { fittedSurrogate, requireData, requireVectors, standardised, type Surrogate } from "./surrogate.js";

export interface GaussianProcessSettings {
  /** Length scales that are tried, as multiples of the root mean square distance of the data. */
  readonly lengths?: readonly number[];
  /** Variances of the noise that are tried, as multiples of s². */
  readonly noises?: readonly number[];
}

/** Architectures that the grid is tried on at most. */
const MOST_TRIED = 100;

const areScales = (values: readonly number[]): boolean =>
  Array.isArray(values) && values.length > 0 && values.every(isPositive);

/**
 * A Gaussian process with a squared-exponential kernel and noise, whose length and noise have the greatest marginal likelihood on a grid.
 *
 * @throws RangeError for a setting that is not what it must be
 * @example
 * ```ts
 * import { gaussianProcess } from "netspace/search";
 *
 * const inputs = [0, 1, 2, 3, 4].map(x => new Float64Array([x]));
 * const fitted = gaussianProcess().fit(inputs, [50, 42, 38, 36, 35]);
 * const { mean, deviation } = fitted.predict([new Float64Array([2.5])]);
 * [mean[0], deviation![0]].map(points => points.toFixed(1)); // => ["36.8", "0.3"]
 * ```
 */
export function gaussianProcess(settings?: GaussianProcessSettings): Surrogate {
  const all = settingsOf<GaussianProcessSettings>(
    "gaussianProcess",
    settings,
    { lengths: [0.5, 0.7, 1, 1.4, 2, 4], noises: [1e-4, 1e-3, 1e-2, 0.1, 0.5] },
    {
      lengths: ["positive numbers", areScales],
      noises: ["positive numbers", areScales],
    },
  );
  const name = "Gaussian process";
  return {
    name,
    settings: all,
    fit(inputs, errors) {
      requireData("gaussianProcess", inputs, errors);
      const { values, mean, scale } = standardised(errors);
      const { length } = inputs[0];
      const n = inputs.length;
      const best = chosen(inputs, values, all);
      const { factor, weights, variance } = fittedTo(inputs, values, best);
      return fittedSurrogate({ name, settings: all }, { seed: 0, inputs, errors }, given => {
        requireVectors("gaussianProcess", given, length);
        const expected = new Float64Array(given.length);
        const deviation = new Float64Array(given.length);
        const covariances = new Float64Array(n);
        for (const [i, vector] of given.entries()) {
          let sum = 0;
          for (let j = 0; j < n; j++) {
            covariances[j] = covariance(squaredDistance(vector, inputs[j]), best.length);
            sum += covariances[j] * weights[j];
          }
          solveLower(factor, n, covariances);
          let known = 0;
          for (let j = 0; j < n; j++) known += covariances[j] ** 2;
          expected[i] = mean + scale * sum;
          deviation[i] = scale * Math.sqrt(variance * Math.max(0, 1 - known));
        }
        return { mean: expected, deviation };
      });
    },
  };
}

const covariance = (square: number, length: number): number => Math.exp(-square / (2 * length * length));

function squaredDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] - b[k]) ** 2;
  return sum;
}

interface Process {
  /** L of K + noise = L Lᵀ. */
  readonly factor: Float64Array;
  /** (K + noise)⁻¹ y. */
  readonly weights: Float64Array;
  /** s² = yᵀ (K + noise)⁻¹ y / n, which makes the likelihood of these length and noise greatest. */
  readonly variance: number;
  /** Without its constant: −n/2 log s² − ½ log det (K + noise). */
  readonly likelihood: number;
}

/**
 * Undefined where the matrix is singular to double precision.
 *
 * @param kernel lower half of K, row after row, without noise
 */
function processOf(kernel: Float64Array, values: Float64Array, noise: number): Process | undefined {
  const n = values.length;
  const factor = Float64Array.from(kernel);
  for (let i = 0; i < n; i++) factor[i * n + i] += noise;
  if (!decompose(factor, n)) return undefined;
  const weights = Float64Array.from(values);
  solveLower(factor, n, weights);
  let [square, logDet] = [0, 0];
  for (let i = 0; i < n; i++) {
    square += weights[i] ** 2;
    logDet += Math.log(factor[i * n + i]);
  }
  solveUpper(factor, n, weights);
  const variance = square / n;
  // Errors that are all the same vary by nothing.
  const likelihood = variance > 0 ? -(n / 2) * Math.log(variance) - logDet : -logDet;
  return { factor, weights, variance, likelihood };
}

/** With more noise where the matrix of all data is singular, though that of those the grid was tried on was not. */
function fittedTo(
  inputs: readonly Float64Array[],
  values: Float64Array,
  { length, noise }: { readonly length: number; readonly noise: number },
): Process {
  const kernel = kernelOf(distances(inputs), length);
  for (let more = noise; ; more *= 10) {
    const process = processOf(kernel, values, more);
    if (process) return process;
  }
}

/** Lower half of the squared distances, row after row. */
function distances(inputs: readonly Float64Array[]): Float64Array {
  const n = inputs.length;
  const squares = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) squares[i * n + j] = squaredDistance(inputs[i], inputs[j]);
  }
  return squares;
}

const kernelOf = (squares: Float64Array, length: number): Float64Array =>
  squares.map(square => covariance(square, length));

/** Length scale and noise of the greatest likelihood, the first of equals. */
function chosen(
  inputs: readonly Float64Array[],
  values: Float64Array,
  { lengths, noises }: Required<GaussianProcessSettings>,
): { readonly length: number; readonly noise: number } {
  const places = Array.from({ length: Math.min(inputs.length, MOST_TRIED) }, (_, i) =>
    Math.floor((i * inputs.length) / Math.min(inputs.length, MOST_TRIED)),
  );
  const tried = places.map(i => inputs[i]);
  const known = Float64Array.from(places, i => values[i]);
  const squares = distances(tried);
  const sum = squares.reduce((total, square) => total + square, 0);
  // Where all are alike any length will do.
  const unit = sum > 0 ? Math.sqrt(sum / ((tried.length * (tried.length - 1)) / 2)) : 1;
  let best = { length: unit * lengths[0], noise: Math.max(...noises), likelihood: -Infinity };
  for (const relative of lengths) {
    const length = unit * relative;
    const kernel = kernelOf(squares, length);
    for (const noise of noises) {
      const { likelihood = -Infinity } = processOf(kernel, known, noise) ?? {};
      if (likelihood > best.likelihood) best = { length, noise, likelihood };
    }
  }
  return best;
}
