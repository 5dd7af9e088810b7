/** Looking at values of which nothing is known: no getter of theirs and no proxy's trap runs. */

import { types } from "node:util";

/**
 * A property as it is stored, own or inherited; undefined when it is absent, computed by a getter, or behind a proxy.
 */
export function peek(value: object, key: PropertyKey): unknown {
  for (let at: object | null = value; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (types.isProxy(at)) return undefined;
    const property = Object.getOwnPropertyDescriptor(at, key);
    if (property) return "value" in property ? property.value : undefined;
  }
  return undefined;
}

/**
 * Whether all items of a list pass a test; a hole is undefined. The first that fails ends it: `every` passes over holes, of
 * which `new Array(1e9)` has so many that it takes half a minute, in which no Stop is heard.
 */
export function isListOf<T>(value: unknown, test: (item: unknown) => item is T): value is T[];
export function isListOf(value: unknown, test: (item: unknown) => boolean): value is unknown[];
export function isListOf(value: unknown, test: (item: unknown) => boolean): value is unknown[] {
  if (!Array.isArray(value)) return false;
  for (let i = 0; i < value.length; i++) if (!test(peek(value, i))) return false;
  return true;
}

/** Whether a value is a list of texts. */
export function isStrings(value: unknown): value is string[] {
  return isListOf(value, item => typeof item === "string");
}

/** Whether a value has all of these methods, which is how an instance of a library's class is known. */
export function hasMethods(value: object, ...names: string[]): boolean {
  return names.every(name => typeof peek(value, name) === "function");
}

/** The name of a value's class, or an empty string. */
export function className(value: object): string {
  const made = peek(value, "constructor");
  const name: unknown = typeof made === "function" && !types.isProxy(made) ? peek(made, "name") : undefined;
  return typeof name === "string" ? name : "";
}

/** Whether a value is an object made by braces, by `Object.create(null)`, or in another realm by either. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || types.isProxy(value) || Array.isArray(value))
    return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return true;
  return (
    !types.isProxy(prototype) &&
    Object.getPrototypeOf(prototype) === null &&
    Object.hasOwn(prototype as object, "isPrototypeOf")
  );
}
