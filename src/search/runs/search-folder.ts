/**
 * What a search is, in its folder: `search-spec.json`, which decides all that it does. Where it trains there is a sweep's
 * `spec.json` as well, so that what reads the population of a sweep reads that of a search.
 */
import { existsSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { expectName } from "../../base/expect.js";
import { readJsonFile } from "../../base/node/json-file.js";
import { replaceFile, syncFolder } from "../../base/node/replace-file.js";
import { isObject, say } from "../../base/say.js";
import type { CheckedSpec } from "../../trials/spec.js";
import { SpecError } from "../../trials/spec-error.js";
import { specFile } from "../../trials/spec-file.js";
import { keepSources } from "../../trials/source/keep-source.js";
import { type SpaceSpec, spaceName } from "../../trials/space-spec.js";
import { readTrials, writing } from "../../trials/store/store.js";
import { canonicalJson } from "../../trials/trial.js";
import { readOutcomes } from "./outcome-log.js";
import { stateFile } from "./state-file.js";
import { differingFields } from "../../trials/differing-fields.js";

/** An objective but for what measures it. */
export interface ObjectiveFacts {
  readonly name: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly better: "least" | "greatest";
  readonly unit?: string;
  readonly split?: "training" | "validation" | "test";
}

/** A space that is a value of some program: its name, and a hash of what is drawn of it. */
export interface LiveSpace {
  readonly value: string;
  readonly print: string;
}

/** All that a search is, as plain data. */
export interface SearchFacts {
  readonly version: 1;
  /** Hash of all below but how it is run and, unless the strategy plans by it, the budget. */
  readonly id: string;
  readonly space: SpaceSpec | LiveSpace;
  readonly strategy: { readonly name: string; readonly settings: Readonly<Record<string, unknown>> };
  readonly objectives: readonly ObjectiveFacts[];
  /** Evaluations. */
  readonly budget: number;
  readonly seed: number;
  readonly outstanding: number;
  /** Windows, and a hash of a condition's text. */
  readonly where: Readonly<Record<string, unknown>>;
  readonly resolution?: number;
  /** Whether outcomes are told as they come. */
  readonly asynchronous?: boolean;
  /** Whether the budget decides what is proposed. */
  readonly plans?: boolean;
  /** What it knew from the beginning: how many, and a hash of them. */
  readonly known?: { readonly n: number; readonly print: string };
  /** When trainings are ended early. */
  readonly stop?: { readonly name: string; readonly settings: Readonly<Record<string, unknown>> };
  /** How networks are trained, where they are. */
  readonly trains?: Pick<CheckedSpec, "dataset" | "recipe" | "engine" | "precision" | "stem">;
}

/** What figures call a search's space. */
export const titleOf = ({ space }: SearchFacts): string =>
  typeof space === "object" && "value" in space ? space.value : spaceName(space);

const factsFile = (folder: string): string => join(folder, "search-spec.json");

export const holdsSearch = (folder: string): boolean => existsSync(factsFile(folder));

/**
 * What the search in a folder is.
 *
 * @throws SpecError if it holds none, or one that cannot be read
 */
export function readFacts(folder: string, caller = "openSearch"): SearchFacts {
  expectName(caller, "a search's folder", folder);
  const file = factsFile(folder);
  if (!existsSync(file)) {
    const what = existsSync(specFile(folder)) ? "a sweep's" : folder;
    throw new SpecError(
      `${caller}: expected a search's folder with a search-spec.json, got ${what}; search(space, { …, out: ${say(folder)} }) or "netspace search SPEC --out ${folder}" begins one`,
    );
  }
  let facts: unknown;
  try {
    facts = readJsonFile(file);
  } catch (error) {
    throw new SpecError(
      `${caller}: ${file} cannot be read (${(error as Error).message}); what lies beside it is untouched`,
      {
        cause: error,
      },
    );
  }
  const { version } = (isObject(facts) ? facts : {}) as Partial<SearchFacts>;
  if (version !== 1) {
    throw new SpecError(
      `${caller}: expected a search of form 1 in ${file}, got ${say(version)}; update netspace if a newer one wrote it`,
    );
  }
  return facts as SearchFacts;
}

/**
 * Whether the search may be kept in this folder. One that was told nothing, and what a process left that was killed before that, is
 * in nobody's way.
 *
 * @throws SpecError if another search is there that was told something, or a sweep
 */
export function checkFolder(folder: string, facts: SearchFacts): void {
  const hasOutcomes = existsSync(folder) && readOutcomes(folder).end > 0;
  if (holdsSearch(folder)) {
    const kept = readFacts(folder, "search");
    if (kept.id === facts.id || !hasOutcomes) return;
    throw new SpecError(
      `search: ${folder} holds another search (${differences(kept, facts)}); choose another folder${facts.known === undefined && sameButForText(kept, facts) ? `, and begin the search there with known: ${say(folder)}; a version given to customObjective stands for its text` : ""}`,
    );
  }
  // A search's spec is written before what makes the folder a search's.
  if (existsSync(specFile(folder)) && !isSearchSpec(folder)) {
    throw new SpecError(`search: ${folder} holds a sweep; choose another folder for the search`);
  }
  if (
    hasOutcomes ||
    (existsSync(folder) && !existsSync(specFile(folder)) && readTrials(folder).records.size > 0)
  ) {
    const what = hasOutcomes ? "outcomes" : "trials";
    throw new SpecError(
      `search: ${folder} holds ${what} without their search-spec.json; put it back in its place, or choose another folder`,
    );
  }
}

/** Whether a folder's `spec.json` is a search's. */
function isSearchSpec(folder: string): boolean {
  try {
    return isObject((readJsonFile(specFile(folder)) as { readonly search?: unknown }).search);
  } catch {
    return false;
  }
}

/** Writes what the search is, durably. A budget that has grown takes the older one's place, as does a search that of one that was told nothing. */
export function keepFacts(folder: string, facts: SearchFacts, spec: CheckedSpec | undefined): void {
  const isNew = !holdsSearch(folder);
  const replaces = isNew || readFacts(folder, "search").id !== facts.id;
  if (replaces) writing(folder, () => rmSync(stateFile(folder), { force: true }));
  if (spec) {
    if (replaces) keepSources(folder, spec.space);
    keep(specFile(folder), spec);
  }
  // Last: with it the folder is a search's.
  keep(factsFile(folder), facts);
  if (replaces && !spec) writing(folder, () => rmSync(specFile(folder), { force: true }));
  if (isNew) syncFolder(dirname(folder));
}

function keep(file: string, data: unknown): void {
  writing(file, () => replaceFile(file, `${JSON.stringify(data, null, 2)}\n`, { durable: true }));
}

/** Whether nothing but the text of functions tells two searches apart. */
function sameButForText(kept: SearchFacts, facts: SearchFacts): boolean {
  const plain = ({ id: _id, budget: _budget, objectives, ...rest }: SearchFacts) =>
    canonicalJson({
      ...rest,
      objectives: objectives.map(
        ({ settings: { function: _text, version: _version, ...settings }, ...one }) => ({ ...one, settings }),
      ),
    } as object);
  return plain(kept) === plain(facts);
}

/** What differs, in words. A budget may grow, unless the strategy plans by it. */
function differences(kept: SearchFacts, facts: SearchFacts): string {
  const differing = differingFields(kept, facts, field => field !== "budget" || Boolean(facts.plans));
  const planned =
    differing.fields.join() === "budget" ? "; its strategy plans by the budget, which cannot grow" : "";
  return `${differing.words}${planned}`;
}
