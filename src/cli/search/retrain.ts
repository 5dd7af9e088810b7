/** `netspace search retrain DIR`: the best of a search, trained from scratch and tested. */
import { Command } from "commander";
import { fileProblem } from "../../base/node/file-problem.js";
import { retrainBest } from "../../search/retrain-best.js";
import { progressLine, type SweepProgress } from "../../trials/runner/progress.js";
import type { TrainedObjective } from "../../search/objective.js";
import { SpecError } from "../../trials/spec-error.js";
import { readJsonFile } from "../read-json-file.js";
import { count } from "../options.js";
import { printJson, printNote, printTable } from "../print.js";
import { type RunOptions, withRunOptions } from "../run-options.js";

interface Options extends RunOptions {
  n: number;
  seeds: number;
  recipe?: string;
  trains?: string;
  out?: string;
}

/** What is trained, from a file. @throws SpecError if it cannot be read */
function trainsIn(file: string): TrainedObjective["trains"] {
  try {
    return readJsonFile(file) as TrainedObjective["trains"];
  } catch (error) {
    throw new SpecError(
      `search retrain: expected a JSON file with dataset and recipe, could not read ${file}: ${fileProblem(error)}`,
      { cause: error },
    );
  }
}

export const searchRetrainCommand = (): Command =>
  withRunOptions(
    new Command("retrain")
      .description("train the best of a search from scratch, and test them; run it again to resume")
      .argument("<folder>", "the search's folder")
      .option("--n <count>", "how many architectures", count, 1)
      .option("--seeds <count>", "trainings of each", count, 1)
      .option("--recipe <name>", "another recipe than the search's, by name")
      .option(
        "--trains <file>",
        "how, of a search that trained nothing: JSON with dataset, recipe and so on, as in a sweep's spec",
      )
      .option("--out <folder>", "where (default: retrained in the search's folder)"),
  ).action(async (folder: string, { json, memoryLimit, trains, ...options }: Options) => {
    const [drain, stop] = [new AbortController(), new AbortController()];
    process.on("SIGINT", () => {
      if (drain.signal.aborted) return stop.abort();
      drain.abort();
      process.stderr.write("\nending with the trainings under way; Ctrl-C again stops at once\n");
    });
    process.once("SIGTERM", () => stop.abort());
    const { networks, population } = await retrainBest(folder, {
      ...(options as object),
      ...(memoryLimit !== undefined && { memoryLimit: memoryLimit * 2 ** 20 }),
      ...(trains !== undefined && { trains: trainsIn(trains) }),
      drain: drain.signal,
      signal: stop.signal,
      onProgress: (progress: SweepProgress) => {
        if (progress.event === "ended") process.stderr.write(`${progressLine(progress)}\n`);
      },
    });
    for (const note of population.notes) printNote(note);
    if (json) printJson(networks.rows);
    else {
      printTable(
        networks.rows.map(({ place, told, error, deviation, trainings }) => ({
          place,
          told: told.toFixed(2),
          "test error (%)": error.toFixed(2),
          "±": Number.isNaN(deviation) ? "" : deviation.toFixed(2),
          trainings,
        })),
      );
    }
    if (drain.signal.aborted || stop.signal.aborted)
      throw new Error("search retrain: stopped; what is finished is kept, run it again to go on");
  });
