/**
 * Values that are tables: arrays of flat records, maps, danfo's DataFrame and Series, DuckDB's results.
 *
 * Libraries are recognised by shape, so that the kernel depends on none of them and their versions do not matter.
 */

import { inspect } from "node:util";
import type { Table } from "./table.js";

/** Rows that are looked at to tell what an array holds, and which columns it has. */
const LOOKED_AT = 200;
/** An array in a cell of a record, such as the widths of four stages, may be this long. */
const MAX_LIST = 16;

type Shape = Record<string, unknown>;

/** The table that a value is, or nothing. */
export function asTable(value: object): Table | undefined {
  if (Array.isArray(value)) return recordsTable(value);
  if (value instanceof Map) return mapTable(value);
  if (value instanceof Set) return value.size > 0 ? recordsTable([...value]) : undefined;
  return danfoTable(value as Shape) ?? duckdbTable(value as Shape);
}

function recordsTable(rows: readonly unknown[]): Table | undefined {
  const some = rows.slice(0, LOOKED_AT);
  if (some.length === 0 || !some.every(isFlatRecord)) return undefined;
  const columns = [...new Set(some.flatMap(row => Object.keys(row)))];
  if (columns.length === 0) return undefined;
  return {
    columns,
    rowCount: rows.length,
    row: index => columns.map(column => (rows[index] as Shape | undefined)?.[column]),
  };
}

/** A map of records has a column of keys before those of the records; one of plain values has two columns. */
function mapTable(map: Map<unknown, unknown>): Table | undefined {
  if (map.size === 0) return undefined;
  const keys = [...map.keys()];
  const values = [...map.values()];
  if (!keys.slice(0, LOOKED_AT).every(isCell)) return undefined;
  const records = recordsTable(values);
  if (records) return { ...records, index: index => keys[index] };
  if (!values.slice(0, LOOKED_AT).every(isCell)) return undefined;
  return { columns: ["key", "value"], rowCount: map.size, row: index => [keys[index], values[index]] };
}

/** danfojs's DataFrame and Series: an index, columns, and values by rows. */
function danfoTable({ columns, index, values, shape, dtypes }: Shape): Table | undefined {
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
  const { columnNames, columnTypes, getRows, currentRowCount, getChunk, rowCount, chunkCount } = value;
  if (typeof columnNames !== "function" || typeof columnTypes !== "function") return undefined;
  const columns = columnNames.call(value) as unknown;
  const types = columnTypes.call(value) as unknown;
  if (!isStrings(columns) || !Array.isArray(types)) return undefined;
  const note = types.map(String).join(", ");
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
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return false;
  // A getter may do anything; looking at a value must not run it.
  const properties = Object.values(Object.getOwnPropertyDescriptors(value));
  return properties.length > 0 && properties.every(property => "value" in property && isCell(property.value));
}

function isCell(value: unknown): boolean {
  if (value === null || value instanceof Date) return true;
  if (Array.isArray(value))
    return (
      value.length <= MAX_LIST &&
      value.every(item => item === null || (typeof item !== "object" && typeof item !== "function"))
    );
  if (typeof value !== "object") return typeof value !== "function";
  // Values of DuckDB's own types in rows read as objects.
  return /^DuckDB\w+Value$/.test(value.constructor?.name ?? "");
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(item => typeof item === "string");
}

/** What a DuckDB result that is still to be read says of itself: reading it here would take the rows away. */
export function unreadResult(value: object): string | undefined {
  const { columnNames, columnTypes, yieldRows } = value as Shape;
  if (
    typeof columnNames !== "function" ||
    typeof columnTypes !== "function" ||
    typeof yieldRows !== "function"
  ) {
    return undefined;
  }
  const names = columnNames.call(value) as string[];
  const types = columnTypes.call(value) as unknown[];
  const columns = names.map((name, i) => `${name} ${String(types[i])}`).join(", ");
  return `${inspect(value, { depth: -1 })} with ${columns}; rows: await result.getRowObjects()`;
}
