/**
 * A dimension of a design space: the values a parameter may take, each with its probability.
 *
 * The distributions are those of the paper (section 3.2) as pycls draws them: quantised log-uniform, and
 * uniform over powers of two.
 */
import { bottleneckWords, isBottleneck } from "../architectures/anynet/compatibility.js";
import { holdsForAll } from "../base/expect.js";
import type { Random } from "../base/random.js";
import { isObject, say } from "../base/say.js";

/** Values in rising order and their probabilities, which sum to 1. */
export interface Dimension {
  readonly values: readonly number[];
  readonly probabilities: readonly number[];
}

/**
 * A dimension of the given values, equally likely, or in proportion to `weights`.
 *
 * @throws RangeError unless the values are finite and rise, a million at most, and the weights are above 0
 * @example
 * ```ts
 * oneOf([2, 3, 4]).values; // => [2, 3, 4]
 * ```
 */
export function oneOf(values: readonly number[], weights?: readonly number[]): Dimension {
  if (!areNumbers(values) || !(weights === undefined || areNumbers(weights))) {
    throw new RangeError(
      `oneOf: expected an array of rising numbers, and perhaps one of weights, got ${say(values)}${weights === undefined ? "" : ` with ${say(weights)}`}; for one value, oneOf([value])`,
    );
  }
  requireFew("oneOf", values.length);
  const shares = weights ?? values.map(() => 1);
  const sum = shares.reduce((a, b) => a + b, 0);
  const positive = shares.length === values.length && holdsForAll(shares, w => w > 0) && sum < Infinity;
  if (values.length === 0 || !isRising(values) || !positive) {
    throw new RangeError(
      `oneOf: expected rising values, each with a weight above 0, got ${list(values)} with ${list(shares)}`,
    );
  }
  return { values: [...values], probabilities: shares.map(w => w / sum) };
}

/** Values that a dimension has at most: tables of their probabilities are in memory. */
const MOST_VALUES = 1_000_000;

function requireFew(caller: string, count: number): void {
  if (count <= MOST_VALUES) return;
  throw new RangeError(
    `${caller}: expected at most ${MOST_VALUES} values, got ${count}; take a larger step, or a narrower range`,
  );
}

const areNumbers = (values: unknown): boolean =>
  Array.isArray(values) && holdsForAll(values, value => typeof value === "number");

const isRising = (values: readonly number[]): boolean =>
  holdsForAll(values, (v, i) => Number.isFinite(v) && (i === 0 || v > values[i - 1]));

/** Numbers that an error shows. */
const SHOWN = 8;
const list = (values: readonly number[]): string =>
  `[${values.slice(0, SHOWN).join(",")}${values.length > SHOWN ? `, … ${values.length} in all` : ""}]`;

/**
 * The powers of two from `low` to `high`, equally likely.
 *
 * @example
 * ```ts
 * powersOfTwo(1, 32).values; // => [1, 2, 4, 8, 16, 32]
 * ```
 */
export function powersOfTwo(low: number, high: number): Dimension {
  const isPower = (v: number) =>
    typeof v === "number" && v > 0 && v < Infinity && Number.isInteger(Math.log2(v));
  if (!isPower(low) || !isPower(high) || low > high) {
    throw new RangeError(
      `powersOfTwo: expected two powers of two, low ≤ high, got ${say(low)} and ${say(high)}`,
    );
  }
  const values: number[] = [];
  for (let v = low; v <= high; v *= 2) values.push(v);
  return oneOf(values);
}

/**
 * Multiples of `step` from `low` to `high`, quantised log-uniform: what exp of a uniform number over
 * (ln(low − min(step, low / 2)), ln(high)] gives when rounded up to a multiple of `step`.
 *
 * @example
 * ```ts
 * logUniform(8, 64, 8).values; // => [8, 16, 24, 32, 40, 48, 56, 64]
 * ```
 */
export function logUniform(low: number, high: number, step: number): Dimension {
  const values = multiples("logUniform", low, high, step);
  const start = low - Math.min(step, low / 2);
  return oneOf(
    values,
    values.map(v => Math.log(v / Math.max(start, v - step))),
  );
}

/** Multiples of `step` from `low` to `high`, equally likely. */
export const uniform = (low: number, high: number, step = 1): Dimension =>
  oneOf(multiples("uniform", low, high, step));

function multiples(caller: string, low: number, high: number, step: number): number[] {
  // What is no number is not divided: bigints and symbols stumble over that.
  const numbers = areNumbers([low, high, step]);
  const [first, last] = numbers ? [low / step, high / step] : [Number.NaN, Number.NaN];
  const isWhole = (x: number) => Math.abs(x - Math.round(x)) < 1e-9 * x;
  if (!(numbers && step > 0 && low > 0 && low <= high && isWhole(first) && isWhole(last))) {
    throw new RangeError(
      `${caller}: expected multiples of step, 0 < low ≤ high, got low ${say(low)}, high ${say(high)}, step ${say(step)}`,
    );
  }
  requireFew(caller, Math.round(last) - Math.round(first) + 1);
  const length = Math.round(last) - Math.round(first) + 1;
  // Steps such as 0.1 have no exact double; the product is brought back to the decimal that was meant.
  const multiple: (n: number) => number = Number.isInteger(step)
    ? n => n * step
    : n => Number((n * step).toPrecision(12));
  return Array.from({ length }, (_, i) => multiple(Math.round(first) + i));
}

/** What the values of a parameter must be. */
export interface ValueRule {
  readonly holds: (value: number) => boolean;
  /** What to say is expected. */
  readonly words: string;
}

export const positiveInteger: ValueRule = {
  holds: value => Number.isSafeInteger(value) && value > 0,
  words: "a positive integer",
};
export const bottleneckRatio: ValueRule = { holds: isBottleneck, words: bottleneckWords };

/**
 * The rules that a dimension was found to keep, with the rising values and the probabilities that each must have:
 * refinements of a space share its dimensions, and the named spaces alone would look at the same values a dozen times.
 */
const rulesKept = new WeakMap<Dimension, Set<ValueRule>>();

/** Checks a space's dimensions once, when the space is made, so that draws need no checks. */
export function checkDimensions(
  space: string,
  dimensions: Readonly<Record<string, Dimension | undefined>>,
  rules: Readonly<Record<string, ValueRule>>,
): void {
  for (const [parameter, rule] of Object.entries(rules)) {
    const dimension = dimensions?.[parameter];
    const found = isObject(dimension) ? rulesKept.get(dimension) : undefined;
    if (found?.has(rule)) continue;
    const { holds, words } = rule;
    const makers = "make one with oneOf, uniform, logUniform or powersOfTwo";
    if (!Array.isArray(dimension?.values)) {
      const got = isObject(dimension) ? JSON.stringify(dimension) : say(dimension);
      throw new TypeError(`${space}: ${parameter} must be a dimension, got ${got}; ${makers}`);
    }
    const odd = dimension.values.find(value => !holds(value));
    if (odd !== undefined) {
      throw new RangeError(
        `${space}: every value of ${parameter} must be ${words}, got ${odd}; give the space other values with fix or withDimension`,
      );
    }
    checkProbabilities(`${space}: ${parameter}`, dimension, makers);
    if (found) found.add(rule);
    else rulesKept.set(dimension, new Set([rule]));
  }
}

/** How far a sum of probabilities may be from 1, by rounding. */
const TOLERANCE = 1e-6;

/** A dimension need not come from one of the makers. */
function checkProbabilities(what: string, { values, probabilities }: Dimension, makers: string): void {
  requireFew(what, values.length);
  if (values.length === 0 || !isRising(values)) {
    throw new RangeError(`${what} must have rising values, got ${list(values)}; ${makers}`);
  }
  const each =
    areNumbers(probabilities) &&
    probabilities.length === values.length &&
    holdsForAll(probabilities, p => p >= 0);
  const sum = each ? probabilities.reduce((a, b) => a + b, 0) : Number.NaN;
  if (Math.abs(sum - 1) <= TOLERANCE) return;
  const got = areNumbers(probabilities) ? list(probabilities) : say(probabilities);
  throw new RangeError(
    `${what} must have a probability for each of its ${values.length} values, which sum to 1, got ${got}; ${makers}`,
  );
}

/** How a parameter's values in the stages relate, from the first stage to the last. */
export type Relation = "free" | "shared" | "nonDecreasing" | "nonIncreasing";

/** @throws RangeError when an order among the stages would need tables that no memory holds */
export function requireOrderable({ values }: Dimension, relation: Relation, stages: number): void {
  const ordered = relation === "nonDecreasing" || relation === "nonIncreasing";
  if (!ordered || values.length * stages <= MOST_ENTRIES) return;
  throw new RangeError(
    `expected at most ${MOST_ENTRIES} values times stages for an order among the stages, got ${values.length} × ${stages}; take a larger step`,
  );
}

/**
 * A function that draws one value per stage into `out`, independent values of `dimension` *conditioned on* the
 * relation. Conditioning is exact and needs no rejection: see `monotone`. Shared values are drawn once.
 */
export function stageSampler(
  dimension: Dimension,
  relation: Relation,
  stages: number,
): (random: Random, out: number[]) => void {
  const { values } = dimension;
  const one = inversion(dimension.probabilities);
  switch (relation) {
    case "free":
      return (random, out) => {
        for (let i = 0; i < stages; i++) out[i] = values[one(random())];
      };
    case "shared":
      return (random, out) => {
        const value = values[one(random())];
        for (let i = 0; i < stages; i++) out[i] = value;
      };
    case "nonDecreasing":
    case "nonIncreasing": {
      const draw = monotone(dimension.probabilities, stages);
      const rising = relation === "nonDecreasing";
      return (random, out) => {
        let from = 0;
        for (let i = 0; i < stages; i++) {
          from = draw(random(), from, stages - i);
          out[rising ? i : stages - 1 - i] = values[from];
        }
      };
    }
  }
}

/** A function that draws one value. */
export function sampler({ values, probabilities }: Dimension): (random: Random) => number {
  const one = inversion(probabilities);
  return random => values[one(random())];
}

/** Cells of a guide table for each value, and in all: the more, the fewer steps are left from a cell to the value. */
const [CELLS_A_VALUE, MOST_CELLS] = [16, 4_000_000];

/** Inverts a discrete distribution function: u in [0, 1) → index. A guide table makes it constant time. */
function inversion(probabilities: readonly number[]): (u: number) => number {
  const cumulative = Float64Array.from(accumulate(probabilities));
  // Rounding may leave the last sum below u.
  cumulative[cumulative.length - 1] = Infinity;
  const size = Math.max(probabilities.length, Math.min(CELLS_A_VALUE * probabilities.length, MOST_CELLS));
  const guide = new Int32Array(size);
  for (let cell = 0, i = 0; cell < size; cell++) {
    while (cumulative[i] <= cell / size) i++;
    guide[cell] = i;
  }
  return u => {
    let i = guide[Math.floor(u * size)];
    while (cumulative[i] <= u) i++;
    return i;
  };
}

function accumulate(terms: readonly number[]): number[] {
  let sum = 0;
  return terms.map(term => (sum += term));
}

/** Numbers in the tables that order stages, at most. */
const MOST_ENTRIES = 20_000_000;

/**
 * Draws non-decreasing sequences of independent indices, given that they are non-decreasing.
 *
 * The first of m values is v with probability proportional to p(v) · T_{m−1}(v), where T_m(v) is the
 * probability that m further draws are non-decreasing from v on. Tables of Σ_{u<v} p(u) · T_{m−1}(u), one
 * for each m, make each draw a binary search. (Sorting independent draws would favour sequences without ties.)
 *
 * @returns a function (u, from, m) → index ≥ from, the first of m values still to draw
 */
function monotone(probabilities: readonly number[], stages: number) {
  const tables = monotoneTables(probabilities, stages);
  const k = probabilities.length;
  return (u: number, from: number, m: number): number => {
    const before = tables[m];
    const target = before[from] + u * (before[k] - before[from]);
    let low = from;
    let high = k - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (before[middle + 1] <= target) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

function monotoneTables(probabilities: readonly number[], stages: number): readonly Float64Array[] {
  const k = probabilities.length;
  let tail = new Float64Array(k + 1).fill(1);
  tail[k] = 0;
  const tables = [new Float64Array(k + 1)];
  for (let m = 1; m <= stages; m++) {
    const before = new Float64Array(k + 1);
    for (let v = 0; v < k; v++) before[v + 1] = before[v] + probabilities[v] * tail[v];
    tables.push(before);
    tail = before.map(sum => before[k] - sum);
  }
  return tables;
}

/** Numbers in the lists of what may follow a value, at most; further ones are made whenever they are asked for. */
const MOST_KEPT = 4_000_000;

/**
 * What a non-decreasing sequence may go on with, value by value: the values from the one before on, with the probabilities
 * that `stageSampler` draws them with.
 *
 * @returns a function (value before, or undefined; its place in the sequence) → values and probabilities
 */
export function risingOptions(
  { values, probabilities }: Dimension,
  stages: number,
): (previous: number | undefined, place: number) => Dimension {
  const tables = monotoneTables(probabilities, stages);
  const k = values.length;
  const places = new Map(values.map((value, i) => [value, i]));
  const known = new Map<number, Dimension>();
  let kept = 0;
  return (previous, place) => {
    const from = previous === undefined ? 0 : places.get(previous)!;
    const key = place * k + from;
    const there = known.get(key);
    if (there) return there;
    const before = tables[stages - place];
    const sum = before[k] - before[from];
    // Where all that may follow has probability 0, nothing tells one from another.
    const share = (_: number, i: number) =>
      sum > 0 ? (before[from + i + 1] - before[from + i]) / sum : 1 / (k - from);
    const options = { values: values.slice(from), probabilities: values.slice(from).map(share) };
    kept += 2 * (k - from);
    if (kept <= MOST_KEPT) known.set(key, options);
    return options;
  };
}

/** Whether the relation holds for what became of the values. */
export function keeps(relation: Relation, values: readonly number[]): boolean {
  for (let i = 1; i < values.length; i++) {
    const rise = values[i] - values[i - 1];
    if (relation === "shared" ? rise !== 0 : relation === "nonDecreasing" ? rise < 0 : rise > 0) return false;
  }
  return true;
}

/** How many sequences of `stages` values the relation allows. */
export function countSequences(dimension: Dimension, relation: Relation, stages: number): bigint {
  const k = BigInt(dimension.values.length);
  if (relation === "free") return k ** BigInt(stages);
  if (relation === "shared") return k;
  // Multisets of size `stages` from k values: (k + stages − 1 choose stages).
  let count = 1n;
  for (let i = 1n; i <= BigInt(stages); i++) count = (count * (k + i - 1n)) / i;
  return count;
}
