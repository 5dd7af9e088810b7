/**
 * The plain surrogate: an ensemble of ridge regressions, each of a bootstrap sample of the data. It knows of each choice what
 * it adds, and nothing of choices together; it is fitted in a millisecond.
 */
import { seededAt } from "../../base/random.js";
import { isCount, isPositive, settingsOf } from "../strategy.js";
import { decompose, solveLower, solveUpper } from "./cholesky.js";
import { fittedSurrogate, requireData, requireVectors, standardised, type Surrogate } from "./surrogate.js";

export interface LinearEnsembleSettings {
  /** Default 10. */
  readonly members?: number;
  /** Ridge penalty on the weights of standardised errors: how many architectures' worth of doubt each has. Default 1. */
  readonly penalty?: number;
}

/**
 * An ensemble of ridge regressions, each of a bootstrap sample: what each choice adds, fitted in a millisecond.
 *
 * @throws RangeError for a setting that is not what it must be
 * @example
 * ```ts
 * import { linearEnsemble } from "netspace/search";
 *
 * const inputs = [0, 1, 2, 3, 4].map(x => new Float64Array([x]));
 * const fitted = linearEnsemble().fit(inputs, [50, 46, 43, 38, 34]);
 * const { mean, deviation } = fitted.predict([new Float64Array([5])]);
 * [mean[0], deviation![0]].map(points => points.toFixed(1)); // => ["32.0", "1.3"]
 * ```
 */
export function linearEnsemble(settings?: LinearEnsembleSettings): Surrogate {
  const all = settingsOf<LinearEnsembleSettings>(
    "linearEnsemble",
    settings,
    { members: 10, penalty: 1 },
    {
      members: ["an integer from 2 on", value => isCount(value) && value > 1],
      penalty: ["a positive number", isPositive],
    },
  );
  const { members, penalty } = all;
  const name = "linear ensemble";
  return {
    name,
    settings: all,
    fit(inputs, errors, { seed = 0 } = {}) {
      requireData("linearEnsemble", inputs, errors);
      const { values, mean, scale } = standardised(errors);
      const rows = inputs.map(sparse);
      const { length } = inputs[0];
      const solve = length <= inputs.length ? primal(rows, length) : dual(rows, length);
      const fitted = Array.from({ length: members }, (_, place) => {
        const random = seededAt(seed, place);
        const counts = new Float64Array(inputs.length);
        for (let i = 0; i < counts.length; i++) counts[Math.floor(random() * counts.length)]++;
        return solve(counts, values, penalty);
      });
      return fittedSurrogate({ name, settings: all }, { seed, inputs, errors }, given => {
        requireVectors("linearEnsemble", given, length);
        const expected = new Float64Array(given.length);
        const deviation = new Float64Array(given.length);
        const each = new Float64Array(members);
        for (const [i, vector] of given.entries()) {
          const row = sparse(vector);
          let sum = 0;
          for (let m = 0; m < members; m++) sum += each[m] = valueAt(fitted[m], row);
          const middle = sum / members;
          let squares = 0;
          for (let m = 0; m < members; m++) squares += (each[m] - middle) ** 2;
          expected[i] = mean + scale * middle;
          deviation[i] = scale * Math.sqrt(squares / (members - 1));
        }
        return { mean: expected, deviation };
      });
    },
  };
}

/** Encodings are zeros for the most part. */
interface Row {
  readonly places: Int32Array;
  readonly values: Float64Array;
}

function sparse(vector: Float64Array): Row {
  const places: number[] = [];
  const values: number[] = [];
  for (let i = 0; i < vector.length; i++) {
    if (vector[i] === 0) continue;
    places.push(i);
    values.push(vector[i]);
  }
  return { places: Int32Array.from(places), values: Float64Array.from(values) };
}

interface Member {
  readonly weights: Float64Array;
  readonly intercept: number;
}

const valueAt = ({ weights, intercept }: Member, { places, values }: Row): number => {
  let sum = intercept;
  for (let i = 0; i < places.length; i++) sum += weights[places[i]] * values[i];
  return sum;
};

/** The member of a sample: how often each row is in it. */
type Solve = (counts: Float64Array, y: Float64Array, penalty: number) => Member;

/** Means of the columns and of y in a sample; what is centred by them has no intercept to be penalised. */
function means(rows: readonly Row[], length: number, counts: Float64Array, y: Float64Array) {
  const n = rows.length;
  const columns = new Float64Array(length);
  let value = 0;
  for (let i = 0; i < n; i++) {
    const { places, values } = rows[i];
    for (let k = 0; k < places.length; k++) columns[places[k]] += (counts[i] * values[k]) / n;
    value += (counts[i] * y[i]) / n;
  }
  return { columns, value };
}

function member(weights: Float64Array, centre: { columns: Float64Array; value: number }): Member {
  let intercept = centre.value;
  for (let k = 0; k < weights.length; k++) intercept -= weights[k] * centre.columns[k];
  return { weights, intercept };
}

/** w = (XᵀCX + λ)⁻¹ XᵀCy over centred columns: one equation for each column. */
function primal(rows: readonly Row[], length: number): Solve {
  return (counts, y, penalty) => {
    const n = rows.length;
    const centre = means(rows, length, counts, y);
    const matrix = new Float64Array(length * length);
    const weights = new Float64Array(length);
    for (let i = 0; i < n; i++) {
      if (counts[i] === 0) continue;
      const { places, values } = rows[i];
      for (let a = 0; a < places.length; a++) {
        const weight = counts[i] * values[a];
        weights[places[a]] += weight * y[i];
        for (let b = 0; b <= a; b++) matrix[places[a] * length + places[b]] += weight * values[b];
      }
    }
    for (let a = 0; a < length; a++) {
      weights[a] -= n * centre.columns[a] * centre.value;
      for (let b = 0; b <= a; b++) matrix[a * length + b] -= n * centre.columns[a] * centre.columns[b];
      matrix[a * length + a] += penalty;
    }
    decompose(matrix, length);
    solveLower(matrix, length, weights);
    solveUpper(matrix, length, weights);
    return member(weights, centre);
  };
}

/** The same as w = Xᵀβ with (XXᵀ + λC⁻¹)β = y over the rows in the sample: one equation for each of these. */
function dual(rows: readonly Row[], length: number): Solve {
  const n = rows.length;
  const products = new Float64Array(n * n);
  const dense = new Float64Array(length);
  for (let i = 0; i < n; i++) {
    const { places, values } = rows[i];
    for (let k = 0; k < places.length; k++) dense[places[k]] = values[k];
    for (let j = 0; j <= i; j++) {
      const other = rows[j];
      let sum = 0;
      for (let k = 0; k < other.places.length; k++) sum += dense[other.places[k]] * other.values[k];
      products[i * n + j] = products[j * n + i] = sum;
    }
    dense.fill(0);
  }
  return (counts, y, penalty) => {
    const centre = means(rows, length, counts, y);
    const toCentre = new Float64Array(n);
    let centreSquare = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) toCentre[i] += (counts[j] * products[i * n + j]) / n;
    }
    for (let i = 0; i < n; i++) centreSquare += (counts[i] * toCentre[i]) / n;
    const taken = Array.from(rows.keys()).filter(i => counts[i] > 0);
    const size = taken.length;
    const matrix = new Float64Array(size * size);
    const solution = new Float64Array(size);
    for (const [a, i] of taken.entries()) {
      solution[a] = y[i] - centre.value;
      for (let b = 0; b <= a; b++) {
        const j = taken[b];
        matrix[a * size + b] = products[i * n + j] - toCentre[i] - toCentre[j] + centreSquare;
      }
      matrix[a * size + a] += penalty / counts[i];
    }
    decompose(matrix, size);
    solveLower(matrix, size, solution);
    solveUpper(matrix, size, solution);
    const weights = new Float64Array(length);
    for (const [a, i] of taken.entries()) {
      const { places, values } = rows[i];
      for (let k = 0; k < places.length; k++) weights[places[k]] += solution[a] * values[k];
      for (let k = 0; k < length; k++) weights[k] -= solution[a] * centre.columns[k];
    }
    return member(weights, centre);
  };
}
