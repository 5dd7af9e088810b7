/** How a CSV or TSV file is written, where it is not as expected. */
import { holdsForAll } from "../../base/expect.js";
import { type OptionNames, refuseUnknown } from "../../base/expect-options.js";
import { say } from "../../base/say.js";
import { type CellOptions, MISSING } from "./cell.js";
import { TableError } from "../table-error.js";

/** How a CSV or TSV file is written; whatever is left out is detected. */
export interface ReadOptions {
  /** What separates two values, one character. */
  readonly delimiter?: string;
  /** What separates a number's fraction: `"."`, or `","` for `1,5`. */
  readonly decimal?: "." | ",";
  /** What separates groups of three digits, for example `","` for `1,014`. */
  readonly thousands?: string;
  /** What else is written where there is no value, besides nothing, `NA`, `NaN`, `null`, `None` and their like. */
  readonly missing?: readonly string[];
  /** Columns to be read as texts, whatever they look like: every character is kept. */
  readonly texts?: readonly string[];
  /** Columns to be read as numbers; a value that is none is an error that names its row. */
  readonly numbers?: readonly string[];
}

const names: OptionNames<ReadOptions> = {
  delimiter: true,
  decimal: true,
  thousands: true,
  missing: true,
  texts: true,
  numbers: true,
};

/** Throws a TableError for options that are unknown, or not of their kind. */
export function checkOptions(fn: string, options: ReadOptions): void {
  const given = options as unknown as Readonly<Record<string, unknown>>;
  if (given === null || typeof given !== "object") {
    throw new TableError(`${fn}: expected options by name, got ${say(given)}`);
  }
  refuseUnknown(fn, options, names, TableError);
  const { delimiter, decimal, thousands } = given;
  const refuse = (name: string, expected: string) => {
    throw new TableError(`${fn}: expected ${expected} as ${name}, got ${say(given[name])}`);
  };
  const isMark = (value: unknown) => typeof value === "string" && /^[^\d"\r\n+-]$/.test(value);
  if (delimiter !== undefined && !isMark(delimiter)) refuse("delimiter", "one character");
  if (decimal !== undefined && decimal !== "." && decimal !== ",") refuse("decimal", '"." or ","');
  if (thousands !== undefined && (!isMark(thousands) || thousands === (decimal ?? "."))) {
    refuse("thousands", `one character other than "${decimal === "," ? "," : "."}"`);
  }
  for (const name of ["missing", "texts", "numbers"]) {
    const list = given[name];
    const isList = Array.isArray(list) && holdsForAll(list, entry => typeof entry === "string");
    if (list !== undefined && !isList) refuse(name, "a list of texts");
  }
}

export const cellOptions = ({ decimal = ".", thousands, missing = [] }: ReadOptions): CellOptions => ({
  decimal,
  thousands,
  missing: new Set([...MISSING, ...missing]),
  isPlain: decimal === "." && thousands !== "." && !missing.some(text => /\d/.test(text)),
});
