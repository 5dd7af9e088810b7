/** What commands that train many networks have in common: options, Ctrl-C, and progress as lines. */
import type { Command } from "commander";
import type { Population } from "../populations/population.js";
import type { SweepOptions } from "../sweeps/sweep.js";
import { progressLine, type SweepProgress } from "../trials/runner/progress.js";
import { summary, summaryLine } from "./commands/analyze.js";
import { count, natural } from "./options.js";
import { printJson, printLine, printNote } from "./print.js";

export interface RunOptions {
  workers?: number;
  threads?: number;
  timeLimit?: number;
  memoryLimit?: number;
  retries?: number;
  json?: boolean;
}

/** The command with the options of `RunOptions`. */
export const withRunOptions = (command: Command): Command =>
  command
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
    .option("--json", "print progress as JSON lines, then the summary");

/**
 * Trains, showing how far it is, and prints what came of it. Ctrl-C ends with the trials under way, a second one at once.
 *
 * @param name the command's, for errors
 * @throws Error where it was stopped, or trials failed; what is finished is kept
 */
export async function runWatched(
  name: string,
  { json, memoryLimit, ...options }: RunOptions & { out: string },
  train: (options: SweepOptions) => Promise<Population>,
): Promise<void> {
  const [drain, stop] = [new AbortController(), new AbortController()];
  process.on("SIGINT", () => {
    if (drain.signal.aborted) return stop.abort();
    drain.abort();
    process.stderr.write("\nending with the trials under way; Ctrl-C again stops at once\n");
  });
  process.once("SIGTERM", () => stop.abort());
  let failed = 0;
  const show = json ? jsonProgress() : process.stderr.isTTY ? liveProgress() : plainProgress();
  const population = await train({
    ...options,
    memoryLimit: memoryLimit && memoryLimit * 2 ** 20,
    drain: drain.signal,
    signal: stop.signal,
    onProgress: progress => {
      failed = progress.failed;
      show.update(progress);
    },
  });
  show.end();
  for (const note of population.notes) printNote(note);
  const stopped = drain.signal.aborted || stop.signal.aborted;
  if (stopped && population.length < population.spec.n * (population.spec.repeats ?? 1)) {
    throw new Error(`${name}: stopped; what is finished is kept, run the same command to go on`);
  }
  if (json) printJson(summary(population));
  else printLine(summaryLine(population));
  if (failed > 0)
    throw new Error(
      `${name}: ${failed} trials failed, see the notes above; the same command tries them again`,
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
