/** Slurm's commands, as far as sweeps need them: sbatch, squeue, scancel. */
import { spawnSync } from "node:child_process";
import { SchedulerError, UnclearAnswer } from "./scheduler-error.js";

/** One task of a job array in the queue. */
export interface QueuedTask {
  readonly job: string;
  /** Place in the array; pending tasks that Slurm has not split off yet are listed each. */
  readonly task: number;
  /** Slurm's word: PENDING, RUNNING, COMPLETING, SUSPENDED, … */
  readonly state: string;
  /** Why it waits, or where it runs. */
  readonly reason: string;
}

/** What a command may say, bytes: a queue of a million tasks. */
const MOST_OUTPUT = 2 ** 28;

/** A controller that does not answer would stop whoever waits for it, as the page of a sweep; Slurm's own commands give up later. */
const PATIENCE_MS = 60_000;

/**
 * Runs one of Slurm's commands.
 *
 * @throws SchedulerError if it is not installed, or fails
 */
function slurm(command: string, args: readonly string[], input?: string): string {
  const { error, status, signal, stdout, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    input,
    maxBuffer: MOST_OUTPUT,
    timeout: PATIENCE_MS,
  });
  // A command that ends without having read its input (EPIPE) has said why, as any other.
  if (error && !(status !== null && (error as NodeJS.ErrnoException).code === "EPIPE")) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const what = missing ? "is not installed here; run this on a machine of the cluster" : error.message;
    const Kind = missing ? SchedulerError : UnclearAnswer;
    throw new Kind(`${command}: ${what}`, { cause: error });
  }
  if (status !== 0) {
    const how = signal ? `was ended by ${signal}` : `exit code ${status}`;
    const Kind = signal ? UnclearAnswer : SchedulerError;
    throw new Kind(`${command}: ${stderr.trim().replaceAll("\n", "; ") || how}`);
  }
  return stdout;
}

/** Whether this is a job's number, as text. */
export const isJob = (value: unknown): value is string => typeof value === "string" && /^\d+$/.test(value);

/**
 * Submits a batch script and returns the job's number.
 *
 * @throws SchedulerError if sbatch fails, or does not say the number
 */
export function submitJob(script: string, options: readonly string[]): string {
  const answer = slurm("sbatch", ["--parsable", ...options], script);
  // Number, or number;cluster; a site's own words may come before.
  const job = answer.trim().split("\n").at(-1)!.split(";")[0].trim();
  if (isJob(job)) return job;
  throw new UnclearAnswer(
    `sbatch: expected a job's number, got ${JSON.stringify(answer.slice(0, 200))}; see with squeue whether the job was submitted, and end it with scancel: the sweep does not know it`,
  );
}

/** Jobs that one call asks for: command lines have an end. */
const JOBS_A_CALL = 1000;

/** The tasks of these jobs that are in the queue; jobs that Slurm has forgotten have none. */
export function queuedTasks(jobs: readonly string[]): QueuedTask[] {
  const known = new Set(jobs);
  const tasks: QueuedTask[] = [];
  for (let from = 0; from < jobs.length; from += JOBS_A_CALL) {
    const asked = jobs.slice(from, from + JOBS_A_CALL);
    // A single job that Slurm has forgotten is an error to squeue; of several it lists those that it knows.
    const list = asked.length === 1 ? [asked[0], asked[0]] : asked;
    const args = ["--noheader", "--array", `--jobs=${list.join(",")}`, "--format=%F|%K|%T|%R"];
    for (const line of slurm("squeue", args).split("\n")) {
      const [job, task, state, reason] = line.trim().split("|");
      if (known.has(job)) tasks.push({ job, task: Number(task), state, reason });
    }
  }
  return tasks;
}

/** Ends these jobs, running tasks included. */
export function cancelJobs(jobs: readonly string[]): void {
  if (jobs.length > 0) slurm("scancel", jobs);
}
