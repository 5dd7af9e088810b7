/** What DuckDB has that is no number, as a text. */
import { isLossy } from "../cell.js";
import { type Json, jsonText, LongDecimal } from "./exact-json.js";

interface Nested {
  readonly items?: readonly unknown[];
  readonly entries?: Readonly<Record<string, unknown>> | readonly { key: unknown; value: unknown }[];
  readonly value?: unknown;
  readonly tag?: unknown;
}

/** Lists, structures and maps as JSON; dates, times and the like know their text; "" for NULL. */
export function nestedText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  // A union is the one value that it has.
  if (typeof value === "object" && "tag" in value) return nestedText((value as Nested).value);
  return isNested(value) ? jsonText(toJson(value)) : textOf(value);
}

const isNested = (value: unknown): value is Nested =>
  typeof value === "object" && value !== null && ("items" in value || "entries" in value);

function toJson(value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (typeof value !== "object") return value as Json;
  const { items, entries, tag, value: held } = value as Nested;
  if (items) return items.map(toJson);
  if (Array.isArray(entries)) {
    return new Map(entries.map(entry => [nestedText(entry.key), toJson(entry.value)] as const));
  }
  if (entries) return new Map(Object.entries(entries).map(([key, inner]) => [key, toJson(inner)] as const));
  if (tag !== undefined) return toJson(held);
  const text = textOf(value);
  if (!("toDouble" in value)) return text;
  // A decimal.
  return isLossy(text, Number(text)) ? new LongDecimal(text) : Number(text);
}

/** DuckDB's dates, times and the like know their text. */
const textOf = (value: unknown): string => (value as { toString(): string }).toString();
