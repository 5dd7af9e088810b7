/** Tables as CSV, TSV, JSON Lines and JSON, so that what is read back is what was written. */
import { closeSync, openSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { readCell, USUAL } from "./cell.js";
import type { Column } from "../column.js";
import type { Table } from "../table.js";
import { TableError } from "../table-error.js";

const BATCH = 1 << 16;

/** Writes a table's rows to a file, a batch at a time. */
export function writeTextTable<R extends object>(
  fn: string,
  table: Table<R>,
  file: string,
  format: "csv" | "tsv" | "jsonl" | "json",
  packed: boolean,
): void {
  const { length, names } = table;
  const columns = names.map(name => table.values(name));
  if (format === "csv" || format === "tsv") {
    requireUnicode(fn, table);
    requireTelling(fn, names, columns);
  }
  const { head = "", row, between = "", tail = "" } = writers[format](names, columns);
  const descriptor = openSync(file, "w");
  const write = (text: string) => writeFileSync(descriptor, packed ? gzipSync(text) : text);
  try {
    write(head);
    for (let start = 0; start < length; start += BATCH) {
      const lines: string[] = [];
      for (let i = start; i < Math.min(length, start + BATCH); i++) lines.push(row(i));
      write((start > 0 ? between : "") + lines.join(between));
    }
    write(tail);
  } finally {
    closeSync(descriptor);
  }
}

interface Writer {
  readonly head?: string;
  readonly row: (i: number) => string;
  readonly between?: string;
  readonly tail?: string;
}

const writers: Readonly<
  Record<"csv" | "tsv" | "jsonl" | "json", (names: readonly string[], columns: readonly Column[]) => Writer>
> = {
  csv: (names, columns) => delimitedWriter(names, columns, ","),
  tsv: (names, columns) => delimitedWriter(names, columns, "\t"),
  jsonl: (names, columns) => ({ row: jsonRow(names, columns, "\n") }),
  json: (names, columns) => ({
    head: "[\n",
    row: jsonRow(names, columns, ""),
    between: ",\n",
    tail: "\n]\n",
  }),
};

function delimitedWriter(names: readonly string[], columns: readonly Column[], delimiter: string): Writer {
  // A line without anything would be passed over by other readers.
  const nothing = columns.length === 1 ? "NaN" : "";
  const cells = columns.map(column =>
    column instanceof Float64Array
      ? (i: number) => numberText(column[i], nothing, "inf")
      : (i: number) => cellText(column[i]),
  );
  const row = (i: number) => {
    let line = cells[0](i);
    for (let k = 1; k < cells.length; k++) line += delimiter + cells[k](i);
    return `${line}\n`;
  };
  return { head: `${names.map(headerText).join(delimiter)}\n`, row };
}

function numberText(value: number, nothing: string, infinity: string): string {
  if (Number.isNaN(value)) return nothing;
  if (Number.isFinite(value)) return Object.is(value, -0) ? "-0" : String(value);
  return value > 0 ? infinity : `-${infinity}`;
}

/** What has to be in quotes, whatever the delimiter; possible delimiters too, so that none is taken for one. */
const DELICATE = /[",;|\t\r\n]|^\s|\s$|^\uFEFF/;
/** What a text begins with that could be read as something else. */
const SUSPECT = /^[\d+\-.#<]|^(?:inf|nan|na$|n\/a|null|none|true|false)/i;

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** A text; in quotes if it is empty, or would be read as something else than a text. */
function cellText(text: string): string {
  const isOther =
    text === "" || DELICATE.test(text) || (SUSPECT.test(text) && readCell(text, USUAL).kind !== "text");
  return isOther ? quoted(text) : text;
}

const headerText = (name: string): string => (name === "" || DELICATE.test(name) ? quoted(name) : name);

function jsonRow(names: readonly string[], columns: readonly Column[], end: string): (i: number) => string {
  const cells = columns.map((column, k) => {
    const key = `${k > 0 ? "," : "{"}${JSON.stringify(names[k])}:`;
    if (!(column instanceof Float64Array)) return (i: number) => key + JSON.stringify(column[i]);
    // JSON has no infinity, but numbers that are too large for any other.
    return (i: number) => key + numberText(column[i], "null", "1e999");
  });
  return i => {
    let line = "";
    for (const cell of cells) line += cell(i);
    return `${line}}${end}`;
  };
}

/** Quotes tell texts from numbers only if not everything is in them. */
function requireTelling(fn: string, names: readonly string[], columns: readonly Column[]): void {
  const isBare = (column: Column) =>
    column instanceof Float64Array
      ? columns.length === 1 || column.some(value => !Number.isNaN(value))
      : column.some(text => cellText(text) === text);
  const isTelling = names.some(name => headerText(name) === name) || columns.some(isBare);
  if (isTelling || columns.every(column => column instanceof Float64Array || column.length === 0)) return;
  throw new TableError(
    `${fn}: expected a column's name that needs no quotes, or a text that is no number, got none, so that texts would come back as numbers; write .parquet or .jsonl`,
  );
}

/** Throws a TableError for half of a pair of UTF-16: it has no bytes in UTF-8, and would come back as something else. */
export function requireUnicode<R extends object>(fn: string, table: Table<R>): void {
  const refuse = (text: string, where: string): never => {
    throw new TableError(
      `${fn}: expected Unicode, got half a character in ${where}: ${JSON.stringify(text)}`,
    );
  };
  for (const name of table.names) {
    if (HALF.test(name)) refuse(name, "a column's name");
    const column = table.values(name);
    if (column instanceof Float64Array) continue;
    const row = column.findIndex(text => HALF.test(text));
    if (row >= 0) refuse(column[row], `"${name}", row ${row + 1}`);
  }
}

const HALF = /\p{Surrogate}/u;
