/** `netspace sweep compact DIR`: a sweep's population in one small Parquet file. */
import { statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { Command } from "commander";
import { compactSweep } from "../../populations/compact.js";
import { printJson, printLine, printNote } from "../print.js";

export const sweepCompactCommand = (): Command =>
  new Command("compact")
    .description("write a sweep's population, with curves and provenance, to one Parquet file")
    .argument("<folder>", "the sweep's folder; it stays as it is")
    .option("--out <file>", "the file (default: the folder's name with .parquet)")
    .option("--json", "print JSON")
    .action(async (folder: string, { out, json }: { out?: string; json?: boolean }) => {
      const file = out ?? `${basename(resolve(folder))}.parquet`;
      const { length, notes, provenance } = await compactSweep(folder, file);
      for (const note of notes) printNote(note);
      const bytes = statSync(file).size;
      if (json) return printJson({ file, networks: length, bytes, ...provenance });
      printLine(`${file}: ${length} networks, ${(bytes / 1024).toFixed(0)} KiB`);
    });
