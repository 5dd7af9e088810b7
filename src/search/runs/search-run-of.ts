/** Searches' folders as runs to look at and to compare: repeats of a strategy by its name. */
import { reviveArchitecture } from "../../architectures/stored.js";
import { isList } from "../../base/expect.js";
import { say } from "../../base/say.js";
import { canonicalJson } from "../../trials/trial.js";
import { RunLog, type SearchRun } from "../search-run.js";
import { madeSmall } from "./evaluation.js";
import { openSearch } from "./open-search.js";
import type { SearchFacts } from "./search-folder.js";
import { SearchResult } from "./search-result.js";
import type { OutcomeRecord } from "./outcome-log.js";

/**
 * A search as a run. It is told its first objective, made small; it is judged by what the objective's details say beside
 * that, the error on the test split or what a table judges by, and by what it was told where they say nothing.
 *
 * @example
 * ```ts
 * import { random, search, searchRun, table, tableError } from "netspace/search";
 *
 * const objective = tableError((await table("SmallAssignments")).search());
 * const runs = await Promise.all(
 *   [1, 2, 3].map(seed => search(SmallAssignments, { strategy: random(), objective, budget: 10, seed })),
 * );
 * // What the best so far is judged by after ten evaluations.
 * runs.map(run => searchRun(run as never).judged.at(-1)?.toFixed(1)); // => ["14.9", "14.0", "14.8"]
 * ```
 */
export function searchRun(result: SearchResult<never>): SearchRun {
  if (!((result as unknown) instanceof SearchResult)) {
    throw new RangeError(
      `searchRun: expected a search, as search() and openSearch(folder) give it, got ${say(result)}`,
    );
  }
  const { search, records } = result;
  const { strategy, seed, objectives } = search;
  const log = new RunLog({ strategy: strategy.name, seed }, records.length);
  for (const record of records) {
    const error = madeSmall(objectives[0], record.objectives[0].value);
    const { code, cost, epochs } = record;
    const also = objectives.length === 2 ? madeSmall(objectives[1], record.objectives[1].value) : undefined;
    log.add({ code, error, judged: judgedBy(record) ?? error, cost, epochs, also });
  }
  return { ...log.run(), architectures: records.map(record => reviveArchitecture(record.architecture)) };
}

/** What decides nothing in the search, and says how good the architecture is. */
function judgedBy({ objectives: [{ details = {} }] }: OutcomeRecord): number | undefined {
  const { testError, judged } = details;
  return [testError, judged].find(
    (value): value is number => typeof value === "number" && !Number.isNaN(value),
  );
}

/** Searches of one space for one objective. */
export interface OpenedRuns {
  /** Of each strategy, by its name, and by the settings in which those of one name differ. */
  readonly runs: Readonly<Record<string, readonly SearchRun[]>>;
  /** What they were told, and in which unit. */
  readonly objective: string;
  readonly unit: string | undefined;
  /** What had to be passed over, in words. */
  readonly notes: readonly string[];
}

/**
 * The searches in some folders as repeats of their strategies, finished or not.
 *
 * @throws RangeError for searches of different spaces or objectives, which say nothing of each other, and for two that are
 *   the same search
 * @throws SpecError for a folder that holds no search
 * @example
 * ```ts
 * import { compareSearches, evolution, openRuns, random, search, table, tableError } from "netspace/search";
 *
 * const objective = tableError((await table("SmallAssignments")).search());
 * for (const seed of [1, 2, 3]) {
 *   await search(SmallAssignments, { strategy: random(), objective, budget: 10, seed, out: `searches/random-${seed}` });
 *   await search(SmallAssignments, {
 *     strategy: evolution({ population: 5, sample: 2 }), objective, budget: 10, seed, out: `searches/evolution-${seed}`,
 *   });
 * }
 * const { runs } = openRuns([1, 2, 3].flatMap(seed => [`searches/random-${seed}`, `searches/evolution-${seed}`]));
 * compareSearches(runs).pairs.length; // => 1
 * ```
 */
export function openRuns(folders: readonly string[]): OpenedRuns {
  const fn = "openRuns";
  if (
    !isList(folders) ||
    folders.length === 0 ||
    !Array.from(folders).every(folder => typeof folder === "string")
  ) {
    throw new RangeError(`${fn}: expected folders of searches, got ${say(folders)}`);
  }
  const found = folders.map(folder => ({ folder, result: openSearch(folder) }));
  const [{ folder: first, result: one }] = found;
  for (const { folder, result } of found) {
    const differs = (["space", "objectives", "where", "trains"] as const).find(
      part => canonicalJson(result.search[part] ?? null) !== canonicalJson(one.search[part] ?? null),
    );
    if (differs !== undefined) {
      const what = { space: "space", objectives: "objective", where: "windows", trains: "training" }[differs];
      throw new RangeError(
        `${fn}: expected searches that differ in strategy and seed alone, got another ${what} in ${folder} than in ${first}; compare those of one ${what}`,
      );
    }
    const twin = found.find(other => other.folder !== folder && other.result.search.id === result.search.id);
    if (twin || folders.indexOf(folder) !== folders.lastIndexOf(folder)) {
      throw new RangeError(
        `${fn}: expected repeats with seeds of their own, got the same search in ${folder} and ${twin?.folder ?? folder}; leave one out, or give it another seed`,
      );
    }
  }
  const empty = found.find(({ result }) => result.records.length === 0);
  if (empty)
    throw new RangeError(
      `${fn}: expected searches with evaluations, got none in ${empty.folder}; run it, or leave it out`,
    );
  const names = strategyNames(found.map(({ result }) => result.search));
  const runs: Record<string, SearchRun[]> = {};
  for (const [i, { result }] of found.entries()) (runs[names[i]] ??= []).push(searchRun(result as never));
  const [objective] = one.search.objectives;
  return {
    runs,
    objective: objective.name,
    unit: objective.unit,
    notes: found.flatMap(({ folder, result }) => result.notes.map(note => `${folder}: ${note}`)),
  };
}

/** Each search's strategy, with the settings in which strategies of that name differ. */
function strategyNames(searches: readonly SearchFacts[]): string[] {
  return searches.map(({ strategy: { name, settings } }) => {
    const others = searches.flatMap(({ strategy }) => (strategy.name === name ? [strategy.settings] : []));
    const different = Object.keys(settings).filter(key =>
      others.some(other => canonicalJson(other[key] ?? null) !== canonicalJson(settings[key] ?? null)),
    );
    const said = different.map(key => `${key} ${plain(settings[key])}`);
    return said.length > 0 ? `${name} (${said.join(", ")})` : name;
  });
}

const plain = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
