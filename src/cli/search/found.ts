/** What a search comes to, as commands print it. */
import { listing } from "../../architectures/stored.js";
import type { OutcomeRecord } from "../../search/runs/outcome-log.js";
import type { SearchResult } from "../../search/runs/search-result.js";
import { printJson, printLine } from "../print.js";

/** A search in a sentence, or as JSON. */
export function printFound(found: SearchResult, json: boolean | undefined): void {
  if (json) return printJson(searchSummary(found));
  printLine(String(found));
  const { best } = found;
  if (!best) return;
  const parts = Object.entries(listing(best.record.architecture)).map(([name, text]) => `${name} ${text}`);
  printLine(`best: place ${best.place}, ${parts.join(", ")}`);
}

/** Different reasons that are printed. */
const MOST_REASONS = 5;
/** Places that are named of one reason. */
const MOST_PLACES = 10;

/** Why evaluations failed, each reason once with its places. */
export function printFailures(records: readonly Pick<OutcomeRecord, "place" | "reason">[]): void {
  const byReason = new Map<string, number[]>();
  for (const { place, reason = "no reason given" } of records) {
    byReason.set(reason, [...(byReason.get(reason) ?? []), place]);
  }
  const reasons = [...byReason];
  for (const [reason, places] of reasons.slice(0, MOST_REASONS)) {
    const shown = places.slice(0, MOST_PLACES).join(", ");
    const more = places.length > MOST_PLACES ? ` and ${places.length - MOST_PLACES} more` : "";
    process.stderr.write(`failed: ${places.length === 1 ? "place" : "places"} ${shown}${more}: ${reason}\n`);
  }
  const rest = reasons.slice(MOST_REASONS).reduce((sum, [, places]) => sum + places.length, 0);
  if (rest > 0) process.stderr.write(`failed: ${rest} more for other reasons\n`);
}

/** What a search comes to. */
export function searchSummary(found: SearchResult): Record<string, unknown> {
  const { search, records, best, cost } = found;
  const failed = records.filter(({ status }) => status === "failed");
  return {
    search: search.id,
    strategy: search.strategy,
    objectives: search.objectives.map(({ name }) => name),
    budget: search.budget,
    done: records.length,
    failed: failed.length,
    ...(failed.length > 0 && {
      failures: failed.map(({ place, reason, fault }) => ({ place, reason, fault })),
    }),
    ...cost,
    best: best && {
      place: best.place,
      values: best.values,
      ...(best.record.scalar !== undefined && { scalar: best.record.scalar }),
      architecture: best.record.architecture,
    },
  };
}
