/** What panels ask of the tables that they draw. */
import { isObject, say } from "../../../base/say.js";
import type { Column } from "../../../tables/column.js";
import type { TableLike } from "../../../tables/table.js";

/** @throws RangeError for what is no table, or one without that column */
export function columnOf(fn: string, table: TableLike, field: string, name: unknown): Column {
  requireTable(fn, table);
  if (typeof name === "string" && table.names.includes(name)) return table.values(name);
  throw new RangeError(
    `${fn}: expected a column's name as ${field}, got ${say(name)}; known are ${table.names.join(", ")}`,
  );
}

/** A column of numbers, NaN where there is none. */
export function numbersOf(fn: string, table: TableLike, field: string, name: unknown): Float64Array {
  const column = columnOf(fn, table, field, name);
  if (column instanceof Float64Array) return column;
  throw new RangeError(`${fn}: expected a column of numbers as ${field}, got ${say(name)}, which has texts`);
}

export function requireTable(fn: string, table: TableLike): void {
  if (isObject(table) && Array.isArray(table.names) && typeof table.values === "function") return;
  throw new RangeError(`${fn}: expected a table, got ${say(table)}; tableOf() makes one of rows or columns`);
}

/** A number in few digits: `0.0312`, `41.3`, `1.2e+6`. */
export const shortDigits = (value: number): string => {
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e5) return String(value);
  return size >= 1e5 || (size > 0 && size < 1e-3)
    ? value.toExponential(1)
    : String(Number(value.toPrecision(3)));
};
