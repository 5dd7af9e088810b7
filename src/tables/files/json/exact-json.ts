/**
 * JSON without loss: integers that a number does not keep become big ones, with digits behind the point they stay as
 * they are written, the NaN and Infinity of Python numbers, and
 * keys keep their order, which objects change where keys are integers.
 */
import { withoutMark } from "../../../base/byte-order-mark.js";
import { isLossy } from "../cell.js";

/** What JSON says; an object with integers for keys is a Map. */
export type Json = null | boolean | number | bigint | string | LongDecimal | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json } | ReadonlyMap<string, Json>;

/** A number above 2⁵³ with a fraction, which neither a number nor a big integer keeps. */
export class LongDecimal {
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }
}

/** Whether JSON.parse would lose something: digits of an integer, the order of keys, or all at a NaN. */
const DELICATE = /(?<![\d.])\d{16}|NaN|Infinity|"\d+"\s*:/;
/** Texts are matched too, and kept, so that what is in one stays. */
const TOKENS = /"(?:[^"\\]|\\.)*"(?:\s*:)?|-?\b(?:NaN|Infinity)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** A character for private use, which marks what JSON.parse takes for a text. */
const MARK = "\uE5A1";

/** Whether JSON.parse does not lose anything of a text. */
export const isPlainJson = (text: string): boolean => !DELICATE.test(text);

/** @throws SyntaxError for what is no JSON */
export function parseExactJson(text: string): Json {
  const bare = withoutMark(text);
  if (isPlainJson(bare)) return JSON.parse(bare) as Json;
  const marked = bare.replace(TOKENS, token => {
    if (token.startsWith('"')) {
      const isMarked = token.startsWith(`"${MARK}`) || /^"\d+"\s*:$/.test(token);
      return isMarked ? `"${MARK}${token.slice(1)}` : token;
    }
    if (/[NI]/.test(token)) return `"${MARK}n${token}"`;
    return /^-?\d{16,}(?:\.\d+)?$/.test(token) && isLossy(token, Number(token))
      ? `"${MARK}i${token}"`
      : token;
  });
  return JSON.parse(marked, unmarked) as Json;
}

function unmarked(_key: string, value: unknown): unknown {
  if (typeof value === "string" && value.startsWith(MARK)) {
    const rest = value.slice(2);
    if (value[1] === "n") return Number(rest);
    if (value[1] === "i") return rest.includes(".") ? new LongDecimal(rest) : BigInt(rest);
    return value.slice(1);
  }
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value);
  if (!entries.some(([key]) => key.startsWith(MARK))) return value;
  return new Map(entries.map(([key, held]) => [key.startsWith(MARK) ? key.slice(1) : key, held]));
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  value !== null && typeof value === "object" && !Array.isArray(value) && !(value instanceof LongDecimal);

/** An object's keys and values, in the order of the text. */
export const entriesOf = (object: JsonObject): [string, Json][] =>
  object instanceof Map ? [...object] : (Object.entries(object) as [string, Json][]);

/** A value as JSON; numbers that JSON does not have are null. */
export function jsonText(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  if (value instanceof LongDecimal) return value.digits;
  if (Array.isArray(value)) return `[${value.map(jsonText).join(", ")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value) ?? "null";
  return `{${entriesOf(value)
    .map(([key, held]) => `${JSON.stringify(key)}: ${jsonText(held)}`)
    .join(", ")}}`;
}
