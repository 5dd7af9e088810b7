/** A value as an error says it: short, and telling `null` from `"null"`, NaN from nothing, a promise from an object. */

/** Most characters of a text that are shown, and names of an object. */
const SHOWN = 60;
const NAMES = 6;

/**
 * What came, for the end of `expected …, got …`.
 *
 * @example
 * ```ts
 * say([1, NaN]); // => "[1, NaN]"
 * ```
 */
export function say(value: unknown): string {
  if (typeof value === "string") return cut(JSON.stringify(value));
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function")
    return value.name === "" ? "a function" : `the function ${cut(value.name)}`;
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Promise) return "a promise";
  if (Array.isArray(value)) {
    const flat = value.length <= NAMES && value.every(one => typeof one !== "object" || one === null);
    return flat ? cut(`[${value.map(say).join(", ")}]`) : `an array of ${value.length}`;
  }
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}`;
  const names = Object.keys(value);
  const shown = names.slice(0, NAMES).join(", ");
  return cut(names.length === 0 ? "{}" : `{ ${shown}${names.length > NAMES ? ", …" : ""} }`);
}

/** Data that people write, as they write it: JSON, but where that would change the value or has no word for it. */
export function sayData(value: unknown): string {
  try {
    return JSON.stringify(value, finite) ?? say(value);
  } catch {
    return say(value);
  }
}

function finite(_key: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) throw new RangeError("no JSON");
  return value;
}

const cut = (text: string): string => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);

/**
 * A text of several lines that anyone may have had a part in, safe to print: line ends and tabs stay, other controls are `\uFFFD`.
 *
 * @example
 * ```ts
 * printable("a file called \u001b[2Jx\n  at line 1"); // => "a file called \uFFFD[2Jx\n  at line 1"
 * ```
 */
export const printable = (text: string): string =>
  text.replaceAll(UNPRINTABLE, one => (one === "\n" || one === "\t" ? one : "\uFFFD")).toWellFormed();

/** What moves a terminal's cursor, colours it or sends it commands, and what turns the direction of the text around it. */
const UNPRINTABLE = /[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/**
 * A text that anyone may have written as one line that is safe to print: line ends and tabs are spaces, other controls `\uFFFD`.
 *
 * @example
 * ```ts
 * oneLine("two\nlines \u001b[2J"); // => "two lines \uFFFD[2J"
 * ```
 */
export const oneLine = (text: string): string =>
  text.replaceAll(/\s+/g, " ").replaceAll(UNPRINTABLE, "\uFFFD").toWellFormed();

/** Whether a value has fields to read: neither null nor a text, number or function. */
export const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
