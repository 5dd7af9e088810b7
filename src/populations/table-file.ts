/** Tables as files: Parquet, CSV and JSON Lines, by DuckDB. */
import { accessSync, constants } from "node:fs";
import { putTable, quoteText, toColumns, withDatabase } from "./database.js";
import { type Row, type Table, tableOf } from "./table.js";
import { TableError } from "./table-error.js";

const readers = {
  parquet: (file: string) => `read_parquet(${file})`,
  csv: (file: string) => `read_csv(${file}, header = true)`,
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
 * Reads a table from a Parquet, CSV or JSON Lines file, by the file's ending.
 *
 * @throws TableError if the file is missing, cut short, or not of its format, with what DuckDB says
 */
export async function readTable<R extends object = Row>(file: string): Promise<Table<R>> {
  const format = formatOf("readTable", file);
  requireReadable("readTable", file);
  const columns = await withDatabase("readTable", async connection =>
    toColumns(await connection.run(`from ${readers[format](quoteText(file))}`)),
  );
  return tableOf<R>(columns);
}

/** Writes a table to a Parquet, CSV or JSON Lines file, by the file's ending; an older file is written over. */
export async function writeTable<R extends object>(table: Table<R>, file: string): Promise<void> {
  const format = formatOf("writeTable", file);
  await withDatabase("writeTable", async connection => {
    await putTable(connection, "population", table);
    await connection.run(`copy population to ${quoteText(file)} (${writers[format]})`);
  });
}
