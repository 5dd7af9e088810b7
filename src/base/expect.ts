/**
 * What public functions ask of their arguments before they read them: a cell's types only warn, and what JavaScript says
 * of a field of nothing names neither the function nor the argument.
 */
import { isObject, say } from "./say.js";

/** Whether a value has values in a row. A view of bytes is no list of them: it has no length, and nothing at an index. */
export const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

/** Whether something holds for all of a list's values; `every` passes over places without one, as in `new Array(3)`. */
export const holdsForAll = <T>(values: readonly T[], holds: (value: T, index: number) => boolean): boolean =>
  values.findIndex((value, i) => !holds(value, i)) < 0;

const kinds = {
  text: (value: unknown) => typeof value === "string",
  number: (value: unknown) => typeof value === "number",
  bigint: (value: unknown) => typeof value === "bigint",
  boolean: (value: unknown) => typeof value === "boolean",
  list: isList,
  object: isObject,
  function: (value: unknown) => typeof value === "function",
  /** Several kinds: the function looks itself. */
  any: () => true,
} satisfies Record<string, (value: unknown) => boolean>;

export type Kind = keyof typeof kinds;

/** What an object's fields are; those with a question mark may be missing. */
export type Fields = Readonly<Record<string, Kind | `${Kind}?`>>;

/** @throws RangeError unless it is a text, and not an empty one: a shell's variable that is not set names nothing */
export function expectName(fn: string, what: string, value: unknown): asserts value is string {
  if (typeof value === "string" && value !== "") return;
  throw new RangeError(`${fn}: expected ${what}, got ${say(value)}`);
}

/**
 * @param what the argument in words, for `expected …`
 * @throws RangeError unless it is a text
 */
export function expectText(fn: string, what: string, value: unknown): asserts value is string {
  if (typeof value === "string") return;
  throw new RangeError(`${fn}: expected a text as ${what}, got ${say(value)}`);
}

/**
 * @param what the argument in words, for `expected …`
 * @throws RangeError unless it is a number; comparisons take texts and dates for numbers, and stumble over symbols
 */
export function expectNumber(fn: string, what: string, value: unknown): asserts value is number {
  if (typeof value === "number") return;
  throw new RangeError(`${fn}: expected a number as ${what}, got ${say(value)}`);
}

/**
 * @param what the argument in words, for `expected …`
 * @throws RangeError unless it is an object that has these fields
 */
export function expectFields(fn: string, what: string, value: unknown, fields: Fields): void {
  if (!isObject(value) || Array.isArray(value)) {
    const names = Object.entries(fields).map(([name, kind]) => (kind.endsWith("?") ? `${name}?` : name));
    const form = names.length > 0 ? `{ ${names.join(", ")} }` : "an object";
    throw new RangeError(`${fn}: expected ${what} as ${form}, got ${say(value)}`);
  }
  for (const [field, kind] of Object.entries(fields)) {
    const held = (value as Readonly<Record<string, unknown>>)[field];
    if (kind.endsWith("?") && held === undefined) continue;
    const name = kind.replace("?", "") as Kind;
    if (!kinds[name](held)) {
      throw new RangeError(
        `${fn}: expected ${name === "object" ? "an" : "a"} ${name} as ${field} of ${what}, got ${say(held)}`,
      );
    }
  }
}

/** @throws RangeError unless it is a signal, or left out */
export function checkSignal(
  fn: string,
  what: string,
  signal: unknown,
): asserts signal is AbortSignal | undefined {
  // One of another realm, as of a test's sandbox, is as good.
  const isSignal = isObject(signal) && "aborted" in signal && "addEventListener" in signal;
  if (signal === undefined || isSignal) return;
  throw new RangeError(`${fn}: expected an AbortSignal as ${what}, got ${say(signal)}`);
}

/** @throws RangeError unless it is a list, of objects that have these fields if any are given */
export function expectList(fn: string, what: string, list: unknown, fields?: Fields): void {
  if (!kinds.list(list)) throw new RangeError(`${fn}: expected a list of ${what}, got ${say(list)}`);
  if (!fields) return;
  for (const [i, entry] of (list as readonly unknown[]).entries()) {
    expectFields(fn, `${what} at index ${i}`, entry, fields);
  }
}
