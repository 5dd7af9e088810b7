/** JSON Lines, and JSON that holds rows or columns, as tables. */
import type { Column } from "./column.js";
import {
  entriesOf,
  isJsonObject,
  isPlainJson,
  type Json,
  type JsonObject,
  jsonText,
  parseExactJson,
} from "./exact-json.js";
import { jsonColumn } from "./json-columns.js";
import { type Row, Table } from "./table.js";
import { TableError } from "./table-error.js";
import { textOf } from "./text-file.js";

/** Rows as they come; a key may come first, or last, in any of them. */
class Rows {
  length = 0;
  readonly #columns = new Map<string, Json[]>();

  push(row: JsonObject): void {
    if (row instanceof Map)
      for (const [name, value] of row as ReadonlyMap<string, Json>) this.#put(name, value);
    else for (const name of Object.keys(row)) this.#put(name, (row as Record<string, Json>)[name]);
    this.length++;
  }

  #put(name: string, value: Json): void {
    let column = this.#columns.get(name);
    if (!column) this.#columns.set(name, (column = []));
    while (column.length < this.length) column.push(null);
    column[this.length] = value;
  }

  /** The columns, which are let go one by one. */
  table<R extends object>(fn: string): Table<R> {
    const notes: string[] = [];
    const columns = new Map<string, () => Column>();
    for (const [name, values] of this.#columns) {
      while (values.length < this.length) values.push(null);
      const column = jsonColumn(fn, name, values, notes);
      columns.set(name, () => column);
      values.length = 0;
    }
    return new Table<R>(this.length, columns, notes);
  }
}

/** @throws TableError naming the line that is no object, and for a file of nothing */
export async function readJsonLines<R extends object = Row>(fn: string, file: string): Promise<Table<R>> {
  const rows = new Rows();
  let line = 0;
  for await (const text of textOf(fn, file)) {
    const parse = isPlainJson(text) ? (JSON.parse as (said: string) => Json) : parseExactJson;
    for (let start = 0; start < text.length; ) {
      const end = text.indexOf("\n", start);
      const said = text.slice(start, end < 0 ? text.length : end);
      start += said.length + 1;
      line++;
      if (said.trim() !== "") rows.push(objectOf(fn, said, parse, file, line));
    }
  }
  if (rows.length > 0) return rows.table(fn);
  throw new TableError(`${fn}: expected a line for each row, got nothing in ${file}`);
}

function objectOf(
  fn: string,
  text: string,
  parse: (text: string) => Json,
  file: string,
  line: number,
): JsonObject {
  let value: Json;
  try {
    value = parse(text);
  } catch (cause) {
    const said = (cause as Error).message.slice(0, 200);
    throw new TableError(`${fn}: expected a JSON object, could not read line ${line} of ${file}: ${said}`, {
      cause,
    });
  }
  if (isJsonObject(value)) return value;
  const remedy = Array.isArray(value) ? "; a file that is one list of rows ends in .json" : "";
  throw new TableError(
    `${fn}: expected a JSON object, got ${kindOf(value)} in line ${line} of ${file}${remedy}`,
  );
}

const kindOf = (value: Json): string =>
  value === null ? "null" : Array.isArray(value) ? "a list" : `a ${typeof value}`;

/**
 * A table of what a JSON file holds: a list of rows, or columns by name, each a list of values or, as pandas writes
 * them unless told otherwise, values by row; or pandas' `split`, `columns` and `data`.
 *
 * @throws TableError for anything else
 */
export function fromJson<R extends object = Row>(fn: string, file: string, data: Json): Table<R> {
  const rows = new Rows();
  const refuse = (what: string): never => {
    throw new TableError(`${fn}: expected a list of rows, or columns by name, got ${what} in ${file}`);
  };
  if (Array.isArray(data)) {
    if (data.length === 0) refuse("an empty list");
    for (const [i, row] of (data as readonly Json[]).entries()) {
      if (!isJsonObject(row)) refuse(`${kindOf(row)} as row ${i + 1}`);
      rows.push(row as JsonObject);
    }
    return rows.table(fn);
  }
  if (!isJsonObject(data)) return refuse(kindOf(data));
  const entries = entriesOf(data);
  const { columns, data: body } = Object.fromEntries(entries);
  if (Array.isArray(columns) && Array.isArray(body) && body.every(row => Array.isArray(row))) {
    for (const row of body as Json[][]) {
      if (row.length !== columns.length) refuse(`${row.length} values for ${columns.length} columns`);
      rows.push(
        new Map(
          columns.map((name: Json, k: number) => [typeof name === "string" ? name : jsonText(name), row[k]]),
        ),
      );
    }
    return rows.table(fn);
  }
  if (entries.length === 0) refuse("an empty object");
  const keys = new Set<string>();
  const values = entries.map(([name, held]) => {
    if (held === null || typeof held !== "object") refuse(`${kindOf(held)} as ${name}`);
    const pairs = Array.isArray(held)
      ? (held as Json[]).map((value, i): [string, Json] => [String(i), value])
      : entriesOf(held as JsonObject);
    for (const [key] of pairs) keys.add(key);
    return [name, new Map(pairs)] as const;
  });
  const lengths = new Set(entries.map(([, held]) => (Array.isArray(held) ? held.length : keys.size)));
  if (lengths.size > 1) refuse("columns of different lengths");
  for (const key of keys) rows.push(new Map(values.map(([name, held]) => [name, held.get(key) ?? null])));
  return rows.table(fn);
}

/** The JSON in a file; or undefined where it holds JSON Lines, as files that end in .json do now and then. */
export async function jsonIn(fn: string, file: string): Promise<Json | undefined> {
  let text = "";
  for await (const piece of textOf(fn, file)) text += piece;
  try {
    return parseExactJson(text);
  } catch (cause) {
    const [first, second] = text.trimStart().split("\n", 2);
    if (second?.trim() && isObjectText(first)) return undefined;
    throw new TableError(
      `${fn}: expected JSON, could not read ${file}: ${(cause as Error).message.slice(0, 200)}`,
      {
        cause,
      },
    );
  }
}

function isObjectText(text: string): boolean {
  try {
    return isJsonObject(parseExactJson(text));
  } catch {
    return false;
  }
}
