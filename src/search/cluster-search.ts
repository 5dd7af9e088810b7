/**
 * A search on a Slurm cluster: one job that runs it as it would run here. A strategy is asked and told in one process; a job
 * that is preempted or whose node fails is put back into the queue, and goes on from the folder. Submitting again goes on
 * where a time limit ended it.
 */
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expectName } from "../base/expect.js";
import { batchOptions, inSlurmsWords, quote } from "../sweeps/cluster/batch-options.js";
import {
  clusterFolder,
  clusterQueue,
  noteSubmission,
  type Submission,
} from "../sweeps/cluster/cluster-queue.js";
import { SchedulerError, UnclearAnswer } from "../sweeps/cluster/scheduler-error.js";
import { cancelJobs, submitJob } from "../sweeps/cluster/slurm.js";
import { lockFolder } from "../trials/store/lock.js";
import { writing } from "../trials/store/store.js";
import { readOutcomes } from "./runs/outcome-log.js";
import { checkFolder, holdsSearch, readFacts } from "./runs/search-folder.js";
import { planSearch } from "./runs/plan.js";
import { searchOf } from "./spec/search-spec.js";

const main = fileURLToPath(new URL("../cli/main.js", import.meta.url));
/** The job. */
const LOG = "%j.log";

/**
 * Submits a search as a job; undefined if its budget is spent.
 *
 * @param spec as in a file, with the paths of modules absolute
 * @param folder the search's
 * @param beside what other paths of the spec are relative to. Default: the working folder
 * @throws what `search` throws for a spec that does not fit, or another search's folder
 * @throws StoreError if a runner is at work in the folder, or a file cannot be written there; nothing is left submitted then
 * @throws SchedulerError if Slurm rejects, does not answer, or still has the search in its queue
 * @example
 * ```ts
 * // not run: needs a Slurm cluster
 * import { submitSearch } from "netspace/search";
 *
 * const spec = {
 *   space: "SmallCells",
 *   strategy: { name: "evolution", population: 20, sample: 10 },
 *   objective: { name: "training", dataset: "procedural:32", recipe: "tiny" },
 *   budget: 100,
 *   run: { slurm: { tasks: 4 } },
 * };
 * console.log((await submitSearch(spec, "searches/cells"))?.job);
 * ```
 */
export async function submitSearch(
  spec: unknown,
  folder: string,
  beside: string = process.cwd(),
): Promise<Submission | undefined> {
  expectName("submitSearch", "a folder for the search", folder);
  const out = resolve(folder);
  const { space, options, run } = await searchOf(spec, beside);
  const kept = holdsSearch(out) ? readFacts(out, "search") : undefined;
  const { facts } = await planSearch({ ...options, space, ...(kept && { kept }) });
  checkFolder(out, facts);
  const isNew = !existsSync(out);
  const unlock = lockFolder(out);
  try {
    const queued = clusterQueue(out);
    if (queued.length > 0) {
      throw new SchedulerError(
        `search: the search of ${out} is in the queue (job ${queued[0].job}); wait for it, or netspace search cancel ${out}`,
      );
    }
    const left = facts.budget - readOutcomes(out).outcomes.length;
    if (left <= 0) return undefined;
    const logs = clusterFolder(out);
    const isFirst = !existsSync(logs);
    const file = join(logs, `search-${randomUUID()}.json`);
    writing(file, () => {
      mkdirSync(logs, { recursive: true });
      writeFileSync(file, JSON.stringify(placed(spec, beside)), { flush: true });
    });
    const command = [process.execPath, main, "search", file, "--out", out];
    const said = inSlurmsWords(logs, LOG) ? "" : ` >>${quote(`${logs}/`)}"$SLURM_JOB_ID".log 2>&1`;
    // Without exec, Slurm's signals would reach the shell only.
    const script = `#!/bin/sh\nexec ${command.map(quote).join(" ")}${said}\n`;
    let job: string;
    try {
      job = submitJob(
        script,
        batchOptions(run.slurm ?? {}, { name: `netspace-${facts.id.slice(0, 8)}`, logs, log: LOG }),
      );
    } catch (error) {
      // What came into being here goes again if the scheduler refuses the job.
      if (!(error instanceof UnclearAnswer)) rmSync(isFirst ? logs : file, { recursive: true, force: true });
      throw error;
    }
    const submission = { job, tasks: 1, trials: left, submittedAt: new Date().toISOString() };
    try {
      noteSubmission(out, submission);
    } catch (error) {
      // A job that nobody knows of would be at work beside the next submission's.
      cancelJobs([job]);
      throw error;
    }
    return submission;
  } finally {
    unlock();
    if (isNew && readdirSync(out).length === 0) rmdirSync(out);
  }
}

/** The spec for a file elsewhere: paths to tables, to modules and to what is known are made absolute. */
function placed(spec: unknown, beside: string): unknown {
  const { known, objective, ...rest } = spec as { readonly known?: unknown; readonly objective?: unknown };
  const absolute = (path: unknown): unknown =>
    typeof path === "string" && existsSync(resolve(beside, path)) ? resolve(beside, path) : path;
  const measured = (one: unknown): unknown => {
    if (typeof one !== "object" || one === null) return one;
    const { table, module, limits, ...others } = one as Readonly<Record<string, unknown>>;
    return {
      ...others,
      ...(table !== undefined && { table: absolute(table) }),
      ...(module !== undefined && { module: absolute(module) }),
      ...(Array.isArray(limits) && {
        limits: limits.map((limit: { readonly of?: unknown }) => ({ ...limit, of: measured(limit.of) })),
      }),
    };
  };
  return {
    ...rest,
    objective: Array.isArray(objective) ? objective.map(measured) : measured(objective),
    ...(known !== undefined && { known: absolute(known) }),
  };
}
