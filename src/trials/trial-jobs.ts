/** A sweep's trials as jobs, and which of them the store has an outcome of. */
import { storeArchitecture } from "../architectures/stored.js";
import { type CheckedSpec, candidates } from "./spec.js";
import { readTrials } from "./store/store.js";
import { StoreError } from "./store/store-error.js";
import type { StoredTrial } from "./store/stored-trial.js";
import { isSettled, sweepId, trialId } from "./trial.js";
import type { Job } from "./runner/worker.js";

/** The jobs of all trials of a sweep, in their order; on one thread each. */
export function jobsOf(spec: CheckedSpec): Job[] {
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
      threads: 1,
    }),
  );
}

/**
 * Those of the jobs that have no outcome in the folder, and what the store has of the others, in order.
 *
 * @throws StoreError if a newer netspace wrote there: its outcomes cannot be seen, and would be trained again; or if code
 *   drew other networks when the stored ones were trained
 */
export function openJobs(folder: string, jobs: readonly Job[]): { todo: Job[]; stored: StoredTrial[] } {
  const { records, newer } = readTrials(folder);
  if (newer > 0) {
    throw new StoreError(
      `sweep: expected records of form 1 in ${folder}, got ${newer} by a newer netspace, which this one would train again; update netspace, or choose another folder`,
    );
  }
  const stored = jobs.flatMap(({ id, sweep }) => {
    const trial = records.get(id);
    return trial?.sweep === sweep ? [trial] : [];
  });
  requireSameNetworks(folder, jobs, records.values());
  const done = new Set(stored.filter(isSettled).map(trial => trial.id));
  return { todo: jobs.filter(job => !done.has(job.id)), stored };
}

/** Code may draw otherwise though its source is the same, as one that reads the clock or a file does. */
function requireSameNetworks(folder: string, jobs: readonly Job[], records: Iterable<StoredTrial>): void {
  const own = new Map(jobs.filter(({ trial }) => trial.source !== undefined).map(job => [job.index, job]));
  if (own.size === 0) return;
  for (const { id, sweep, index } of records) {
    const job = own.get(index);
    if (job === undefined || job.sweep !== sweep || job.id === id) continue;
    throw new StoreError(
      `sweep: the space's code drew another network ${index} when ${folder} was trained than it does now, from the same source: it depends on more than that and the random it is given, as on the time, the machine or a file; make it depend on nothing else, and choose another folder`,
    );
  }
}
