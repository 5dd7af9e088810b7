/** `netspace sweep expand FILE`: a compact population as a sweep's folder again, its code to be read. */
import { join } from "node:path";
import { Command } from "commander";
import { expandSweep } from "../../populations/expand.js";
import { keptFiles } from "../../trials/source/keep-source.js";
import { printJson, printLine } from "../print.js";

export const sweepExpandCommand = (): Command =>
  new Command("expand")
    .description(
      "make a sweep's folder of a compact population, to resume it or to read its code; runs nothing",
    )
    .argument("<file>", "a compact population, Parquet")
    .requiredOption("--out <folder>", "the sweep's folder, new or of the same sweep")
    .option("--json", "print JSON")
    .action(async (file: string, { out, json }: { out: string; json?: boolean }) => {
      const trials = await expandSweep(file, out);
      const code = Object.keys(keptFiles(out) ?? {});
      if (json) return printJson({ folder: out, trials, code });
      printLine(
        `${out}: ${trials} trials put in; netspace sweep ${join(out, "spec.json")} --out ${out} resumes it`,
      );
      if (code.length > 0) {
        printLine(
          `that runs the code of its space, ${code.map(name => join(out, "source", name)).join(", ")}: read it first`,
        );
      }
    });
