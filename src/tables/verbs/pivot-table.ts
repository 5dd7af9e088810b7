/** A long table made a wide one: a row and a column for each pair of values; see `Table.pivot`. */
import { mean, medianSorted } from "simple-statistics";
import { refuseUnknown } from "../../base/expect-options.js";
import { isObject, say } from "../../base/say.js";
import { type Column, toColumn, type Value } from "../column.js";
import type { TableLike } from "../table.js";
import { TableError } from "../table-error.js";

/** What a pivot shows. */
export interface PivotOptions {
  /** The column whose values become rows. */
  readonly rows: string;
  /** The column whose values become columns. */
  readonly columns: string;
  /** The column of numbers that is summed up in each cell; of none for `by: "count"`. */
  readonly values?: string;
  /** How; or a function of the numbers of a cell, none of which is missing. Default `"mean"`. */
  readonly by?: keyof typeof MEASURES | ((numbers: readonly number[]) => number);
}

const MEASURES = {
  mean: (numbers: readonly number[]) => mean(numbers),
  median: (numbers: readonly number[]) => medianSorted(numbers.toSorted((a, b) => a - b)),
  sum: (numbers: readonly number[]) => numbers.reduce((sum, value) => sum + value, 0),
  min: (numbers: readonly number[]) => numbers.reduce((least, value) => Math.min(least, value)),
  max: (numbers: readonly number[]) => numbers.reduce((most, value) => Math.max(most, value)),
  count: (numbers: readonly number[]) => numbers.length,
};

/** Columns beyond which it is a mistake: a column of errors, not of depths. */
const MOST_COLUMNS = 10_000;

/** The pivot's columns: the rows' values first, then one for each value of the other column, both rising. */
export function pivotTable(
  table: TableLike,
  options: PivotOptions,
): { readonly length: number; readonly columns: ReadonlyMap<string, Column> } {
  const { rows, columns, values, by } = checked(table, options);
  const [down, across] = [distinct(table.values(rows)), distinct(table.values(columns))];
  if (across.length > MOST_COLUMNS) {
    throw new TableError(
      `pivot: expected at most ${MOST_COLUMNS.toLocaleString("en")} columns, got ${across.length.toLocaleString("en")} values of ${say(columns)}; round them by with() first`,
    );
  }
  const [rowOf, columnOf] = [placesOf(down), placesOf(across)];
  const cells = new Map<number, number[]>();
  const [rowValues, columnValues] = [table.values(rows), table.values(columns)];
  const numbers = values === undefined ? undefined : table.values(values);
  for (let i = 0; i < table.length; i++) {
    const [row, column] = [rowOf.get(rowValues[i]), columnOf.get(columnValues[i])];
    const value = numbers ? (numbers[i] as number) : 1;
    if (row === undefined || column === undefined || Number.isNaN(value)) continue;
    const cell = row * across.length + column;
    const list = cells.get(cell);
    if (list) list.push(value);
    else cells.set(cell, [value]);
  }
  const empty = by === MEASURES.count ? 0 : Number.NaN;
  const made = across.map((key, k): [string, Column] => [
    String(key),
    toColumn(
      "pivot",
      String(key),
      down.map((_, row) => {
        const list = cells.get(row * across.length + k);
        const value: unknown = list ? by(list) : empty;
        if (typeof value === "number") return value;
        throw new TableError(`pivot: expected a number from by, got ${say(value)}`);
      }),
    ),
  ]);
  if (made.some(([name]) => name === rows)) {
    throw new TableError(
      `pivot: expected values of ${say(columns)} that are not called as the column of rows, got ${say(rows)} among them; rename that column by with()`,
    );
  }
  return { length: down.length, columns: new Map([[rows, toColumn("pivot", rows, down)], ...made]) };
}

function checked(table: TableLike, options: PivotOptions) {
  if (!isObject(options)) {
    throw new TableError(
      `pivot: expected options such as { rows: "depth", columns: "w1", values: "error" }, got ${say(options)}`,
    );
  }
  refuseUnknown("pivot", options, { rows: true, columns: true, values: true, by: true }, TableError);
  const { rows, columns, values, by = "mean" } = options;
  const asked: [string, unknown][] = [
    ["rows", rows],
    ["columns", columns],
  ];
  const counts = by === "count" && values === undefined;
  if (!counts) asked.push(["values", values]);
  for (const [field, name] of asked) {
    if (typeof name === "string" && table.names.includes(name)) continue;
    throw new TableError(
      `pivot: expected a column's name as ${field}, got ${say(name)}; known are ${table.names.join(", ")}`,
    );
  }
  if (rows === columns) {
    throw new TableError(`pivot: expected rows and columns to be two columns, got ${say(rows)} as both`);
  }
  if (values !== undefined && !(table.values(values) instanceof Float64Array)) {
    throw new TableError(
      `pivot: expected a column of numbers as values, got ${say(values)}, which has texts`,
    );
  }
  const measure = typeof by === "function" ? by : Object.hasOwn(MEASURES, by) ? MEASURES[by] : undefined;
  if (!measure) {
    throw new TableError(
      `pivot: expected by as one of ${Object.keys(MEASURES).join(", ")}, or a function, got ${say(by)}`,
    );
  }
  return { rows, columns, values, by: measure };
}

/** A column's values, each once, rising; those that are missing are no value. */
function distinct(column: Column): Value[] {
  const values = [...new Set<Value>(column)].filter(value => value !== "" && !Number.isNaN(value));
  return values.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

const placesOf = (values: readonly Value[]): Map<Value, number> =>
  new Map(values.map((value, place) => [value, place]));
