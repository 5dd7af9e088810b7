/** `netspace sweep task DIR PLAN`: what the tasks of a job array run; not meant for people. */
import { Command } from "commander";
import { runClusterTask } from "../../sweeps/cluster/cluster-sweep.js";
import { progressLine } from "../../trials/runner/progress.js";
import { count, natural } from "../options.js";

export const sweepTaskCommand = (): Command =>
  new Command("task")
    .description("train one task's part of a sweep that was submitted to a cluster")
    .argument("<folder>", "the sweep's folder")
    .argument("<plan>", "the submission's list of trials")
    .requiredOption("--task <number>", "which task, from 0", natural)
    .requiredOption("--tasks <count>", "tasks of the submission", count)
    .action(async (folder: string, plan: string, { task, tasks }: { task: number; tasks: number }) => {
      const stop = new AbortController();
      // Preemption and time limits come as SIGTERM, with SIGKILL soon behind.
      process.once("SIGTERM", () => stop.abort());
      let failed = 0;
      const onProgress = (progress: Parameters<typeof progressLine>[0]) => {
        failed = progress.failed;
        if (progress.event === "ended") process.stderr.write(`${progressLine(progress)}\n`);
      };
      await runClusterTask(folder, { plan, task, tasks }, { onProgress }, stop);
      if (stop.signal.aborted) throw new Error("sweep task: stopped by SIGTERM; what is finished is kept");
      if (failed > 0) throw new Error(`sweep task: ${failed} trials failed; netspace sweep status tells why`);
    });
