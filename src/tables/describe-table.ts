/** A table's columns in a few numbers each. */
import { valuesAtRanks } from "./rows/order-statistics.js";
import type { Table } from "./table.js";

/**
 * A row for each column of numbers: how many values, mean, sample standard deviation, least, quartiles (R's type 7,
 * as pandas) and greatest; missing values left out. NaN where a number has no meaning.
 */
export function describeTable(table: Pick<Table, "names" | "values">) {
  return table.names.flatMap(column => {
    const all = table.values(column);
    if (!(all instanceof Float64Array)) return [];
    const values = present(all);
    const count = values.length;
    let [min, max] = count > 0 ? [values[0], values[0]] : [Number.NaN, Number.NaN];
    for (let i = 1; i < count; i++) {
      if (values[i] < min) min = values[i];
      if (values[i] > max) max = values[i];
    }
    const { mean, deviation } = moments(values, min, max);
    const [quarter, median, threeQuarters] = quantiles(values, [0.25, 0.5, 0.75], min, max);
    return [{ column, count, mean, deviation, min, quarter, median, threeQuarters, max }];
  });
}

/** The values that are there; the column itself where none is missing. */
function present(all: Float64Array): Float64Array {
  for (let i = 0; i < all.length; i++)
    if (Number.isNaN(all[i])) return all.filter(value => !Number.isNaN(value));
  return all;
}

/**
 * Mean and deviation, taken of smaller values where sums or squares would pass what a double holds, and of larger ones where squares
 * would vanish: powers of two, so that nothing is rounded. The mean of values with infinite ones is that of these.
 */
function moments(values: Float64Array, min: number, max: number) {
  const n = values.length;
  if (n === 0) return { mean: Number.NaN, deviation: Number.NaN };
  if (!Number.isFinite(min) || !Number.isFinite(max)) return { mean: min + max, deviation: Number.NaN };
  const greatest = Math.max(Math.abs(min), Math.abs(max));
  const by = greatest > 2 ** 500 ? 2 ** -600 : greatest < 2 ** -500 ? 2 ** 600 : 1;
  // Neumaier's sum: what every addition loses is added at the end.
  let [sum, lost] = [0, 0];
  for (let i = 0; i < n; i++) {
    const value = values[i] * by;
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  const mean = (sum + lost) / n;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const off = values[i] * by - mean;
    squares += off * off;
  }
  return { mean: mean / by, deviation: n > 1 ? Math.sqrt(squares / (n - 1)) / by : Number.NaN };
}

function quantiles(
  values: Float64Array,
  probabilities: readonly number[],
  min: number,
  max: number,
): number[] {
  if (values.length === 0) return probabilities.map(() => Number.NaN);
  const places = probabilities.map(p => (values.length - 1) * p);
  const ranks = places.flatMap(place => [Math.floor(place), Math.ceil(place)]);
  const found = valuesAtRanks(values, ranks, min, max);
  return places.map((place, k) => {
    const [below, above] = [found[2 * k], found[2 * k + 1]];
    // Between two infinite values too, whose difference is no number.
    return below === above ? below : below + (place - Math.floor(place)) * (above - below);
  });
}
