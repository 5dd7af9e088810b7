/** `netspace sweep SPEC`: samples a population and trains it, or goes on where it stopped. */
import { existsSync } from "node:fs";
import { Command, Option } from "commander";
import { submitSweep } from "../../sweeps/cluster/cluster-sweep.js";
import type { SweepSpec } from "../../trials/spec.js";
import { sweep } from "../../sweeps/sweep.js";
import { refuseUnknown } from "../arguments.js";
import { printJson, printLine } from "../print.js";
import { readSpecFile } from "../read-spec-file.js";
import { type RunOptions, runWatched, withRunOptions } from "../run-options.js";
import { sweepCancelCommand } from "./cancel.js";
import { sweepCompactCommand } from "./compact.js";
import { sweepCompareCommand } from "./compare.js";
import { sweepExpandCommand } from "./expand.js";
import { sweepLabelCommand } from "./label.js";
import { sweepListCommand } from "./list.js";
import { sweepPlanCommand } from "./plan.js";
import { sweepReportCommand } from "./report.js";
import { sweepStatusCommand } from "./status.js";
import { sweepTaskCommand } from "./task.js";
import { sweepWatchCommand } from "./watch.js";

interface Options extends RunOptions {
  out?: string;
  on?: "slurm";
}

/** Whether an argument is meant as a spec, not as a command's name. */
const isSpec = (text: string): boolean => /\.(json|parquet)$/i.test(text) || existsSync(text);

export function sweepCommand(): Command {
  const command: Command = new Command("sweep")
    .description("sample a population and train it; run it again to resume after a stop")
    .argument("<spec>", "a sweep spec, JSON, or a compact population, which holds its own")
    // Options before a subcommand's name are ours, those behind it the subcommand's.
    .enablePositionalOptions()
    // Commander gives a command that acts by itself none.
    .helpCommand(true)
    .addCommand(sweepStatusCommand())
    .addCommand(sweepCancelCommand())
    .addCommand(sweepListCommand())
    .addCommand(sweepLabelCommand())
    .addCommand(sweepWatchCommand())
    .addCommand(sweepPlanCommand())
    .addCommand(sweepCompareCommand())
    .addCommand(sweepReportCommand())
    .addCommand(sweepCompactCommand())
    .addCommand(sweepExpandCommand())
    .addCommand(sweepTaskCommand(), { hidden: true })
    .option("--out <folder>", "the sweep's folder (required)")
    .addOption(
      new Option("--on <cluster>", "submit a job array instead of training here").choices(["slurm"]),
    );
  withRunOptions(command).action(async (file: string, { on, out, ...options }: Options) => {
    if (!isSpec(file)) command.error(`error: unknown command or spec '${file}'`);
    if (out === undefined) command.error("error: required option '--out <folder>' not specified");
    const spec = await readSpecFile(file);
    if (on === "slurm") return await submit(spec, out, options.json);
    await runWatched("sweep", { ...options, out }, how => sweep(spec, how));
  });
  refuseUnknown(command, isSpec);
  return command;
}

async function submit(spec: SweepSpec, out: string, json?: boolean): Promise<void> {
  const submission = await submitSweep(spec, out);
  if (json) return printJson(submission ?? { trials: 0 });
  if (!submission) return printLine("nothing is left to train");
  const { job, tasks, trials } = submission;
  printLine(
    `job ${job}: ${trials} trials in ${tasks} tasks; netspace sweep status ${out} tells how far they are`,
  );
}
