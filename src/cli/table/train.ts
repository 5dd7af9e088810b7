/** `netspace table train SPEC|SPACE`: trains every function of a space, or goes on where it stopped. */
import { existsSync } from "node:fs";
import { Command } from "commander";
import { trainTable } from "../../search/table/train-table.js";
import { readSpecFile } from "../read-spec-file.js";
import { type RunOptions, runWatched, withRunOptions } from "../run-options.js";

export const tableTrainCommand = (): Command => {
  const command = new Command("train")
    .description("train every function of a space, each several times; run it again to resume after a stop")
    .argument(
      "<spec>",
      "a space's name, or a sweep spec, JSON, of which n, dataset, recipe and repeats may be left out",
    )
    .requiredOption("--out <folder>", "the table's folder");
  return withRunOptions(command).action(async (spec: string, options: RunOptions & { out: string }) => {
    const given = /\.(json|parquet)$/i.test(spec) || existsSync(spec) ? await readSpecFile(spec) : spec;
    process.stderr.write("counting the functions of the space, which may take a moment\n");
    await runWatched("table train", options, async how => (await trainTable(given, how)).population);
  });
};
