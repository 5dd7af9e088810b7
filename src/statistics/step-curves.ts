/**
 * What repeated experiments come to against a budget: their step functions brought to one axis, the centre of them at each
 * point and a band around it.
 *
 * An experiment is worth at x what its last step at or before x says (right-continuous), and nothing before its first.
 * The curve is drawn where every experiment says something: outside it the mean would change with who is still in it.
 */
import { extent } from "../base/extent.js";
import type { OptionNames } from "../base/expect-options.js";
import { seeded, type Random, checkedRandom } from "../base/random.js";
import { say } from "../base/say.js";
import { studentQuantile } from "./distributions.js";
import { mean, quantileSorted, sampleVariance } from "./scale.js";
import {
  checkedOptions,
  type Numbers,
  requireArray,
  requireCount,
  requireLevel,
  requireSameLength,
  StatisticsError,
} from "./statistics-error.js";

/** One experiment: `y[i]` from `x[i]` on. */
export interface StepFunction {
  /** Rising; where several are the same, the last of them counts. */
  readonly x: ArrayLike<number>;
  /** NaN at first, while there is nothing yet. */
  readonly y: ArrayLike<number>;
}

export type Centre = "mean" | "median";

/**
 * What the band holds, at each x by itself (pointwise: the band as a whole holds a whole curve less often).
 *
 * - `"t"`: the interval of the mean by Student's t;
 * - `"order"`: the interval of the median between two order statistics, by the binomial distribution, whatever the
 *   experiments' distribution (SciPy's `quantile_test`); there is none of fewer than six experiments at 95 %;
 * - `"bootstrap"`: the percentile interval of the centre, by resampling whole experiments;
 * - `"quantiles"`: not how sure the centre is, but the central share of the experiments themselves.
 */
export type Band = "t" | "order" | "bootstrap" | "quantiles";

export interface StepCurveOptions {
  /** Default `"mean"`. */
  readonly centre?: Centre;
  /** Default `"t"` for the mean, `"order"` for the median. */
  readonly band?: Band;
  /** Of the band. Default 0.95. */
  readonly level?: number;
  /** Most points of the curve: of more steps every so-many-th is taken. Default 200, which a picture can show. */
  readonly points?: number;
  /** Of the bootstrap. Default 1,000. */
  readonly resamples?: number;
  /** Of the bootstrap. Default `seeded(0)`. */
  readonly random?: Random;
}

/** A curve with its band: values from each `x` on. */
export interface StepCurve {
  readonly repeats: number;
  readonly x: readonly number[];
  readonly centre: readonly number[];
  /** NaN where there is no band: of a single experiment, and of the median of fewer than the band asks for. */
  readonly low: readonly number[];
  readonly high: readonly number[];
}

const names: OptionNames<StepCurveOptions> = {
  centre: true,
  band: true,
  level: true,
  points: true,
  resamples: true,
  random: true,
};

/**
 * The curve of some experiments, at their own steps.
 *
 * @param fn whose errors these are
 * @param runs one or more
 * @throws StatisticsError for steps that fall, for a value that is lost again, and for experiments none of whose stretches
 *   is common to all
 */
export function stepCurve(
  fn: string,
  runs: readonly StepFunction[],
  options: StepCurveOptions = {},
): StepCurve {
  const settings = checkedSettings(fn, options);
  const values = stepValues(fn, runs, settings.points);
  const n = runs.length;
  const { centre, band } = settings;
  const statistic = (sorted: Float64Array) =>
    centre === "mean" ? mean(sorted) : quantileSorted(sorted as unknown as number[], 0.5);
  const sorted = values.at.map(column => column.toSorted());
  const ends =
    n < 2
      ? sorted.map(() => none)
      : band === "bootstrap"
        ? bootstrapBands(values.at, settings)
        : sorted.map(column => intervals[band](column, settings.level));
  return {
    repeats: n,
    x: values.x,
    centre: sorted.map(statistic),
    low: ends.map(([low]) => low),
    high: ends.map(([, high]) => high),
  };
}

type Ends = readonly [low: number, high: number];
const none: Ends = [Number.NaN, Number.NaN];

const intervals: Readonly<Record<Exclude<Band, "bootstrap">, (sorted: Float64Array, level: number) => Ends>> =
  {
    t(sorted, level) {
      const n = sorted.length;
      const middle = mean(sorted);
      const half = studentQuantile((1 - level) / 2, n - 1) * Math.sqrt(sampleVariance(sorted) / n);
      return [middle - half, middle + half];
    },
    order(sorted, level) {
      const k = outside(sorted.length, (1 - level) / 2);
      return k === 0 ? none : [sorted[k - 1], sorted[sorted.length - k]];
    },
    quantiles(sorted, level) {
      const numbers = sorted as unknown as number[];
      return [quantileSorted(numbers, (1 - level) / 2), quantileSorted(numbers, (1 + level) / 2)];
    },
  };

/** The greatest k with P(B ≤ k − 1) ≤ share for B of the binomial distribution of n and ½. */
function outside(n: number, share: number): number {
  // By logarithms: 2^−n is none of the doubles beyond a thousand experiments.
  let [logTerm, sum, k] = [-n * Math.LN2, 0, 0];
  for (;;) {
    sum += Math.exp(logTerm);
    if (sum > share || k >= n) return k;
    k++;
    logTerm += Math.log((n - k + 1) / k);
  }
}

function bootstrapBands(
  columns: readonly Float64Array[],
  { centre, level, resamples, random }: Settings,
): Ends[] {
  const n = columns[0].length;
  const orders = columns.map(column =>
    Uint32Array.from({ length: n }, (_, i) => i).sort((i, j) => column[i] - column[j]),
  );
  const found = columns.map(() => new Float64Array(resamples));
  const counts = new Uint32Array(n);
  for (let repeat = 0; repeat < resamples; repeat++) {
    counts.fill(0);
    for (let i = 0; i < n; i++) counts[Math.floor(random() * n)]++;
    for (const [p, column] of columns.entries()) {
      found[p][repeat] =
        centre === "mean" ? weightedMean(column, counts) : weightedMedian(column, orders[p], counts);
    }
  }
  return found.map(list => {
    const sorted = list.sort() as unknown as number[];
    return [quantileSorted(sorted, (1 - level) / 2), quantileSorted(sorted, (1 + level) / 2)];
  });
}

function weightedMean(values: Float64Array, counts: Uint32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += counts[i] * values[i];
  return sum / values.length;
}

function weightedMedian(values: Float64Array, order: Uint32Array, counts: Uint32Array): number {
  const n = values.length;
  const [lower, upper] = [Math.floor((n - 1) / 2), Math.floor(n / 2)];
  let [seen, first] = [0, Number.NaN];
  for (const i of order) {
    if (counts[i] === 0) continue;
    seen += counts[i];
    if (Number.isNaN(first) && seen > lower) first = values[i];
    if (seen > upper) return (first + values[i]) / 2;
  }
  return first;
}

/** What every experiment is worth at the points of one axis: a column a point, one value an experiment. */
function stepValues(
  fn: string,
  runs: readonly StepFunction[],
  points: number,
): { readonly x: readonly number[]; readonly at: readonly Float64Array[] } {
  requireArray(fn, "runs", runs);
  if (runs.length === 0) throw new StatisticsError(`${fn}: expected at least 1 run, got none`);
  const checked = runs.map((run, i) => checkedRun(fn, run, i));
  const [, from] = extent(checked.map(({ x }) => x[0]));
  const [to] = extent(checked.map(({ x }) => x[x.length - 1]));
  if (from > to) {
    throw new StatisticsError(
      `${fn}: expected runs that have a stretch in common, got one that begins at ${from}, after another ended at ${to}`,
    );
  }
  const steps = new Set<number>();
  for (const { x } of checked) for (const at of x) if (at >= from && at <= to) steps.add(at);
  const x = thinned(
    [...steps].sort((a, b) => a - b),
    points,
  );
  const at = x.map(() => new Float64Array(runs.length));
  for (const [i, run] of checked.entries()) {
    let k = 0;
    for (const [p, where] of x.entries()) {
      while (k + 1 < run.x.length && run.x[k + 1] <= where) k++;
      at[p][i] = run.y[k];
    }
  }
  return { x, at };
}

/** At most so many of them, the first and the last among them. */
function thinned(values: readonly number[], most: number): readonly number[] {
  if (values.length <= most) return values;
  return Array.from({ length: most }, (_, i) => values[Math.round((i * (values.length - 1)) / (most - 1))]);
}

/** The run from its first value on. */
function checkedRun(fn: string, run: StepFunction, place: number): StepFunctionOf {
  const { x, y } = Object(run) as StepFunction;
  requireSameLength(fn, `y of run ${place}`, y as Numbers, "x", x as Numbers);
  let first = 0;
  while (first < y.length && Number.isNaN(y[first])) first++;
  if (first === y.length) {
    throw new StatisticsError(`${fn}: expected a value in every run, got none in run ${place}`);
  }
  for (let i = first; i < y.length; i++) {
    const rises = Number.isFinite(x[i]) && (i === first || x[i] >= x[i - 1]);
    if (rises && Number.isFinite(y[i])) continue;
    throw new StatisticsError(
      `${fn}: expected steps that rise and finite values, got ${say(y[i])} from ${say(x[i])} on in run ${place}`,
    );
  }
  return { x: Float64Array.from(x as Numbers).slice(first), y: Float64Array.from(y as Numbers).slice(first) };
}

interface StepFunctionOf {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

type Settings = Required<StepCurveOptions>;

function checkedSettings(fn: string, options: StepCurveOptions): Settings {
  const {
    centre = "mean",
    band = centre === "median" ? "order" : "t",
    level = 0.95,
    points = 200,
    resamples = 1000,
    random = seeded(0),
  } = checkedOptions(fn, options, names);
  if (centre !== "mean" && centre !== "median") {
    throw new StatisticsError(`${fn}: expected centre "mean" or "median", got ${say(centre)}`);
  }
  const fitting = centre === "mean" ? ["t", "bootstrap", "quantiles"] : ["order", "bootstrap", "quantiles"];
  if (!fitting.includes(band)) {
    throw new StatisticsError(
      `${fn}: expected a band of the ${centre}, ${fitting.map(say).join(", ")}, got ${say(band)}`,
    );
  }
  requireLevel(fn, level);
  requireCount(fn, "points", points, 2);
  requireCount(fn, "resamples", resamples, 100);
  return { centre, band, level, points, resamples, random: checkedRandom(fn, random) };
}
