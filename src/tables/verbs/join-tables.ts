/** Two tables side by side, rows with equal keys in one row; see `Table.join`. */
import { refuseUnknown } from "../../base/expect-options.js";
import { isObject, say } from "../../base/say.js";
import type { Column, Value } from "../column.js";
import type { TableLike } from "../table.js";
import { TableError } from "../table-error.js";

/** How two tables are joined. */
export interface JoinOptions<On extends string = string, Suffix extends string = string> {
  /** The columns, of both tables, by which rows belong together. */
  readonly on: On | readonly On[];
  /** Which rows stay: those with a partner (default), all of this table, or all of both. */
  readonly how?: "inner" | "left" | "outer";
  /** What the other's columns get behind a name that this table has, too. Default `"_other"`. */
  readonly suffix?: Suffix;
}

/** A row of two tables joined: the other's columns have a suffix where both tables have the name. */
export type Joined<R extends object, S extends object, On extends string, Suffix extends string> = R &
  Omit<S, keyof R> & {
    readonly [K in Exclude<keyof R & keyof S & string, On> as `${K}${Suffix}`]: S[K];
  };

/** Rows of a join beyond which it is a mistake in the keys: some gigabytes. */
const MOST_ROWS = 50_000_000;

const HOW = ["inner", "left", "outer"];

/** No row of that table. */
const NONE = -1;

/** The columns of two tables joined, in the order of this table's rows, then of the other's. */
export function joinTables(
  left: TableLike,
  right: TableLike,
  options: JoinOptions,
): { readonly length: number; readonly columns: ReadonlyMap<string, () => Column> } {
  const { on, how, suffix } = checked(left, right, options);
  const [from, to] = matches(left, right, on, how);
  const columns = new Map<string, () => Column>();
  for (const name of left.names) {
    const other = on.includes(name) ? () => right.values(name) : undefined;
    columns.set(name, () => gathered(left.values(name), from, other?.(), to));
  }
  for (const name of right.names.filter(each => !on.includes(each))) {
    const placed = left.names.includes(name) ? `${name}${suffix}` : name;
    if (columns.has(placed)) {
      throw new TableError(
        `join: expected a suffix that makes the other's columns differ, got ${say(suffix)}, with which ${say(placed)} is there twice; give another suffix, or select() columns first`,
      );
    }
    columns.set(placed, () => gathered(right.values(name), to));
  }
  return { length: from.length, columns };
}

function checked(left: TableLike, right: TableLike, options: JoinOptions) {
  if (!(isObject(right) && Array.isArray(right.names))) {
    throw new TableError(
      `join: expected another table, got ${say(right)}; tableOf() makes one of rows or columns`,
    );
  }
  if (!isObject(options)) {
    throw new TableError(`join: expected options such as { on: "index" }, got ${say(options)}`);
  }
  refuseUnknown("join", options, { on: true, how: true, suffix: true }, TableError);
  const { on: asked, how = "inner", suffix = "_other" } = options;
  const on = typeof asked === "string" ? [asked] : asked;
  if (!(Array.isArray(on) && on.length > 0 && on.every(name => typeof name === "string"))) {
    throw new TableError(`join: expected on as a column's name or a list of them, got ${say(asked)}`);
  }
  for (const name of on as readonly string[]) {
    const lacking = [left, right].find(table => !table.names.includes(name));
    if (!lacking) continue;
    const which = lacking === left ? "this table" : "the other table";
    throw new TableError(
      `join: expected a column that both tables have, got ${say(name)}, which ${which} does not; known there are ${lacking.names.join(", ")}`,
    );
  }
  if (!HOW.includes(how)) {
    throw new TableError(`join: expected how as one of ${HOW.join(", ")}, got ${say(how)}`);
  }
  if (typeof suffix !== "string" || suffix === "") {
    throw new TableError(`join: expected a suffix of at least one letter, got ${say(suffix)}`);
  }
  return { on: on as readonly string[], how, suffix };
}

/** The rows of both tables that make the joined ones, NONE where a table has none. */
function matches(
  left: TableLike,
  right: TableLike,
  on: readonly string[],
  how: string,
): [Int32Array, Int32Array] {
  const pairs = on.map(name => {
    const [a, b] = [left.values(name), right.values(name)];
    if (left.length > 0 && right.length > 0 && a instanceof Float64Array !== b instanceof Float64Array) {
      const which = a instanceof Float64Array ? "numbers here and texts" : "texts here and numbers";
      throw new TableError(`join: expected ${say(name)} to be alike in both tables, got ${which} there`);
    }
    return [a, b] as const;
  });
  const keysOfLeft = keysOf(
    pairs.map(([a]) => a),
    left.length,
  );
  const keysOfRight = keysOf(
    pairs.map(([, b]) => b),
    right.length,
  );
  const rowsOf = new Map<Value, number[]>();
  for (const [row, key] of keysOfRight.entries()) {
    if (key === undefined) continue;
    const rows = rowsOf.get(key);
    if (rows) rows.push(row);
    else rowsOf.set(key, [row]);
  }
  const found = keysOfLeft.map(key => (key === undefined ? undefined : rowsOf.get(key)));
  const kept = how === "inner" ? 0 : 1;
  const matched = found.reduce((sum, rows) => sum + (rows?.length ?? kept), 0);
  if (matched > MOST_ROWS) {
    throw new TableError(
      `join: expected at most ${MOST_ROWS.toLocaleString("en")} rows, got ${matched.toLocaleString("en")}, since keys repeat in both tables; join on more columns`,
    );
  }
  const used = new Uint8Array(right.length);
  const [from, to]: [number[], number[]] = [[], []];
  for (const [row, rows] of found.entries()) {
    for (const other of rows ?? (kept ? [NONE] : [])) {
      from.push(row);
      to.push(other);
      if (other !== NONE) used[other] = 1;
    }
  }
  if (how === "outer") {
    for (const [row, isUsed] of used.entries()) {
      if (isUsed) continue;
      from.push(NONE);
      to.push(row);
    }
  }
  return [Int32Array.from(from), Int32Array.from(to)];
}

/** Each row's key; undefined where a value is missing, which is equal to nothing, as in SQL. */
function keysOf(columns: readonly Column[], length: number): (Value | undefined)[] {
  const isMissing = (value: Value) => value === "" || Number.isNaN(value);
  return Array.from({ length }, (_, row) => {
    const values = columns.map(column => column[row]);
    if (values.some(isMissing)) return undefined;
    // Each with its length in front, so that no two rows have one key by where a text ends.
    return values.length === 1 ? values[0] : values.map(keyed).join("");
  });
}

const keyed = (value: Value): string => {
  const text = String(value);
  return `${text.length}:${text}`;
};

/** The values of these rows; where there is none the other's, else missing. */
function gathered(column: Column, rows: Int32Array, other?: Column, others?: Int32Array): Column {
  const missing = column instanceof Float64Array ? Number.NaN : "";
  const value = (row: number, i: number): Value =>
    row !== NONE ? column[row] : other ? other[others![i]] : missing;
  return column instanceof Float64Array
    ? Float64Array.from(rows, value as (row: number, i: number) => number)
    : Array.from(rows, value as (row: number, i: number) => string);
}
