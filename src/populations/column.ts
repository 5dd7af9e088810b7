/** A table's column: numbers, or texts. */
import { TableError } from "./table-error.js";

/** A value of a table: a number (NaN where it is missing) or a text ("" where it is missing). */
export type Value = number | string;
export type Column = Float64Array | readonly string[];

/** Numbers or texts; booleans become 0 and 1, big integers numbers, and what is missing NaN or "". */
export function toColumn(name: string, values: ArrayLike<unknown>): Column {
  if (values instanceof Float64Array) return values;
  const list = Array.from(values);
  if (list.some(value => typeof value === "string")) {
    return list.map((value, i) => {
      if (typeof value === "string") return value;
      if (value === undefined || value === null) return "";
      throw new TableError(
        `tableOf: expected a column of numbers or of texts, got a ${typeof value} among the texts of ${name}, row ${i + 1}`,
      );
    });
  }
  return Float64Array.from(list, (value, i) => {
    if (value === undefined || value === null) return Number.NaN;
    if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean")
      return Number(value);
    throw new TableError(
      `tableOf: expected a number or a text, got ${typeof value} in ${name}, row ${i + 1}`,
    );
  });
}

/** The values with these indices. */
export function gather(column: Column, indices: Uint32Array): Column {
  if (!(column instanceof Float64Array)) return Array.from(indices, i => column[i]);
  const gathered = new Float64Array(indices.length);
  for (let i = 0; i < indices.length; i++) gathered[i] = column[indices[i]];
  return gathered;
}

/** A plain array of the numbers; `Array.from` takes ten times as long. */
export function toArray(column: Float64Array): number[] {
  const array: number[] = [];
  for (let i = 0; i < column.length; i++) array.push(column[i]);
  return array;
}
