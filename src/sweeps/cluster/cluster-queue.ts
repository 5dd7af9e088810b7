/** The job arrays that were submitted for a sweep, and which of their tasks are in Slurm's queue. */
import { appendFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { SchedulerError } from "./scheduler-error.js";
import { isJob, type QueuedTask, queuedTasks } from "./slurm.js";
import { readStoreFile, writing } from "../../trials/store/store.js";
import { isRecord } from "../../trials/vocabulary.js";

/** A job array that was submitted for a sweep. */
export interface Submission {
  /** Slurm's number of the job. */
  readonly job: string;
  readonly tasks: number;
  readonly trials: number;
  /** ISO 8601. */
  readonly submittedAt: string;
}

/** Where a sweep keeps what belongs to the cluster: submissions, their lists of trials, and the tasks' own words. */
export const clusterFolder = (out: string): string => join(out, "slurm");
const submissionsFile = (out: string): string => join(clusterFolder(out), "jobs.jsonl");

/** Whether the sweep in a folder was ever given to a cluster. */
export const wasSubmitted = (out: string): boolean => existsSync(submissionsFile(out));

/** @throws StoreError if it cannot be written */
export function noteSubmission(out: string, submission: Submission): void {
  const file = submissionsFile(out);
  writing(file, () => appendFileSync(file, `${JSON.stringify(submission)}\n`, { flush: true }));
}

/**
 * The job arrays submitted for the sweep in a folder, oldest first.
 *
 * @throws SchedulerError for a line that is no submission: its job may be in the queue, and no one would know
 */
export function submissions(out: string): Submission[] {
  const file = submissionsFile(out);
  if (!existsSync(file)) return [];
  const lines = readStoreFile(file).split("\n");
  return lines.flatMap((line, i) => {
    if (line.trim() === "") return [];
    const submission = submissionIn(line);
    if (submission) return [submission];
    const problem = `sweep: expected a submission in ${file}, line ${i + 1}, got ${line.slice(0, 40)}; see with squeue that its job has ended, then take the line out`;
    throw new SchedulerError(problem);
  });
}

function submissionIn(line: string): Submission | undefined {
  try {
    const data: unknown = JSON.parse(line);
    return isRecord(data) && isJob(data.job) ? (data as unknown as Submission) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The sweep's tasks in the queue; the scheduler is not asked for a sweep that was never submitted.
 *
 * @throws SchedulerError if the scheduler does not answer
 */
export const clusterQueue = (out: string): QueuedTask[] =>
  queuedTasks(submissions(out).map(({ job }) => job));
