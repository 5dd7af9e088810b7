/** `netspace report`: one page with the figures of executed notebooks and the populations behind them. */
import { Command } from "commander";
import { liveOutput } from "../../notebook/live-output.js";
import { openPopulation } from "../../populations/population.js";
import { writeReport } from "../../report/report.js";
import { each } from "../options.js";
import { printLine } from "../print.js";
import { requireFolder } from "../writable.js";

export const reportCommand = (): Command =>
  new Command("report")
    .description("write one self-contained page from executed notebooks")
    .argument("<notebook...>", "executed notebooks")
    .option("--population <folder>", "a sweep to list; may be given several times", each, [])
    .option("--out <folder>", "folder of the page", "out/report")
    .action(async (notebooks: string[], { population, out }: { population: string[]; out: string }) => {
      const populations = population.map(folder => ({ folder, population: openPopulation(folder) }));
      requireFolder("report", out);
      const line = liveOutput();
      const onProgress = (done: number, total: number) => line.show(`drawing: ${done} of ${total} notebooks`);
      const page = await writeReport({ notebooks, populations, out, onProgress });
      line.end("drawn");
      printLine(page);
    });
