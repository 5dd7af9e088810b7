/** A table's column: numbers, or texts. */
import { isLossy } from "./files/cell.js";
import { TableError } from "./table-error.js";

/** A value of a table: a number (NaN where it is missing) or a text ("" where it is missing). */
export type Value = number | string;
export type Column = Float64Array | readonly string[];

/**
 * Numbers or texts; booleans become 0 and 1, and what is missing NaN or "". Big integers become numbers, or all values of
 * the column texts if one has more digits than a number keeps.
 *
 * @param fn who asks, for the error
 */
export function toColumn(fn: string, name: string, values: ArrayLike<unknown>): Column {
  if (values instanceof Float64Array) return values.slice();
  const { length } = values;
  const numbers = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const value = values[i];
    if (typeof value === "number") numbers[i] = value;
    else if (isNothing(value)) numbers[i] = Number.NaN;
    else if (typeof value === "boolean") numbers[i] = Number(value);
    else if (typeof value === "bigint" && !isLossy(String(value), Number(value))) numbers[i] = Number(value);
    else return toTexts(fn, name, values);
  }
  return numbers;
}

function toTexts(fn: string, name: string, values: ArrayLike<unknown>): string[] {
  const list = Array.from(values);
  const isText = list.some(value => typeof value === "string");
  return list.map((value, i) => {
    if (typeof value === "string") return value;
    if (isNothing(value)) return "";
    const isNumber = KNOWN.has(typeof value);
    if (isText) {
      throw new TableError(
        `${fn}: expected a column of numbers or of texts, got a ${isNumber ? typeof value : kindOf(value)} among the texts of ${name}, row ${i + 1}`,
      );
    }
    if (isNumber) return Number.isNaN(value) ? "" : String(value);
    throw new TableError(`${fn}: expected a number or a text, got ${kindOf(value)} in ${name}, row ${i + 1}`);
  });
}

const KNOWN = new Set(["number", "bigint", "boolean"]);

const isNothing = (value: unknown): boolean => value === undefined || value === null || Number.isNaN(value);

function kindOf(value: unknown): string {
  if (typeof (value as PromiseLike<unknown> | undefined)?.then === "function") return "a promise";
  return Array.isArray(value) ? "a list" : typeof value;
}

/** A text in an error: in quotes, and not the whole of a long one. */
export function quoteShort(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

/** A plain array of the numbers: at its length from the beginning, since one that grows is copied again and again. */
export function toArray(column: Float64Array): number[] {
  const array = new Array<number>(column.length); // oxlint-disable-line unicorn/no-new-array
  for (let i = 0; i < column.length; i++) array[i] = column[i];
  return array;
}
