/** Columns of values as JSON has them, of which a column may mix several kinds. */
import { type Column, toColumn } from "../../column.js";
import { type Json, jsonText, LongDecimal } from "./exact-json.js";

/** What some write for numbers that JSON does not have. */
const NUMBERS = /^(?:nan|[+-]?inf(?:inity)?)$/i;

/**
 * Numbers where all values are numbers (or all of them true or false), else texts: texts themselves, and anything else as
 * it is written. Digits before the point that a number does not keep make a column one of texts.
 *
 * @param notes takes what is to be known of the column
 */
export function jsonColumn(fn: string, name: string, values: readonly Json[], notes: string[]): Column {
  const kinds = new Set<string>();
  let [odd, last] = [true, ""];
  for (const value of values) {
    if (value === null || value === undefined) continue;
    const kind = value instanceof LongDecimal ? "decimal" : typeof value;
    if (kind !== last) kinds.add((last = kind));
    if (typeof value === "string" && !NUMBERS.test(value)) odd = false;
  }
  const isLong = kinds.has("decimal");
  const isNumeric = kinds.has("number") || kinds.has("bigint") || isLong;
  if (isNumeric && kinds.has("string") && odd && !kinds.has("object") && !kinds.has("boolean")) {
    return jsonColumn(
      fn,
      name,
      values.map(value => (typeof value === "string" ? numberOf(value) : value)),
      notes,
    );
  }
  const isOne = kinds.size <= 1 || [...kinds].every(kind => NUMERIC.has(kind));
  if (isOne && !kinds.has("object")) {
    if (isLong) {
      notes.push(
        `column "${name}" has numbers above 2⁵³ with fractions, which numbers do not keep; read as texts`,
      );
      return values.map(textOf);
    }
    const column = toColumn(fn, name, values);
    if (isNumeric && !(column instanceof Float64Array)) {
      notes.push(`column "${name}" has integers above 2⁵³, which numbers do not keep; read as texts`);
    }
    return column;
  }
  if (kinds.size > 1) {
    const words = [...kinds].map(kind => WORDS[kind]).join(" and ");
    notes.push(`column "${name}" has ${words}; read as texts`);
  }
  return values.map(textOf);
}

const NUMERIC: ReadonlySet<string> = new Set(["number", "bigint", "decimal"]);

function textOf(value: Json | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "";
  return typeof value === "object" ? jsonText(value) : String(value);
}

const WORDS: Readonly<Record<string, string>> = {
  number: "numbers",
  bigint: "integers above 2⁵³",
  decimal: "numbers above 2⁵³ with fractions",
  string: "texts",
  boolean: "truth values",
  object: "lists or objects",
};

function numberOf(text: string): number {
  if (/nan/i.test(text)) return Number.NaN;
  return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
