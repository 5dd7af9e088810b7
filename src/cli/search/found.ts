/** What a search comes to, as commands print it. */
import type { SearchResult } from "../../search/runs/search-result.js";
import { printJson, printLine } from "../print.js";

/** A search in a sentence, or as JSON. */
export function printFound(found: SearchResult, json: boolean | undefined): void {
  if (json) return printJson(searchSummary(found));
  printLine(String(found));
  const { best } = found;
  if (!best) return;
  printLine(`best: place ${best.place}, ${JSON.stringify(best.record.architecture)}`);
}

/** What a search comes to. */
export function searchSummary(found: SearchResult): Record<string, unknown> {
  const { search, records, best, cost } = found;
  return {
    search: search.id,
    strategy: search.strategy,
    objectives: search.objectives.map(({ name }) => name),
    budget: search.budget,
    done: records.length,
    failed: records.filter(({ status }) => status === "failed").length,
    ...cost,
    best: best && { place: best.place, values: best.values, architecture: best.record.architecture },
  };
}
