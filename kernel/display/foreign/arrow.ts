/** Tables and record batches of Apache Arrow, and of libraries like it, which keep columns. */

import type { Form } from "../form.js";
import { hasMethods, peek } from "./look.js";
import { type Table, tableBundle } from "./table.js";

export const arrow: Form = {
  name: "Apache Arrow",
  show: (value, extent) => {
    const table = arrowTable(value);
    return table && tableBundle(table, extent);
  },
};

interface Arrow {
  numRows: number;
  /** Apache Arrow's vectors have `get`, flechette's columns `at`. */
  getChildAt(index: number): { get?(row: number): unknown; at?(row: number): unknown } | null | undefined;
}

/** A table or record batch of Apache Arrow, or of a library like it, which has a schema. */
function arrowTable(value: object): Table | undefined {
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
