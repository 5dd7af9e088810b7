/**
 * The populations released with *On Network Design Spaces for Visual Recognition* (github.com/facebookresearch/nds):
 * a JSON list with one entry a run; for the `…_in` files a dictionary of two such lists, `top` and `mid`.
 */
import { finite, parsePythonJson } from "./python-json.js";
import { type Row, type Table, tableOf } from "../../tables/table.js";
import { pathOf } from "../../tables/files/table-path.js";
import { isRecord, listOrNone, stageColumns, wholeRuns } from "../../trials/vocabulary.js";

interface NdsRun {
  readonly flops: number;
  readonly params: number;
  readonly min_test_top1: number | null;
  readonly job_id?: number | string;
  readonly rng_seed?: number;
  readonly exp_mem?: number;
  readonly optim?: { readonly base_lr?: number; readonly wd?: number; readonly max_ep?: number };
  /** Lists with one value per stage, the stem first; or, for cells found by NAS, a genotype, depth and width. */
  readonly net?: {
    readonly ds?: readonly number[];
    readonly ws?: readonly number[];
    readonly bot_muls?: readonly number[];
    readonly num_gs?: readonly number[];
    readonly depth?: number;
    readonly width?: number;
  };
}

type NdsFile = readonly NdsRun[] | { readonly top: readonly NdsRun[]; readonly mid: readonly NdsRun[] };

const isRuns = (data: unknown): data is NdsRun[] =>
  Array.isArray(data) && data.some(run => run !== null && typeof run === "object" && "min_test_top1" in run);

/** Whether this is what an NDS population is written as. */
export const isNds = (data: unknown): data is NdsFile =>
  isRuns(data) ||
  (data !== null &&
    typeof data === "object" &&
    "top" in data &&
    "mid" in data &&
    isRuns(data.top) &&
    Array.isArray(data.mid));

/**
 * Reads an NDS population. The error is `min_test_top1`, the least test error of all epochs, which is what the
 * paper's notebooks use; flops and params are counts; activations are not in these files.
 *
 * Stages [inferred, from other readers of the release]: the lists' first entry is the stem, so `d1` is their
 * second; b = 1 / bot_mul, and the group width is w · bot_mul / num_gs. Damaged runs are left out, with a note that
 * has their indices (those of `mid` go on where `top` ends).
 */
export const readNds = (file: string | URL): Table =>
  fromNds(parsePythonJson("readNds", pathOf("readNds", file), isNds, SHAPE));

const SHAPE = "an NDS population, a list of runs with min_test_top1";

export function fromNds(data: NdsFile): Table {
  const runs = "top" in data ? [...data.top, ...data.mid] : data;
  const { whole, notes } = wholeRuns(runs, isWhole, "min_test_top1, flops or params");
  return tableOf(whole.map(toRow), notes);
}

/** Whether a run has its three numbers (null where Python had NaN). */
const isWhole = (run: Partial<Record<keyof NdsRun, unknown>>): boolean =>
  [run.min_test_top1, run.flops, run.params].every(value => value === null || typeof value === "number");

function toRow(run: NdsRun): Row {
  const net: NonNullable<NdsRun["net"]> = isRecord(run.net) ? run.net : {};
  const optim: NonNullable<NdsRun["optim"]> = isRecord(run.optim) ? run.optim : {};
  return {
    name: run.job_id === undefined ? "" : String(run.job_id),
    error: finite(run.min_test_top1),
    flops: finite(run.flops),
    params: finite(run.params),
    depth: net.depth ?? blocks(listOrNone(net.ds)?.slice(1)),
    ...(typeof net.width === "number" && { width: net.width }),
    ...stages(net),
    epochs: optim.max_ep ?? Number.NaN,
    learningRate: optim.base_lr ?? Number.NaN,
    weightDecay: optim.wd ?? Number.NaN,
    seed: run.rng_seed ?? Number.NaN,
  };
}

/** Blocks of all stages; NaN where there is no stage. */
const blocks = (depths: readonly number[] = []): number =>
  depths.length > 0 ? depths.reduce((a, b) => a + b, 0) : Number.NaN;

function stages({
  ds,
  ws,
  bot_muls: muls,
  num_gs: groups,
}: NonNullable<NdsRun["net"]>): Record<string, number> {
  const [d, w] = [listOrNone(ds)?.slice(1), listOrNone(ws)?.slice(1)];
  const [m, n] = [listOrNone(muls)?.slice(1), listOrNone(groups)?.slice(1)];
  const b = m?.map(multiplier => 1 / multiplier);
  const g = w && m && n ? w.map((width, i) => (width * m[i]) / n[i]) : undefined;
  return stageColumns({ d, w, b, g });
}
