/** Slurm's commands, as far as sweeps need them: sbatch, squeue, scancel. */
import { spawnSync } from "node:child_process";

/** The scheduler is not there, does not answer, or refuses; says what it said. */
export class SchedulerError extends Error {
  override readonly name = "SchedulerError";
}

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

/**
 * Runs one of Slurm's commands.
 *
 * @throws SchedulerError if it is not installed, or fails
 */
function slurm(command: string, args: readonly string[], input?: string): string {
  const { error, status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", input });
  if (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const what = missing ? "is not installed here; run this on a machine of the cluster" : error.message;
    throw new SchedulerError(`${command}: ${what}`, { cause: error });
  }
  if (status !== 0) {
    throw new SchedulerError(`${command}: ${stderr.trim().replaceAll("\n", "; ") || `exit code ${status}`}`);
  }
  return stdout;
}

/** Submits a batch script and returns the job's number. */
export const submitJob = (script: string, options: readonly string[]): string =>
  slurm("sbatch", ["--parsable", ...options], script)
    .trim()
    .split(";")[0];

/** The tasks of these jobs that are in the queue; jobs that Slurm has forgotten have none. */
export function queuedTasks(jobs: readonly string[]): QueuedTask[] {
  if (jobs.length === 0) return [];
  // All jobs of this user, since asking for one that Slurm has forgotten is an error.
  const known = new Set(jobs);
  const lines = slurm("squeue", ["--noheader", "--array", "--me", "--format=%F|%K|%T|%R"]).split("\n");
  return lines.flatMap(line => {
    const [job, task, state, reason] = line.trim().split("|");
    return known.has(job) ? [{ job, task: Number(task), state, reason }] : [];
  });
}

/** Ends these jobs, running tasks included. */
export function cancelJobs(jobs: readonly string[]): void {
  if (jobs.length > 0) slurm("scancel", jobs);
}
