/** `netspace search report DIR…`: one self-contained page on searches. */
import { basename, resolve } from "node:path";
import { Command } from "commander";
import { writeSearchReport } from "../../report/search-report.js";
import { openRuns } from "../../search/runs/search-run-of.js";
import { printLine, printNote } from "../print.js";
import { requireFile } from "../writable.js";
import { number } from "./comparing.js";

export const searchReportCommand = (): Command =>
  new Command("report")
    .description("write one page on searches: curves with bands, comparison, proposals; all live")
    .argument("<folders...>", "searches' folders, finished or running; repeats have seeds of their own")
    .option("--best <error>", "what the best architecture is judged by, for regrets", number)
    .option("--out <page>", "the page (default: the first search's name with .html)")
    .action((folders: string[], { best, out }: { best?: number; out?: string }) => {
      const { runs, notes, objective, unit } = openRuns(folders);
      for (const note of notes) printNote(note);
      const file = out ?? `${basename(resolve(folders[0]))}.html`;
      requireFile("search report", file);
      writeSearchReport(runs, file, {
        facts: [["objective", objective]],
        ...(unit !== undefined && { unit }),
        ...(best !== undefined && { best }),
      });
      printLine(file);
    });
