/** `netspace sweep report POPULATION`: one self-contained page on one population. */
import { basename, resolve } from "node:path";
import { Command } from "commander";
import { Population } from "../populations/population.js";
import { populationFrom } from "../populations/population-from.js";
import { TableError } from "../populations/table-error.js";
import { writeSweepReport } from "../report/sweep-report.js";
import { printLine } from "./print.js";

export const sweepReportCommand = (): Command =>
  new Command("report")
    .description("write one page on a sweep: EDF, parameters, complexity, curves, networks; all live")
    .argument(
      "<population>",
      "a sweep's folder (finished or running), a compact file, or a shipped population",
    )
    .option("--out <page>", "the page (default: the population's name with .html)")
    .action(async (source: string, { out }: { out?: string }) => {
      const { population } = await populationFrom(source);
      if (!(population instanceof Population)) {
        throw new TableError(
          `sweep report: expected a population trained by a sweep, got other data in ${source}`,
        );
      }
      const file = out ?? `${basename(resolve(source)).replace(/\.parquet$/i, "")}.html`;
      writeSweepReport(population, file);
      printLine(file);
    });
