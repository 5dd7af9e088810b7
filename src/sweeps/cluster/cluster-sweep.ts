/**
 * A sweep on a Slurm cluster: a job array whose tasks each train a part of the trials that have no outcome yet.
 *
 * Every task is a runner on its own part of the same store; workers' logs have one writer each, so tasks need no
 * lock among each other. A task that is preempted or whose node fails is put back into the queue, and skips what is
 * finished. Submitting again hands out what is left.
 */
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expectName } from "../../base/expect.js";
import { batchOptions, inSlurmsWords, quote } from "./batch-options.js";
import { clusterFolder, clusterQueue, noteSubmission, type Submission } from "./cluster-queue.js";
import { imagesOf } from "../images-of.js";
import { type Labels, labelsIn } from "../../trials/store/labels.js";
import { lockFolder, runnerOf } from "../../trials/store/lock.js";
import { type Population, populationIn } from "../../populations/population.js";
import { checkSplit, type RunOptions, runTrials } from "../../trials/runner/run-trials.js";
import { SchedulerError, UnclearAnswer } from "./scheduler-error.js";
import { cancelJobs, submitJob } from "./slurm.js";
import { knownTrials } from "../../trials/runner/trial-source.js";
import { completeSpec, type SweepSpec } from "../../trials/spec.js";
import { keepSpec, readSpec, specFile } from "../../trials/spec-file.js";
import { readTrials, writing } from "../../trials/store/store.js";
import { sourceFolder } from "../../trials/source/keep-source.js";
import { completeSpace } from "../../trials/source/complete-space.js";
import { sweepIdsIn } from "../../trials/store/grown.js";
import { isSettled, sweepId, type TrialRecord } from "../../trials/trial.js";
import { openTrials, trialsOf } from "../../trials/trials-of.js";

/** Tasks of a job array at most, unless the spec says otherwise: Slurm's own default limit is 1001. */
const MOST_TASKS = 1000;
/** Job and task. */
const TASK_LOG = "%A_%a.log";

const main = fileURLToPath(new URL("../../cli/main.js", import.meta.url));
const planFile = (out: string, plan: string): string => join(clusterFolder(out), `${plan}.json`);

/**
 * Submits the trials that have no outcome in `out` yet as a job array; undefined if there are none left.
 *
 * @throws SpecError if the spec is not valid, or `out` holds a sweep of another spec
 * @throws DatasetError if a folder of images cannot be used
 * @throws StoreError if a runner is at work in `out`, or a file cannot be written there; nothing is left submitted then
 * @throws SchedulerError if Slurm rejects, does not answer, or still has tasks of this sweep
 * @example
 * ```ts
 * // not run: needs a Slurm cluster
 * const spec: SweepSpec = {
 *   space: "RegNetX",
 *   n: 500,
 *   where: { flops: [360e6, 400e6] },
 *   dataset: { kind: "images", folder: "/data/imagenet", resolution: 224 },
 *   recipe: "section3",
 *   run: { slurm: { tasks: 50, gpus: 1 } },
 * };
 * const submitted = await submitSweep(spec, "runs/regnetx-400mf");
 * console.log(submitted?.job, sweepStatus("runs/regnetx-400mf").queue);
 * ```
 */
export async function submitSweep(spec: SweepSpec, folder: string): Promise<Submission | undefined> {
  expectName("submitSweep", "a folder for the sweep", folder);
  const checked = await completeSpec(spec);
  const out = resolve(folder);
  const { tasks, concurrency } = checked.run?.slurm ?? {};
  const trials = trialsOf(checked);
  checkSplit(trials, (await imagesOf(checked.dataset)).train);
  const isNew = !existsSync(out);
  const unlock = lockFolder(out);
  try {
    const queued = clusterQueue(out);
    if (queued.length > 0) {
      throw new SchedulerError(
        `sweep: ${queued.length} tasks of ${out} are in the queue (job ${queued[0].job}); wait for them, or netspace sweep cancel`,
      );
    }
    // What comes into being here goes again if the scheduler refuses the job.
    const fresh = [clusterFolder(out), specFile(out), sourceFolder(out)].filter(path => !existsSync(path));
    keepSpec(out, checked);
    const { todo } = openTrials(out, trials);
    if (todo.length === 0) return undefined;
    const count = Math.min(tasks ?? MOST_TASKS, todo.length);
    const plan = `plan-${randomUUID()}`;
    writing(planFile(out, plan), () => {
      mkdirSync(clusterFolder(out), { recursive: true });
      writeFileSync(planFile(out, plan), JSON.stringify(todo.map(({ index }) => index)), { flush: true });
    });
    const logs = clusterFolder(out);
    const limit = concurrency === undefined ? "" : `%${concurrency}`;
    const options = [
      `--array=0-${count - 1}${limit}`,
      ...batchOptions(checked.run?.slurm ?? {}, {
        name: `netspace-${todo[0].sweep.slice(0, 8)}`,
        logs,
        log: TASK_LOG,
      }),
    ];
    const task = [process.execPath, main, "sweep", "task", out, plan, "--tasks", String(count)];
    // Without exec, Slurm's signals would reach the shell only.
    const said = inSlurmsWords(logs, TASK_LOG)
      ? ""
      : ` >>${quote(`${logs}/`)}"$SLURM_ARRAY_JOB_ID"_"$SLURM_ARRAY_TASK_ID".log 2>&1`;
    const script = `#!/bin/sh\nexec ${task.map(quote).join(" ")} --task "$SLURM_ARRAY_TASK_ID"${said}\n`;
    let job: string;
    try {
      job = submitJob(script, options);
    } catch (error) {
      if (!(error instanceof UnclearAnswer)) {
        for (const path of [planFile(out, plan), ...fresh]) rmSync(path, { recursive: true, force: true });
      }
      throw error;
    }
    const submission = {
      job,
      tasks: count,
      trials: todo.length,
      submittedAt: new Date().toISOString(),
    };
    try {
      noteSubmission(out, submission);
    } catch (error) {
      // A job that nobody knows of would train the same networks as the next submission.
      cancelJobs([submission.job]);
      throw error;
    }
    return submission;
  } finally {
    unlock();
    if (isNew && readdirSync(out).length === 0) rmdirSync(out);
  }
}

/** Which part of a submission's trials a task trains: every `tasks`-th, from `task` on. */
export interface ClusterTask {
  /** The submission's list of trials. */
  readonly plan: string;
  readonly task: number;
  readonly tasks: number;
}

/** Trains a task's trials that have no outcome yet; what a job array's tasks run. */
export async function runClusterTask(
  out: string,
  { plan, task, tasks }: ClusterTask,
  options: Omit<RunOptions, "out">,
  stop?: AbortController,
): Promise<void> {
  const spec = readSpec(out);
  // Code is run from the sweep's own copy, which all nodes see, whatever the user does to the file meanwhile.
  await completeSpace(spec.space, out);
  const listed = JSON.parse(readFileSync(planFile(out, plan), "utf8")) as number[];
  const own = new Set(listed.filter((_, place) => place % tasks === task));
  const cpus = Number(process.env.SLURM_CPUS_PER_TASK ?? 1);
  const workers = options.workers ?? spec.run?.workers ?? spec.run?.devices?.length ?? 1;
  const threads = options.threads ?? spec.run?.threads ?? Math.max(1, Math.floor(cpus / workers));
  const trials = trialsOf(spec).filter(({ index }) => own.has(index));
  await runTrials(spec, knownTrials(trials), { ...options, out, workers, threads }, stop);
}

/** The state of a sweep, by its store and its scheduler. */
export interface SweepStatus {
  readonly population: Population;
  /** Trials of the whole sweep. */
  readonly total: number;
  readonly failed: readonly TrialRecord[];
  /** Tasks in Slurm's queue, by state; empty for a sweep that was never submitted. */
  readonly queue: Readonly<Record<string, number>>;
  /** Why the queue is not known, if it is not. */
  readonly queueError?: string;
  /** What is at work there; `"queued"` on a cluster, and `"stopped"` where networks are left and nothing is known to train them. */
  readonly state: "running" | "queued" | "finished" | "stopped";
  /** The process that trains there, if one does. */
  readonly runner?: { readonly pid: number; readonly host: string };
  /** Tags and the note that it was given; none where they cannot be read, which the population's notes say. */
  readonly labels: Labels;
}

/**
 * The state of a sweep, wherever it runs: what is trained, what failed, and its tasks in the cluster's queue.
 *
 * @throws SpecError if the folder holds no sweep
 * @example
 * ```ts
 * import { fileURLToPath } from "node:url";
 *
 * const shipped = new URL("data/populations/RegNetX.parquet", import.meta.resolve("netspace/package.json"));
 * await expandSweep(fileURLToPath(shipped), "runs/looked-at");
 * const { state, total, population, failed } = sweepStatus("runs/looked-at");
 * [state, total, population.length, failed.length]; // => ["finished", 128, 128, 0]
 * ```
 */
export function sweepStatus(out: string): SweepStatus {
  const population = populationIn("sweepStatus", out);
  const { spec } = population;
  const sweeps = sweepIdsIn(out, sweepId(spec));
  const failed = [...readTrials(out).records.values()].filter(
    trial => sweeps.has(trial.sweep) && !isSettled(trial),
  );
  const total = spec.n * (spec.repeats ?? 1);
  const runner = runnerOf(out);
  const queue: Record<string, number> = {};
  let queueError: string | undefined;
  try {
    for (const { state } of clusterQueue(out)) queue[state] = (queue[state] ?? 0) + 1;
  } catch (error) {
    if (!(error instanceof SchedulerError)) throw error;
    queueError = error.message;
  }
  const isQueued = Object.keys(queue).length > 0;
  const isDone = population.length >= total;
  return {
    population,
    total,
    failed,
    queue,
    ...(queueError !== undefined && { queueError }),
    state: runner ? "running" : isQueued ? "queued" : isDone ? "finished" : "stopped",
    ...(runner && { runner }),
    labels: labelsIn(out).labels,
  };
}

/**
 * Takes a sweep's tasks out of the queue, running ones included; returns how many there were.
 *
 * @example
 * ```ts
 * // not run: needs a Slurm cluster
 * console.log(`${cancelSweep("runs/regnetx-400mf")} tasks are taken out of the queue`);
 * ```
 */
export function cancelSweep(out: string): number {
  expectName("cancelSweep", "a sweep's folder", out);
  const queued = clusterQueue(out);
  cancelJobs([...new Set(queued.map(({ job }) => job))]);
  return queued.length;
}
