/** Tables of libraries that keep columns: arquero's, and Apache Arrow's tables and record batches. */

import { hasMethods, peek } from "./look.js";
import type { Table } from "./table.js";

interface Arquero {
  numRows(): number;
  columnNames(): string[];
  get(name: string, row: number): unknown;
}

/** arquero's table; rows are counted as its filter and order leave them. */
export function arqueroTable(value: object): Table | undefined {
  if (!hasMethods(value, "numRows", "numCols", "columnNames", "get", "objects")) return undefined;
  const table = value as Arquero;
  const columns = table.columnNames();
  return {
    columns,
    rowCount: table.numRows(),
    row: (index, count) => columns.slice(0, count).map(name => table.get(name, index)),
  };
}

interface Arrow {
  numRows: number;
  /** Apache Arrow's vectors have `get`, flechette's columns `at`. */
  getChildAt(index: number): { get?(row: number): unknown; at?(row: number): unknown } | null | undefined;
}

/** A table or record batch of Apache Arrow, or of a library like it, which has a schema. */
export function arrowTable(value: object): Table | undefined {
  if (!hasMethods(value, "getChild", "getChildAt", "toArray")) return undefined;
  const schema = peek(value, "schema");
  const fields: unknown = typeof schema === "object" && schema !== null && peek(schema, "fields");
  if (!Array.isArray(fields)) return undefined;
  const table = value as Arrow;
  const { numRows } = table;
  if (typeof numRows !== "number") return undefined;
  const columns = fields.map(({ name }: { name: unknown }) => String(name));
  const typeNames = fields.map(({ type }: { type: unknown }) => String(type));
  return {
    columns,
    rowCount: numRows,
    row: (index, count) =>
      columns.slice(0, count).map((_, at) => {
        const column = table.getChildAt(at);
        return column?.get ? column.get(index) : column?.at?.(index);
      }),
    ...(typeNames.every(name => !name.startsWith("[object")) && { note: typeNames.join(", ") }),
  };
}
