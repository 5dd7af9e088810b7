/** `netspace search status DIR`: how far a search is, and what it found. */
import { Command } from "commander";
import { openSearch } from "../../search/runs/open-search.js";
import { printFound } from "./found.js";

export const searchStatusCommand = (): Command =>
  new Command("status")
    .description("how far a search is, finished or running, and what it found")
    .argument("<folder>", "the search's folder")
    .option("--json", "print JSON")
    .action((folder: string, { json }: { json?: boolean }) => {
      const found = openSearch(folder);
      for (const note of found.notes) process.stderr.write(`note: ${note}\n`);
      printFound(found, json);
    });
