/** `netspace search status DIR`: how far a search is, what it found, and its job in Slurm's queue. */
import { existsSync } from "node:fs";
import { Command } from "commander";
import { openSearch } from "../../search/runs/open-search.js";
import { holdsSearch } from "../../search/runs/search-folder.js";
import { clusterFolder, clusterQueue } from "../../sweeps/cluster/cluster-queue.js";
import { SchedulerError } from "../../sweeps/cluster/scheduler-error.js";
import { printJson, printLine } from "../print.js";
import { printFound, searchSummary } from "./found.js";

export const searchStatusCommand = (): Command =>
  new Command("status")
    .description("how far a search is, finished or running, what it found, and its job in Slurm's queue")
    .argument("<folder>", "the search's folder")
    .option("--json", "print JSON")
    .action((folder: string, { json }: { json?: boolean }) => {
      const queue = existsSync(clusterFolder(folder)) ? queueOf(folder) : {};
      // A job that waits has not written what the search is.
      const waits = queue.job !== undefined && !holdsSearch(folder);
      const found = waits ? undefined : openSearch(folder);
      for (const note of found?.notes ?? []) process.stderr.write(`note: ${note}\n`);
      if (json) return printJson({ ...(found && searchSummary(found)), ...queue });
      if (found) printFound(found, false);
      if (queue.job !== undefined) printLine(`in the queue: job ${queue.job}, ${queue.state?.toLowerCase()}`);
      if (queue.queueError !== undefined)
        process.stderr.write(`note: the queue is not known: ${queue.queueError}\n`);
    });

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
