/** Numbers of groups of rows, in one pass over each column. */
import { isObject, say } from "../../base/say.js";
import type { Column } from "../column.js";
import { Grouping, ROWS } from "./group-table.js";
import { TableError } from "../table-error.js";

/** What a group is told by; missing values are left out. */
export type Aggregate = "count" | "sum" | "mean" | "min" | "max";

/** A statistic and the column it is of; `["count"]` alone counts rows. */
export type Measure = readonly ["count"] | readonly [statistic: Aggregate, column: string];

const KNOWN: ReadonlySet<unknown> = new Set<Aggregate>(["count", "sum", "mean", "min", "max"]);

/** See `Table.aggregate`. */
export function aggregated(
  length: number,
  by: string,
  measures: Readonly<Record<string, Measure>>,
  valuesOf: (name: string) => Column,
): [string, Column][] {
  const asked = Object.entries(checked(by, measures));
  const key = valuesOf(by);
  const totals = asked.map(([, [statistic, of]]) => totalOf(statistic, of, valuesOf));
  const grouping = new Grouping();
  const buffer = new Uint32Array(ROWS);
  // Some rows at a time, all of whose values lie in the processor's nearer memory.
  for (let from = 0; from < length; from += ROWS) {
    const groupOf = buffer.subarray(0, Math.min(ROWS, length - from));
    grouping.assign(key, from, groupOf);
    for (const total of totals) total?.add(from, groupOf, grouping.keys.length);
  }
  const order = grouping.order();
  const columns = asked.map(([name], k): [string, Column] => {
    const values = totals[k]?.values() ?? grouping.counts;
    return [name, Float64Array.from(order, group => values[group])];
  });
  const shared = order.map(group => grouping.keys[group]);
  return [
    [by, key instanceof Float64Array ? Float64Array.from(shared as number[]) : (shared as string[])],
    ...columns,
  ];
}

function checked(by: string, measures: unknown): Readonly<Record<string, Measure>> {
  if (!isObject(measures) || Array.isArray(measures)) {
    throw new TableError(
      `aggregate: expected measures such as { best: ["min", "error"] }, got ${say(measures)}`,
    );
  }
  for (const [name, measure] of Object.entries(measures as Record<string, unknown>)) {
    if (name === by) {
      throw new TableError(
        `aggregate: expected measures of other names than "${by}", the column of the groups, got one`,
      );
    }
    const isMeasure =
      Array.isArray(measure) &&
      KNOWN.has(measure[0]) &&
      (measure.length === 2
        ? typeof measure[1] === "string"
        : measure.length === 1 && measure[0] === "count");
    if (isMeasure) continue;
    throw new TableError(
      `aggregate: expected ["count"], or ${[...KNOWN].join(", ")} and a column, such as ["mean", "error"], as ${name}, got ${say(measure)}`,
    );
  }
  return measures as Record<string, Measure>;
}

/** Numbers of all groups, to which rows are added. */
interface Total {
  add(from: number, groupOf: Uint32Array, groups: number): void;
  values(): Float64Array;
}

/** Undefined for the number of rows, which the groups have already. */
function totalOf(
  statistic: Aggregate,
  of: string | undefined,
  valuesOf: (name: string) => Column,
): Total | undefined {
  if (of === undefined) return undefined;
  const column = valuesOf(of);
  if (column instanceof Float64Array) {
    return statistic === "min" || statistic === "max"
      ? extremesOf(column, statistic)
      : sumsOf(column, statistic);
  }
  if (statistic !== "count") {
    throw new TableError(`aggregate: expected a column of numbers, got "${of}", which has texts`);
  }
  return sumsOf(
    Float64Array.from(column, text => (text === "" ? Number.NaN : 1)),
    "count",
  );
}

function sumsOf(column: Float64Array, statistic: "count" | "sum" | "mean"): Total {
  let [counts, sums, lost]: Float64Array[] = [0, 1, 2].map(() => new Float64Array(16));
  return {
    add: (from, groupOf, groups) => {
      [counts, sums, lost] = [counts, sums, lost].map(values => withRoom(values, groups, 0));
      addTo(column, from, groupOf, counts, sums, lost);
    },
    values: () => {
      if (statistic === "count") return counts;
      return statistic === "sum" ? sums : sums.map((sum, group) => sum / counts[group]);
    },
  };
}

/** Kahan's sums: what an addition loses goes into the next. */
function addTo(
  column: Float64Array,
  from: number,
  groupOf: Uint32Array,
  counts: Float64Array,
  sums: Float64Array,
  lost: Float64Array,
): void {
  for (let i = 0; i < groupOf.length; i++) {
    const value = column[from + i];
    // Only NaN differs from itself.
    if (value !== value) continue; // oxlint-disable-line no-self-compare
    const group = groupOf[i];
    counts[group]++;
    const added = value - lost[group];
    const before = sums[group];
    const sum = before + added;
    const rest = sum - before - added;
    lost[group] = rest - rest === 0 ? rest : 0; // Not of an infinite sum.
    sums[group] = sum;
  }
}

function extremesOf(column: Float64Array, statistic: "min" | "max"): Total {
  const sign = statistic === "min" ? 1 : -1;
  let extremes: Float64Array = new Float64Array(16).fill(Number.NaN);
  return {
    add: (from, groupOf, groups) => {
      extremes = withRoom(extremes, groups, Number.NaN);
      for (let i = 0; i < groupOf.length; i++) {
        const value = column[from + i];
        const group = groupOf[i];
        // The first value of a group is not below NaN.
        if (sign * value < sign * extremes[group] || Number.isNaN(extremes[group])) extremes[group] = value;
      }
    },
    values: () => extremes,
  };
}

function withRoom(values: Float64Array, groups: number, empty: number): Float64Array {
  if (groups <= values.length) return values;
  const longer = new Float64Array(2 * groups).fill(empty);
  longer.set(values);
  return longer;
}
