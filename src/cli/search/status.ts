/** `netspace search status DIR`: how far a search is, whether it runs, what it found and what failed, and its job in Slurm's queue. */
import { existsSync } from "node:fs";
import { Command } from "commander";
import { openSearch } from "../../search/runs/open-search.js";
import { holdsSearch } from "../../search/runs/search-folder.js";
import type { SearchResult } from "../../search/runs/search-result.js";
import { clusterFolder, clusterQueue } from "../../sweeps/cluster/cluster-queue.js";
import { SchedulerError } from "../../sweeps/cluster/scheduler-error.js";
import { runnerOf } from "../../trials/store/lock.js";
import { readTrials } from "../../trials/store/store.js";
import { printJson, printLine, printNote } from "../print.js";
import { printFailures, printFound, searchSummary } from "./found.js";

export const searchStatusCommand = (): Command =>
  new Command("status")
    .description("how far a search is, whether it runs, what it found, and its job in Slurm's queue")
    .argument("<folder>", "the search's folder")
    .option("--json", "print JSON")
    .action((folder: string, { json }: { json?: boolean }) => {
      const queue = existsSync(clusterFolder(folder)) ? queueOf(folder) : {};
      // A job that waits has not written what the search is.
      const waits = queue.job !== undefined && !holdsSearch(folder);
      const found = waits ? undefined : openSearch(folder);
      for (const note of found?.notes ?? []) printNote(note);
      const runner = runnerOf(folder);
      const again = found ? triedAgain(found, folder) : [];
      if (json) {
        return printJson({
          ...(found && searchSummary(found)),
          ...(again.length > 0 && { triedAgain: again }),
          ...(runner && { running: runner }),
          ...queue,
        });
      }
      if (found) {
        printFound(found, false);
        printFailures(found.records.filter(({ status }) => status === "failed"));
        if (!runner && again.length > 0) {
          process.stderr.write("tried again by the next run:\n");
          printFailures(again);
        }
        const left = found.search.budget - found.records.length;
        if (runner) printLine(`running: process ${runner.pid} on ${runner.host}`);
        else if (left > 0 && queue.job === undefined && queue.queueError === undefined) {
          printLine(`not running: ${left} of ${found.search.budget} are left; run the search again to go on`);
        }
      }
      if (queue.job !== undefined) printLine(`in the queue: job ${queue.job}, ${queue.state?.toLowerCase()}`);
      if (queue.queueError !== undefined) printNote(`the queue is not known: ${queue.queueError}`);
    });

/** Trainings that failed and of which the strategy was told nothing that is kept. */
function triedAgain({ search, records }: SearchResult, folder: string) {
  if (!search.trains) return [];
  const told = new Set(records.map(({ place }) => place));
  return [...readTrials(folder).records.values()]
    .filter(({ status, sweep, index }) => status === "failed" && sweep === search.id && !told.has(index))
    .map(({ index, reason = "no reason given" }) => ({ place: index, reason: `training: ${reason}` }))
    .sort((a, b) => a.place - b.place);
}

interface Queue {
  readonly job?: string;
  readonly state?: string;
  /** Why it is not known. */
  readonly queueError?: string;
}

function queueOf(folder: string): Queue {
  try {
    const [task] = clusterQueue(folder);
    return task ? { job: task.job, state: task.state } : {};
  } catch (error) {
    if (!(error instanceof SchedulerError)) throw error;
    return { queueError: error.message };
  }
}
