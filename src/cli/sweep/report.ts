/** `netspace sweep report POPULATION`: one self-contained page on one population. */
import { basename, resolve } from "node:path";
import { Command } from "commander";
import { trainedPopulation } from "../../populations/population-from.js";
import { writeSweepReport } from "../../report/sweep-report.js";
import { printLine } from "../print.js";
import { requireFile } from "../writable.js";

export const sweepReportCommand = (): Command =>
  new Command("report")
    .description("write one page on a sweep: EDF, parameters, complexity, curves, networks; all live")
    .argument(
      "<population>",
      "a sweep's folder (finished or running), a compact file, or a shipped population",
    )
    .option("--out <page>", "the page (default: the population's name with .html)")
    .action(async (source: string, { out }: { out?: string }) => {
      const population = await trainedPopulation("sweep report", source);
      const file = out ?? `${basename(resolve(source)).replace(/\.parquet$/i, "")}.html`;
      requireFile("sweep report", file);
      writeSweepReport(population, file);
      printLine(file);
    });
