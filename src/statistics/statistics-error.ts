/** What statistics cannot be computed from, said in one form: function, expectation, what came. */

import { type OptionNames, refuseUnknown } from "../base/expect-options.js";
import { isList } from "../base/expect.js";
import { isObject, say } from "../base/say.js";

/** Data that a statistic cannot be computed from; names the function, the expectation and the value. */
export class StatisticsError extends RangeError {
  override readonly name = "StatisticsError";
}

/** Numbers in a row: an array or a typed array. Statistics never change theirs. */
export type Numbers = readonly number[] | Float64Array;

/** The options themselves; throws where they are none, such as null or an array in their place, or have other names. */
export function checkedOptions<T extends object>(fn: string, options: T, known: OptionNames<T>): T {
  requireRecord(fn, "options", options);
  refuseUnknown(fn, options, known, StatisticsError);
  return options;
}

/** Throws unless it is an object with names of the caller's own choice, such as regressors. */
export function requireRecord(fn: string, what: string, value: unknown): asserts value is object {
  if (isObject(value) && !Array.isArray(value)) return;
  throw new StatisticsError(`${fn}: expected ${what}, { … }, got ${say(value)}`);
}

/** Throws unless it is an array, or numbers in a row. */
export function requireArray(fn: string, what: string, values: unknown): void {
  if (isList(values)) return;
  throw new StatisticsError(`${fn}: expected ${what} as an array, got ${say(values)}`);
}

/** Throws unless there are at least `least` numbers, all of them finite. */
export function requireFinite(fn: string, what: string, numbers: Numbers, least: number): void {
  if (!isList(numbers)) {
    throw new StatisticsError(`${fn}: expected ${what} as an array of numbers, got ${say(numbers)}`);
  }
  if (numbers.length < least) {
    throw new StatisticsError(`${fn}: expected at least ${least} ${what}, got ${numbers.length}`);
  }
  for (let i = 0; i < numbers.length; i++) {
    if (Number.isFinite(numbers[i])) continue;
    throw new StatisticsError(`${fn}: expected finite ${what}, got ${say(numbers[i])} at index ${i}`);
  }
}

/** Throws unless both have the same length. */
export function requireSameLength(
  fn: string,
  what: string,
  a: Numbers | readonly unknown[],
  other: string,
  b: Numbers | readonly unknown[],
): void {
  requireArray(fn, what, a);
  requireArray(fn, other, b);
  if (a.length === b.length) return;
  throw new StatisticsError(`${fn}: expected as many ${what} as ${other}, got ${a.length} and ${b.length}`);
}

/** Throws unless all numbers are above zero. */
export function requirePositive(fn: string, what: string, numbers: Numbers): void {
  const bad = numbers.findIndex(x => !(x > 0));
  if (bad >= 0) {
    throw new StatisticsError(`${fn}: expected ${what} above zero, got ${numbers[bad]} at index ${bad}`);
  }
}

/** Throws if all numbers are the same: nothing can be learned from how something varies with them. */
export function requireVariation(fn: string, what: string, numbers: Numbers): void {
  if (numbers.some(x => x !== numbers[0])) return;
  throw new StatisticsError(`${fn}: expected ${what} that vary, got ${numbers[0]} ${numbers.length} times`);
}

/** Throws unless these are numbers: comparisons would take texts for numbers, and stumble over symbols. */
export function requireNumbers(fn: string, given: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === "number") continue;
    throw new StatisticsError(`${fn}: expected a number as ${name}, got ${say(value)}`);
  }
}

/** Throws unless it is a probability that is neither 0 nor 1. */
export function requireLevel(fn: string, level: unknown): void {
  if (typeof level === "number" && level > 0 && level < 1) return;
  throw new StatisticsError(`${fn}: expected a level in (0, 1), got ${say(level)}`);
}

/** Throws unless `value` is a whole number of at least `least`. */
export function requireCount(fn: string, what: string, value: number, least = 1): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new StatisticsError(`${fn}: expected ${what} as an integer of at least ${least}, got ${say(value)}`);
}
