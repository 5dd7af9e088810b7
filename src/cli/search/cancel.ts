/** `netspace search cancel DIR`: takes a search's job out of Slurm's queue. */
import { existsSync } from "node:fs";
import { Command } from "commander";
import { readFacts } from "../../search/runs/search-folder.js";
import { clusterFolder } from "../../sweeps/cluster/cluster-queue.js";
import { cancelSweep } from "../../sweeps/cluster/cluster-sweep.js";
import { printJson, printLine } from "../print.js";

export const searchCancelCommand = (): Command =>
  new Command("cancel")
    .description("take a search's job out of Slurm's queue, a running one included; what was told stays")
    .argument("<folder>", "the search's folder")
    .option("--json", "print JSON")
    .action((folder: string, { json }: { json?: boolean }) => {
      // A job that has not begun yet has written nothing.
      if (!existsSync(clusterFolder(folder))) readFacts(folder, "search cancel");
      const cancelled = cancelSweep(folder);
      if (json) return printJson({ cancelled });
      if (cancelled === 0) {
        throw new Error(
          `search cancel: expected a job of ${folder} in Slurm's queue, got none; nothing is cancelled`,
        );
      }
      printLine(cancelled === 1 ? "the job is cancelled" : `${cancelled} jobs cancelled`);
    });
