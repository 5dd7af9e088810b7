/** What a page about a running sweep says: read from the sweep's folder, which is not changed. */
import { submissions } from "../../sweeps/cluster/cluster-queue.js";
import { sweepStatus } from "../../sweeps/cluster/cluster-sweep.js";
import type { Population } from "../../populations/population.js";
import type { Labels } from "../../trials/store/labels.js";
import { readRuns } from "../../trials/store/runs.js";
import { holdsSearch } from "../../search/runs/search-folder.js";
import { specFile } from "../../trials/spec-file.js";
import type { TrialRecord } from "../../trials/trial.js";
import { existsSync } from "node:fs";

/** A sweep as its folder has it at one moment. */
export interface WatchedSweep {
  readonly population: Population;
  /** Trials of the whole sweep. */
  readonly total: number;
  readonly failed: readonly TrialRecord[];
  readonly labels: Labels;
  /** In words: running, queued, finished, stopped. */
  readonly state: string;
  /** Whether anything is at work in the folder. */
  readonly isRunning: boolean;
  /** Trials per hour since this run began; undefined before its first has ended. */
  readonly perHour: number | undefined;
  /** At that pace, seconds; undefined where nothing runs or nothing is known. */
  readonly secondsLeft: number | undefined;
}

/** @throws Error for the folder of a search that measures in its own process: no sweep ever comes there */
export function requireNoSearch(folder: string): void {
  if (existsSync(specFile(folder)) || !holdsSearch(folder)) return;
  throw new Error(
    `sweep watch: expected a folder in which networks are trained, got ${folder}, whose search measures in its own process; "netspace search status ${folder}" says how far it is`,
  );
}

/**
 * Reads the sweep in a folder; undefined where there is none yet.
 *
 * @throws Error where none will come
 * @param now milliseconds since 1970
 */
export function watchedSweep(folder: string, now = Date.now()): WatchedSweep | undefined {
  requireNoSearch(folder);
  if (!existsSync(specFile(folder))) return undefined;
  const { population, total, failed, queue, queueError, runner, labels } = sweepStatus(folder);
  const queued = Object.entries(queue).map(([state, count]) => `${count} ${state.toLowerCase()}`);
  const isRunning = runner !== undefined || queued.length > 0;
  const open = total - population.length;
  const pace = isRunning
    ? paceOf(folder, [...population.trials, ...failed], runner === undefined)
    : undefined;
  const failedNow = failed.filter(({ endedAt }) => pace !== undefined && Date.parse(endedAt) >= pace.start);
  const left = pace && ((open - failedNow.length) / pace.perHour) * 3600 - (now - pace.last) / 1000;
  return {
    population,
    total,
    failed,
    labels,
    isRunning,
    state: runner
      ? `running: process ${runner.pid} on ${runner.host}`
      : queued.length > 0
        ? `in Slurm's queue: ${queued.join(", ")}`
        : queueError
          ? `the queue is not known: ${queueError}`
          : open === 0
            ? "finished"
            : "stopped; running it again resumes it",
    perHour: pace?.perHour,
    secondsLeft: left === undefined ? undefined : Math.max(0, left),
  };
}

/** How fast trials ended since the run began, times in milliseconds since 1970. */
interface Pace {
  readonly start: number;
  readonly last: number;
  readonly perHour: number;
}

/** The pace since the last run here began, or since the last submission to a cluster, whose tasks each note a run. */
function paceOf(folder: string, ended: readonly TrialRecord[], onCluster: boolean): Pace | undefined {
  const began = onCluster ? submissions(folder).at(-1)?.submittedAt : readRuns(folder).at(-1)?.startedAt;
  const start = Date.parse(began ?? "");
  const times = ended.map(({ endedAt }) => Date.parse(endedAt)).filter(time => time >= start);
  if (times.length === 0) return undefined;
  const last = times.reduce((latest, time) => Math.max(latest, time));
  // What has ended only now may have begun in the same millisecond.
  return { start, last, perHour: (3_600_000 * times.length) / Math.max(1, last - start) };
}
