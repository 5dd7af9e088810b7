/**
 * A sweep on this machine: samples a population and trains it in worker processes.
 *
 * The folder holds `spec.json` and the trial store; running the same spec there again goes on where it stopped.
 */
import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { storeArchitecture } from "../networks/stored.js";
import { loadDataset } from "../training/datasets/index.js";
import { ambientSignal } from "../notebook/ambient-signal.js";
import { lockFolder } from "./lock.js";
import { openPopulation, type Population } from "./population.js";
import { type SweepProgress, Tally } from "./progress.js";
import type { Device } from "../training/engines/torch.js";
import type { RunSpec } from "./run-spec.js";
import { noteRun } from "./runs.js";
import { type CheckedSpec, candidates, checkSpec, SpecError, type SweepSpec } from "./spec.js";
import { keepSpec } from "./spec-file.js";
import { spaceName } from "./space-spec.js";
import { readTrials, TrialLog } from "./store.js";
import { sweepView } from "./sweep-view.js";
import { isSettled, sweepId, type TrialRecord, trialId } from "./trial.js";
import type { Job } from "./worker.js";
import { WorkerPool } from "./worker-pool.js";

export interface SweepOptions {
  /** The sweep's folder; created if need be. */
  readonly out: string;
  /**
   * Trainings at once. Default: the spec's, else one a core, which for small networks beats more threads in each;
   * with devices, one a device.
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
  /** Aborting starts no more trials, and returns once those under way have ended. */
  readonly drain?: AbortSignal;
  /**
   * Aborting stops the workers; trials under way are lost, finished ones kept. Default: the signal of the notebook
   * cell that called, so that its Stop button stops the sweep.
   */
  readonly signal?: AbortSignal;
  /**
   * Called after every change: a trial started, ended, or finished an epoch. Default: in a notebook, a view of the
   * sweep that renews itself.
   */
  readonly onProgress?: (progress: SweepProgress) => void;
}

/** Sweeps of this process, by folder. */
const running = new Map<string, { readonly signal: AbortSignal; readonly ended: Promise<unknown> }>();

/**
 * Trains the spec's networks that have no outcome in `out` yet, and returns the population as it stands. Trials
 * that failed are in its notes, with the reason; running the sweep again tries them again.
 *
 * @throws SpecError if the spec is not valid, or `out` holds a sweep of another spec
 * @throws SamplingError if the windows are (nearly) empty
 * @throws DatasetError if the dataset cannot be loaded
 * @throws StoreError if another runner is at work in `out`, or a log cannot be written
 */
export function sweep(spec: SweepSpec, options: SweepOptions): Promise<Population> {
  return sweepWith(undefined, spec, options);
}

/** `sweep` with a worker program of one's own, which must speak as `worker.ts` does. */
export async function sweepWith(
  program: string | undefined,
  spec: SweepSpec,
  options: SweepOptions,
): Promise<Population> {
  const checked = checkSpec(spec);
  const out = resolve(options.out);
  // An aborted sweep needs a moment to end its workers; the next one on its folder waits for that.
  const before = running.get(out);
  if (before?.signal.aborted) await before.ended;
  const stop = new AbortController();
  const asked = options.signal ?? ambientSignal();
  const abort = () => stop.abort();
  asked?.addEventListener("abort", abort);
  if (asked?.aborted) abort();
  const view = options.onProgress ? undefined : sweepView(spaceName(checked.space));
  const onProgress = options.onProgress ?? (view && (progress => view.update(progress)));
  const work = run(checked, { ...options, onProgress, out, program }, stop);
  const entry = { signal: stop.signal, ended: work.catch(() => {}) };
  if (!running.has(out)) running.set(out, entry);
  try {
    return await work;
  } finally {
    view?.end();
    asked?.removeEventListener("abort", abort);
    if (running.get(out) === entry) running.delete(out);
  }
}

async function run(
  spec: CheckedSpec,
  { program, ...options }: SweepOptions & { readonly program?: string },
  stop: AbortController,
): Promise<Population> {
  const { out } = options;
  const cores = availableParallelism();
  // Options that are not given must not hide the spec's.
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const how: RunSpec = { ...spec.run, ...given };
  const devices = how.devices ?? (["cpu"] as const);
  const onCpu = devices.every(device => device === "cpu");
  const workers = positive("workers", how.workers ?? (onCpu ? cores : devices.length));
  const threads = positive("threads", how.threads ?? Math.max(1, Math.floor(cores / workers)));
  const jobs = jobsOf(spec, threads);
  mkdirSync(out, { recursive: true });
  const unlock = lockFolder(out);
  try {
    keepSpec(out, spec);
    const settled = [...readTrials(out).records.values()].filter(
      record => isSettled(record) && record.sweep === jobs[0].sweep,
    );
    const done = new Set(settled.map(record => record.id));
    const todo = jobs.filter(job => !done.has(job.id));
    // What would make every trial fail is told now, not by each of them.
    if (todo.length > 0) checkSplit(todo, (await loadDataset(spec.dataset)).train.count);
    if (todo.length > 0) noteRun(out, { workers, threads });
    // An observer that throws stops the sweep; what is finished is kept, and its error is the sweep's.
    const problems: unknown[] = [];
    const tally = new Tally(
      jobs.length,
      settled.sort((a, b) => a.index - b.index).map(trial => trial.readRow()),
      progress => {
        try {
          options.onProgress?.(progress);
        } catch (error) {
          problems.push(error);
          stop.abort();
        }
      },
    );
    const failures = new TrialLog(out);
    const pool = new WorkerPool({
      folder: out,
      devices: Array.from({ length: workers }, (_, lane) => devices[lane % devices.length]),
      limits: { retries: how.retries ?? 1, timeLimit: how.timeLimit, memoryLimit: how.memoryLimit },
      program,
      onEvent: event => tally.record(event),
      stored: id => settledRecord(out, id),
      onFailure: record => failures.append(record),
    });
    try {
      await pool.run(todo, { abort: stop.signal, drain: options.drain });
    } finally {
      failures.close();
    }
    if (problems.length > 0) throw problems[0];
  } finally {
    unlock();
  }
  return openPopulation(out);
}

function jobsOf(spec: CheckedSpec, threads: number): Job[] {
  const identity = sweepId(spec);
  return candidates(spec).map(
    ({ trial, architecture, flops, params, acts, drawn }, index): Job => ({
      id: trialId(trial),
      sweep: identity,
      index,
      architecture: storeArchitecture(architecture),
      complexity: { flops, params, acts },
      ...(Object.keys(drawn).length > 0 && { drawn }),
      trial,
      threads,
    }),
  );
}

function settledRecord(folder: string, id: string): TrialRecord | undefined {
  const trial = readTrials(folder).records.get(id);
  return trial && isSettled(trial) ? trial.read() : undefined;
}

function checkSplit(jobs: readonly Job[], count: number): void {
  const batch = jobs.reduce((most, { trial }) => Math.max(most, trial.recipe.batch), 0);
  if (batch <= count) return;
  throw new SpecError(
    `sweep spec: recipe.batch: expected at most the training split's ${count} images, got ${batch}`,
  );
}

function positive(name: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw new RangeError(`sweep: ${name} must be a positive integer, got ${value}`);
}
