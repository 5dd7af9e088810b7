/** `netspace table verify TABLE`: are its trainings what its spec gives? Every record is read, some are trained again. */
import { Command } from "commander";
import { table } from "../../search/table/open-table.js";
import { verifyPopulation } from "../../sweeps/verify-population.js";
import { count } from "../options.js";
import { printJson, printLine } from "../print.js";

interface Options {
  n: number;
  partial?: boolean;
  json?: boolean;
}

const marks = { same: "✓", other: "✗", "cannot tell": "?" } as const;

export const tableVerifyCommand = (): Command =>
  new Command("verify")
    .description(
      "read every record of a table, train some again, and compare: to the bit on the same kind of processor, else within noise",
    )
    .argument("<table>", "a table that comes with netspace, a file, or the folder that it is trained in")
    .option("--n <count>", "trainings that are done again", count, 10)
    .option("--partial", "take what there is where functions, or trainings of them, are missing")
    .option("--json", "print JSON lines, one for each training that was judged")
    .action(async (source: string, { n, partial, json }: Options) => {
      const { population } = await table(source, { partial: partial ?? false });
      const { rows } = await verifyPopulation(population, { networks: n });
      let others = 0;
      for (const row of rows) {
        const { index, stored, again, allowed, passing, verdict, by } = row;
        if (verdict === "other") others++;
        if (json) {
          printJson(row);
          continue;
        }
        const within =
          allowed > 0
            ? `; ${allowed.toFixed(1)} points are allowed, within which ${(100 * passing).toFixed(0)} % of the table lies`
            : "";
        printLine(
          `${marks[verdict]} training ${index}: ${stored.toFixed(2)} % stored, ${again.toFixed(2)} % ${by === "its record" ? "tested in its last epoch" : "now"}; judged by ${by}${within}`,
        );
      }
      if (others > 0) {
        throw new Error(
          `table verify: ${others} of ${rows.length} trainings are not what the table has, see above`,
        );
      }
    });
