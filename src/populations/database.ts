/**
 * Tables in DuckDB and back. A database lives in memory for one question, and may not fetch extensions: what is
 * needed (Parquet, JSON) is in the package.
 */
import type { DuckDBConnection, DuckDBMaterializedResult, DuckDBType } from "@duckdb/node-api";
import type { Column } from "./column.js";
import type { Table } from "./table.js";
import { TableError } from "./table-error.js";

/** Rows that DuckDB passes at once. */
const CHUNK = 2048;

/**
 * Opens a database, does something in it, and closes it.
 *
 * @param fn the function that asks; what DuckDB has against it comes out as its TableError
 * @param words that stand that stand before and behind DuckDB's own: what was expected, and a remedy
 */
export async function withDatabase<T>(
  fn: string,
  use: (connection: DuckDBConnection) => Promise<T>,
  { expected = "", remedy = "" }: { expected?: string; remedy?: string } = {},
): Promise<T> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const settings = { autoinstall_known_extensions: "false", autoload_known_extensions: "true" };
  const instance = await DuckDBInstance.create(":memory:", settings);
  const connection = await instance.connect();
  try {
    return await use(connection);
  } catch (error) {
    if (error instanceof TableError) throw error;
    const [said] = (error as Error).message.split("\n\n");
    const what = said.replaceAll("\n", " ").trim();
    throw new TableError(`${fn}: ${expected && `${expected}: `}${what}${remedy}`, { cause: error });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Copies a table into the database: numbers as DOUBLE (whole ones as INTEGER or BIGINT), texts as VARCHAR. */
export async function putTable<R extends object>(
  connection: DuckDBConnection,
  as: string,
  table: Table<R>,
): Promise<void> {
  const { BIGINT, DOUBLE, DuckDBDataChunk, INTEGER, VARCHAR } = await import("@duckdb/node-api");
  const { names } = table;
  if (names.length === 0) throw new TableError("sql: expected a table with columns, got one without");
  const columns = names.map(name => table.values(name));
  const types = columns.map((column): DuckDBType => {
    if (!(column instanceof Float64Array)) return VARCHAR;
    if (!column.every(value => Number.isSafeInteger(value) || Number.isNaN(value))) return DOUBLE;
    return column.every(value => !(Math.abs(value) >= 2 ** 31)) ? INTEGER : BIGINT;
  });
  const declared = names.map((name, k) => `${quoteName(name)} ${types[k].toString()}`);
  await connection.run(`create table ${quoteName(as)} (${declared.join(", ")})`);
  const appender = await connection.createAppender(as);
  for (let start = 0; start < table.length; start += CHUNK) {
    const count = Math.min(CHUNK, table.length - start);
    const chunk = DuckDBDataChunk.create(types, count);
    for (const [k, column] of columns.entries()) {
      const big = types[k] === BIGINT;
      const values: (number | bigint | string | null)[] = [];
      for (let i = start; i < start + count; i++) {
        const value = column[i];
        // Only NaN differs from itself.
        values.push(value !== value ? null : big ? BigInt(value) : value); // oxlint-disable-line no-self-compare
      }
      chunk.setColumnValues(k, values);
    }
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

/** Types whose values are kept as numbers; not lists of them, such as `BIGINT[]`. */
const NUMERIC = /^(BOOLEAN|U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\([\d, ]+\))$/;

/** A result's columns: whatever counts becomes numbers (NaN for NULL), and the rest texts ("" for NULL). */
export async function toColumns(result: DuckDBMaterializedResult): Promise<Record<string, Column>> {
  const chunks = await result.fetchAllChunks();
  const length = chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0);
  const types = result.columnTypes();
  const columns = result.deduplicatedColumnNames().map((name, k): [string, Column] => {
    const numeric = NUMERIC.test(types[k].toString());
    const numbers = new Float64Array(numeric ? length : 0);
    const texts: string[] = [];
    let i = 0;
    for (const chunk of chunks) {
      const vector = chunk.getColumnVector(k);
      for (let row = 0; row < chunk.rowCount; row++) {
        const value = vector.getItem(row);
        if (numeric) numbers[i++] = toNumber(value);
        // DuckDB's dates, lists and structures know their text.
        else texts.push(value === null ? "" : (value as { toString(): string }).toString());
      }
    }
    return [name, numeric ? numbers : texts];
  });
  return Object.fromEntries(columns);
}

function toNumber(value: unknown): number {
  if (value === null) return Number.NaN;
  if (typeof value === "object") return (value as { toDouble(): number }).toDouble(); // A decimal.
  return Number(value);
}
