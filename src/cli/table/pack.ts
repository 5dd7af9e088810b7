/** `netspace table pack FOLDER`: a table in one small file. */
import { statSync } from "node:fs";
import { Command } from "commander";
import { packTable } from "../../search/table/pack-table.js";
import { printJson, printLine } from "../print.js";
import { requireFile } from "../writable.js";

interface Options {
  out: string;
  partial?: boolean;
  json?: boolean;
}

export const tablePackCommand = (): Command =>
  new Command("pack")
    .description("write a table, with curves, costs and provenance, to one Parquet file")
    .argument("<folder>", "the folder that it is trained in, or a file of it; it stays as it is")
    .requiredOption("--out <file>", "the file")
    .option("--partial", "take what there is where functions, or trainings of them, are missing")
    .option("--json", "print JSON")
    .action(async (folder: string, { out, partial, json }: Options) => {
      requireFile("table pack", out);
      const { rows, population, complete } = await packTable(folder, out, { partial: partial ?? false });
      for (const note of population.notes) process.stderr.write(`note: ${note}\n`);
      const bytes = statSync(out).size;
      if (json)
        return printJson({
          file: out,
          functions: rows.length,
          trainings: population.length,
          complete,
          bytes,
        });
      printLine(
        `${out}: ${population.length} trainings of ${rows.length} functions${complete ? "" : ", partial"}, ${(bytes / 1024).toFixed(0)} KiB`,
      );
    });
