/** SQL over a table, by DuckDB. */
import type { Column } from "./column.js";
import { putTable, toColumns, withDatabase } from "./database.js";
import type { Table } from "./table.js";
import { TableError } from "./table-error.js";

/** The columns that a query gives in which the table is called `population`. */
export function querySql<R extends object>(table: Table<R>, query: string): Promise<Record<string, Column>> {
  if (query.trim() === "") return Promise.reject(new TableError("sql: expected a query, got an empty text"));
  const remedy = `; the table is population, its columns are ${table.names.join(", ")}`;
  return withDatabase(
    "sql",
    async connection => {
      await putTable(connection, "population", table);
      return toColumns(await connection.run(query));
    },
    { remedy },
  );
}
