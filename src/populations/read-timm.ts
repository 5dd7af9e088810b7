/**
 * timm's benchmark tables (github.com/huggingface/pytorch-image-models, `results/*.csv`): one row a network, for
 * inference (`infer_…`), training (`train_…`) or accuracy (`top1_err`).
 */
import { type Table, tableOf } from "./table.js";
import { TableError } from "./table-error.js";
import { readTable } from "./table-file.js";
import type { Source } from "./vocabulary.js";

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
 */
export async function readTimm(file: string): Promise<Table> {
  const table = await readTable(file);
  if (!isTimm(table.names)) {
    throw new TableError(
      `readTimm: expected a timm table with model and param_count, got the columns ${table.names.join(", ")} in ${file}`,
    );
  }
  return fromTimm(table);
}

/** A table with timm's columns in our vocabulary. */
export function fromTimm(table: Table): Table {
  const columns = Object.entries(sources).flatMap(([ours, theirs]) => {
    const source = theirs.find(({ from }) => table.names.includes(from));
    if (!source) return [];
    const values = table.values(source.from);
    const { times } = source;
    // Theirs have two decimals: 0.36 M is 360,000 parameters, not 359,999.99….
    const scaled =
      times && values instanceof Float64Array ? values.map(value => Math.round(value * times)) : values;
    return [[ours, scaled] as const];
  });
  return tableOf(Object.fromEntries(columns));
}
