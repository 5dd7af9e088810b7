/** A table in one small file: a compact population, which any reader of Parquet opens, with measures next to it. */
import { expectOptions } from "../../base/expect-options.js";
import { checkSignal, expectList } from "../../base/expect.js";
import { say } from "../../base/say.js";
import { provenanceIn, requireParquet, writeCompact } from "../../populations/compact.js";
import { TableError } from "../../tables/table-error.js";
import { runInFolder } from "../../trials/runner/run-in-folder.js";
import { sweepId } from "../../trials/trial.js";
import type { MeasuredObjective } from "../objective.js";
import { MeasuredLog, measuringFolder } from "./measured-log.js";
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
  /**
   * Aborting rejects with an AbortError, between two measures. Default: the signal of the notebook cell that called, so that its Stop
   * button stops it.
   */
  readonly signal?: AbortSignal;
}

/**
 * Writes a table to a Parquet file; an older file is written over once the new one is whole.
 *
 * What is measured is kept function by function in a folder beside the file, `FILE.measuring`, until that is written: the same call goes on
 * after a stop, a kill or a measure that threw. A measure is what its name and settings say.
 *
 * @param source a folder of `trainTable`, or a file of this function, to which measures are added
 * @throws TableError for a population that is no table, for a partial one unless `partial` is true, and for a file that cannot be written
 * @throws StoreError if another process measures for the same file
 * @example
 * ```ts
 * // not run: needs the folder of a table that was trained
 * import { packTable, zeroCostMeasures } from "netspace/search";
 *
 * const measures = zeroCostMeasures({ dataset: "procedural:12", batch: 64 }, ["synflow", "naswot"]);
 * const cells = await packTable("runs/cells", "cells.parquet", { measures });
 * console.log(cells.complete);
 * ```
 */
export async function packTable(
  source: string,
  file: string,
  options: PackTableOptions = {},
): Promise<SpaceTable> {
  const fn = "packTable";
  expectOptions(fn, options, {
    partial: "boolean?",
    measures: "object?",
    onProgress: "function?",
    signal: "any?",
  });
  requireParquet(fn, file);
  checkSignal(fn, "options.signal", options.signal);
  const { partial = false, measures = [], onProgress = () => {} } = options;
  expectList(fn, "measures", measures, { name: "text", measure: "function" });
  const [population, before] = await readSource(fn, source);
  const table = new SpaceTable(fn, population, { partial }, before);
  const rows = table.rows.filter(({ trainings }) => trainings.length > 0);
  const names = [
    ...new Set([...rows.flatMap(row => Object.keys(row.measures)), ...measures.map(({ name }) => name)]),
  ];
  const provenance = {
    ...(population.provenance ?? provenanceIn(source, population)),
    ...(measures.length > 0 && {
      measures: {
        ...population.provenance?.measures,
        ...Object.fromEntries(measures.map(({ name, settings }) => [name, settings])),
      },
    }),
  };
  const write = async (stop?: AbortSignal): Promise<SpaceTable> => {
    const log = stop && new MeasuredLog(file, sweepId(population.spec), measures);
    try {
      const known = new Map<TableRow, Record<string, number>>();
      for (const [i, row] of rows.entries()) {
        known.set(row, { ...row.measures, ...(log && (await measured(log, measures, row, stop))) });
        onProgress(i + 1, rows.length);
      }
      const ofTrials = table.rowsOfTrials().map(row => known.get(row) ?? {});
      const columns = names.map(
        name => [`${MEASURE}${name}`, ofTrials.map(values => values[name] ?? Number.NaN)] as const,
      );
      await writeCompact(fn, population, provenance, file, Object.fromEntries(columns));
      log?.drop();
      const stored = new Map(ofTrials.map((values, i) => [population.trials[i].id, values]));
      return new SpaceTable(fn, population, { partial }, stored);
    } catch (error) {
      log?.close();
      throw error;
    }
  };
  if (measures.length === 0) return write();
  return runInFolder(measuringFolder(file), options.signal, stop => write(stop.signal));
}

/** What the measures say of a function, each asked once; what is measured is kept, also where the next one throws. */
async function measured(
  log: MeasuredLog,
  measures: readonly MeasuredObjective[],
  { architecture, function: form }: TableRow,
  signal: AbortSignal,
): Promise<Record<string, number>> {
  const values = log.of(form);
  const before = values.size;
  try {
    for (const one of measures) {
      if (values.has(one)) continue;
      signal.throwIfAborted();
      const { value } = await one.measure(architecture, { seed: 0 }, { signal });
      if (typeof value !== "number") {
        throw new TableError(
          `packTable: measure ${one.name} must give { value: a number }, got ${say(value)} for ${form}`,
        );
      }
      values.set(one, value);
    }
  } finally {
    if (values.size > before) log.keep(form, values);
  }
  return Object.fromEntries(measures.map(one => [one.name, values.get(one)!]));
}
