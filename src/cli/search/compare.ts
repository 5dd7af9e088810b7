/** `netspace search compare DIR…`: strategies held against each other over repeated searches. */
import { Command } from "commander";
import { openRuns } from "../../search/runs/search-run-of.js";
import { printLine, printNote } from "../print.js";
import { addComparing, type Comparing, printComparison } from "./comparing.js";

export const searchCompareCommand = (): Command =>
  addComparing(
    new Command("compare")
      .description(
        "compare strategies over repeated searches of one space: which found better, and what the data support",
      )
      .argument("<folders...>", "searches' folders, each with a seed of its own"),
  ).action((folders: string[], options: Comparing) => {
    const { runs, notes, unit, objective } = openRuns(folders);
    for (const note of notes) printNote(note);
    printComparison("search compare", runs, { facts: [["objective", objective]], unit }, options);
    if (options.out !== undefined && !options.json) printLine(options.out);
  });
