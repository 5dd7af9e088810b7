/** Conditions on columns, which are tested a column at a time. */
import { DATA, withLoops } from "../../base/numbers/loops.js";
import { refuseUnknown } from "../../base/expect-options.js";
import { isObject, say } from "../../base/say.js";
import { type ChosenRows, eachMarked, RowMarks } from "./chosen-rows.js";
import type { Column, Value } from "../column.js";
import { TableError } from "../table-error.js";

/** Numbers between bounds; a missing value is between none. */
export interface Bounds {
  readonly above?: number;
  readonly below?: number;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** What a value of a column must be: between bounds, equal to a value, one of several, or as a function has it. */
export type Condition<V> = Bounds | V | readonly V[] | Test<V>;

/** A method's type, so that a table of known columns is still one of any: `(value: V) => boolean` would forbid it. */
type Test<V> = { test(value: V): boolean }["test"];

/** Rows that are tested at once, a multiple of 32. */
const ROWS = 8192;

/** See `Table.where`. */
export function rowsWhere(
  length: number,
  conditions: Readonly<Record<string, unknown>>,
  valuesOf: (name: string) => Column,
): ChosenRows {
  const marks = new RowMarks(length);
  marks.markAll();
  for (const [name, condition] of Object.entries(conditions)) {
    const column = valuesOf(name);
    if (isObject(condition) && !Array.isArray(condition)) keepBetween(marks.words, column, name, condition);
    else keepWhere(marks.words, column, testOf(name, condition));
  }
  return marks.chosen();
}

const KNOWN = { above: true, below: true, atLeast: true, atMost: true } as const;

/** Unmarks what is not between the bounds. */
function keepBetween(words: Uint32Array, column: Column, name: string, bounds: object): void {
  refuseUnknown("where", bounds, KNOWN, TableError);
  if (!(column instanceof Float64Array)) {
    throw new TableError(
      `where: expected texts or a function as the condition on "${name}", which has texts, got bounds`,
    );
  }
  const given = bounds as Bounds;
  for (const key of Object.keys(KNOWN) as (keyof Bounds)[]) {
    const bound: unknown = given[key];
    if (bound === undefined || (typeof bound === "number" && !Number.isNaN(bound))) continue;
    throw new TableError(`where: expected a number as ${key} of "${name}", got ${say(bound)}`);
  }
  const low = Math.max(next(given.above, 1) ?? -Infinity, given.atLeast ?? -Infinity);
  const high = Math.min(next(given.below, -1) ?? Infinity, given.atMost ?? Infinity);
  const isDone = withLoops(8 * ROWS + ROWS / 8, (loops, memory) => {
    const marks = new Uint32Array(memory.buffer, DATA + 8 * ROWS, ROWS / 32);
    for (let first = 0; first < column.length; first += ROWS) {
      const part = column.subarray(first, first + ROWS);
      const here = words.subarray(first / 32, (first + ROWS) / 32);
      memory.set(part, DATA / 8);
      marks.set(here);
      loops.between(DATA, 32 * here.length, low, high, DATA + 8 * ROWS);
      here.set(marks.subarray(0, here.length));
    }
    return 1;
  });
  if (isDone) return;
  for (let i = 0; i < column.length; i++) {
    if (!(column[i] >= low && column[i] <= high)) words[i >>> 5] &= ~(1 << (i & 31));
  }
}

/** The next double after a bound that is itself outside: beyond infinity NaN, which nothing is on either side of. */
function next(bound: number | undefined, way: 1 | -1): number | undefined {
  if (bound === undefined) return undefined;
  const double = new Float64Array([bound]);
  if (bound === 0) return way * Number.MIN_VALUE;
  if (bound === way * Infinity) return Number.NaN;
  // Bits of doubles rise as their size does.
  new BigInt64Array(double.buffer)[0] += BigInt(bound > 0 ? way : -way);
  return double[0];
}

function keepWhere(words: Uint32Array, column: Column, test: (value: Value) => boolean): void {
  eachMarked(words, row => {
    if (!test(column[row])) words[row >>> 5] &= ~(1 << (row & 31));
  });
}

function testOf(name: string, condition: unknown): (value: Value) => boolean {
  if (typeof condition === "number" || typeof condition === "string") {
    return Number.isNaN(condition) ? value => Number.isNaN(value) : value => value === condition;
  }
  if (Array.isArray(condition)) {
    const values = new Set<unknown>(condition);
    return value => values.has(value);
  }
  if (typeof condition === "function") {
    return value => {
      const isKept: unknown = (condition as (value: Value) => unknown)(value);
      if (typeof isKept === "boolean") return isKept;
      throw new TableError(
        `where: expected true or false from the function of "${name}", got ${say(isKept)}`,
      );
    };
  }
  throw new TableError(
    `where: expected bounds, a value, a list of values or a function as the condition on "${name}", got ${say(condition)}`,
  );
}
