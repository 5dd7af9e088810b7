/** `netspace sweep label DIR`: tags and a note on a sweep. */
import { Command } from "commander";
import { labelSweep } from "../../sweeps/label-sweep.js";
import { labelLine } from "../../trials/store/labels.js";
import { each } from "../options.js";
import { printJson, printLine } from "../print.js";

interface Options {
  tag?: string[];
  remove?: string[];
  note?: string;
  clear?: boolean;
  json?: boolean;
}

export const sweepLabelCommand = (): Command =>
  new Command("label")
    .description("put tags and a note on a sweep, running or not; without options, show them")
    .argument("<folder>", "the sweep's folder")
    .option("--tag <tag>", "a tag that it gets; may be given several times", each)
    .option("--remove <tag>", "a tag that it loses; may be given several times", each)
    .option("--note <text>", "its note, in place of the one that it has")
    .option("--clear", "take away what was there before")
    .option("--json", "print JSON")
    .action((folder: string, { tag, remove, note, clear, json }: Options) => {
      const labels = labelSweep(folder, {
        ...(clear && { tags: [], note: "" }),
        ...(tag && { add: tag }),
        ...(remove && { remove }),
        ...(note !== undefined && { note }),
      });
      if (json) return printJson(labels);
      printLine(labelLine(labels) || "no tags, no note");
    });
