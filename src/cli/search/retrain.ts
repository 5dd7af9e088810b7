/** `netspace search retrain DIR`: the best of a search, trained from scratch and tested. */
import { Command } from "commander";
import { retrainBest } from "../../search/retrain-best.js";
import { progressLine, type SweepProgress } from "../../trials/runner/progress.js";
import { count } from "../options.js";
import { printJson, printTable } from "../print.js";
import { type RunOptions, withRunOptions } from "../run-options.js";

interface Options extends RunOptions {
  n: number;
  seeds: number;
  recipe?: string;
  out?: string;
}

export const searchRetrainCommand = (): Command =>
  withRunOptions(
    new Command("retrain")
      .description("train the best of a search from scratch, and test them; run it again to resume")
      .argument("<folder>", "the search's folder")
      .option("--n <count>", "how many architectures", count, 1)
      .option("--seeds <count>", "trainings of each", count, 1)
      .option("--recipe <name>", "another recipe than the search's, by name")
      .option("--out <folder>", "where (default: retrained in the search's folder)"),
  ).action(async (folder: string, { json, memoryLimit, ...options }: Options) => {
    const stop = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
    const { networks, population } = await retrainBest(folder, {
      ...(options as object),
      ...(memoryLimit !== undefined && { memoryLimit: memoryLimit * 2 ** 20 }),
      signal: stop.signal,
      onProgress: (progress: SweepProgress) => {
        if (progress.event === "ended") process.stderr.write(`${progressLine(progress)}\n`);
      },
    });
    for (const note of population.notes) process.stderr.write(`note: ${note}\n`);
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
    if (stop.signal.aborted)
      throw new Error("search retrain: stopped; what is finished is kept, run it again to go on");
  });
