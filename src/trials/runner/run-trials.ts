/** Trains the trials that have no outcome in a store yet, in worker processes; whoever calls sees to it that no other does. */
import { existsSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { OptionKinds } from "../../base/expect-options.js";
import { parseBy } from "../../base/schema-problems.js";
import { loadDataset, type SkippedImage } from "../../training/datasets/index.js";
import { engineOn } from "../../training/engines/index.js";
import { checkThreads } from "../../training/engines/threads.js";
import type { Device } from "../../training/engines/torch.js";
import { type SweepProgress, Tally } from "./progress.js";
import { type RunSpec, runSchema } from "../run-spec.js";
import { dropCheckpoints } from "../store/checkpoints.js";
import { noteRun } from "../store/runs.js";
import { keepSkipped } from "../store/skipped-images.js";
import { type CheckedSpec, checkEngine } from "../spec.js";
import { SpecError } from "../spec-error.js";
import { splitCores } from "./split-cores.js";
import { readTrials, TrialLog } from "../store/store.js";
import { isSettled, type Trial, type TrialRecord } from "../trial.js";
import type { OpenSource, TrialSource } from "./trial-source.js";
import { WorkerPool } from "./worker-pool.js";

/** How trials are run. */
export interface RunOptions {
  /** The sweep's folder; created if need be. */
  readonly out: string;
  /**
   * Trainings at once. Default: the spec's; else what is fastest for a network of this sweep, which is measured where
   * there are at least eight trainings a core, and one a core otherwise; with devices, one a device.
   */
  readonly workers?: number;
  /** Threads of each training. Default: the spec's, else cores / workers. */
  readonly threads?: number;
  /** Where to train; workers are dealt out to them in turn. Default: the spec's, else the CPU. */
  readonly devices?: readonly Device[];
  /** Longest time of one training, seconds; beyond it the trial fails. Default: the spec's, else none. */
  readonly timeLimit?: number;
  /** Most memory of one worker process, bytes; beyond it the trial fails. Default: the spec's, else none. */
  readonly memoryLimit?: number;
  /** How often a trial whose worker crashed is tried again. Default: the spec's, else 1. */
  readonly retries?: number;
  /** Evaluate the test split as often as the validation split; changes no outcome. Default: the spec's, else at the end alone. */
  readonly testAlong?: boolean;
  /** Aborting starts no more trials, and returns once those under way have ended. */
  readonly drain?: AbortSignal;
  /**
   * Called after every change: a trial started, ended, or finished an epoch. Default: in a notebook, a view of the
   * sweep that renews itself.
   */
  readonly onProgress?: (progress: SweepProgress) => void;
}

/** What options beside the folder may be given to whatever runs trials; `checkRun` looks at their values. */
export const runOptionKinds = {
  workers: "any?",
  threads: "any?",
  devices: "any?",
  timeLimit: "any?",
  memoryLimit: "any?",
  retries: "any?",
  testAlong: "any?",
  drain: "any?",
  onProgress: "function?",
} as const satisfies OptionKinds<Omit<RunOptions, "out">>;

/**
 * Trains a source's trials that have no outcome in `options.out` yet.
 *
 * @param program the workers' program, if it is another than `worker.ts`, which it must speak like
 * @throws DatasetError if the dataset cannot be loaded
 * @throws EngineUnavailableError if the engine, or a device, is not there
 * @throws StoreError if workers cannot start, or a log cannot be written
 */
export async function runTrials(
  spec: CheckedSpec,
  source: TrialSource,
  { program, ...options }: RunOptions & { readonly program?: string },
  stop: AbortController = new AbortController(),
): Promise<void> {
  const { out } = options;
  const { how, devices, skipped, trials } = await prepareRun(spec, source, { program, ...options });
  const cores = availableParallelism();
  const onCpu = devices.every(device => device === "cpu");
  // A program of one's own trains something else than what would be measured.
  const isMeasured = onCpu && program === undefined && how.workers === undefined && how.threads === undefined;
  const split = isMeasured ? await splitCores(trials.ahead) : undefined;
  const workers = how.workers ?? split?.workers ?? (onCpu ? cores : devices.length);
  const threads = how.threads ?? split?.threads ?? Math.max(1, Math.floor(cores / workers));
  if (trials.left > 0) {
    if (skipped) keepSkipped(out, skipped);
    noteRun(out, { workers, threads });
  }
  // An observer that throws stops the sweep; what is finished is kept, and its error is the sweep's.
  const problems: unknown[] = [];
  const tally = new Tally(source.total, trials.settled, progress => {
    try {
      options.onProgress?.(progress);
    } catch (error) {
      problems.push(error);
      stop.abort();
    }
  });
  const failures = new TrialLog(out);
  const pool = new WorkerPool({
    folder: out,
    devices: Array.from({ length: workers }, (_, lane) => devices[lane % devices.length]),
    threads,
    testAlong: how.testAlong,
    limits: { retries: how.retries ?? 1, timeLimit: how.timeLimit, memoryLimit: how.memoryLimit },
    program,
    onEvent: event => {
      if (event.type === "ended") trials.tell(event.record);
      tally.record(event);
    },
    stored: id => settledRecord(out, id),
    onFailure: record => failures.append(record),
  });
  try {
    await pool.run(() => trials.next(), trials.left, { abort: stop.signal, drain: options.drain });
  } finally {
    failures.close();
    await trials.close?.();
  }
  if (problems.length > 0) throw problems[0];
  if (trials.problem) throw trials.problem;
  // Nothing is left that could go on from one.
  if (trials.left === 0) dropCheckpoints(out);
}

function settledRecord(folder: string, id: string): TrialRecord | undefined {
  const trial = readTrials(folder).records.get(id);
  return trial && isSettled(trial) ? trial : undefined;
}

/** How trials will be run, once it is known that they can be. */
interface Prepared {
  readonly how: RunSpec;
  readonly devices: readonly Device[];
  /** Images of the dataset that could not be decoded. */
  readonly skipped: readonly SkippedImage[] | undefined;
  readonly trials: OpenSource;
}

/**
 * Tells what would make every trial fail, before any of them does, and before anything is written: nothing is.
 *
 * @throws RangeError, SpecError, DatasetError, EngineUnavailableError or StoreError; see `runTrials`
 */
export async function prepareRun(
  spec: CheckedSpec,
  source: TrialSource,
  { program, ...options }: RunOptions & { readonly program?: string },
): Promise<Prepared> {
  // Options that are not given must not hide the spec's.
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const how: RunSpec = { ...spec.run, ...given };
  checkRun(how);
  checkEngine(spec, how);
  if (how.threads !== undefined) checkThreads("sweep", how.threads);
  const devices = how.devices ?? (["cpu"] as const);
  // Where no folder is, or a file in its place, taking its lock says so.
  const isFolder = existsSync(options.out) && statSync(options.out).isDirectory();
  const trials = source.open(isFolder ? options.out : undefined);
  // What is finished needs no engine, and no images.
  if (trials.left === 0) return { how, devices, skipped: undefined, trials };
  if (program === undefined) for (const device of devices) engineOn(spec.engine, device).requireHere?.();
  const { train, skipped } = await loadDataset(spec.dataset);
  checkSplit(trials.ahead, train.count);
  return { how, devices, skipped, trials };
}

/** @throws SpecError if a trial's batch is larger than the training split */
export function checkSplit(trials: readonly Trial[], count: number): void {
  const batch = trials.reduce((most, { recipe }) => Math.max(most, recipe.batch), 0);
  if (batch <= count) return;
  throw new SpecError(
    `sweep spec: recipe.batch: expected at most the training split's ${count} images, got ${batch}`,
  );
}

/** Options stand for the spec's own fields, and may be no other than those. */
function checkRun(how: RunSpec): void {
  const { workers, threads, devices, timeLimit, memoryLimit, retries, testAlong } = how;
  const parsed = parseBy(runSchema(), {
    workers,
    threads,
    devices,
    timeLimit,
    memoryLimit,
    retries,
    testAlong,
  });
  if ("problems" in parsed) throw new RangeError(`sweep: ${parsed.problems.join("; ")}`);
}
