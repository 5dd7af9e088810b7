/** A search by its folder. */
import { readOutcomes } from "./outcome-log.js";
import { readFacts } from "./search-folder.js";
import { SearchResult } from "./search-result.js";

/**
 * What came of the search in a folder, finished or still running, so far.
 *
 * @throws SpecError if the folder holds no search
 * @throws StoreError if its outcomes cannot be read
 * @example
 * ```ts
 * import { complexityOf, openSearch, random, search } from "netspace/search";
 *
 * await search(NasBench201, { strategy: random(), objective: complexityOf("flops"), budget: 10, out: "searches/first" });
 * openSearch("searches/first").records.length; // => 10
 * ```
 */
export function openSearch(folder: string): SearchResult {
  const facts = readFacts(folder);
  const { outcomes, notes } = readOutcomes(folder);
  const own = outcomes.filter(({ search }) => search === facts.id);
  const foreign = outcomes.length - own.length;
  return new SearchResult(facts, own, folder, [
    ...notes,
    ...(foreign > 0 ? [`${foreign} outcomes belong to another search than ${folder}'s; passed over`] : []),
  ]);
}
