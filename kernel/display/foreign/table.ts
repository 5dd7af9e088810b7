/** Tables as HTML and as text. */

import { types } from "node:util";
import type { MimeBundle } from "../bundle.js";
import { escapeHtml } from "../escape.js";
import { inspectSafely } from "../inspect-safely.js";
import { peek } from "./look.js";
import { type Extent, HINT } from "../plain.js";

/** Columns and rows; what a table value of any library is turned into. */
export interface Table {
  columns: string[];
  /** How many rows there are in all; `row` may know fewer of them by the time it is asked. */
  rowCount: number;
  /** The cells of a row, in the order of the columns; of the first `count` columns, if that is less work. */
  row(index: number, count: number): readonly unknown[];
  /** Labels of the rows, when they have any worth showing. */
  index?: (index: number) => unknown;
  /** A note for the caption, such as the types of the columns. */
  note?: string;
}

/** A table of more rows is cut to a few at both ends. */
const MAX_ROWS = 40;
const HEAD = 15;
const TAIL = 5;
const MAX_COLUMNS = 30;
const MAX_CELL = 200;
const MAX_TEXT_CELL = 40;

/** What is shown of a table: the cells as text, and what was left out. */
interface Shown {
  header: string[];
  /** A row of cells, or a gap. */
  rows: ({ label: string; cells: string[] } | undefined)[];
  numeric: boolean[];
  caption: string;
}

/** A table's bundle: HTML, in which all text from the data is escaped, and aligned text. */
export function tableBundle(table: Table, { full = false }: Extent = {}): MimeBundle {
  const shown = show(table, full);
  return { "text/html": html(shown), "text/plain": text(shown) };
}

function show(table: Table, full: boolean): Shown {
  const { rowCount, columns } = table;
  const columnCount = full ? columns.length : Math.min(columns.length, MAX_COLUMNS);
  const whole = full || rowCount <= MAX_ROWS;
  const head = whole ? rowCount : HEAD;
  const indices = Array.from({ length: head }, (_, i) => i);
  const tail = whole ? [] : Array.from({ length: TAIL }, (_, i) => rowCount - TAIL + i);
  const read = (index: number) => ({
    label: table.index ? cellText(table.index(index)) : "",
    values: table.row(index, columnCount).slice(0, columnCount),
  });
  const read1 = indices.map(read);
  const read2 = tail.map(read);
  const all = [...read1, ...read2];
  const numeric = Array.from({ length: columnCount }, (_, c) =>
    all.every(({ values }) => isNumber(values[c]) || values[c] === null || values[c] === undefined),
  );
  const formats = numeric.map((isNumeric, c) =>
    isNumeric && !full ? columnFormat(all.map(({ values }) => values[c])) : cellText,
  );
  const cells = ({ label, values }: (typeof all)[number]) => ({
    label,
    cells: formats.map((format, c) => format(values[c])),
  });
  const left = [
    ...(whole ? [] : [`${count(rowCount - HEAD - TAIL)} rows`]),
    ...(columnCount === columns.length ? [] : [`${count(columns.length - columnCount)} columns`]),
  ];
  const size = `${count(rowCount)} ${rowCount === 1 ? "row" : "rows"} × ${count(columns.length)} ${columns.length === 1 ? "column" : "columns"}`;
  const more = left.length > 0 ? `; ${left.join(" and ")} left out, ${HINT}` : "";
  return {
    header: columns.slice(0, columnCount).map(name => shorten(name)),
    rows: [...read1.map(cells), ...(whole ? [] : [undefined]), ...read2.map(cells)],
    numeric,
    caption: `${size}${table.note ? ` (${shorten(table.note)})` : ""}${more}`,
  };
}

function html({ header, rows, numeric, caption }: Shown): string {
  const labelled = rows.some(row => row && row.label !== "");
  const align = (column: number) => `style="text-align:${numeric[column] ? "right" : "left"}"`;
  const head = header.map((name, c) => `<th ${align(c)}>${escapeHtml(name)}</th>`).join("");
  const body = rows.map(row => {
    if (!row)
      return `<tr><td colspan="${header.length + (labelled ? 1 : 0)}" style="text-align:center">⋮</td></tr>`;
    const label = labelled ? `<th>${escapeHtml(row.label)}</th>` : "";
    const cells = row.cells.map((cell, c) => `<td ${align(c)}>${escapeHtml(cell)}</td>`).join("");
    return `<tr>${label}${cells}</tr>`;
  });
  return [
    `<div style="overflow-x:auto"><table>`,
    `<thead><tr>${labelled ? "<th></th>" : ""}${head}</tr></thead>`,
    `<tbody>`,
    ...body,
    `</tbody></table><div style="opacity:.65;font-size:smaller">${escapeHtml(caption)}</div></div>`,
  ].join("\n");
}

function text({ header, rows, numeric, caption }: Shown): string {
  const labelled = rows.some(row => row && row.label !== "");
  const shortened = (cell: string) => shorten(cell.replace(/\s*[\r\n]+\s*/g, " "), MAX_TEXT_CELL);
  const lines = [
    [...(labelled ? [""] : []), ...header],
    ...rows.map(row => row && [...(labelled ? [row.label] : []), ...row.cells]),
  ].map(line => line?.map(shortened));
  const right = [...(labelled ? [false] : []), ...numeric];
  const widths = right.map((_, c) => Math.max(...lines.map(line => line?.[c]?.length ?? 1)));
  const aligned = lines.map(line =>
    right
      .map((isRight, c) => {
        const cell = line ? (line[c] ?? "") : "⋮";
        return isRight ? cell.padStart(widths[c] ?? 0) : cell.padEnd(widths[c] ?? 0);
      })
      .join("  ")
      .trimEnd(),
  );
  return [...aligned, caption].join("\n");
}

/** Significant digits of numbers in a table, which is read more often than calculated with. */
const DIGITS = 6;

/** Numbers of a column have the same number of decimals, so that they can be compared at a glance. */
function columnFormat(values: readonly unknown[]): (value: unknown) => string {
  const numbers = values.filter(value => typeof value === "number").filter(Number.isFinite);
  const whole = String(Math.trunc(Math.max(0, ...numbers.map(Math.abs)))).length;
  const wanted = Math.max(0, ...numbers.map(value => /\.(\d+)$/.exec(String(value))?.[1]?.length ?? 0));
  const decimals = Math.min(wanted, Math.max(0, DIGITS - whole));
  const fits = numbers.every(
    value => value === 0 || (Math.abs(value) < 1e15 && Math.abs(value) >= 10 ** -decimals),
  );
  const format = (value: number) =>
    fits ? value.toFixed(decimals) : String(Number(value.toPrecision(DIGITS)));
  return value => (typeof value === "number" && Number.isFinite(value) ? format(value) : cellText(value));
}

/** One value as the text of a cell. */
function cellText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return shorten(wholeText(value));
}

const shorten = (whole: string, most = MAX_CELL): string =>
  whole.length > most ? `${whole.slice(0, most - 1)}…` : whole;

function wholeText(value: unknown): string {
  if (typeof value === "string") return value;
  if (types.isDate(value)) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (typeof value === "symbol") return String(value);
  if (typeof value !== "object" || value === null)
    return typeof value === "function" ? inspectSafely(value) : `${value as number}`;
  // Values of libraries, such as DuckDB's decimals and timestamps, say what they are.
  const own = types.isProxy(value) ? undefined : peek(value, "toString");
  const speaks = typeof own === "function" && own !== Object.prototype.toString && !Array.isArray(value);
  if (speaks && !ArrayBuffer.isView(value)) {
    try {
      return String(Reflect.apply(own, value, []));
    } catch {
      // What cannot say what it is can still be looked at.
    }
  }
  return inspectSafely(value, { depth: 1, breakLength: Infinity, maxArrayLength: 20, compact: true });
}

const isNumber = (value: unknown): boolean => typeof value === "number" || typeof value === "bigint";
const count = (value: number): string => value.toLocaleString("en");
