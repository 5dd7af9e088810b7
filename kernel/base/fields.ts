/** Reads fields of message contents, which come from outside and may hold anything. */

import { described } from "./described.js";

type Content = Record<string, unknown>;

/** Thrown when a field is not what the protocol says; the message names it. */
export class FieldError extends TypeError {
  override readonly name: string = "FieldError";
}

/** A string field. */
export function stringField(content: Content, key: string, fallback?: string): string {
  const value = content[key] ?? fallback;
  return typeof value === "string" ? value : wrong(content, key, "a string");
}

/** A boolean field. */
export function booleanField(content: Content, key: string, fallback?: boolean): boolean {
  const value = content[key] ?? fallback;
  return typeof value === "boolean" ? value : wrong(content, key, "true or false");
}

/** A field holding an integer of at least `min`. */
export function integerField(content: Content, key: string, fallback?: number, min = 0): number {
  const value = content[key] ?? fallback;
  if (typeof value === "number" && Number.isInteger(value) && value >= min) return value;
  return wrong(content, key, `an integer of at least ${min}`);
}

/** A field holding an object. */
export function objectField(content: Content, key: string): Record<string, unknown> {
  const value = content[key] ?? {};
  if (typeof value !== "object" || Array.isArray(value)) return wrong(content, key, "an object");
  return value as Record<string, unknown>;
}

/** A field holding an object whose values are strings. */
export function stringsField(content: Content, key: string): Record<string, string> {
  const value = content[key] ?? {};
  if (typeof value !== "object" || Array.isArray(value)) return wrong(content, key, "an object");
  const entries = Object.entries(value);
  if (!entries.every(entry => typeof entry[1] === "string"))
    return wrong(content, key, "an object of strings");
  return Object.fromEntries(entries);
}

function wrong(content: Content, key: string, expected: string): never {
  throw new FieldError(`"${key}" must be ${expected}, got ${described(content[key])}`);
}
