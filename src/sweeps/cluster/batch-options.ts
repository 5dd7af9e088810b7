/** What sbatch is told of any job of ours. */
import { join } from "node:path";
import type { RunSpec } from "../../trials/run-spec.js";

/**
 * Options of sbatch, but for an array's: a job that is preempted or whose node fails comes back into the queue.
 *
 * @param log name of the job's log, in Slurm's pattern, such as `%A_%a.log`
 */
export function batchOptions(
  { partition, account, time, cpus, gpus, memory }: NonNullable<RunSpec["slurm"]>,
  { name, logs, log }: { readonly name: string; readonly logs: string; readonly log: string },
): string[] {
  return [
    "--requeue",
    `--job-name=${name}`,
    // The dataset's folder may be relative, and means the same place to the job as it does here.
    `--chdir=${process.cwd()}`,
    `--output=${inSlurmsWords(logs, log) ?? "/dev/null"}`,
    "--open-mode=append",
    ...(partition ? [`--partition=${partition}`] : []),
    ...(account ? [`--account=${account}`] : []),
    ...(time ? [`--time=${time}`] : []),
    ...(cpus ? [`--cpus-per-task=${cpus}`] : []),
    ...(gpus ? [`--gpus=${gpus}`] : []),
    ...(memory ? [`--mem=${memory}`] : []),
  ];
}

/**
 * Where a job's words go, as a pattern of Slurm's, in which `%` stands for much; undefined for a folder with a
 * backslash, which switches patterns off and is left out itself: there, each job writes to its file by itself.
 */
export const inSlurmsWords = (folder: string, log: string): string | undefined =>
  folder.includes("\\") ? undefined : join(folder.replaceAll("%", "%%"), log);

/** A word of a shell's. */
export const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
