/**
 * A sweep's population in one small Parquet file, for sending and shipping: its columns as any reader of Parquet
 * sees them, the curves as lists, and its provenance (spec, machines, versions, compute) in the file's metadata.
 * Nothing of a settled trial is lost.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { say } from "../base/say.js";
import type { EpochReport } from "../training/engine.js";
import { type Column, toColumn, type Value } from "../tables/column.js";
import { putTable, quoteName, quoteText, toColumns, withDatabase } from "../tables/database.js";
import { type Machine, thisMachine } from "../trials/store/machine.js";
import { Population, populationIn } from "./population.js";
import { computeOf, type Provenance } from "./provenance.js";
import { valueIn, withFooter } from "../tables/files/parquet/footer.js";
import { parquetMetadata, parquetSource } from "../tables/files/parquet-table.js";
import { repeatedNotes } from "./repeated-trials.js";
import { labelLine, labelsIn } from "../trials/store/labels.js";
import { readRuns } from "../trials/store/runs.js";
import { readSkipped, skippedNotes } from "../trials/store/skipped-images.js";
import { type KeptFiles, keptFiles } from "../trials/source/keep-source.js";
import { checkSpec } from "../trials/spec.js";
import { heldRecord } from "../trials/store/logged-record.js";
import { type Columns, tableOf } from "../tables/table.js";
import { TableError } from "../tables/table-error.js";
import { pathOf, pathToWrite, requireReadable, withPathToRead } from "../tables/files/table-path.js";
import { sweepId, type TrialRecord } from "../trials/trial.js";
import { writeWhole } from "../tables/files/write-whole.js";

/** The key of the provenance in the file's metadata. */
const KEY = "netspace";

/** An epoch's numbers, and the list columns that hold them. */
const curves = {
  epoch: "curveEpoch",
  trainLoss: "curveTrainLoss",
  trainError: "curveTrainError",
  validationError: "curveValidationError",
  testError: "curveTestError",
  learningRate: "curveLearningRate",
  seconds: "curveSeconds",
} as const satisfies Record<keyof EpochReport, string>;

/**
 * How each field of a record lies in the file: in the population's own column, in one of its name as text, JSON or a number, or
 * in some other way. A failed trial, which alone has a reason, is in no population.
 */
const FORM = {
  version: "other",
  id: "column",
  sweep: "other",
  index: "column",
  architecture: "json",
  complexity: "other",
  drawn: "json",
  endedAt: "text",
  engineVersion: "text",
  continues: "text",
  stopAbove: "json",
  network: "other",
  status: "column",
  error: "column",
  validationError: "column",
  epochs: "other",
  divergedAt: "number",
  until: "number",
  from: "number",
  stoppedAt: "number",
  images: "number",
  reason: "other",
  seconds: "column",
  imagesPerSecond: "column",
  threads: "number",
  cpuSeconds: "number",
  gpuSeconds: "number",
  gpuJoules: "number",
  peakMemory: "number",
  tensorMemory: "number",
} as const satisfies Record<keyof TrialRecord, "column" | "text" | "json" | "number" | "other">;
type Form = (typeof FORM)[keyof TrialRecord];
type FieldsOf<F extends Form> = {
  [K in keyof TrialRecord]-?: (typeof FORM)[K] extends F ? K : never;
}[keyof TrialRecord];

const fieldsOf = <F extends Form>(...forms: readonly F[]): readonly FieldsOf<F>[] =>
  (Object.keys(FORM) as (keyof TrialRecord)[]).filter((name): name is FieldsOf<F> =>
    (forms as readonly Form[]).includes(FORM[name]),
  );

/** The network as data, where there is one; `network` is which of a sweep's it is. */
const BUILT = "networkData";

/**
 * Writes the population of a sweep's folder, finished or not, to a Parquet file; an older file is written over
 * once the new one is whole.
 *
 * @throws SpecError if the folder holds no sweep
 * @throws TableError if it holds no finished network, or the file cannot be written
 * @example
 * ```ts
 * import { fileURLToPath } from "node:url";
 *
 * const shipped = new URL("data/populations/RegNetX.parquet", import.meta.resolve("netspace/package.json"));
 * await expandSweep(fileURLToPath(shipped), "runs/regnetx");
 * const population = await compactSweep("runs/regnetx", "regnetx.parquet");
 * population.length; // => 128
 * ```
 */
export async function compactSweep(folder: string, file: string): Promise<Population> {
  requireParquet("compactSweep", file);
  const population = populationIn("compactSweep", folder);
  if (population.length === 0)
    throw new TableError(`compactSweep: no network has finished yet in ${folder}; run the sweep there first`);
  return writeCompact("compactSweep", population, provenanceIn(folder, population), file);
}

/** @throws TableError naming the caller, for what is no name of a Parquet file */
export function requireParquet(caller: string, file: unknown): asserts file is string {
  if (typeof file === "string" && /\.parquet$/i.test(file)) return;
  const got = typeof file === "string" ? file : say(file);
  throw new TableError(`${caller}: expected a file that ends in .parquet, got ${got}`);
}

/** Where the population of a sweep's folder comes from. */
export function provenanceIn(folder: string, { spec, trials }: Population): Provenance {
  const records = trials.map(heldRecord);
  const skipped = readSkipped(folder);
  const { labels } = labelsIn(folder);
  return {
    format: 1,
    spec,
    sweep: sweepId(spec),
    machines: distinct([...readRuns(folder).map(run => run.machine), ...orThis(readRuns(folder))]),
    engines: distinct(records.flatMap(record => record.engineVersion ?? [])),
    compute: computeOf(records),
    ...(skipped.length > 0 && { skipped }),
    ...(labelLine(labels) !== "" && { labels }),
    ...codeToSend(folder),
    written: new Date().toISOString(),
  };
}

/**
 * Writes a population to a file, for a function that says its own name in errors.
 *
 * @param beside columns that are written next to the population's, which readers of populations pass over
 */
export async function writeCompact(
  caller: string,
  population: Population,
  provenance: Provenance,
  file: string,
  beside: Columns = {},
): Promise<Population> {
  const { spec } = population;
  const records = population.trials.map(heldRecord);
  const own = population.names.map((name): [string, Column] => [name, population.values(name)]);
  const more = [
    ...fieldsOf("json", "text").map((name): [string, Column] => [
      name,
      records.map(record => toText(record[name])),
    ]),
    [BUILT, records.map(record => toText(record.network))] as [string, Column],
    ...fieldsOf("number").map((name): [string, Column] => [
      name,
      toColumn(
        caller,
        name,
        records.map(record => record[name]),
      ),
    ]),
    ...Object.entries(curves).map(([key, name]): [string, Column] => [
      name,
      records.map(({ epochs }) =>
        epochs ? JSON.stringify(epochs.map(epoch => epoch[key as keyof EpochReport] ?? null)) : "",
      ),
    ]),
  ].filter(([, column]) => column.some(value => value !== "" && !Number.isNaN(value)));
  const table = tableOf({ ...Object.fromEntries([...own, ...more]), ...beside } as Columns);
  const lists = Object.values(curves).filter(name => table.names.includes(name));
  const asLists = lists.map(name => `${quoteName(name)}::double[] as ${quoteName(name)}`).join(", ");
  const select = `select * ${asLists && `replace (${asLists})`} from population`;
  const metadata = `kv_metadata {${KEY}: ${quoteText(JSON.stringify(provenance))}}`;
  await writeWhole(caller, file, fresh => {
    const write = async (connection: DuckDBConnection): Promise<void> => {
      await putTable(connection, "population", table);
      await connection.run(
        `copy (${select}) to ${quoteText(pathToWrite(fresh))} (format parquet, compression zstd, compression_level 19, ${metadata})`,
      );
    };
    return withDatabase(caller, write, {
      expected: `expected a file that can be written, got ${file}`,
    });
  });
  return new Population(spec, population.trials, population.notes, provenance);
}

/** Longest text of a space's code that goes into a file, characters: what a person writes, but not whole packages. */
const MOST_CODE = 2 ** 18;

function codeToSend(folder: string): { readonly code?: KeptFiles } {
  const code = keptFiles(folder);
  const length = Object.values(code ?? {}).reduce((sum, text) => sum + text.length, 0);
  return code && length <= MOST_CODE ? { code } : {};
}

const toText = (value: string | object | undefined): string =>
  typeof value === "object" ? JSON.stringify(value) : (value ?? "");

/** Sweeps trained before runs were noted say nothing of their machine: it is taken to be this one. */
const orThis = (runs: readonly unknown[]): Machine[] => (runs.length > 0 ? [] : [thisMachine()]);

const distinct = <T>(values: readonly T[]): T[] => [
  ...new Map(values.map(value => [JSON.stringify(value), value])).values(),
];

/** Whether a Parquet file is a compact population; asks its metadata only. */
export async function isCompact(file: string): Promise<boolean> {
  const known = await withFooter(file, footer => ({ value: valueIn(footer, KEY) }));
  if (known) return known.value !== undefined;
  return withDatabase(
    "readPopulation",
    connection =>
      withPathToRead(file, async path => (await parquetMetadata(connection, path, KEY)) !== undefined),
    { expected: `expected a Parquet file, could not read ${file}` },
  );
}

/**
 * Reads a compact population: rows, architectures, curves, spec and provenance as they were in the sweep's folder.
 *
 * @throws TableError if the file is no compact population, or one of a newer form
 * @example
 * ```ts
 * const shipped = new URL("data/populations/RegNetX.parquet", import.meta.resolve("netspace/package.json"));
 * const { length, spec, provenance } = await readCompact(shipped);
 * [length, spec.engine, provenance?.machines.length]; // => [128, "torch", 1]
 * ```
 */
export async function readCompact(source: string | URL): Promise<Population> {
  return compactIn("readCompact", source);
}

/** `readCompact` for a function that says its own name in errors. */
export async function compactIn(fn: string, source: string | URL): Promise<Population> {
  const file = pathOf(fn, source);
  requireReadable(fn, file);
  const expected = `expected a population written by netspace, could not read ${file}`;
  const read = async (connection: DuckDBConnection, path: string): Promise<Population> => {
    const text = await parquetMetadata(connection, path, KEY);
    if (text === undefined) {
      throw new TableError(
        `${fn}: expected a population written by netspace, got other Parquet in ${file}; readTable() reads it`,
      );
    }
    const provenance = JSON.parse(text) as Provenance;
    const format = provenance.format as number | undefined;
    if (format !== 1) {
      const remedy =
        Number(format) > 1 ? "update netspace" : "train it again, or read its rows with readTable()";
      throw new TableError(`${fn}: ${file} is of form ${format}, this netspace reads form 1; ${remedy}`);
    }
    const spec = checkSpec(provenance.spec);
    const described = await toColumns(await connection.run(`describe from ${parquetSource(path)}`));
    const names = new Set(described.columns.get("column_name") as readonly string[]);
    const lists = Object.values(curves).filter(name => names.has(name));
    const asText = lists.map(name => `to_json(${quoteName(name)})::varchar as ${quoteName(name)}`).join(", ");
    const select = `select * ${asText && `replace (${asText})`} from ${parquetSource(path)}`;
    const { columns, length } = await toColumns(await connection.run(select));
    const records = Array.from({ length }, (_, i) => toRecord(provenance, columns, i));
    const notes = [...skippedNotes(provenance.skipped ?? []), ...repeatedNotes(records)];
    return new Population(spec, records, notes, provenance);
  };
  return withDatabase(fn, connection => withPathToRead(file, path => read(connection, path)), {
    expected,
  });
}

/** The record behind a row. */
function toRecord({ sweep }: Provenance, columns: ReadonlyMap<string, Column>, row: number): TrialRecord {
  const value = (name: string): Value | undefined => {
    const found = columns.get(name)?.[row];
    return found === "" || Number.isNaN(found) ? undefined : found;
  };
  const json = (name: string): unknown => {
    const text = value(name);
    return text === undefined ? undefined : JSON.parse(String(text));
  };
  const complexity = Object.fromEntries(["flops", "params", "acts"].map(name => [name, value(name)]));
  const rest = [
    ...fieldsOf("column", "text", "number").map((name): [string, unknown] => [name, value(name)]),
    ...fieldsOf("json").map((name): [string, unknown] => [name, json(name)]),
    ["network", json(BUILT)] as const,
    ["epochs", epochsOf(name => json(name) as (number | null)[] | undefined)] as const,
  ].filter(([, found]) => found !== undefined);
  return {
    version: 1,
    sweep,
    complexity,
    ...Object.fromEntries(rest),
  } as unknown as TrialRecord;
}

function epochsOf(list: (name: string) => (number | null)[] | undefined): EpochReport[] | undefined {
  const lists = Object.entries(curves).flatMap(([key, name]) => {
    const values = list(name);
    return values ? [[key, values] as const] : [];
  });
  if (lists.length === 0) return undefined;
  return lists[0][1].map((_, i) => {
    const known = lists.filter(([, values]) => values[i] !== null && values[i] !== undefined);
    return Object.fromEntries(known.map(([key, values]) => [key, values[i]])) as unknown as EpochReport;
  });
}
