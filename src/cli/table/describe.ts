/** `netspace table describe TABLE`: its noise, its ceiling, how alike it ranks functions, ties and local optima. */
import { Command } from "commander";
import { Population } from "../../populations/population.js";
import { populationFrom } from "../../populations/population-from.js";
import { shippedTables, table, tablesBeside } from "../../search/table/open-table.js";
import { tableFacts } from "../../search/table/facts/table-facts.js";
import { each } from "../options.js";
import { printJson, printLine } from "../print.js";

interface Options {
  beside?: string[];
  partial?: boolean;
  markdown?: boolean;
  json?: boolean;
}

export const tableDescribeCommand = (): Command =>
  new Command("describe")
    .description(
      "tell a table's noise, what a search can find in it, and how alike seeds, splits and epochs rank it",
    )
    .argument("<table>", "a table that comes with netspace, a file, or the folder that it is trained in")
    .option(
      "--beside <population>",
      "trainings of its functions on other images or by another recipe, a folder or file, to compare its ranking with; may be given several times; those that come with a table are taken anyway",
      each,
    )
    .option("--partial", "take what there is where functions, or trainings of them, are missing")
    .option("--markdown", "print tables in Markdown")
    .option("--json", "print JSON")
    .action(async (source: string, { beside = [], partial, markdown, json }: Options) => {
      const opened = await table(source, { partial: partial ?? false });
      const shipped = shippedTables().includes(source) ? await tablesBeside(source) : [];
      const given = await Promise.all(beside.map(populationOf));
      const facts = tableFacts(opened, { beside: [...shipped, ...given] });
      if (json) return printJson(facts);
      printLine(markdown ? facts.toMarkdown() : facts.toString());
    });

async function populationOf(source: string): Promise<Population> {
  const { population } = await populationFrom(source);
  if (population instanceof Population) return population;
  throw new Error(
    `table describe: --beside: expected a population with architectures, got other data in ${source}`,
  );
}
