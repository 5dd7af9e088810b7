/** The functions of a table by what they are judged by: the mean error on the test split over their trainings. */
import { mean, type SpaceTable, type TableRow } from "../space-table.js";

export interface JudgedRows {
  /** Those that were trained. */
  readonly rows: readonly TableRow[];
  readonly errorOf: (row: TableRow) => number;
  /** All errors, from the least. */
  readonly sorted: readonly number[];
  /** Whether a function is of the best tenth, whose last error others may share. */
  readonly isBest: (row: TableRow) => boolean;
}

export function judgedRows(table: SpaceTable): JudgedRows {
  const rows = table.rows.filter(({ trainings }) => trainings.length > 0);
  const judged = new Map(rows.map(row => [row, mean(row.trainings.map(({ error }) => error))]));
  const sorted = [...judged.values()].sort((a, b) => a - b);
  const limit = sorted[Math.max(0, Math.ceil(sorted.length / 10) - 1)];
  const errorOf = (row: TableRow) => judged.get(row)!;
  return { rows, errorOf, sorted, isBest: row => errorOf(row) <= limit };
}
