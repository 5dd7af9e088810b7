/** Outcomes that a search begins with: another search's, or those of a population. */
import { createHash } from "node:crypto";
import {
  type AnyStoredArchitecture,
  reviveArchitecture,
  storeArchitecture,
  type StoredMember,
} from "../../architectures/stored.js";
import type { AnyArchitecture } from "../../architectures/family.js";
import { USUAL_RESOLUTION } from "../../architectures/build.js";
import { isObject, say } from "../../base/say.js";
import { inWordsOf } from "./words.js";
import { Population } from "../../populations/population.js";
import { populationFrom } from "../../populations/population-from.js";
import type { Decisions } from "../../spaces/decisions/decisions.js";
import { decisions } from "../../spaces/decisions/decisions-of.js";
import type { Way } from "../../spaces/decisions/way.js";
import type { Space } from "../../spaces/space.js";
import type { Recipe } from "../../training/recipe.js";
import { selectionError } from "../../trials/selection-error.js";
import { canonicalJson } from "../../trials/trial.js";
import { datasetFacts } from "../../training/datasets/dataset-facts.js";
import type { CheckedSpec } from "../../trials/spec.js";
import { isTrained, type Objective } from "../objective.js";
import type { Outcome } from "../searcher.js";
import type { Strategy } from "../strategy.js";
import { madeSmall } from "./evaluation.js";
import { openSearch } from "./open-search.js";
import { holdsSearch, type ObjectiveFacts } from "./search-folder.js";
import { SearchResult } from "./search-result.js";

/** What a search can begin with: a search, a population, or the folder or file of one. */
export type Known = string | SearchResult<never> | SearchResult | Population;

/** An architecture with what is known of it, by objective. */
interface Evaluated {
  readonly architecture: AnyStoredArchitecture;
  readonly code?: readonly number[];
  /** Fields of the recipe that the strategy decided there. */
  readonly recipe?: Partial<Recipe>;
  readonly values: readonly number[];
  /** Height and width of the image at which each was counted, of counts. */
  readonly counted?: readonly (number | undefined)[];
}

export interface KnownOutcomes {
  /** With places from −n to −1. */
  readonly outcomes: readonly Outcome[];
  /** What a search's identity says of them. */
  readonly facts: { readonly n: number; readonly print: string };
  /** What is to be known of them, in words. */
  readonly notes: readonly string[];
}

/**
 * @throws RangeError for a strategy that learns of its own proposals alone, and for architectures of another space or without
 *   a value of an objective
 */
export async function knownOutcomes(
  given: Known,
  strategy: Strategy,
  objectives: readonly Objective[],
  space: Space,
  spec?: CheckedSpec,
): Promise<KnownOutcomes> {
  if (!strategy.takesKnown) {
    throw new RangeError(
      `search: ${strategy.name} learns from what it asked for alone, got known outcomes; leave known out, or choose a strategy such as evolution() or localSearch()`,
    );
  }
  const program = decisions<AnyArchitecture>(space as unknown as Space<AnyArchitecture>);
  const found = await opened(given);
  const notes: string[] = [];
  const evaluated =
    found instanceof SearchResult
      ? ofSearch(found, objectives, notes)
      : ofPopulation(found, objectives, spec);
  const outcomes = evaluated.map((one, i): Outcome => {
    const values = one.values.map((value, k) => madeSmall(objectives[k], value));
    const way = wayOf(program, one, i, evaluated.length);
    requireCounted(objectives, one, way.architecture);
    return {
      way,
      place: i - evaluated.length,
      error: values[0],
      ...(one.recipe && { recipe: one.recipe }),
      ...(values.length > 1 && { objectives: values }),
    };
  });
  const told = outcomes.map(({ way, error, objectives: all }) => ({ code: way.code, error, all }));
  const print = createHash("sha256").update(canonicalJson(told)).digest("hex").slice(0, 16);
  return { outcomes, facts: { n: outcomes.length, print }, notes };
}

async function opened(given: Known): Promise<SearchResult | Population> {
  try {
    return await openedAs(given);
  } catch (error) {
    throw inWordsOf("search: known", error);
  }
}

async function openedAs(given: Known): Promise<SearchResult | Population> {
  if (given instanceof SearchResult) return given as SearchResult;
  if (given instanceof Population) return given;
  if (typeof given === "string" && given !== "") {
    if (holdsSearch(given)) return openSearch(given);
    const { population } = await populationFrom(given);
    if (population instanceof Population) return population;
    throw new RangeError(
      `search: known: expected a population with architectures, got other data in ${given}; give a sweep's folder or file, or a search`,
    );
  }
  throw new RangeError(
    `search: known: expected a search, a population, or the folder or file of one, got ${isObject(given) ? say(given) : String(given)}; leave known out to begin with nothing`,
  );
}

function ofSearch(
  { records, search }: SearchResult,
  objectives: readonly Objective[],
  notes: string[],
): Evaluated[] {
  for (const objective of objectives) requireSame(objective, search.objectives, notes);
  return records
    .filter(({ epochs }) => epochs === undefined)
    .map(({ architecture, code, recipe, objectives: said }) => {
      const ours = objectives.map(({ name }) => said.find(({ objective }) => objective === name));
      return {
        architecture,
        code,
        ...(recipe && { recipe }),
        values: ours.map(one => one?.value ?? Number.NaN),
        counted: ours.map(one => one?.details?.resolution as number | undefined),
      };
    });
}

/** @throws RangeError where a search has no such objective, or one of that name that is another */
function requireSame(objective: Objective, others: readonly ObjectiveFacts[], notes: string[]): void {
  const { name, better = "least" } = objective;
  const other = others.find(each => each.name === name);
  if (!other) {
    throw new RangeError(
      `search: known: expected outcomes with the objective ${say(name)}, got ${others.map(each => each.name).join(", ")}; give a search by the same objectives`,
    );
  }
  const [here, there] = [facts({ ...objective, better }), facts(other)];
  const differs = Object.keys({ ...there, ...here }).find(
    field => canonicalJson(here[field] ?? null) !== canonicalJson(there[field] ?? null),
  );
  if (differs !== undefined) {
    throw new RangeError(
      `search: known: expected outcomes of ${say(name)} with ${differs} ${canonicalJson(here[differs] ?? null)}, got ${canonicalJson(there[differs] ?? null)}; give a search by the same objectives, or leave known out`,
    );
  }
  // Whoever mended a function takes its outcomes on purpose.
  const [text, before] = [objective.settings.function, other.settings.function];
  if (text !== before) {
    notes.push(
      `known: the function of ${say(name)} reads otherwise than when it gave these values; they are taken as they are`,
    );
  }
}

/** All that decides what an objective says but for the text of a function. */
const facts = ({
  settings: { function: _text, version: _version, ...settings },
  better,
  unit,
  split,
}: Pick<ObjectiveFacts, "settings" | "better" | "unit" | "split">): Readonly<Record<string, unknown>> => ({
  ...settings,
  better,
  unit,
  split,
});

const COUNTS = ["flops", "params", "acts"] as const;

/** @throws RangeError for counts at another size of images than the search counts at */
function requireCounted(
  objectives: readonly Objective[],
  { counted = [] }: Evaluated,
  architecture: AnyArchitecture,
): void {
  for (const [i, { name, settings }] of objectives.entries()) {
    const there = counted[i];
    if (there === undefined || !["flops", "acts"].includes(name)) continue;
    const here = (settings.resolution as number | undefined) ?? architecture.resolution ?? USUAL_RESOLUTION;
    if (here === there) continue;
    throw new RangeError(
      `search: known: expected ${name} at ${here} pixels, got those at ${there}; give a search that counts at the same resolution`,
    );
  }
}

function ofPopulation(
  { trials, spec: trained }: Population,
  objectives: readonly Objective[],
  spec: CheckedSpec | undefined,
): Evaluated[] {
  if (spec) requireSameTraining(trained, spec);
  const { resolution } = datasetFacts(trained.dataset);
  return trials.map(({ architecture, error = Number.NaN, validationError, complexity }) => ({
    architecture,
    counted: objectives.map(() => resolution),
    values: objectives.map(objective => {
      if (isTrained(objective)) return selectionError({ error, validationError });
      const count = COUNTS.find(name => name === objective.name);
      if (count !== undefined) return complexity[count];
      throw new RangeError(
        `search: known: a population knows errors and ${COUNTS.join(", ")}, expected ${say(objective.name)}; give a search by the same objectives`,
      );
    }),
  }));
}

/** @throws RangeError for networks that were trained otherwise than the search trains */
function requireSameTraining(there: CheckedSpec, here: CheckedSpec): void {
  const parts = ({ dataset, recipe, engine, precision, stem }: CheckedSpec) => ({
    dataset: datasetFacts(dataset).identity,
    recipe,
    engine,
    precision,
    stem,
  });
  const [theirs, ours] = [parts(there), parts(here)];
  for (const part of ["dataset", "recipe", "engine", "precision", "stem"] as const) {
    const [got, expected] = [theirs, ours].map(each => canonicalJson(each[part] ?? null));
    if (got === expected) continue;
    throw new RangeError(
      `search: known: expected networks trained with the search's ${part}, ${expected}, got ${got}; give a population that was trained alike, or leave known out`,
    );
  }
}

/** The way of an architecture in the space that is searched. */
function wayOf(
  program: Decisions<AnyArchitecture>,
  { architecture, code }: Evaluated,
  i: number,
  n: number,
): Way<AnyArchitecture> {
  try {
    // By its code where that means the same here: a family of one's own need not be known by name then.
    const way = code && decoded(program, code);
    if (way && plain(storeArchitecture(way.architecture)) === plain(architecture)) return way;
    return program.encode(reviveArchitecture(architecture));
  } catch (cause) {
    throw new RangeError(
      `search: known: expected architectures of ${program.name}, got another at ${i} of ${n}: ${(cause as Error).message}; give outcomes of the space that is searched`,
      { cause },
    );
  }
}

function decoded(
  program: Decisions<AnyArchitecture>,
  code: readonly number[],
): Way<AnyArchitecture> | undefined {
  try {
    return program.decode(code);
  } catch {
    return undefined;
  }
}

/** Without what depends on the dataset that is trained on. */
function plain(stored: AnyStoredArchitecture): string {
  const {
    classes: _classes,
    stem: _stem,
    resolution: _pixels,
    columns: _numbers,
    ...rest
  } = stored as StoredMember;
  return canonicalJson(rest);
}
