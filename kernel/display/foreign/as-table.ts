/**
 * Values that are tables: arrays of flat records, maps, danfo's DataFrame and Series, DuckDB's results, tables of
 * arquero and Apache Arrow.
 *
 * Libraries are recognised by shape, so that the kernel depends on none of them and their versions do not matter.
 */

import { inspect, types } from "node:util";
import { arqueroTable, arrowTable } from "./as-column-table.js";
import { className, hasMethods, isListOf, isPlainObject, peek } from "./look.js";
import type { Table } from "./table.js";

/** Rows that are looked at closely to tell what an array holds. */
const LOOKED_AT = 200;
/** Rows whose columns are looked for, unless all is to be shown. */
const SCANNED = 1_000_000;
/** An array in a cell of a record, such as the widths of four stages, may be this long. */
const MAX_LIST = 16;

type Shape = Record<string, unknown>;

/** The table that a value is, or nothing; `full` when all of it is to be shown. */
export function asTable(value: object, full = false): Table | undefined {
  if (Array.isArray(value)) return recordsTable(value, full);
  if (types.isMap(value)) return mapTable(value, full);
  if (types.isSet(value)) return value.size > 0 ? recordsTable([...value], full) : undefined;
  return (
    danfoTable(value as Shape) ?? duckdbTable(value as Shape) ?? arqueroTable(value) ?? arrowTable(value)
  );
}

/** Rows may be missing (null or undefined), which is as if all their columns were. */
function recordsTable(rows: readonly unknown[], full: boolean): Table | undefined {
  const some = rows.slice(0, LOOKED_AT);
  const present = some.filter(row => !isAbsent(row));
  if (present.length === 0 || !present.every(isFlatRecord)) return undefined;
  const scanned = full ? rows.length : Math.min(rows.length, SCANNED);
  const columns = columnsOf(rows, scanned);
  if (!columns || columns.length === 0) return undefined;
  return {
    columns,
    rowCount: rows.length,
    row: (index, count) => columns.slice(0, count).map(column => cellOf(rows[index], column)),
    ...(scanned < rows.length && { note: `columns of the first ${scanned.toLocaleString("en")} rows` }),
  };
}

/** The columns that any row has, in the order in which they are met; nothing when a row is no record. */
function columnsOf(rows: readonly unknown[], count: number): string[] | undefined {
  const columns = new Set<string>();
  let before: readonly string[] = [];
  for (let i = 0; i < count; i++) {
    const row = rows[i];
    if (isAbsent(row)) continue;
    if (typeof row !== "object" || !isPlainObject(row)) return undefined;
    const keys = Object.keys(row);
    // Nearly always a row has the columns of the row before it.
    if (keys.length === before.length && keys.every((key, k) => key === before[k])) continue;
    for (const key of keys) columns.add(key);
    before = keys;
  }
  return [...columns];
}

/** What a row has in a column. A getter may do anything; looking at a value must not run it. */
function cellOf(row: unknown, column: string): unknown {
  if (!isPlainObject(row)) return undefined;
  const property = Object.getOwnPropertyDescriptor(row, column);
  return !property || "value" in property ? property?.value : "[Getter]";
}

/** A map of records has a column of keys before those of the records; one of plain values has two columns. */
function mapTable(map: Map<unknown, unknown>, full: boolean): Table | undefined {
  if (map.size === 0) return undefined;
  const keys = [...map.keys()];
  const values = [...map.values()];
  if (!keys.slice(0, LOOKED_AT).every(isCell)) return undefined;
  const records = recordsTable(values, full);
  if (records) return { ...records, index: index => keys[index] };
  if (!values.slice(0, LOOKED_AT).every(isCell)) return undefined;
  return { columns: ["key", "value"], rowCount: map.size, row: index => [keys[index], values[index]] };
}

/** danfojs's DataFrame and Series: an index, columns, and values by rows. */
function danfoTable(value: Shape): Table | undefined {
  // Of danfo's own classes these are getters; of anything else getters are not run.
  const own = hasMethods(value, "print", "iloc");
  const read = (key: string): unknown => (own ? value[key] : peek(value, key));
  const [columns, index, values, shape] = [read("columns"), read("index"), read("values"), read("shape")];
  const dtypes = read("dtypes");
  if (!isStrings(columns) || !Array.isArray(index) || !Array.isArray(values) || !Array.isArray(shape))
    return undefined;
  if (!isStrings(dtypes)) return undefined;
  return {
    columns,
    rowCount: values.length,
    // A Series has one column, and its values as they are.
    row: at => (Array.isArray(values[at]) ? (values[at] as unknown[]) : [values[at] as unknown]),
    index: at => (index as unknown[])[at],
    note: new Set(dtypes).size === 1 ? dtypes[0] : dtypes.join(", "),
  };
}

/** DuckDB's result reader, which has its rows, and its materialised result, whose chunks can be read again. */
function duckdbTable(value: Shape): Table | undefined {
  if (!hasMethods(value, "columnNames", "columnTypes")) return undefined;
  const { columnNames, columnTypes, getRows, currentRowCount, getChunk, rowCount, chunkCount } = value;
  if (typeof columnNames !== "function" || typeof columnTypes !== "function") return undefined;
  const columns = columnNames.call(value) as unknown;
  const typesOf = columnTypes.call(value) as unknown;
  if (!isStrings(columns) || !Array.isArray(typesOf)) return undefined;
  const note = typesOf.map(String).join(", ");
  if (typeof currentRowCount === "number" && typeof getRows === "function") {
    const rows = getRows.call(value) as unknown[][];
    const unread = value["done"] === false ? "; more rows can be read" : "";
    return { columns, rowCount: rows.length, row: at => rows[at] ?? [], note: note + unread };
  }
  if (typeof getChunk === "function" && typeof rowCount === "number" && typeof chunkCount === "number") {
    const rows = chunkReader(index => getChunk.call(value, index) as Chunk, chunkCount);
    return { columns, rowCount, row: rows, note };
  }
  return undefined;
}

interface Chunk {
  rowCount: number;
  getRows(): unknown[][];
}

/** Reads rows by number from chunks, each turned into rows at most once. */
function chunkReader(chunk: (index: number) => Chunk, chunks: number): (row: number) => unknown[] {
  const starts: { start: number; chunk: Chunk; rows?: unknown[][] }[] = [];
  let start = 0;
  for (let i = 0; i < chunks; i++) {
    const each = chunk(i);
    starts.push({ start, chunk: each });
    start += each.rowCount;
  }
  return row => {
    const found = starts.findLast(each => each.start <= row);
    if (!found) return [];
    found.rows ??= found.chunk.getRows();
    return found.rows[row - found.start] ?? [];
  };
}

/** A plain object whose values fit into cells. */
function isFlatRecord(value: unknown): value is Shape {
  if (!isPlainObject(value)) return false;
  return Object.getOwnPropertyNames(value).every(name => {
    // A getter may do anything; looking at a value must not run it.
    const property = Object.getOwnPropertyDescriptor(value, name);
    return property && "value" in property && isCell(property.value);
  });
}

function isAbsent(row: unknown): row is null | undefined {
  return row === null || row === undefined;
}

function isCell(value: unknown): boolean {
  if (value === null) return true;
  if (typeof value !== "object") return typeof value !== "function";
  if (types.isProxy(value)) return false;
  if (types.isDate(value)) return true;
  if (Array.isArray(value))
    return (
      value.length <= MAX_LIST &&
      value.every(item => item === null || (typeof item !== "object" && typeof item !== "function"))
    );
  // Values of DuckDB's own types in rows read as objects.
  return /^DuckDB\w+Value$/.test(className(value));
}

function isStrings(value: unknown): value is string[] {
  return isListOf(value, item => typeof item === "string");
}

/** What a DuckDB result that is still to be read says of itself: reading it here would take the rows away. */
export function unreadResult(value: object): string | undefined {
  if (!hasMethods(value, "columnNames", "columnTypes", "yieldRows")) return undefined;
  const result = value as { columnNames(): string[]; columnTypes(): unknown[] };
  const typeNames = result.columnTypes().map(String);
  const columns = result
    .columnNames()
    .map((name, i) => `${name} ${typeNames[i]}`)
    .join(", ");
  return `${inspect(value, { depth: -1 })} with ${columns}; rows: await result.getRowObjects()`;
}
