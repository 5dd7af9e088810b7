/**
 * A sweep on this machine: samples a population and trains it in worker processes.
 *
 * The folder holds `spec.json` and the trial store; running the same spec there again goes on where it stopped.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { storeArchitecture } from "../networks/stored.js";
import { lockFolder } from "./lock.js";
import { openPopulation, type Population, specFile } from "./population.js";
import { type SweepProgress, Tally } from "./progress.js";
import { type CheckedSpec, candidates, checkSpec, SpecError, type SweepSpec } from "./spec.js";
import { readTrials, TrialLog } from "./store.js";
import { canonicalJson, isSettled, trialId } from "./trial.js";
import type { Job } from "./worker.js";
import { WorkerPool } from "./worker-pool.js";

export interface SweepOptions {
  /** The sweep's folder; created if need be. */
  readonly out: string;
  /** Trainings at once. Default: one a core, which for small networks beats more threads in each. */
  readonly workers?: number;
  /** Threads of each training. Default: cores / workers. */
  readonly threads?: number;
  /** Aborting stops the workers; trials under way are lost, finished ones kept. */
  readonly signal?: AbortSignal;
  /** Called after every change: a trial started, ended, or finished an epoch. */
  readonly onProgress?: (progress: SweepProgress) => void;
}

/**
 * Trains the spec's networks that have no outcome in `out` yet, and returns the population as it stands.
 *
 * @throws SpecError if the spec is not valid, or `out` holds a sweep of another spec
 * @throws SamplingError if the windows are (nearly) empty
 * @throws StoreError if another runner is at work in `out`, or a log cannot be written
 */
export async function sweep(spec: SweepSpec, options: SweepOptions): Promise<Population> {
  const checked = checkSpec(spec);
  const { out, signal, onProgress } = options;
  const cores = availableParallelism();
  const workers = positive("workers", options.workers ?? cores);
  const threads = positive("threads", options.threads ?? Math.max(1, Math.floor(cores / workers)));
  const jobs = candidates(checked).map(
    ({ trial, architecture, flops, params, acts }, index): Job => ({
      id: trialId(trial),
      index,
      architecture: storeArchitecture(architecture),
      complexity: { flops, params, acts },
      trial,
      threads,
    }),
  );
  mkdirSync(out, { recursive: true });
  const unlock = lockFolder(out);
  try {
    keepSpec(out, checked);
    const { records } = readTrials(out);
    const settled = [...records.values()].filter(isSettled);
    const done = new Set(settled.map(record => record.id));
    const tally = new Tally(jobs.length, settled, onProgress);
    const failures = new TrialLog(out);
    const pool = new WorkerPool({
      folder: out,
      size: workers,
      onEvent: event => tally.record(event),
      onFailure: record => failures.append(record),
    });
    try {
      await pool.run(
        jobs.filter(job => !done.has(job.id)),
        signal,
      );
    } finally {
      failures.close();
    }
  } finally {
    unlock();
  }
  return openPopulation(out);
}

function positive(name: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw new RangeError(`sweep: ${name} must be a positive integer, got ${value}`);
}

/** Writes the spec, or checks that the one in the folder is the same. */
function keepSpec(folder: string, spec: CheckedSpec): void {
  const file = specFile(folder);
  if (!existsSync(file)) {
    writeFileSync(`${file}.new`, `${JSON.stringify(spec, null, 2)}\n`);
    renameSync(`${file}.new`, file);
    return;
  }
  const kept = checkSpec(JSON.parse(readFileSync(file, "utf8")));
  if (canonicalJson(kept) === canonicalJson(spec)) return;
  const fields = Object.keys(spec) as (keyof CheckedSpec)[];
  const changed = fields.filter(key => canonicalJson(kept[key]) !== canonicalJson(spec[key]));
  throw new SpecError(
    `sweep: ${folder} holds a sweep of another spec (${changed.join(", ")} differ); choose another folder`,
  );
}
