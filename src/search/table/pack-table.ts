/** A table in one small file: a compact population, which any reader of Parquet opens, with measures next to it. */
import { expectOptions } from "../../base/expect-options.js";
import { expectList } from "../../base/expect.js";
import { say } from "../../base/say.js";
import { provenanceIn, requireParquet, writeCompact } from "../../populations/compact.js";
import { TableError } from "../../tables/table-error.js";
import type { MeasuredObjective } from "../objective.js";
import { MEASURE, readSource } from "./open-table.js";
import { SpaceTable, type TableRow } from "./space-table.js";

export interface PackTableOptions {
  /** Whether functions may be missing, or have fewer trainings than others. Default false. */
  readonly partial?: boolean;
  /**
   * What is known of a network without training it, such as zero-cost measures: each is asked of every function once, with seed 0,
   * and kept under its name. Default: none, or those that the file has.
   */
  readonly measures?: readonly MeasuredObjective[];
  /** Called after each function. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Writes a table to a Parquet file; an older file is written over once the new one is whole.
 *
 * @param source a folder of `trainTable`, or a file of this function, to which measures are added
 * @throws TableError for a population that is no table, for a partial one unless `partial` is true, and for a file that cannot be written
 */
export async function packTable(
  source: string,
  file: string,
  options: PackTableOptions = {},
): Promise<SpaceTable> {
  const fn = "packTable";
  expectOptions(fn, options, { partial: "boolean?", measures: "object?", onProgress: "function?" });
  requireParquet(fn, file);
  const { partial = false, measures = [], onProgress = () => {} } = options;
  expectList(fn, "measures", measures, { name: "text", measure: "function" });
  const [population, stored] = await readSource(fn, source);
  const table = new SpaceTable(fn, population, { partial }, stored);
  const rows = table.rows.filter(({ trainings }) => trainings.length > 0);
  const names = [
    ...new Set([...rows.flatMap(row => Object.keys(row.measures)), ...measures.map(({ name }) => name)]),
  ];
  const known = new Map<TableRow, Record<string, number>>();
  for (const [i, row] of rows.entries()) {
    const values: Record<string, number> = { ...row.measures };
    for (const one of measures) values[one.name] = await measured(one, row);
    known.set(row, values);
    onProgress(i + 1, rows.length);
  }
  const columns = names.map(
    name =>
      [`${MEASURE}${name}`, table.rowsOfTrials().map(row => known.get(row)?.[name] ?? Number.NaN)] as const,
  );
  const provenance = {
    ...(population.provenance ?? provenanceIn(source, population)),
    ...(measures.length > 0 && {
      measures: Object.fromEntries(measures.map(({ name, settings }) => [name, settings])),
    }),
  };
  await writeCompact(fn, population, provenance, file, Object.fromEntries(columns));
  return new SpaceTable(
    fn,
    population,
    { partial },
    new Map(table.rowsOfTrials().map((row, i) => [population.trials[i].id, known.get(row) ?? {}])),
  );
}

async function measured(
  objective: MeasuredObjective,
  { architecture, function: form }: TableRow,
): Promise<number> {
  const { value } = await objective.measure(architecture, { seed: 0 });
  if (typeof value === "number") return value;
  throw new TableError(
    `packTable: measure ${objective.name} must give { value: a number }, got ${say(value)} for ${form}`,
  );
}
