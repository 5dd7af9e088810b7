/** `netspace search SPEC`: searches a space, or goes on where it stopped. */
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { Command, Option } from "commander";
import { fileProblem } from "../../base/node/file-problem.js";
import { submitSearch } from "../../search/cluster-search.js";
import { searchLine, type SearchProgress } from "../../search/runs/shown/progress.js";
import { searchWith } from "../../search/search.js";
import { searchOf } from "../../search/spec/search-spec.js";
import { SpecError } from "../../trials/spec-error.js";
import { refuseUnknown } from "../arguments.js";
import { printJson, printLine, printNote } from "../print.js";
import { readJsonFile } from "../read-json-file.js";
import { placedSpaces } from "../read-placed.js";
import { type RunOptions, withRunOptions } from "../run-options.js";
import { isObject } from "../../base/say.js";
import { printFailures, printFound } from "./found.js";
import { searchCancelCommand } from "./cancel.js";
import { searchCompareCommand } from "./compare.js";
import { searchReportCommand } from "./report.js";
import { searchRetrainCommand } from "./retrain.js";
import { searchSimulateCommand } from "./simulate.js";
import { searchStatusCommand } from "./status.js";

interface Options extends RunOptions {
  out?: string;
  on?: "slurm";
}

/** Whether an argument is meant as a spec, not as a command's name. */
const isSpec = (text: string): boolean => /\.json$/i.test(text) || existsSync(text);

export function searchCommand(): Command {
  const command: Command = withRunOptions(
    new Command("search")
      .description("search a space by a strategy; run it again to resume, or with a larger budget to go on")
      .argument("<spec>", "a search spec, JSON: space, strategy, objective, budget")
      // Options before a subcommand's name are ours, those behind it the subcommand's.
      .enablePositionalOptions()
      // Commander gives a command that acts by itself none.
      .helpCommand(true)
      .addCommand(searchStatusCommand())
      .addCommand(searchSimulateCommand())
      .addCommand(searchCompareCommand())
      .addCommand(searchReportCommand())
      .addCommand(searchCancelCommand())
      .addCommand(searchRetrainCommand())
      .option("--out <folder>", "the search's folder (required)")
      .addOption(new Option("--on <cluster>", "submit a job instead of searching here").choices(["slurm"])),
  ).action(async (file: string, { json, out, on, memoryLimit, ...options }: Options) => {
    if (!isSpec(file)) command.error(`error: unknown command or spec '${file}'`);
    if (out === undefined) command.error("error: required option '--out <folder>' not specified");
    const spec = readSearchSpec(file);
    if (on === "slurm") {
      return await submit(withRun(spec, options, memoryLimit), resolve(file, ".."), out, json);
    }
    const given = await searchOf(spec, resolve(file, ".."));
    const [drain, stop] = [new AbortController(), new AbortController()];
    process.on("SIGINT", () => {
      if (drain.signal.aborted) return stop.abort();
      drain.abort();
      process.stderr.write("\nending with the evaluations under way; Ctrl-C again stops at once\n");
    });
    process.once("SIGTERM", () => stop.abort());
    const show = json ? jsonProgress() : process.stderr.isTTY ? liveProgress() : plainProgress();
    const found = await searchWith({}, given.space, {
      ...given.options,
      ...options,
      ...(memoryLimit !== undefined && { memoryLimit: memoryLimit * 2 ** 20 }),
      out,
      drain: drain.signal,
      signal: stop.signal,
      onProgress: progress => show.update(progress),
    });
    show.end();
    for (const note of found.notes) printNote(note);
    const stopped = drain.signal.aborted || stop.signal.aborted;
    if (stopped && found.records.length < found.search.budget) {
      throw new Error("search: stopped; what was told is kept, run the same command to go on");
    }
    printFound(found, json);
    const faults = found.records.filter(({ fault }) => fault !== undefined);
    if (faults.length > 0) {
      printFailures(faults);
      throw new Error(
        `search: ${faults.length} of ${found.records.length} evaluations failed for what is not their architectures' doing, see above; those at the end are tried again by the next run`,
      );
    }
  });
  refuseUnknown(command, isSpec);
  return command;
}

async function submit(spec: unknown, beside: string, out: string, json: boolean | undefined): Promise<void> {
  const submission = await submitSearch(spec, out, beside);
  if (json) return printJson(submission ?? { trials: 0 });
  if (!submission) return printLine("the budget is spent; a larger one goes on");
  const { job, trials } = submission;
  printLine(`job ${job}: ${trials} evaluations; netspace search status ${out} tells how far it is`);
}

/** A spec for a job, which is run as the options say: they stand for the spec's own fields. */
function withRun(spec: unknown, options: RunOptions, memoryLimit: number | undefined): unknown {
  if (!isObject(spec)) return spec;
  const how = { ...options, ...(memoryLimit !== undefined && { memoryLimit: memoryLimit * 2 ** 20 }) };
  const said = Object.fromEntries(Object.entries(how).filter(([, value]) => value !== undefined));
  const { run } = spec as { readonly run?: object };
  return Object.keys(said).length === 0 ? spec : { ...spec, run: { ...run, ...said } };
}

/** @throws SpecError if the file cannot be read */
function readSearchSpec(file: string): unknown {
  try {
    if (existsSync(file) && statSync(file).isDirectory()) throw new Error("it is a folder");
    return placedSpaces(readJsonFile(file), resolve(file, ".."));
  } catch (error) {
    throw new SpecError(`search: expected a JSON file, could not read ${file}: ${fileProblem(error)}`, {
      cause: error,
    });
  }
}

interface Display {
  update(progress: SearchProgress): void;
  end(): void;
}

/** One line that renews itself. */
const liveProgress = (): Display => ({
  update: progress => process.stderr.write(`\r\u001B[K${searchLine(progress)}`),
  end: () => process.stderr.write("\n"),
});

/** Time between two lines of a log, milliseconds: what is measured may end a thousand times in a second. */
const LINE_MS = 500;

/** For logs: a line whenever something was told, though not many in a second. */
function plainProgress(): Display {
  let [shown, at] = [-1, Number.NEGATIVE_INFINITY];
  let last: SearchProgress | undefined;
  const write = (progress: SearchProgress) => {
    [shown, at] = [progress.done, performance.now()];
    process.stderr.write(`${searchLine(progress)}\n`);
  };
  return {
    update(progress) {
      last = progress;
      if (progress.done !== shown && performance.now() - at >= LINE_MS) write(progress);
    },
    end() {
      if (last && last.done !== shown) write(last);
    },
  };
}

/** A line for every outcome that was told. */
function jsonProgress(): Display {
  let told: number | undefined;
  return {
    update({ event, outcomes, budget, failed, best, secondsLeft }) {
      if (event === "opened") told = outcomes.length;
      for (told ??= outcomes.length; told < outcomes.length; told++) {
        printJson({ budget, done: told + 1, failed, best, secondsLeft, outcome: outcomes[told] });
      }
    },
    end() {},
  };
}
