/**
 * pycls sweeps: the `sweep.json` that its `tools/sweep_collect.py` writes, a list with one entry a run, each with
 * the run's configuration (`cfg`), `complexity`, and lists with one value an epoch (`test_epoch`, …).
 */
import { extent } from "../statistics/extent.js";
import { parsePythonJson } from "./python-json.js";
import { type Row, type Table, tableOf } from "./table.js";
import { isRecord, listOrNone, stageColumns, wholeRuns } from "./vocabulary.js";

interface PyclsRun {
  readonly log_file?: string;
  readonly cfg: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly complexity?: { readonly flops: number; readonly params: number; readonly acts: number };
  readonly test_epoch?: { readonly min_top1_err: readonly (number | null)[] };
  readonly test_ema_epoch?: PyclsRun["test_epoch"];
  readonly train_epoch?: {
    readonly mem?: readonly number[];
    readonly time_epoch?: readonly number[];
  };
}

/** Whether this is what a pycls sweep is written as. */
export const isPycls = (data: unknown): data is PyclsRun[] =>
  Array.isArray(data) && data.some(run => run !== null && typeof run === "object" && "cfg" in run);

/**
 * Reads a pycls sweep. The error is that of the averaged weights (`test_ema_epoch`) where there is one, as in
 * pycls's own analysis, else that of the weights; the least over the epochs either way. Bottleneck ratios are
 * b = 1 / BOT_MUL. Runs without a tested epoch are left out, with a note, and so are damaged ones, by their index.
 */
export const readPycls = (file: string): Table =>
  fromPycls(parsePythonJson("readPycls", file, isPycls, SHAPE));

const SHAPE = "a pycls sweep, a list of runs with cfg";

export function fromPycls(runs: readonly PyclsRun[]): Table {
  const { whole, notes } = wholeRuns(runs, isWhole, "a cfg or the errors of their tested epochs");
  const tested = whole.filter(run => run.test_epoch || run.test_ema_epoch);
  const out = whole.length - tested.length;
  if (out > 0) notes.push(`${out} of ${runs.length} runs have no tested epoch; left out`);
  return tableOf(tested.map(toRow), notes);
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
  const { flops = Number.NaN, params = Number.NaN, acts = Number.NaN } = complexity ?? {};
  const number = (section: string, key: string) => {
    const value = cfg[section]?.[key];
    return typeof value === "number" ? value : Number.NaN;
  };
  return {
    name: typeof run.log_file === "string" ? (run.log_file.split("/").at(-2) ?? "") : "",
    error: least((run.test_ema_epoch ?? run.test_epoch)!.min_top1_err),
    flops,
    params,
    acts,
    resolution: number("TRAIN", "IM_SIZE"),
    epochs: number("OPTIM", "MAX_EPOCH"),
    trainBatch: number("TRAIN", "BATCH_SIZE"),
    learningRate: number("OPTIM", "BASE_LR"),
    weightDecay: number("OPTIM", "WEIGHT_DECAY"),
    seconds: seconds?.reduce((a, b) => a + b, 0) ?? Number.NaN,
    memory: memory ? extent(memory)[1] * 2 ** 20 : Number.NaN, // pycls logs MiB.
    ...network(cfg),
  };
}

const inverse = (multiplier: number): number => 1 / multiplier;

function network(cfg: PyclsRun["cfg"]): Record<string, number> {
  const list = (section: string, key: string) => listOrNone(cfg[section]?.[key]);
  const sum = (depths: readonly number[] | undefined) => depths?.reduce((a, b) => a + b, 0) ?? Number.NaN;
  const type = cfg.MODEL?.TYPE;
  if (type === "regnet" && cfg.REGNET) {
    const { DEPTH, W0, WA, WM, BOT_MUL, GROUP_W } = cfg.REGNET as Record<string, number>;
    return { depth: DEPTH, w0: W0, wa: WA, wm: WM, b: inverse(BOT_MUL), g: GROUP_W };
  }
  if (type === "effnet") {
    const [d, w] = [list("EN", "DEPTHS"), list("EN", "WIDTHS")];
    const b = list("EN", "EXP_RATIOS")?.map(inverse);
    return { depth: sum(d), ...stageColumns({ d, w, b, g: undefined }) };
  }
  const [d, w] = [list("ANYNET", "DEPTHS"), list("ANYNET", "WIDTHS")];
  const b = list("ANYNET", "BOT_MULS")?.map(inverse);
  return { depth: sum(d), ...stageColumns({ d, w, b, g: list("ANYNET", "GROUP_WS") }) };
}

function least(errors: readonly (number | null)[]): number {
  const known = errors.filter(error => error !== null);
  return known.length > 0 ? extent(known)[0] : Number.NaN;
}
