/** `netspace sweep SPEC`: samples a population and trains it, or goes on where it stopped. */
import { existsSync } from "node:fs";
import { Command, Option } from "commander";
import { submitSweep } from "../../sweeps/cluster/cluster-sweep.js";
import { progressLine, type SweepProgress } from "../../trials/runner/progress.js";
import type { SweepSpec } from "../../trials/spec.js";
import { sweep } from "../../sweeps/sweep.js";
import { summary, summaryLine } from "../commands/analyze.js";
import { refuseUnknown } from "../arguments.js";
import { count, natural } from "../options.js";
import { printJson, printLine } from "../print.js";
import { readSpecFile } from "../read-spec-file.js";
import { sweepCancelCommand } from "./cancel.js";
import { sweepCompactCommand } from "./compact.js";
import { sweepCompareCommand } from "./compare.js";
import { sweepExpandCommand } from "./expand.js";
import { sweepPlanCommand } from "./plan.js";
import { sweepReportCommand } from "./report.js";
import { sweepStatusCommand } from "./status.js";
import { sweepTaskCommand } from "./task.js";

interface Options {
  out?: string;
  on?: "slurm";
  workers?: number;
  threads?: number;
  timeLimit?: number;
  memoryLimit?: number;
  retries?: number;
  json?: boolean;
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
    .addCommand(sweepPlanCommand())
    .addCommand(sweepCompareCommand())
    .addCommand(sweepReportCommand())
    .addCommand(sweepCompactCommand())
    .addCommand(sweepExpandCommand())
    .addCommand(sweepTaskCommand(), { hidden: true })
    .option("--out <folder>", "the sweep's folder (required)")
    .addOption(new Option("--on <cluster>", "submit a job array instead of training here").choices(["slurm"]))
    .option(
      "--workers <count>",
      "trainings at once (default: measured for long sweeps, else one a core)",
      count,
    )
    .option("--threads <count>", "threads of each training (default: cores / workers)", count)
    .option("--time-limit <seconds>", "longest time of one training", count)
    .option("--memory-limit <MiB>", "most memory of one worker process", count)
    .option(
      "--retries <count>",
      "how often a trial whose worker crashed is tried again (default: 1)",
      natural,
    )
    .option("--json", "print progress as JSON lines, then the summary")
    .action(async (file: string, { json, out, on, memoryLimit, ...options }: Options) => {
      if (!isSpec(file)) command.error(`error: unknown command or spec '${file}'`);
      if (out === undefined) command.error("error: required option '--out <folder>' not specified");
      if (on === "slurm") return await submit(await readSpecFile(file), out, json);
      const [drain, stop] = [new AbortController(), new AbortController()];
      process.on("SIGINT", () => {
        if (drain.signal.aborted) return stop.abort();
        drain.abort();
        process.stderr.write("\nending with the trials under way; Ctrl-C again stops at once\n");
      });
      process.once("SIGTERM", () => stop.abort());
      let failed = 0;
      const show = json ? jsonProgress() : process.stderr.isTTY ? liveProgress() : plainProgress();
      const population = await sweep(await readSpecFile(file), {
        ...options,
        out,
        memoryLimit: memoryLimit && memoryLimit * 2 ** 20,
        drain: drain.signal,
        signal: stop.signal,
        onProgress: progress => {
          failed = progress.failed;
          show.update(progress);
        },
      });
      show.end();
      for (const note of population.notes) process.stderr.write(`note: ${note}\n`);
      const stopped = drain.signal.aborted || stop.signal.aborted;
      if (stopped && population.length < population.spec.n * (population.spec.repeats ?? 1)) {
        throw new Error(`sweep: stopped; what is finished is kept, run the same command to go on`);
      }
      if (json) printJson(summary(population));
      else printLine(summaryLine(population));
      if (failed > 0) throw new Error(`sweep: ${failed} trials failed, see the notes above`);
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

interface Display {
  update(progress: SweepProgress): void;
  end(): void;
}

/** One line that renews itself. */
function liveProgress(): Display {
  return {
    update: progress => process.stderr.write(`\r\u001B[K${progressLine(progress)}`),
    end: () => process.stderr.write("\n"),
  };
}

/** For logs: a line for every trial that ended, once the next is under way, so that the count of those is true. */
function plainProgress(): Display {
  let told = -1;
  return {
    update(progress) {
      const { event, done, failed, running } = progress;
      const waits =
        event === "epoch" || (event === "ended" && running.size > 0 && done + failed < progress.total);
      if (waits || done + failed === told) return;
      told = done + failed;
      process.stderr.write(`${progressLine(progress)}\n`);
    },
    end() {},
  };
}

const jsonProgress = (): Display => ({
  update({ event, last, total, done, failed, diverged, best, secondsLeft }) {
    if (event === "ended") printJson({ total, done, failed, diverged, best, secondsLeft, trial: last });
  },
  end() {},
});
