/** `netspace sweep list`: the sweeps in a folder. */
import { Command } from "commander";
import { fixed } from "../../base/fixed.js";
import { oneLine } from "../../base/say.js";
import { type ListedSweep, listSweeps } from "../../sweeps/list-sweeps.js";
import { each } from "../options.js";
import { printJson, printLine, printNote, printTable } from "../print.js";

/** Characters of a note in a line. */
const NOTE = 60;

export const sweepListCommand = (): Command =>
  new Command("list")
    .description(
      "the sweeps in a folder and down to eight levels below it: how far they are, their errors, tags and notes",
    )
    .argument("[folder]", "where they are", "runs")
    .option("--tag <tag>", "only those that have it; may be given several times", each)
    .option("--json", "print JSON, one sweep per line")
    .action((folder: string, { tag = [], json }: { tag?: string[]; json?: boolean }) => {
      const { rows, notes } = listSweeps(folder, { tags: tag });
      for (const note of notes) printNote(note);
      if (json) {
        for (const row of rows) printJson(row);
        return;
      }
      if (rows.length === 0) {
        printLine(
          `no sweep in ${folder}${tag.length > 0 ? ` with ${tag.map(name => `#${name}`).join(" ")}` : ""}`,
        );
        return;
      }
      printTable(rows.map(inLine));
    });

const inLine = ({ folder, space, state, trained, of, least, mean, last, tags, note }: ListedSweep) => ({
  folder,
  space,
  state,
  trained: `${trained}/${of}`,
  "least (%)": Number.isNaN(least) ? "" : fixed(least, 1),
  "mean (%)": Number.isNaN(mean) ? "" : fixed(mean, 1),
  "last ended": last.slice(0, 16).replace("T", " "),
  tags,
  note: cut(oneLine(note)),
});

function cut(note: string): string {
  const points = [...note];
  return points.length > NOTE ? `${points.slice(0, NOTE - 1).join("")}…` : note;
}
