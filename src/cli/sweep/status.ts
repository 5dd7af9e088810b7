/** `netspace sweep status DIR`: how far a sweep is, by its store and, on a cluster, by the queue. */
import { Command } from "commander";
import { sweepStatus } from "../../sweeps/cluster/cluster-sweep.js";
import { labelLine } from "../../trials/store/labels.js";
import { summary, summaryLine } from "../commands/analyze.js";
import { printJson, printLine, printNote } from "../print.js";

export const sweepStatusCommand = (): Command =>
  new Command("status")
    .description("how far a sweep is: outcomes in its folder, and tasks in Slurm's queue")
    .argument("<folder>", "the sweep's folder")
    .option("--json", "print JSON")
    .action((folder: string, { json }: { json?: boolean }) => {
      const { population, total, failed, queue, queueError, state, runner, labels } = sweepStatus(folder);
      for (const note of population.notes) printNote(note);
      if (queueError) printNote(`the queue is not known: ${queueError}`);
      if (json) {
        return printJson({
          ...summary(population),
          total,
          failed: failed.length,
          queue,
          queueError,
          state,
          ...labels,
        });
      }
      printLine(summaryLine(population));
      const labelled = labelLine(labels);
      if (labelled !== "") printLine(labelled);
      const tasks = Object.entries(queue).map(([which, n]) => `${n} ${which.toLowerCase()}`);
      if (tasks.length > 0) printLine(`in the queue: ${tasks.join(", ")}`);
      if (runner) printLine(`running: process ${runner.pid} on ${runner.host}`);
      const open = total - population.length;
      if (open > 0 && tasks.length === 0 && !queueError && !runner) {
        printLine(
          `${open} trials have no outcome, ${failed.length} of them failed; run the sweep again to go on`,
        );
      }
    });
