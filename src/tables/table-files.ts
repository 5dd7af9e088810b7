/** Doors to tables in files; what reads and writes them is loaded with the first file. */
import { readTableFile, writeTableFile } from "#tables-in-node";
import type { ReadOptions } from "./files/read-options.js";
import type { Row, Table } from "./table.js";

export type TableFormat = "parquet" | "csv" | "tsv" | "json" | "jsonl";

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
  return readTableFile<R>(file, options);
}

/**
 * Writes a table to a Parquet, CSV, TSV, JSON or JSON Lines file, by the file's ending, so that `readTable` gives it
 * back; packed by gzip where the name of a text file ends in `.gz`. An older file is written over once the new one is
 * whole.
 *
 * Parquet knows no names of columns that differ in nothing but their case: other readers find the second as `W_1`.
 *
 * @throws TableError if the file cannot be written, and for JSON of a table without rows, which would lose its columns
 * @example
 * ```ts
 * const table = tableOf({ name: ["A", "B"], error: [31.2, 29.8] });
 * await writeTable(table, "errors.csv");
 * (await readTable("errors.csv")).rows; // => [{ name: "A", error: 31.2 }, { name: "B", error: 29.8 }]
 * ```
 */
export async function writeTable<R extends object>(table: Table<R>, file: string | URL): Promise<void> {
  return writeTableFile(table, file);
}
