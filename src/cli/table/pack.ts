/** `netspace table pack FOLDER`: a table in one small file. */
import { statSync } from "node:fs";
import { Command } from "commander";
import type { MeasuredObjective } from "../../search/objective.js";
import { type ZeroCostName, zeroCostMeasures, zeroCostNames } from "../../search/objectives/index.js";
import { readSource } from "../../search/table/open-table.js";
import { packTable } from "../../search/table/pack-table.js";
import { printJson, printLine, printNote } from "../print.js";
import { requireFile } from "../writable.js";

interface Options {
  out: string;
  partial?: boolean;
  measures?: string | true;
  json?: boolean;
}

export const tablePackCommand = (): Command =>
  new Command("pack")
    .description("write a table, with curves, costs and provenance, to one Parquet file")
    .argument("<folder>", "the folder that it is trained in, or a file of it; it stays as it is")
    .requiredOption("--out <file>", "the file")
    .option("--partial", "take what there is where functions, or trainings of them, are missing")
    .option(
      "--measures [names]",
      `measure every function without training it, ${zeroCostNames.join(",")} or some of them; those of a file stay; run it again to go on after a stop`,
    )
    .option("--json", "print JSON")
    .action(async (folder: string, { out, partial, measures, json }: Options) => {
      requireFile("table pack", out);
      const stop = new AbortController();
      // A second one ends the process at once; what is measured lies beside the file.
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
      const { rows, population, complete } = await packTable(folder, out, {
        partial: partial ?? false,
        ...(measures !== undefined && {
          measures: await measuresOf(folder, measures),
          onProgress: counting(),
        }),
        signal: stop.signal,
      }).catch((error: unknown) => {
        if (!stop.signal.aborted) throw error;
        throw new Error(
          "table pack: stopped; what is measured is kept beside the file, run the same command to go on",
        );
      });
      for (const note of population.notes) printNote(note);
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

/** Of the images that the table was trained on, at the weights of seed 0, with one batch for all functions. */
async function measuresOf(folder: string, asked: string | true): Promise<MeasuredObjective[]> {
  const [{ spec }] = await readSource("table pack", folder);
  // Names that there are not are refused by name.
  const names = asked === true ? undefined : (asked.split(",").map(name => name.trim()) as ZeroCostName[]);
  return zeroCostMeasures({ dataset: spec.dataset, seed: 0 }, names);
}

/** How far it is, now and then. */
function counting(): (done: number, total: number) => void {
  let said = 0;
  return (done, total) => {
    const now = performance.now();
    if (done < total && now - said < 1000) return;
    said = now;
    const line = `measured ${done} of ${total} functions`;
    process.stderr.write(
      process.stderr.isTTY ? `\r\u001B[K${line}${done === total ? "\n" : ""}` : `${line}\n`,
    );
  };
}
