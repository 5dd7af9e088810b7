/** Tables as files: Parquet, CSV and JSON Lines, by DuckDB. */
import { accessSync, constants } from "node:fs";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Column } from "./column.js";
import { putTable, quoteText, toColumns, withDatabase } from "./database.js";
import { type Row, type Table, tableOf } from "./table.js";
import { TableError } from "./table-error.js";

const readers = {
  parquet: (file: string) => `read_parquet(${file})`,
  // Rows before the header are not looked for: DuckDB would find some in a file whose rows differ in length.
  csv: (file: string) => `read_csv(${file}, header = true, skip = 0, strict_mode = true)`,
  jsonl: (file: string) => `read_json(${file}, format = 'newline_delimited')`,
} as const;
const writers = {
  parquet: "format parquet, compression zstd",
  csv: "format csv, header",
  jsonl: "format json",
};

export type TableFormat = keyof typeof readers;

/** The format a file's name ends in; `.ndjson` is JSON Lines, and `.gz` behind CSV or JSON Lines is fine. */
export function formatOf(fn: string, file: string): TableFormat {
  const [, ending] = /\.(parquet|csv|jsonl|ndjson)(?:\.gz)?$/i.exec(file) ?? [];
  if (ending) return ending.toLowerCase() === "ndjson" ? "jsonl" : (ending.toLowerCase() as TableFormat);
  throw new TableError(`${fn}: expected a file that ends in .parquet, .csv, .jsonl or .ndjson, got ${file}`);
}

/** Throws a TableError if a file cannot be read. */
export function requireReadable(fn: string, file: string): void {
  try {
    accessSync(file, constants.R_OK);
  } catch (cause) {
    throw new TableError(`${fn}: expected a file that can be read, got ${file}`, { cause });
  }
}

/**
 * Reads a table from a Parquet, CSV or JSON Lines file, by the file's ending. A column of CSV or JSON Lines without
 * any value is one of numbers, NaN.
 *
 * @throws TableError if the file is missing, empty, cut short, or not of its format, with what DuckDB says, and for
 *   CSV with rows of different lengths
 */
export async function readTable<R extends object = Row>(file: string): Promise<Table<R>> {
  const format = formatOf("readTable", file);
  requireReadable("readTable", file);
  const read = async (connection: DuckDBConnection): Promise<Record<string, Column>> => {
    const source = readers[format](quoteText(file));
    const found = await toColumns(await connection.run(`from ${source}`));
    requireContent(format, file, found);
    const [delimiter] = /[,;|\t]/.exec(Object.keys(found).join()) ?? [];
    if (format === "csv" && Object.keys(found).length === 1 && delimiter) {
      await requireOneColumn(connection, file, delimiter);
    }
    return format === "parquet" ? found : withoutTypes(found);
  };
  const expected = `expected a ${format} file, could not read ${file}`;
  return tableOf<R>(await withDatabase("readTable", read, { expected }));
}

/** CSV and JSON Lines do not say what a column without a value is of: numbers, NaN, as errors not measured yet. */
function withoutTypes(columns: Record<string, Column>): Record<string, Column> {
  const entries = Object.entries(columns).map(([name, column]): [string, Column] => {
    const missing = !(column instanceof Float64Array) && column.every(text => text === "");
    return [name, missing ? new Float64Array(column.length).fill(Number.NaN) : column];
  });
  return Object.fromEntries(entries);
}

/** Throws a TableError for what DuckDB makes of a file with nothing in it: a column that it names itself. */
function requireContent(format: TableFormat, file: string, columns: Record<string, Column>): void {
  const entries = Object.entries(columns);
  if (format === "parquet" || entries.length !== 1 || entries[0][1].length > 0) return;
  if (entries[0][0] !== (format === "csv" ? "column0" : "json")) return;
  const expected = format === "csv" ? "a line with the columns' names" : "a line for each row";
  throw new TableError(`readTable: expected ${expected}, got nothing in ${file}`);
}

/** A header such as `a,b` in one column: DuckDB gave up splitting, unless it was quoted. */
async function requireOneColumn(connection: DuckDBConnection, file: string, delimiter: string) {
  const options = `header = true, skip = 0, delim = ${quoteText(delimiter)}`;
  let found = 0;
  try {
    const result = await connection.run(`from read_csv(${quoteText(file)}, ${options})`);
    found = result.columnNames().length;
  } catch (cause) {
    throw ragged(cause);
  }
  if (found !== 1) throw ragged();

  function ragged(cause?: unknown): TableError {
    return new TableError(
      `readTable: expected as many values in every row as the header has names, got rows of other lengths in ${file}; give each row all its values, empty where missing`,
      { cause },
    );
  }
}

/**
 * Writes a table to a Parquet, CSV or JSON Lines file, by the file's ending; an older file is written over.
 *
 * @throws TableError if the file cannot be written, and for JSON Lines of a table without rows, which would lose its
 *   columns
 */
export async function writeTable<R extends object>(table: Table<R>, file: string): Promise<void> {
  const format = formatOf("writeTable", file);
  if (format === "jsonl" && table.length === 0) {
    throw new TableError(
      `writeTable: expected a table with rows for ${file}, got 0 rows; JSON Lines would lose its columns, write .parquet or .csv`,
    );
  }
  const write = async (connection: DuckDBConnection): Promise<void> => {
    await putTable(connection, "population", table);
    await connection.run(`copy population to ${quoteText(file)} (${writers[format]})`);
  };
  await withDatabase("writeTable", write, { expected: `expected a file that can be written, got ${file}` });
}
