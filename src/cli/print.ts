/** What commands write: JSON lines or plain tables, to standard output. */
import { oneLine } from "../base/say.js";

export const printJson = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value)}\n`);
};

export const printLine = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** Something to know beside the results, on standard error. It may come from anyone's file. */
export const printNote = (note: string): void => {
  process.stderr.write(`note: ${oneLine(note)}\n`);
};

/** Columns aligned: numbers to the right, words to the left. */
export function printTable(rows: readonly Readonly<Record<string, string | number>>[]): void {
  if (rows.length === 0) return;
  const columns = Object.keys(rows[0]);
  const cells = rows.map(row => columns.map(column => oneLine(String(row[column]))));
  const widths = columns.map((column, i) =>
    cells.reduce((most, cell) => Math.max(most, cell[i].length), column.length),
  );
  const isNumber = columns.map(column => typeof rows[0][column] === "number");
  const line = (texts: readonly string[]) =>
    texts.map((text, i) => (isNumber[i] ? text.padStart(widths[i]) : text.padEnd(widths[i]))).join("  ");
  for (const text of [line(columns), ...cells.map(line)]) printLine(text.trimEnd());
}

/** A count with its unit's prefix: 199040872 → "199.0 M". */
export function metric(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toFixed(2)} G`;
  return value >= 1e6 ? `${(value / 1e6).toFixed(1)} M` : `${(value / 1e3).toFixed(1)} k`;
}
