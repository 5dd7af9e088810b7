/**
 * Traits: what a widget's state consists of, each with its initial value, the values it accepts and its form in
 * messages.
 */

import { isBytes } from "./comms/buffers.js";
import { MAX_DEPTH } from "./expect.js";

/** One part of a widget's state. */
export interface Trait<V> {
  /** The value when none is given. */
  initial: V;
  /** What is accepted, in words for an error. */
  expected: string;
  accepts(value: unknown): boolean;
  /** The value as messages carry it; as it is when left out. */
  encode?(value: V): unknown;
  /** The value from a message; as it is when left out. */
  decode?(raw: unknown): unknown;
}

/** Traits by name. Names are in camel case here, and in snake case in messages. */
// oxlint-disable-next-line typescript/no-explicit-any -- traits of any type
export type Traits = Record<string, Trait<any>>;

/** The state that traits describe; documentation of a trait is that of the property. */
export type StateOf<T extends Traits> = { [K in keyof T]: T[K] extends Trait<infer V> ? V : never };

/** A trait that accepts what `accepts` does. */
export function trait<V>(initial: V, expected: string, accepts: (value: unknown) => boolean): Trait<V> {
  return { initial, expected, accepts };
}

/** A finite number. */
export const number = (initial: number): Trait<number> => trait(initial, "a finite number", Number.isFinite);

/** A whole number. */
export const integer = (initial: number): Trait<number> =>
  trait(initial, "an integer", value => Number.isSafeInteger(value));

/** True or false. */
export const boolean = (initial: boolean): Trait<boolean> =>
  trait(initial, "true or false", value => typeof value === "boolean");

/** A text. */
export const string = (initial = ""): Trait<string> =>
  trait(initial, "a string", value => typeof value === "string");

/** One of a few words. */
export const oneOf = <const W extends readonly string[]>(words: W, initial: W[number]): Trait<W[number]> =>
  trait(initial, `one of ${words.map(word => `"${word}"`).join(", ")}`, value =>
    words.includes(value as string),
  );

/** What another trait accepts, or nothing. */
export function nullable<V>(inner: Trait<V>, initial: V | null = null): Trait<V | null> {
  return {
    initial,
    expected: `${inner.expected} or null`,
    accepts: value => value === null || inner.accepts(value),
    ...(inner.encode && { encode: (value: V | null) => (value === null ? null : inner.encode?.(value)) }),
    ...(inner.decode && { decode: (raw: unknown) => (raw === null ? null : inner.decode?.(raw)) }),
  };
}

/** A list of what another trait accepts. */
export function list<V>(inner: Trait<V>, initial: readonly V[] = []): Trait<readonly V[]> {
  return {
    initial,
    expected: `an array, each of it ${inner.expected}`,
    accepts: value => Array.isArray(value) && value.every(item => inner.accepts(item)),
    ...(inner.encode && { encode: (value: readonly V[]) => value.map(item => inner.encode?.(item)) }),
    ...(inner.decode && {
      decode: (raw: unknown) => (Array.isArray(raw) ? raw.map(item => inner.decode?.(item)) : raw),
    }),
  };
}

/** Two numbers, the second not smaller than the first. */
export function span(
  inner: Trait<number>,
  initial: readonly [number, number],
): Trait<readonly [number, number]> {
  return trait(initial, `two numbers in rising order, each ${inner.expected}`, value => {
    if (!Array.isArray(value) || value.length !== 2) return false;
    const [from, to] = value as [number, number];
    return inner.accepts(from) && inner.accepts(to) && from <= to;
  });
}

/** Bytes. */
export const bytes = (): Trait<Uint8Array> => trait(new Uint8Array(), "bytes (Uint8Array)", isBytes);

/** Anything that JSON or buffers can say. */
export const anything = <V>(initial: V): Trait<V> =>
  trait(initial, "a value that JSON or bytes can say", value => value !== undefined && isSayable(value));

function isSayable(value: unknown, depth = 0): boolean {
  if (typeof value === "function" || typeof value === "symbol" || depth > MAX_DEPTH) return false;
  if (typeof value !== "object" || value === null || isBytes(value)) return true;
  return Object.values(value).every(item => isSayable(item, depth + 1));
}

/** A trait's name in messages. */
export function wireName(name: string): string {
  return name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}
