/** `netspace sweep cancel DIR`: takes a sweep's tasks out of Slurm's queue. */
import { Command } from "commander";
import { cancelSweep } from "../../sweeps/cluster/cluster-sweep.js";
import { readSpec } from "../../trials/spec-file.js";
import { printJson, printLine } from "../print.js";

export const sweepCancelCommand = (): Command =>
  new Command("cancel")
    .description("take a sweep's tasks out of Slurm's queue, running ones included; finished trials stay")
    .argument("<folder>", "the sweep's folder")
    .option("--json", "print JSON")
    .action((folder: string, { json }: { json?: boolean }) => {
      readSpec(folder);
      const cancelled = cancelSweep(folder);
      if (json) return printJson({ cancelled });
      printLine(`${cancelled} tasks cancelled`);
    });
