/** DuckDB's results: those that can be read again are tables, those that are still to be read say so. */

import { inspect } from "node:util";
import type { Form } from "../form.js";
import { hasMethods, isStrings } from "./look.js";
import { type Table, tableBundle } from "./table.js";

export const duckdb: Form = {
  name: "DuckDB",
  show: (value, extent) => {
    const table = duckdbTable(value as Shape);
    return table && tableBundle(table, extent);
  },
};

export const unreadDuckdb: Form = {
  name: "DuckDB, unread",
  show: value => {
    const text = unreadResult(value);
    return text === undefined ? undefined : { "text/plain": text };
  },
};

type Shape = Record<string, unknown>;

/** The result reader, which has its rows, and its materialised result, whose chunks can be read again. */
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

/** What a result that is still to be read says of itself: reading it here would take the rows away. */
function unreadResult(value: object): string | undefined {
  if (!hasMethods(value, "columnNames", "columnTypes", "yieldRows")) return undefined;
  const result = value as { columnNames(): string[]; columnTypes(): unknown[] };
  const typeNames = result.columnTypes().map(String);
  const columns = result
    .columnNames()
    .map((name, i) => `${name} ${typeNames[i]}`)
    .join(", ");
  return `${inspect(value, { depth: -1 })} with ${columns}; rows: await result.getRowObjects()`;
}
