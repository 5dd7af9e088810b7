/** A table's columns in a few numbers each. */
import { mean, quantileSorted, sampleStandardDeviation } from "simple-statistics";
import { toArray } from "./column.js";
import type { Table } from "./table.js";

/**
 * A row for each column of numbers: how many values, mean, sample standard deviation, least, quartiles (R's type 7,
 * as pandas) and greatest; missing values left out. NaN where a number has no meaning.
 */
export function describeTable(table: Pick<Table, "names" | "values">) {
  return table.names.flatMap(column => {
    const values = table.values(column);
    if (!(values instanceof Float64Array)) return [];
    const sorted = toArray(values.filter(v => !Number.isNaN(v)).sort());
    const count = sorted.length;
    const at = (p: number) => (count > 0 ? quantile(sorted, p) : Number.NaN);
    return [
      {
        column,
        count,
        mean: count > 0 ? meanOf(sorted) : Number.NaN,
        deviation: count > 1 ? scaled(sorted, sampleStandardDeviation) : Number.NaN,
        min: at(0),
        quarter: at(0.25),
        median: at(0.5),
        threeQuarters: at(0.75),
        max: at(1),
      },
    ];
  });
}

/** The mean; of values with infinite ones, that of these, where Kahan's sum would be NaN. */
function meanOf(sorted: number[]): number {
  const ends = sorted[0] + sorted[sorted.length - 1];
  return Number.isFinite(sorted[0]) && Number.isFinite(sorted[sorted.length - 1])
    ? scaled(sorted, mean)
    : ends;
}

/**
 * A statistic in the values' own unit, taken of smaller ones where sums or squares would pass what a double holds, and of
 * larger ones where squares would vanish. Powers of two, so that nothing is rounded.
 */
function scaled(sorted: number[], statistic: (values: number[]) => number): number {
  const greatest = Math.max(Math.abs(sorted[0]), Math.abs(sorted[sorted.length - 1]));
  const by = greatest > 2 ** 500 ? 2 ** -600 : greatest < 2 ** -500 ? 2 ** 600 : 1;
  return by === 1 || !Number.isFinite(greatest)
    ? statistic(sorted)
    : statistic(sorted.map(value => value * by)) / by;
}

/** The quantile; between two infinite values too, whose difference is no number. */
function quantile(sorted: number[], p: number): number {
  const at = (sorted.length - 1) * p;
  const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return below === above ? below : quantileSorted(sorted, p);
}
