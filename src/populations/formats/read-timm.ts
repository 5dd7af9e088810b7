/**
 * timm's benchmark tables (github.com/huggingface/pytorch-image-models, `results/*.csv`): one row per network, for
 * inference (`infer_…`), training (`train_…`) or accuracy (`top1_err`).
 */
import { readCell } from "../../tables/files/cell.js";
import type { Column } from "../../tables/column.js";
import { cellOptions, type ReadOptions } from "../../tables/files/read-options.js";
import { Table } from "../../tables/table.js";
import { TableError } from "../../tables/table-error.js";
import { readTableAs } from "../../tables/files/table-file.js";
import { pathOf } from "../../tables/files/table-path.js";
import type { Source } from "../../trials/vocabulary.js";

/** Ours from theirs: counts instead of millions (`param_count`, `…_macts`) and billions (`…_gmacs`). */
const sources: Readonly<Record<string, readonly Source[]>> = {
  name: [{ from: "model" }],
  error: [{ from: "top1_err" }],
  top5Error: [{ from: "top5_err" }],
  flops: [
    { from: "infer_gmacs", times: 1e9 },
    { from: "train_gmacs", times: 1e9 },
    { from: "gmacs", times: 1e9 },
  ],
  params: [{ from: "param_count", times: 1e6 }],
  acts: [
    { from: "infer_macts", times: 1e6 },
    { from: "train_macts", times: 1e6 },
    { from: "macts", times: 1e6 },
  ],
  resolution: [{ from: "infer_img_size" }, { from: "train_img_size" }, { from: "img_size" }],
  throughput: [{ from: "infer_samples_per_sec" }],
  inferenceMs: [{ from: "infer_step_time" }],
  batch: [{ from: "infer_batch_size" }],
  imagesPerSecond: [{ from: "train_samples_per_sec" }],
  trainStepMs: [{ from: "train_step_time" }],
  trainBatch: [{ from: "train_batch_size" }],
};

/** Whether these are the columns of a timm table. */
export const isTimm = (names: readonly string[]): boolean =>
  names.includes("model") && names.includes("param_count");

/**
 * Reads a timm benchmark CSV. A network appears once for each resolution it was measured at; numbers that timm
 * could not count are NaN, see `complete()`.
 *
 * @example
 * ```ts
 * import { writeFileSync } from "node:fs";
 *
 * writeFileSync(
 *   "timm.csv",
 *   "model,infer_img_size,infer_samples_per_sec,param_count,infer_gmacs,infer_macts\nresnet50,224,2400,25.56,4.11,11.11\n",
 * );
 * const [first] = (await readTimm("timm.csv")).rows;
 * [first.name, first.params, first.throughput]; // => ["resnet50", 25560000, 2400]
 * ```
 */
export async function readTimm(source: string | URL, options: ReadOptions = {}): Promise<Table> {
  const file = pathOf("readTimm", source);
  const table = await readTableAs("readTimm", file, options);
  if (!isTimm(table.names)) {
    throw new TableError(
      `readTimm: expected a timm table with model and param_count, got the columns ${table.names.join(", ")} in ${file}`,
    );
  }
  return fromTimm(table);
}

/** A table with timm's columns in our vocabulary. */
export function fromTimm(table: Table): Table {
  const columns = new Map<string, () => Column>();
  for (const [ours, theirs] of Object.entries(sources)) {
    const source = theirs.find(({ from }) => table.names.includes(from));
    if (!source) continue;
    const values = table.values(source.from);
    const column = ours === "name" ? values : scaled(numbersOf(source.from, values), source.times);
    columns.set(ours, () => column);
  }
  return new Table(table.length, columns, table.notes);
}

/** Theirs have two decimals: 0.36 M is 360,000 parameters, not 359,999.99…. */
const scaled = (values: Column, times: number | undefined): Column =>
  times && values instanceof Float64Array ? values.map(value => Math.round(value * times)) : values;

/** Texts that are numbers with thousands' separators throughout (`1,014`): what timm counts is no list. */
function numbersOf(name: string, values: Column): Column {
  if (values instanceof Float64Array) return values;
  const options = cellOptions({ thousands: "," });
  return Float64Array.from(values, (text, i) => {
    const { kind, value } = readCell(text, options);
    if (kind === "number" || kind === "grouped" || kind === "missing") return value;
    throw new TableError(
      `readTimm: expected a number as ${name}, got ${JSON.stringify(text)} in row ${i + 1}`,
    );
  });
}
