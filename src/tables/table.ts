/**
 * A table: one row per network, one column per measure. What every population is, wherever it comes from.
 *
 * Columns are kept whole (numbers in a Float64Array, NaN where there is none), so that a million rows are a few
 * arrays. A filtered table is a view: it knows its rows, and takes a column out when that column is asked for.
 */
import { describeTable } from "#describe-table";
import { querySql, tableToDanfo } from "#tables-in-node";
import { refuseUnknown } from "../base/expect-options.js";
import { escapeHtml } from "../base/escape-html.js";
import { isList } from "../base/expect.js";
import { nearestName } from "../base/nearest-name.js";
import { isObject, say } from "../base/say.js";
import type { Asked } from "../notebook/completes.js";
import { readCell, USUAL } from "./files/cell.js";
import { sortOrder } from "../base/numbers/sort.js";
import { aggregated, type Measure } from "./rows/aggregate.js";
import { type ChosenRows, RowMarks, rowsAt } from "./rows/chosen-rows.js";
import { type Column, quoteShort, toArray, toColumn, type Value } from "./column.js";
import { type Condition, rowsWhere } from "./rows/conditions.js";
import { type Group, groupIndices } from "./rows/group-table.js";
import { type Joined, type JoinOptions, joinTables } from "./verbs/join-tables.js";
import { type PivotOptions, pivotTable } from "./verbs/pivot-table.js";
import { TableError } from "./table-error.js";
import type { DataFrame } from "./table-to-danfo.js";

/** Methods that take columns by their names. */
const takesColumns = new Set(["column", "texts", "values", "select", "sortBy", "groupBy", "complete"]);

/** Columns that a population has only when they are asked for. */
const OF_STAGES = /^(?:meanWidth|(?:depth|flops|params|acts)Share\d+)$/;

/** A row of a table of which no more is known. */
export type Row = Readonly<Record<string, Value>>;

/** What a table can be made of: columns by name. */
export type Columns = Readonly<Record<string, readonly Value[] | Float64Array>>;

/** What makes a table of any rows: names, and columns by them. */
export type TableLike = Pick<Table, "length" | "names" | "values">;

/**
 * Rows as columns: numbers in typed arrays, with NaN where there is none. Filters and groups are views; a column is taken
 * out when it is asked for.
 */
export class Table<R extends object = Row> {
  /** Number of rows. */
  readonly length: number;
  /** What had to be passed over when it was read, in words. */
  readonly notes: readonly string[];
  readonly #columns: ReadonlyMap<string, () => Column>;
  #rows: readonly R[] | undefined;

  /** @param columns by name, all of one length; see `tableOf` for columns or rows as they come */
  constructor(length: number, columns: ReadonlyMap<string, () => Column>, notes: readonly string[] = []) {
    this.length = length;
    this.#columns = columns;
    this.notes = notes;
  }

  /** The columns' names, in order. */
  get names(): string[] {
    return [...this.#columns.keys()];
  }

  /**
   * The numbers of a column, for example `"error"`, `"depth"` or `"w4"`; NaN where there is none.
   *
   * @throws TableError for a column the table does not have, or one of texts, with the row of the first
   */
  column(name: string): number[] {
    const column = this.values(name);
    if (column instanceof Float64Array) return toArray(column);
    const isOther = (text: string) => !["number", "missing"].includes(readCell(text, USUAL).kind);
    const other = column.findIndex(isOther);
    const row = other >= 0 ? other : column.findIndex(text => text !== "");
    const example = row >= 0 ? `, such as ${quoteShort(column[row])} in row ${row + 1}` : "";
    throw new TableError(
      `column: expected a column of numbers, got "${name}", which has texts${example}; see texts(), and the options of readTable()`,
    );
  }

  /** The texts of a column, for example `"name"`; numbers as they print. */
  texts(name: string): string[] {
    return Array.from<Value, string>(this.values(name) as ArrayLike<Value>, String);
  }

  /** A column as it is kept: not to be changed. */
  values(name: string): Column {
    return this.#valuesFor("column", name);
  }

  #valuesFor(fn: string, name: string): Column {
    const column = this.#columns.get(name);
    if (column) return column();
    throw this.#unknown(fn, name);
  }

  #unknown(fn: string, name: string): TableError {
    const meant = typeof name === "string" ? nearestName(name, this.names) : undefined;
    const near = meant === undefined ? "" : `did you mean "${meant}"? `;
    const remedy =
      typeof name === "string" && OF_STAGES.test(name)
        ? "stageColumns(population) gives a table with it; "
        : near;
    return new TableError(`${fn}: unknown column ${say(name)}; ${remedy}known are ${this.names.join(", ")}`);
  }

  /** Methods take columns by their names, which only a table knows: whoever completes texts asks it. */
  [Symbol.for("Jupyter.completions")]({ method, field }: Asked): string[] | undefined {
    return method !== undefined && field === undefined && takesColumns.has(method) ? this.names : undefined;
  }

  /** The errors, per cent. */
  get errors(): number[] {
    return this.column("error");
  }

  /** The rows as objects, made when first asked for. */
  get rows(): readonly R[] {
    if (!this.#rows) {
      const columns = this.names.map(name => [name, this.values(name)] as const);
      this.#rows = Array.from({ length: this.length }, (_, i) => {
        return Object.fromEntries(columns.map(([name, column]) => [name, column[i]])) as R;
      });
    }
    return this.#rows;
  }

  /**
   * The rows for which `keep` is true. For speed the row given to `keep` is one object that moves along: read it,
   * do not store it.
   */
  filter(keep: (row: R, index: number) => boolean): Table<R> {
    requireFunction("filter", keep);
    const { row, place } = this.#cursor();
    const marks = new RowMarks(this.length);
    for (let i = 0; i < this.length; i++) {
      place.index = i;
      const isKept: unknown = keep(row, i);
      if (isKept) {
        // Each would keep every row; what match() gives does not.
        if (
          typeof isKept === "object" ? "then" in isKept || "next" in isKept : typeof isKept === "function"
        ) {
          const got = typeof isKept === "object" && "next" in isKept ? "a generator" : say(isKept);
          throw new TableError(`filter: expected true or false for each row, got ${got}`);
        }
        marks.words[i >>> 5] |= 1 << (i & 31);
      }
    }
    return this.#of(marks.chosen());
  }

  /**
   * The rows whose columns are as they should be, all of them: between bounds (`above`, `below`, `atLeast`, `atMost`), equal to a value,
   * one of several, or as a function of the value has it. Columns are tested one by one, which for many rows takes a fraction of the
   * time of `filter`. A missing number is between no bounds.
   *
   * @throws TableError for a column that the table does not have, and a condition that is none
   * @example `table.where({ error: { below: 42 }, depth: [10, 20] })`
   */
  where(conditions: { readonly [name in keyof R]?: Condition<R[name]> }): Table<R> {
    if (!isObject(conditions) || Array.isArray(conditions)) {
      throw new TableError(
        `where: expected conditions by column, such as { error: { below: 40 } }, got ${say(conditions)}`,
      );
    }
    return this.#of(rowsWhere(this.length, conditions, name => this.#valuesFor("where", name)));
  }

  /** The rows that have a value (no NaN, no empty text) in every column named; without names, in all. */
  complete(...names: string[]): Table<R> {
    const marks = new RowMarks(this.length);
    marks.markAll();
    for (const name of names.length > 0 ? names : this.names) marks.unmarkMissing(this.values(name));
    return this.#of(marks.chosen());
  }

  /** The rows in rising order of a column (falling with `descending`), NaN last; equal rows keep their order. */
  sortBy(name: string, options: { readonly descending?: boolean } = {}): Table<R> {
    if (!isObject(options)) {
      throw new TableError(`sortBy: expected options such as { descending: true }, got ${say(options)}`);
    }
    refuseUnknown("sortBy", options, { descending: true }, TableError);
    const { descending = false } = options;
    if (typeof descending !== "boolean") {
      throw new TableError(`sortBy: expected descending as true or false, got ${say(descending)}`);
    }
    return this.#of(rowsAt(orderOf(this.values(name), descending)));
  }

  /** The rows with these indices, in this order. */
  take(indices: ArrayLike<number>): Table<R> {
    if (!isList(indices)) {
      throw new TableError(`take: expected a list of indices, got ${say(indices)}`);
    }
    const chosen = new Uint32Array(indices.length);
    for (let i = 0; i < chosen.length; i++) {
      const at = indices[i];
      if (!(Number.isInteger(at) && at >= 0 && at < this.length)) {
        const expected = typeof at === "number" && at >= this.length ? "indices" : "whole indices from 0 and";
        throw new TableError(`take: expected ${expected} below ${this.length}, got ${say(at)}`);
      }
      chosen[i] = at;
    }
    return this.#of(rowsAt(chosen));
  }

  #of(rows: ChosenRows): Table<R> {
    const columns = [...this.#columns].map(
      ([name, column]) => [name, lazily(() => rows.of(column()))] as const,
    );
    return new Table<R>(rows.length, new Map(columns), this.notes);
  }

  /** The first n rows, or all if there are no more. */
  head(n = 5): Table<R> {
    if (!(typeof n === "number" && n >= 0 && (Number.isInteger(n) || n === Number.POSITIVE_INFINITY))) {
      throw new TableError(`head: expected a whole number of rows, got ${say(n)}`);
    }
    return this.take(Array.from({ length: Math.min(n, this.length) }, (_, i) => i));
  }

  /**
   * The table with one more column (or another one of that name), computed from each row: numbers, or texts.
   *
   * @param compute reads the row it is given and does not store it; NaN or "" where there is no value
   * @throws TableError if it gives nothing, numbers and texts, or anything else
   */
  with<N extends string, V extends Value>(
    name: N,
    compute: (row: R) => V,
  ): Table<Omit<R, N> & { readonly [key in N]: V extends number ? number : string }> {
    if (typeof name !== "string") {
      throw new TableError(`with: expected a column's name, got ${say(name)}`);
    }
    requireFunction("with", compute);
    const { row, place } = this.#cursor();
    const numbers = new Float64Array(this.length);
    let values: unknown[] | undefined;
    for (let i = 0; i < this.length; i++) {
      place.index = i;
      const value: unknown = compute(row);
      if (typeof value === "number" && !values) {
        numbers[i] = value;
        continue;
      }
      if (value === undefined) {
        throw new TableError(
          `with: expected a number or a text for ${name}, got nothing in row ${i + 1}; return NaN or "" where there is none`,
        );
      }
      values ??= Array.from(numbers.subarray(0, i));
      values.push(value);
    }
    const column = values ? toColumn("with", name, values) : numbers;
    return new Table(this.length, new Map([...this.#columns, [name, () => column]]), this.notes);
  }

  /**
   * The table with these columns alone, in this order.
   *
   * @throws TableError for a column that it does not have
   * @example `population.select("depth", "error")`
   */
  select<N extends string>(...names: readonly N[]): Table<Pick<R, N & keyof R>> {
    const columns = names.map((name): [string, () => Column] => {
      if (!this.#columns.has(name)) {
        if (Array.isArray(name)) {
          throw new TableError(
            `select: expected names one by one, got ${say(name)}; select(${name.map(say).join(", ")})`,
          );
        }
        throw this.#unknown("select", name);
      }
      return [name, this.#columns.get(name)!];
    });
    return new Table(this.length, new Map(columns), this.notes);
  }

  /**
   * The rows of this table and then those of others, with the columns of all; NaN or "" where a table lacks one.
   *
   * @throws TableError for a column that has numbers in one table and texts in another; one without any value is neither
   * @example `a.with("space", () => "A").concat(b.with("space", () => "B"))`
   */
  concat(...others: readonly TableLike[]): Table<R> {
    for (const other of others) {
      if (isObject(other) && Array.isArray(other.names)) continue;
      throw new TableError(
        `concat: expected tables, got ${say(other)}; tableOf() makes one of rows or columns`,
      );
    }
    return concatTables<R>([this, ...others], this.notes);
  }

  /**
   * Rows of two tables with equal values in some columns as one row: this table's columns, then the other's, in the order of
   * this table's rows. A row with several partners is there once with each. What is missing is equal to nothing, as in SQL.
   *
   * @param options.on the column, or columns, that both tables have
   * @param options.how which rows stay: `"inner"`, those with a partner (default), `"left"`, all of this table, `"outer"`, all
   * @param options.suffix what the other's columns get behind a name that this table has, too. Default `"_other"`
   * @throws TableError for a column that a table lacks, or that is numbers in one and texts in the other
   * @example `errors.join(costs, { on: "name" })`
   */
  join<S extends object, On extends string = string, Suffix extends string = "_other">(
    other: Table<S> | TableLike,
    options: JoinOptions<On, Suffix>,
  ): Table<Joined<R, S, On, Suffix>> {
    const { length, columns } = joinTables(this, other, options);
    const lazy = [...columns].map(([name, column]) => [name, lazily(column)] as const);
    return new Table(length, new Map(lazy), this.notes);
  }

  /**
   * A row for each value of one column, a column for each value of another, and in each cell a number of the rows that have
   * both: as pandas' `pivot_table`. Missing values are left out; a cell of no rows is NaN, or 0 of `"count"`.
   *
   * @throws TableError for a column that the table does not have, and for values that are texts
   * @example `table.pivot({ rows: "depth", columns: "w1", values: "error", by: "median" })`
   */
  pivot(options: PivotOptions): Table {
    const { length, columns } = pivotTable(this, options);
    return new Table(length, new Map([...columns].map(([name, column]) => [name, () => column])), this.notes);
  }

  /** One group for each value of a column (NaN among them), in rising order of the values. */
  groupBy(name: string): Group<R>[] {
    return groupIndices(this.values(name), this.length).map(({ key, rows }) => ({
      key,
      table: this.#of(rowsAt(rows)),
    }));
  }

  /**
   * A row for each value of a column, as `groupBy` has them, with numbers of its group: `"count"`, `"sum"`, `"mean"`, `"min"` or `"max"` of a
   * column, missing values left out, or `["count"]` for the rows. One pass over each column, without tables of groups. The mean and the
   * extremes of a group without values are NaN.
   *
   * @param measures by the name that each has in the answer
   * @throws TableError for a column that the table does not have or that has texts, and for a statistic of another name
   * @example `table.aggregate("depth", { n: ["count"], mean: ["mean", "error"] })`
   */
  aggregate<N extends string, M extends string>(
    by: N,
    measures: { readonly [name in M]: Measure },
  ): Table<{ readonly [name in N]: N extends keyof R ? R[N] : Value } & { readonly [name in M]: number }> {
    const columns = aggregated(this.length, by, measures, name => this.#valuesFor("aggregate", name));
    return new Table(
      columns[0][1].length,
      new Map(columns.map(([name, column]) => [name, () => column])),
      this.notes,
    );
  }

  /** Count, mean, standard deviation, least, quartiles and greatest of every column of numbers. */
  describe(): Table<ReturnType<typeof describeTable>[number]> {
    return tableOf(describeTable(this));
  }

  /**
   * The answer to an SQL query (DuckDB's dialect) over the rows, which it knows as `population`. Names of columns are
   * told apart by more than their case: of `w` and `W` the second is `W_1`. The query sees the tables and nothing else:
   * it reads and writes no files, and loads no extensions. Integers that a number does not keep come as texts, and large
   * sums rounded, with a note; lists and structures as JSON.
   *
   * @param others further tables, by the names that the query has for them
   * @example `await population.sql("select depth, min(error) as best from population group by depth")`
   * @example `await a.sql("select avg(a.error - b.error) as d from population a join other b using (index)", { other: b })`
   * @throws TableError with what DuckDB says, and the columns there are; and for more than one query
   */
  async sql(query: string, others: Readonly<Record<string, TableLike>> = {}): Promise<Table> {
    const { length, columns, notes } = await querySql(this, query, others);
    return new Table(length, new Map([...columns].map(([name, column]) => [name, () => column])), notes);
  }

  /** A danfo.js DataFrame with the same columns. The library takes a second or two to load when first used. */
  async toDanfo(): Promise<DataFrame> {
    return tableToDanfo(this);
  }

  /** For Jupyter front ends: the first rows, and the notes. */
  [Symbol.for("Jupyter.display")](): Record<string, unknown> {
    const { names } = this;
    const shown = this.head(10).rows as readonly Row[];
    const rest = [
      ...(this.length > shown.length ? [`… ${this.length} rows`] : []),
      ...this.notes.map(note => `note: ${note}`),
    ];
    const cell = (value: Value) => {
      if (typeof value === "string") return shortened(value);
      if (Number.isInteger(value)) return String(value);
      return Number.isNaN(value) ? "" : String(Number(value.toPrecision(6)));
    };
    const lines = [names, ...shown.map(row => names.map(name => cell(row[name])))];
    const html = lines.map((line, i) => {
      const tag = i === 0 ? "th" : "td";
      return `<tr>${line.map(text => `<${tag}>${escapeHtml(text)}</${tag}>`).join("")}</tr>`;
    });
    return {
      "text/html": `<table>${html.join("")}</table>${rest.map(text => `<p>${escapeHtml(text)}</p>`).join("")}`,
      "text/plain": [...lines.map(line => line.join("  ")), ...rest].join("\n"),
    };
  }

  /** A row that moves: its properties read the columns at `place.index`. */
  #cursor(): { readonly row: R; readonly place: { index: number } } {
    const place = { index: 0 };
    // A misspelt column would read undefined, and a filter on it keep nothing without a word.
    const known = this.names;
    const unknown = new Proxy(Object.create(null) as object, {
      get(_target, name, row) {
        // What any object is asked for, by JSON.stringify, an await or an assertion.
        if (typeof name === "symbol" || name === "toJSON" || name === "then") return undefined;
        if (name in Object.prototype) return Reflect.get(Object.prototype, name, row) as unknown;
        throw new TableError(`row: unknown column "${name}"; known are ${known.join(", ")}`);
      },
    });
    const row = Object.create(unknown) as object;
    for (const [name, column] of this.#columns) {
      let values: Column | undefined;
      Object.defineProperty(row, name, {
        enumerable: true,
        get: () => (values ??= column())[place.index],
      });
    }
    return { row: row as R, place };
  }
}

/**
 * A table of columns, or of rows (whose columns are those of all rows; NaN or "" where a row has no value).
 *
 * @throws TableError for columns of different lengths, and for a column that mixes numbers and texts
 * @example
 * ```ts
 * const table = tableOf([{ depth: 10, error: 40 }, { depth: 20, error: 38 }]);
 * table.column("depth"); // => [10, 20]
 * ```
 */
export function tableOf<R extends object = Row>(columns: Columns, notes?: readonly string[]): Table<R>;
export function tableOf<R extends object = Row>(rows: readonly R[], notes?: readonly string[]): Table<R>;
export function tableOf<R extends object>(
  source: Columns | readonly R[],
  notes: readonly string[] = [],
): Table<R> {
  const entries = Array.isArray(source) ? columnsOf(source as readonly object[]) : columnEntries(source);
  const length = entries[0]?.[1].length ?? 0;
  const map = new Map<string, () => Column>();
  for (const [name, values] of entries) {
    if (values.length !== length) {
      throw new TableError(
        `tableOf: expected columns of one length, got ${length} values of ${entries[0][0]} and ${values.length} of ${name}`,
      );
    }
    const column = toColumn("tableOf", name, values);
    map.set(name, () => column);
  }
  return new Table<R>(length, map, notes);
}

function columnsOf(rows: readonly unknown[]): [string, readonly unknown[]][] {
  const names = new Set<string>();
  for (const [i, row] of rows.entries()) {
    if (!isObject(row) || Array.isArray(row)) {
      throw new TableError(`tableOf: expected an object as row ${i + 1}, got ${say(row)}`);
    }
    for (const name of Object.keys(row)) names.add(name);
  }
  const value = (row: object, name: string): unknown =>
    Object.hasOwn(row, name) ? (row as Record<string, unknown>)[name] : undefined;
  return [...names].map(name => [name, rows.map(row => value(row as object, name))]);
}

function columnEntries(source: unknown): [string, ArrayLike<unknown>][] {
  // Whatever gives its values one by one has none of them as fields, and would be a table of nothing.
  if (!isObject(source) || Symbol.iterator in source || Symbol.asyncIterator in source) {
    const remedy =
      source instanceof Map
        ? "a Map; Object.fromEntries() makes an object of it"
        : isObject(source) && Symbol.iterator in source
          ? `${source.constructor?.name ?? "values"} one by one; Array.from() makes a list of them`
          : say(source);
    throw new TableError(`tableOf: expected columns by name, or a list of rows, got ${remedy}`);
  }
  const entries = Object.entries(source as Record<string, unknown>);
  for (const [name, values] of entries) {
    if (isList(values)) continue;
    throw new TableError(`tableOf: expected a list of values as ${name}, got ${say(values)}`);
  }
  return entries as [string, ArrayLike<unknown>][];
}

function requireFunction(fn: string, value: unknown): void {
  if (typeof value === "function") return;
  throw new TableError(`${fn}: expected a function of a row, got ${say(value)}`);
}

/** See `Table.concat`. */
function concatTables<R extends object>(tables: readonly TableLike[], notes: readonly string[]): Table<R> {
  const names = new Set(tables.flatMap(table => table.names));
  const length = tables.reduce((sum, table) => sum + table.length, 0);
  const columns = [...names].map((name): [string, () => Column] => {
    const parts = tables.map(table => (table.names.includes(name) ? table.values(name) : undefined));
    const known = parts.filter(part => part !== undefined && part.length > 0);
    const isText = known.some(part => !(part instanceof Float64Array));
    // A column without a value is one of numbers where a file was read, whatever the other files have in it.
    const hasNumber = (part: Column | undefined) =>
      part instanceof Float64Array && part.some(value => !Number.isNaN(value));
    if (isText && known.some(hasNumber)) {
      throw new TableError(`concat: expected numbers or texts, got both in "${name}"`);
    }
    return [name, lazily(() => (isText ? textsOf(parts, tables) : numbersOf(parts, tables, length)))];
  });
  return new Table<R>(length, new Map(columns), notes);
}

/** Texts one after the other; "" for what a table lacks. */
const textsOf = (parts: readonly (Column | undefined)[], tables: readonly TableLike[]): string[] =>
  parts.flatMap((part, i) =>
    part === undefined || part instanceof Float64Array
      ? Array.from({ length: tables[i].length }, () => "")
      : part,
  );

/** Numbers one after the other; NaN for what a table lacks. A part of texts has no rows. */
function numbersOf(parts: readonly (Column | undefined)[], tables: readonly TableLike[], length: number) {
  const numbers = new Float64Array(length);
  let at = 0;
  for (const [i, part] of parts.entries()) {
    const count = tables[i].length;
    if (part instanceof Float64Array) numbers.set(part, at);
    else numbers.fill(Number.NaN, at, at + count);
    at += count;
  }
  return numbers;
}

/** The indices in rising or falling order of a column, NaN last, equal ones as they are. */
function orderOf(column: Column, descending: boolean): Uint32Array {
  const sign = descending ? -1 : 1;
  if (!(column instanceof Float64Array)) {
    const compare = (i: number, j: number) =>
      column[i] === column[j] ? i - j : column[i] < column[j] ? -sign : sign;
    return Uint32Array.from(column, (_, i) => i).sort(compare);
  }
  const missing = column.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);
  if (missing === 0) return sortOrder(descending ? column.map(value => -value) : column);
  const [there, absent] = [new Uint32Array(column.length - missing), new Uint32Array(missing)];
  let [n, m] = [0, 0];
  for (let i = 0; i < column.length; i++) {
    if (Number.isNaN(column[i])) absent[m++] = i;
    else there[n++] = i;
  }
  const order = sortOrder(Float64Array.from(there, i => sign * column[i]));
  const all = new Uint32Array(column.length);
  for (let i = 0; i < n; i++) all[i] = there[order[i]];
  all.set(absent, n);
  return all;
}

/** A text in a table on a page: of a hash its beginning, which tells it from others, and not the whole of a long one. */
function shortened(text: string): string {
  if (/^[0-9a-f]{32,}$/.test(text)) return `${text.slice(0, 8)}…`;
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
