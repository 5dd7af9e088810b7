/**
 * How alike two numbers of each function rank a table's functions, over all of them and among the best tenth.
 *
 * Who is among the best is chosen by something that neither number is: chosen by the mean of two trainings, say, functions of which
 * one was lucky are in with the other unlucky, and the two disagree by that alone. Where there are no other trainings, the other split
 * of one of the two chooses, in turn.
 */
import { seeded } from "../../../base/random.js";
import { spearman } from "../../../statistics/correlation.js";
import { normalQuantile } from "../../../statistics/distributions.js";
import { noRanks, type RankInterval, rankIntervals } from "../../../statistics/rank-intervals.js";
import type { TableRow, TableTraining } from "../space-table.js";

/** A number of each function; NaN, or none, where it has none. */
export type RowNumber = (row: TableRow) => number | undefined;

/** How alike two numbers of each function rank the functions. */
export interface TableRanking {
  readonly what: string;
  readonly spearman: number;
  readonly kendall: number;
  /** Spearman's ρ among the best tenth, chosen by something that neither number is in; NaN where there is nothing to choose by. */
  readonly best: number;
  /** Where they lie with 95 %, the functions taken as a sample. */
  readonly intervals: {
    readonly spearman: RankInterval;
    readonly kendall: RankInterval;
    readonly best: RankInterval;
  };
  /** Functions that have both. */
  readonly n: number;
}

/** Two numbers, and what the best are chosen by. */
export interface RankedPair {
  readonly x: RowNumber;
  readonly y: RowNumber;
}
export interface ChosenPair extends RankedPair {
  readonly by: RowNumber;
}

/** Resamples for the interval among the best. */
const RESAMPLES = 200;

/**
 * @param all pairs whose correlations are averaged, such as those of each training and the others
 * @param best pairs among the best, likewise
 */
export function tableRanking(
  what: string,
  rows: readonly TableRow[],
  all: readonly RankedPair[],
  best: readonly ChosenPair[],
): TableRanking {
  const found = all.map(pair => {
    const { x, y } = valuesOf(rows, pair);
    return varies(x) && varies(y) ? rankIntervals(x, y) : noRanks(x.length);
  });
  // Of the same functions and alike, so that the mean is as sure as each of them, or more.
  const mean = (of: (one: (typeof found)[number]) => RankInterval): RankInterval => ({
    value: average(found.map(one => of(one).value)),
    low: average(found.map(one => of(one).low)),
    high: average(found.map(one => of(one).high)),
  });
  const intervals = {
    spearman: mean(one => one.spearman),
    kendall: mean(one => one.kendall),
    best: bestInterval(rows, best),
  };
  return {
    what,
    spearman: intervals.spearman.value,
    kendall: intervals.kendall.value,
    best: intervals.best.value,
    intervals,
    n: Math.max(0, ...found.map(({ n }) => n)),
  };
}

/** A bootstrap of functions, each time with their own best tenth, whose standard error is taken on Fisher's scale. */
function bestInterval(rows: readonly TableRow[], pairs: readonly ChosenPair[]): RankInterval {
  const known = pairs.map(({ x, y, by }) => {
    const all = rows.map(row => [x(row), y(row), by(row)].map(value => value ?? Number.NaN));
    // In the order by which they are chosen: a resample takes them from the first on.
    const order = [...all.keys()]
      .filter(i => all[i].every(Number.isFinite))
      .sort((i, j) => all[i][2] - all[j][2]);
    return { all, order };
  });
  /** @param count how often each function was drawn */
  const of = (count: (i: number) => number): number =>
    average(
      known.map(({ all, order }) => {
        const total = order.reduce((sum, i) => sum + count(i), 0);
        const [xs, ys]: number[][] = [[], []];
        let limit = Number.NaN;
        for (const i of order) {
          // As many as a tenth, and those that tie with the last of them.
          if (xs.length >= total / 10 && all[i][2] !== limit) break;
          for (let c = count(i); c > 0; c--) {
            xs.push(all[i][0]);
            ys.push(all[i][1]);
            limit = all[i][2];
          }
        }
        return varies(xs) && varies(ys) ? spearman(xs, ys).value : Number.NaN;
      }),
    );
  const value = of(() => 1);
  if (Number.isNaN(value)) return { value, low: Number.NaN, high: Number.NaN };
  const random = seeded(1);
  const z = Array.from({ length: RESAMPLES }, () => {
    const counts = new Uint16Array(rows.length);
    for (let i = 0; i < rows.length; i++) counts[Math.floor(random() * rows.length)]++;
    return Math.atanh(of(i => counts[i]));
  }).filter(Number.isFinite);
  const middle = average(z);
  const error = Math.sqrt(z.reduce((sum, one) => sum + (one - middle) ** 2, 0) / (z.length - 1));
  const off = normalQuantile(0.025) * error;
  const around = (sign: number) => Math.tanh(Math.atanh(value) + sign * Math.abs(off));
  return { value, low: around(-1), high: around(1) };
}

function valuesOf(rows: readonly TableRow[], { x, y }: RankedPair) {
  const both = rows
    .map(row => [x(row) ?? Number.NaN, y(row) ?? Number.NaN])
    .filter(pair => pair.every(Number.isFinite));
  return { x: both.map(([one]) => one), y: both.map(([, other]) => other) };
}

const varies = (values: readonly number[]): boolean =>
  values.length > 2 && values.some(value => value !== values[0]);

const average = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

type Split = "test" | "validation";

/** The error of a training after its last epoch. */
export const finalOf = (training: TableTraining | undefined, split: Split): number =>
  (split === "test" ? training?.error : training?.validationError) ?? Number.NaN;

/** The mean error of the trainings of some numbers; NaN where one of them, or all, are missing. */
export const errorOf =
  (repeats: readonly number[], split: Split): RowNumber =>
  ({ trainings }) =>
    average(
      repeats.map(repeat =>
        finalOf(
          trainings.find(one => one.repeat === repeat),
          split,
        ),
      ),
    );

/**
 * What the best are chosen by where two numbers are of a split of trainings i and j: other trainings where there are any, else the
 * other split of either.
 */
export function choosers(
  repeats: readonly number[],
  i: number,
  j: number,
  split: Split,
  splits: readonly Split[],
) {
  const others = repeats.filter(repeat => repeat !== i && repeat !== j);
  if (others.length > 0) return [errorOf(others, splits[splits.length - 1])];
  return splits.filter(one => one !== split).flatMap(one => [errorOf([i], one), errorOf([j], one)]);
}
