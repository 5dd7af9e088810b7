/** `netspace table describe TABLE`: its noise, its ceiling, how alike it ranks functions, ties and local optima. */
import { Command } from "commander";
import { table } from "../../search/table/open-table.js";
import { tableFacts } from "../../search/table/table-facts.js";
import { printJson, printLine } from "../print.js";

export const tableDescribeCommand = (): Command =>
  new Command("describe")
    .description(
      "tell a table's noise, what a search can find in it, and how alike seeds, splits and epochs rank it",
    )
    .argument("<table>", "a table that comes with netspace, a file, or the folder that it is trained in")
    .option("--partial", "take what there is where functions, or trainings of them, are missing")
    .option("--markdown", "print tables in Markdown")
    .option("--json", "print JSON")
    .action(
      async (
        source: string,
        { partial, markdown, json }: { partial?: boolean; markdown?: boolean; json?: boolean },
      ) => {
        const facts = tableFacts(await table(source, { partial: partial ?? false }));
        if (json) return printJson(facts);
        printLine(markdown ? facts.toMarkdown() : facts.toString());
      },
    );
