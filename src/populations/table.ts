/**
 * A table: one row a network, one column a measure. What every population is, wherever it comes from.
 *
 * Columns are kept whole (numbers in a Float64Array, NaN where there is none), so that a million rows are a few
 * arrays. A filtered table is a view: it knows its rows, and takes a column out when that column is asked for.
 */
import type { DataFrame } from "danfojs-node";
import { escapeHtml } from "../escape-html.js";
import { type Column, gather, toArray, toColumn, type Value } from "./column.js";
import { describeTable } from "./describe-table.js";
import { type Group, groupTable } from "./group-table.js";
import { querySql } from "./query-sql.js";
import { TableError } from "./table-error.js";
import { tableToDanfo } from "./table-to-danfo.js";

/** A row of a table of which no more is known. */
export type Row = Readonly<Record<string, Value>>;

/** What a table can be made of: columns by name. */
export type Columns = Readonly<Record<string, readonly Value[] | Float64Array>>;

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
   * @throws TableError for a column the table does not have, or one of texts
   */
  column(name: string): number[] {
    const column = this.values(name);
    if (column instanceof Float64Array) return toArray(column);
    throw new TableError(`column: expected a column of numbers, got "${name}", which has texts; see texts()`);
  }

  /** The texts of a column, for example `"name"`; numbers as they print. */
  texts(name: string): string[] {
    return Array.from<Value, string>(this.values(name) as ArrayLike<Value>, String);
  }

  /** A column as it is kept: not to be changed. */
  values(name: string): Column {
    const column = this.#columns.get(name);
    if (column) return column();
    throw new TableError(`column: unknown column "${name}"; known are ${this.names.join(", ")}`);
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
    const { row, place } = this.#cursor();
    const kept = new Uint32Array(this.length);
    let n = 0;
    for (let i = 0; i < this.length; i++) {
      place.index = i;
      if (keep(row, i)) kept[n++] = i;
    }
    return this.take(kept.slice(0, n));
  }

  /** The rows that have a value (no NaN, no empty text) in every column named; without names, in all. */
  complete(...names: string[]): Table<R> {
    const columns = (names.length > 0 ? names : this.names).map(name => this.values(name));
    const has = (value: Value) => (typeof value === "number" ? !Number.isNaN(value) : value !== "");
    const kept = Uint32Array.from({ length: this.length }, (_, i) => i).filter(i =>
      columns.every(column => has(column[i])),
    );
    return this.take(kept);
  }

  /** The rows in rising order of a column (falling with `descending`), NaN last; equal rows keep their order. */
  sortBy(name: string, { descending = false }: { readonly descending?: boolean } = {}): Table<R> {
    const column = this.values(name);
    const sign = descending ? -1 : 1;
    const compare = (i: number, j: number): number => {
      const [a, b] = [column[i], column[j]];
      if (a === b) return 0;
      if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
      if (Number.isNaN(b)) return -1;
      return a < b ? -sign : sign;
    };
    return this.take(
      Uint32Array.from({ length: this.length }, (_, i) => i).sort((i, j) => compare(i, j) || i - j),
    );
  }

  /** The rows with these indices, in this order. */
  take(indices: ArrayLike<number>): Table<R> {
    const chosen = Uint32Array.from(indices);
    const bad = chosen.findIndex(i => i >= this.length);
    if (bad >= 0) {
      throw new TableError(`take: expected indices below ${this.length}, got ${indices[bad]}`);
    }
    const columns = [...this.#columns].map(
      ([name, column]) => [name, lazily(() => gather(column(), chosen))] as const,
    );
    return new Table<R>(chosen.length, new Map(columns), this.notes);
  }

  /** The first n rows. */
  head(n = 5): Table<R> {
    return this.take(Array.from({ length: Math.min(n, this.length) }, (_, i) => i));
  }

  /**
   * The table with a column more (or another one of that name), computed from each row.
   *
   * @param compute reads the row it is given and does not store it
   */
  with<N extends string>(name: N, compute: (row: R) => number): Table<R & { readonly [key in N]: number }> {
    const { row, place } = this.#cursor();
    const column = new Float64Array(this.length);
    for (let i = 0; i < this.length; i++) {
      place.index = i;
      column[i] = compute(row);
    }
    return new Table(this.length, new Map([...this.#columns, [name, () => column]]), this.notes);
  }

  /** One group for each value of a column (NaN among them), in rising order of the values. */
  groupBy(name: string): Group<R>[] {
    return groupTable(this, name);
  }

  /** Count, mean, standard deviation, least, quartiles and greatest of every column of numbers. */
  describe(): Table<ReturnType<typeof describeTable>[number]> {
    return tableOf(describeTable(this));
  }

  /**
   * The answer to an SQL query (DuckDB's dialect) over the rows, which it knows as `population`.
   *
   * @example `await population.sql("select depth, min(error) as best from population group by depth")`
   * @throws TableError with what DuckDB says, and the columns there are
   */
  async sql(query: string): Promise<Table> {
    return tableOf(await querySql(this, query));
  }

  /** A danfo.js DataFrame with the same columns. The library takes a second or two to load when first used. */
  toDanfo(): Promise<DataFrame> {
    return tableToDanfo(this);
  }

  /** For Jupyter front ends: the first rows. */
  [Symbol.for("Jupyter.display")](): Record<string, unknown> {
    const { names } = this;
    const shown = this.head(10).rows as readonly Row[];
    const rest = this.length > shown.length ? `… ${this.length} rows` : "";
    const cell = (value: Value) => {
      if (typeof value === "string" || Number.isInteger(value)) return String(value);
      return Number.isNaN(value) ? "" : String(Number(value.toPrecision(6)));
    };
    const lines = [names, ...shown.map(row => names.map(name => cell(row[name])))];
    const html = lines.map((line, i) => {
      const tag = i === 0 ? "th" : "td";
      return `<tr>${line.map(text => `<${tag}>${escapeHtml(text)}</${tag}>`).join("")}</tr>`;
    });
    return {
      "text/html": `<table>${html.join("")}</table>${rest && `<p>${rest}</p>`}`,
      "text/plain": [...lines.map(line => line.join("  ")), ...(rest ? [rest] : [])].join("\n"),
    };
  }

  /** A row that moves: its properties read the columns at `place.index`. */
  #cursor(): { readonly row: R; readonly place: { index: number } } {
    const place = { index: 0 };
    // A misspelt column would read undefined, and a filter on it keep nothing without a word.
    const known = this.names;
    const unknown = new Proxy(Object.create(null) as object, {
      get(_target, name) {
        if (typeof name === "symbol") return undefined;
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
  const columns = Array.isArray(source) ? columnsOf(source as readonly object[]) : (source as Columns);
  const entries = Object.entries(columns);
  const length = entries[0]?.[1].length ?? 0;
  const map = new Map<string, () => Column>();
  for (const [name, values] of entries) {
    if (values.length !== length) {
      throw new TableError(
        `tableOf: expected columns of one length, got ${length} values of ${entries[0][0]} and ${values.length} of ${name}`,
      );
    }
    const column = toColumn(name, values);
    map.set(name, () => column);
  }
  return new Table<R>(length, map, notes);
}

function columnsOf(rows: readonly object[]): Columns {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  const value = (row: object, name: string) => (row as Record<string, Value>)[name];
  return Object.fromEntries([...names].map(name => [name, rows.map(row => value(row, name))]));
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
