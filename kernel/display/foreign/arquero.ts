/** arquero's tables, which keep columns. */

import type { Form } from "../form.js";
import { hasMethods } from "./look.js";
import { type Table, tableBundle } from "./table.js";

export const arquero: Form = {
  name: "arquero",
  show: (value, extent) => {
    const table = arqueroTable(value);
    return table && tableBundle(table, extent);
  },
};

interface Arquero {
  numRows(): number;
  columnNames(): string[];
  get(name: string, row: number): unknown;
}

/** Rows are counted as its filter and order leave them. */
function arqueroTable(value: object): Table | undefined {
  if (!hasMethods(value, "numRows", "numCols", "columnNames", "get", "objects")) return undefined;
  const table = value as Arquero;
  const columns = table.columnNames();
  return {
    columns,
    rowCount: table.numRows(),
    row: (index, count) => columns.slice(0, count).map(name => table.get(name, index)),
  };
}
