/**
 * pycls sweeps: the `sweep.json` that its `tools/sweep_collect.py` writes, a list with one entry a run, each with
 * the run's configuration (`cfg`), `complexity`, and lists with one value per epoch (`test_epoch`, …).
 */
import { extent } from "../../base/extent.js";
import { finite, parsePythonJson } from "./python-json.js";
import { type Row, type Table, tableOf } from "../../tables/table.js";
import { pathOf } from "../../tables/files/table-path.js";
import { isRecord, listOrNone, stageColumns, wholeRuns } from "../../trials/vocabulary.js";

interface PyclsRun {
  readonly log_file?: string;
  readonly cfg: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly complexity?: { readonly flops: number; readonly params: number; readonly acts: number };
  readonly test_epoch?: Epochs & { readonly min_top1_err: readonly (number | null)[] };
  readonly test_ema_epoch?: PyclsRun["test_epoch"];
  readonly train_epoch?: Epochs & {
    readonly mem?: readonly number[];
    readonly time_epoch?: readonly number[];
  };
}

/** Which epochs there were, from 1, and how many there were to be. */
interface Epochs {
  readonly epoch_ind?: readonly number[];
  readonly epoch_max?: readonly number[];
}

/** Whether this is what a pycls sweep is written as. */
export const isPycls = (data: unknown): data is PyclsRun[] =>
  Array.isArray(data) && data.some(run => run !== null && typeof run === "object" && "cfg" in run);

/**
 * Reads a pycls sweep. The error is that of the averaged weights (`test_ema_epoch`) where there is one, as in
 * pycls's own analysis, else that of the weights; the least over the epochs either way. Bottleneck ratios are
 * b = 1 / BOT_MUL. Runs without a tested epoch are left out, with a note, and so are damaged ones, by their index.
 *
 * The column `done` is the share of its epochs that a run has been tested in: 1 where it is finished. A sweep can be
 * collected at any time, and errors of runs that go on are not those they end with; a note says how many there are.
 *
 * @example `readPycls("sweep.json").filter(run => run.done === 1)`
 */
export const readPycls = (file: string | URL): Table =>
  fromPycls(parsePythonJson("readPycls", pathOf("readPycls", file), isPycls, SHAPE));

const SHAPE = "a pycls sweep, a list of runs with cfg";

export function fromPycls(runs: readonly PyclsRun[]): Table {
  const { whole, notes } = wholeRuns(runs, isWhole, "a cfg or the errors of their tested epochs");
  const tested = whole.filter(run => run.test_epoch || run.test_ema_epoch);
  const out = whole.length - tested.length;
  if (out > 0) notes.push(`${out} of ${runs.length} runs have no tested epoch; left out`);
  const unfinished = tested.filter(run => shareDone(run) < 1).length;
  if (unfinished > 0) {
    notes.push(
      `${unfinished} of ${runs.length} runs have not finished; their errors are those so far, see the column done`,
    );
  }
  return tableOf(tested.map(toRow), notes);
}

/** The share of its epochs that a run has done; NaN where the file does not say. */
function shareDone(run: PyclsRun): number {
  for (const epochs of [run.test_ema_epoch, run.test_epoch, run.train_epoch]) {
    const [last, all] = [listOrNone(epochs?.epoch_ind)?.at(-1), listOrNone(epochs?.epoch_max)?.at(-1)];
    if (typeof last === "number" && typeof all === "number" && all > 0) return last / all;
  }
  return Number.NaN;
}

/** Whether a run has a configuration, and errors in what epochs it tested. */
function isWhole(run: Partial<Record<keyof PyclsRun, unknown>>): boolean {
  const epochs = run.test_ema_epoch ?? run.test_epoch ?? undefined;
  return isRecord(run.cfg) && (epochs === undefined || (isRecord(epochs) && isErrors(epochs.min_top1_err)));
}

const isErrors = (data: unknown): boolean =>
  Array.isArray(data) && data.every(error => error === null || typeof error === "number");

function toRow(run: PyclsRun): Row {
  const { cfg, complexity, train_epoch: train } = run;
  const [seconds, memory] = [listOrNone(train?.time_epoch), listOrNone(train?.mem)];
  const { flops, params, acts } = complexity ?? {};
  const number = (section: string, key: string) => {
    const value = cfg[section]?.[key];
    return typeof value === "number" ? value : Number.NaN;
  };
  return {
    name: typeof run.log_file === "string" ? (run.log_file.split("/").at(-2) ?? "") : "",
    error: least((run.test_ema_epoch ?? run.test_epoch)!.min_top1_err),
    flops: finite(flops),
    params: finite(params),
    acts: finite(acts),
    resolution: number("TRAIN", "IM_SIZE"),
    epochs: number("OPTIM", "MAX_EPOCH"),
    done: shareDone(run),
    trainBatch: number("TRAIN", "BATCH_SIZE"),
    learningRate: number("OPTIM", "BASE_LR"),
    weightDecay: number("OPTIM", "WEIGHT_DECAY"),
    seconds: total(seconds),
    memory: memory?.length ? extent(memory)[1] * 2 ** 20 : Number.NaN, // pycls logs MiB.
    ...network(cfg),
  };
}

/** The sum; of no numbers NaN, since an empty list means that it was not measured, or is of another type. */
const total = (values: readonly number[] | undefined): number =>
  values?.length ? values.reduce((a, b) => a + b, 0) : Number.NaN;

const inverse = (multiplier: number): number => 1 / multiplier;

function network(cfg: PyclsRun["cfg"]): Record<string, number> {
  const list = (section: string, key: string) => listOrNone(cfg[section]?.[key]);
  const type = cfg.MODEL?.TYPE;
  // pycls writes all sections of a configuration, those of other types with empty lists.
  if (type === "regnet" && cfg.REGNET) {
    const { DEPTH, W0, WA, WM, BOT_MUL, GROUP_W } = cfg.REGNET as Record<string, number>;
    return { depth: DEPTH, w0: W0, wa: WA, wm: WM, b: inverse(BOT_MUL), g: GROUP_W };
  }
  if (type === "effnet") {
    const [d, w] = [list("EN", "DEPTHS"), list("EN", "WIDTHS")];
    const b = list("EN", "EXP_RATIOS")?.map(inverse);
    return { depth: total(d), ...stageColumns({ d, w, b, g: undefined }) };
  }
  const [d, w] = [list("ANYNET", "DEPTHS"), list("ANYNET", "WIDTHS")];
  const b = list("ANYNET", "BOT_MULS")?.map(inverse);
  return { depth: total(d), ...stageColumns({ d, w, b, g: list("ANYNET", "GROUP_WS") }) };
}

function least(errors: readonly (number | null)[]): number {
  const known = errors.map(finite).filter(error => !Number.isNaN(error));
  return known.length > 0 ? extent(known)[0] : Number.NaN;
}
