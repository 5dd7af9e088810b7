/** Tables as files: Parquet, by DuckDB, and CSV, TSV, JSON and JSON Lines. */
import { fromJson, jsonIn, readJsonLines } from "./json-table.js";
import { readParquet, writeParquet } from "./parquet-table.js";
import { readCsv } from "./read-csv.js";
import { checkOptions, type ReadOptions } from "./read-options.js";
import type { Row, Table, TableLike } from "../table.js";
import { TableError } from "../table-error.js";
import { pathOf, requireReadable } from "./table-path.js";
import { writeTextTable } from "./write-text-table.js";
import { writeWhole } from "./write-whole.js";

export type TableFormat = "parquet" | "csv" | "tsv" | "json" | "jsonl";

/** The format a file's name ends in; `.ndjson` is JSON Lines, and `.gz` behind all but Parquet is fine. */
export function formatOf(fn: string, file: string): TableFormat {
  const [, ending] = /\.(parquet|(?:csv|tsv|json|jsonl|ndjson)(?=(?:\.gz)?$))(?:\.gz)?$/i.exec(file) ?? [];
  const format = ending?.toLowerCase();
  if (format && !/\.parquet\.gz$/i.test(file)) return format === "ndjson" ? "jsonl" : (format as TableFormat);
  throw new TableError(
    `${fn}: expected a file that ends in .parquet, .csv, .tsv, .json, .jsonl or .ndjson, got ${file}`,
  );
}

/**
 * Reads a table from a file, by the ending of its name: Parquet, CSV, TSV, JSON Lines, or JSON that holds a list of rows
 * or columns. The name is that of one file, whatever characters it has.
 *
 * Columns are numbers or texts, decided over the whole file. In CSV a column is one of numbers if every value is a number
 * (with or without a sign, thousands' separators or a per cent sign), infinite, or missing (nothing, `NA`, `NaN`, `null`,
 * `None`, …), and one of texts if its values are in quotes where others are not. A column without any value is one of
 * numbers, NaN. Integers that a number does not keep (above 2⁵³) make a column one of texts, as do zeros before a
 * number; the table's `notes` tell what was decided. Lists and structures become texts of JSON.
 *
 * @param file a path, or a `file:` URL
 * @param options how CSV or TSV is written, where it is not as expected
 * @throws TableError if the file is missing, no file but a folder or a pipe, empty, cut short, or not of its format, and
 *   for CSV with rows of different lengths
 * @example `await readTable("runs.csv", { decimal: ",", missing: ["-"], texts: ["commit"] })`
 */
export async function readTable<R extends object = Row>(
  file: string | URL,
  options: ReadOptions = {},
): Promise<Table<R>> {
  return readTableAs<R>("readTable", pathOf("readTable", file), options);
}

/** Reads a table for another function, which errors name. */
export async function readTableAs<R extends object = Row>(
  fn: string,
  path: string,
  options: ReadOptions,
): Promise<Table<R>> {
  const format = formatOf(fn, path);
  checkOptions(fn, options);
  requireReadable(fn, path);
  if (format !== "csv" && format !== "tsv") requireNoOptions(fn, path, options);
  try {
    if (format === "csv" || format === "tsv") return await readCsv<R>(fn, path, options);
    if (format === "parquet") return await readParquet<R>(fn, path);
    const data = format === "jsonl" ? undefined : await jsonIn(fn, path);
    return data === undefined ? await readJsonLines<R>(fn, path) : fromJson<R>(fn, path, data);
  } catch (cause) {
    if (cause instanceof TableError) throw cause;
    // Such as lists within lists that are too deep, or a text that is too long.
    throw new TableError(`${fn}: could not read ${path}: ${(cause as Error).message.slice(0, 200)}`, {
      cause,
    });
  }
}

/** Throws a TableError for options of CSV with another file, which would change nothing. */
export function requireNoOptions(fn: string, file: string, options: ReadOptions): void {
  const names = Object.keys(options);
  if (names.length === 0) return;
  throw new TableError(
    `${fn}: expected a .csv or .tsv file for the options ${names.join(", ")}, got ${file}`,
  );
}

/**
 * Writes a table to a Parquet, CSV, TSV, JSON or JSON Lines file, by the file's ending, so that `readTable` gives it
 * back; packed by gzip where the name of a text file ends in `.gz`. An older file is written over once the new one is
 * whole.
 *
 * Parquet knows no names of columns that differ in nothing but their case: other readers find the second as `W_1`.
 *
 * @throws TableError if the file cannot be written, and for JSON of a table without rows, which would lose its columns
 */
export async function writeTable<R extends object>(table: Table<R>, file: string | URL): Promise<void> {
  const path = pathOf("writeTable", file);
  const format = formatOf("writeTable", path);
  if (!Array.isArray((table as Partial<TableLike> | null)?.names)) {
    const got = Array.isArray(table) ? "a list" : table === null ? "null" : typeof table;
    throw new TableError(`writeTable: expected a table, got ${got}; tableOf() makes one of rows or columns`);
  }
  if (table.names.length === 0) {
    throw new TableError("writeTable: expected a table with columns, got one without");
  }
  if ((format === "json" || format === "jsonl") && table.length === 0) {
    throw new TableError(
      `writeTable: expected a table with rows for ${path}, got 0 rows; ${format === "json" ? "JSON" : "JSON Lines"} would lose its columns, write .parquet or .csv`,
    );
  }
  await writeWhole("writeTable", path, fresh =>
    format === "parquet"
      ? writeParquet("writeTable", table, fresh, path)
      : writeTextTable("writeTable", table, fresh, format, /\.gz$/i.test(path)),
  );
}
