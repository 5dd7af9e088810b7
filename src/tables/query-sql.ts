/** SQL over a table, by DuckDB. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { isObject, say } from "../base/say.js";
import { distinctNames, putTable, toColumns, withDatabase } from "./database.js";
import type { TableLike } from "./table.js";
import { TableError } from "./table-error.js";

/** Columns that an error names at most. */
const NAMED = 100;

/**
 * The columns that a query gives in which the table is called `population`, and others by their names. The query reaches
 * nothing else: no file, no network, no extension.
 */
export async function querySql(
  table: TableLike,
  query: string,
  others: Readonly<Record<string, TableLike>> = {},
) {
  if (typeof query !== "string") {
    throw new TableError(`sql: expected a query as text, got ${typeof query}`);
  }
  if (query.trim() === "")
    throw new TableError("sql: expected a query, got an empty text; for example SELECT * FROM population");
  if (!isObject(others)) throw new TableError(`sql: expected tables by name, got ${say(others)}`);
  for (const [name, other] of Object.entries(others)) {
    if (Array.isArray(other?.names)) continue;
    throw new TableError(`sql: expected a table as ${name}, got ${other === null ? "null" : typeof other}`);
  }
  const known = distinctNames(table.names);
  const named = known.slice(0, NAMED).join(", ") + (known.length > NAMED ? `, … (${known.length})` : "");
  const also = Object.keys(others).map(name => `, ${name} another`);
  const remedy = `; the table is population${also.join("")}, its columns are ${named}`;
  return withDatabase(
    "sql",
    async connection => {
      await requireOne(connection, query);
      await putTable(connection, "population", table, true);
      for (const [name, other] of Object.entries(others)) await putTable(connection, name, other, true);
      return toColumns(await connection.run(query));
    },
    { remedy, isClosed: true },
  );
}

/** Of several queries only one would be answered. */
async function requireOne(connection: DuckDBConnection, query: string): Promise<void> {
  let count = 0;
  try {
    ({ count } = await connection.extractStatements(query));
  } catch (error) {
    // Running it says better what is wrong; a text of comments is no statement, and fails in another way.
    if (/Parser Error/.test((error as Error).message)) return;
  }
  if (count === 1) return;
  throw new TableError(`sql: expected one query, got ${count === 0 ? "none" : count}; ask them one by one`);
}
