/** `util.inspect` for values of which nothing is known: it does not throw, and takes no more time than is shown. */

import { inspect, type InspectOptions } from "node:util";
import { isPlainObject } from "./foreign/look.js";

/** Of a plain object with more properties than this, only the first are shown; `inspect` knows no such limit. */
const MAX_PROPERTIES = 1000;

/** A value as text. Where its own way of being inspected fails, it is shown as it is stored, with the failure. */
export function inspectSafely(value: unknown, options: InspectOptions = {}): string {
  try {
    return inspect(value, options);
  } catch (error) {
    const failure = `[inspection failed: ${messageOf(error)}]`;
    try {
      return `${inspect(value, { ...options, customInspect: false })} ${failure}`;
    } catch {
      return failure;
    }
  }
}

/** A value of which only the first properties are shown, and how many are not. */
export function abridged(value: unknown): { value: unknown; left: number } {
  if (!isPlainObject(value)) return { value, left: 0 };
  const keys = Object.keys(value);
  if (keys.length <= MAX_PROPERTIES) return { value, left: 0 };
  const shown = Object.create(Object.getPrototypeOf(value) as object | null) as object;
  for (const key of keys.slice(0, MAX_PROPERTIES)) {
    Object.defineProperty(shown, key, Object.getOwnPropertyDescriptor(value, key) ?? {});
  }
  return { value: shown, left: keys.length - MAX_PROPERTIES };
}

/** What was thrown, in a line. */
export function messageOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return "it threw something that cannot be shown";
  }
}
