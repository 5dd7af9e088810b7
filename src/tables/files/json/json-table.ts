/** JSON Lines, and JSON that holds rows or columns, as tables. */
import { fileProblem } from "../../../base/node/file-problem.js";
import { type Column, quoteShort } from "../../column.js";
import { distinctColumns } from "../column-names.js";
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
import { repeatedKey } from "./repeated-key.js";
import { type Row, Table } from "../../table.js";
import { TableError } from "../../table-error.js";
import { textOf } from "../text-file.js";

/** A column without a value. */
const NONE = new Float64Array(0);

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

  /**
   * The columns, which are let go one by one.
   *
   * @param notes what is known of them already
   */
  table<R extends object>(fn: string, notes: string[] = []): Table<R> {
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
  if (isJsonObject(value)) {
    const repeated = repeatedKey(text, value);
    if (repeated === undefined) return value;
    throw new TableError(`${fn}: ${onceOnly(repeated)} in line ${line} of ${file}`);
  }
  const remedy = Array.isArray(value) ? "; a file that is one list of rows ends in .json" : "";
  throw new TableError(
    `${fn}: expected a JSON object, got ${kindOf(value)} in line ${line} of ${file}${remedy}`,
  );
}

const onceOnly = (key: string): string =>
  `expected each key once in an object, got ${quoteShort(key)} twice, of which only the last would be read,`;

const kindOf = (value: Json): string =>
  value === null ? "null" : Array.isArray(value) ? "a list" : `a ${typeof value}`;

/**
 * A table of what a JSON file holds: a list of rows, or columns by name, each a list of values or, as pandas writes
 * them unless an option says otherwise, values by row; or pandas' `split`, `columns` and `data`, of which those of one name are told apart; or its
 * `table`, a schema and rows.
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
  const { columns, data: body, schema } = Object.fromEntries(entries);
  if (isTableSchema(schema) && Array.isArray(body)) return fromJson<R>(fn, file, body as readonly Json[]);
  if (Array.isArray(columns) && Array.isArray(body) && body.every(row => Array.isArray(row))) {
    const notes: string[] = [];
    const given = columns.map((name: Json) => (typeof name === "string" ? name : jsonText(name)));
    const names = distinctColumns(given, notes);
    if (body.length === 0) return new Table<R>(0, new Map(names.map(name => [name, () => NONE])), notes);
    for (const row of body as Json[][]) {
      if (row.length !== names.length) refuse(`${row.length} values for ${names.length} columns`);
      rows.push(new Map(names.map((name, k) => [name, row[k]])));
    }
    return rows.table(fn, notes);
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

/** The schema of pandas' `table`, a Table Schema of Frictionless. */
const isTableSchema = (value: Json | undefined): boolean =>
  isJsonObject(value) && entriesOf(value).some(([key, held]) => key === "fields" && Array.isArray(held));

/** The JSON in a file; or undefined where it holds JSON Lines, as files that end in .json do now and then. */
export async function jsonIn(fn: string, file: string): Promise<Json | undefined> {
  let text = "";
  for await (const piece of textOf(fn, file)) text += piece;
  let data: Json;
  try {
    data = parseExactJson(text);
  } catch (cause) {
    const [first, second] = text.trimStart().split("\n", 2);
    if (second?.trim() && isObjectText(first)) return undefined;
    throw new TableError(`${fn}: expected JSON, could not read ${file}: ${fileProblem(cause)}`, {
      cause,
    });
  }
  const repeated = repeatedKey(text, data);
  if (repeated === undefined) return data;
  throw new TableError(`${fn}: ${onceOnly(repeated)} in ${file}`);
}

function isObjectText(text: string): boolean {
  try {
    return isJsonObject(parseExactJson(text));
  } catch {
    return false;
  }
}
