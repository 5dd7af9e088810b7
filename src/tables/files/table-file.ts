/** Tables as files: Parquet, by DuckDB, and CSV, TSV, JSON and JSON Lines. */
import { fileProblem } from "../../base/node/file-problem.js";
import { fromJson, jsonIn, readJsonLines } from "./json/json-table.js";
import { readParquet, writeParquet } from "./parquet-table.js";
import { readCsv } from "./delimited/read-csv.js";
import { checkOptions, type ReadOptions } from "./read-options.js";
import type { Row, Table, TableLike } from "../table.js";
import type { TableFormat } from "../table-files.js";
import { TableError } from "../table-error.js";
import { pathOf, requireReadable } from "./table-path.js";
import { writeTextTable } from "./write-text-table.js";
import { writeWhole } from "./write-whole.js";

/** The format a file's name ends in; `.ndjson` is JSON Lines, and `.gz` behind all but Parquet is fine. */
export function formatOf(fn: string, file: string): TableFormat {
  const [, ending] = /\.(parquet|(?:csv|tsv|json|jsonl|ndjson)(?=(?:\.gz)?$))(?:\.gz)?$/i.exec(file) ?? [];
  const format = ending?.toLowerCase();
  if (format && !/\.parquet\.gz$/i.test(file)) return format === "ndjson" ? "jsonl" : (format as TableFormat);
  throw new TableError(
    `${fn}: expected a file that ends in .parquet, .csv, .tsv, .json, .jsonl or .ndjson, got ${file}`,
  );
}

/** See `readTable`. */
export const readTableFile = async <R extends object = Row>(
  file: string | URL,
  options: ReadOptions,
): Promise<Table<R>> => readTableAs<R>("readTable", pathOf("readTable", file), options);

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
    throw new TableError(`${fn}: could not read ${path}: ${fileProblem(cause)}`, {
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

/** See `writeTable`. */
export async function writeTableFile<R extends object>(table: Table<R>, file: string | URL): Promise<void> {
  const path = pathOf("writeTable", file);
  const format = formatOf("writeTable", path);
  if (!Array.isArray((table as Partial<TableLike> | null)?.names)) {
    const got = Array.isArray(table) ? "a list" : table === null ? "null" : typeof table;
    throw new TableError(`writeTable: expected a table, got ${got}; tableOf() makes one of rows or columns`);
  }
  if (table.names.length === 0) {
    throw new TableError(
      "writeTable: expected a table with columns, got one without; tableOf({ depth: [1, 2] }) has one",
    );
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
