/** Outcomes that a search begins with: another search's, or those of a population. */
import { createHash } from "node:crypto";
import {
  type AnyStoredArchitecture,
  reviveArchitecture,
  storeArchitecture,
  type StoredMember,
} from "../../architectures/stored.js";
import type { AnyArchitecture } from "../../architectures/family.js";
import { isObject, say } from "../../base/say.js";
import { Population } from "../../populations/population.js";
import { populationFrom } from "../../populations/population-from.js";
import type { Decisions } from "../../spaces/decisions/decisions.js";
import { decisions } from "../../spaces/decisions/decisions-of.js";
import type { Way } from "../../spaces/decisions/way.js";
import type { Space } from "../../spaces/space.js";
import type { Recipe } from "../../training/recipe.js";
import { selectionError } from "../../trials/selection-error.js";
import { canonicalJson } from "../../trials/trial.js";
import { isTrained, type Objective } from "../objective.js";
import type { Outcome } from "../searcher.js";
import type { Strategy } from "../strategy.js";
import { madeSmall } from "./evaluation.js";
import { openSearch } from "./open-search.js";
import { holdsSearch } from "./search-folder.js";
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
}

export interface KnownOutcomes {
  /** With places from −n to −1. */
  readonly outcomes: readonly Outcome[];
  /** What a search's identity says of them. */
  readonly facts: { readonly n: number; readonly print: string };
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
): Promise<KnownOutcomes> {
  if (!strategy.takesKnown) {
    throw new RangeError(
      `search: ${strategy.name} learns from what it asked for alone, got known outcomes; leave known out, or choose a strategy such as evolution() or localSearch()`,
    );
  }
  const program = decisions<AnyArchitecture>(space as unknown as Space<AnyArchitecture>);
  const found = await opened(given);
  const evaluated =
    found instanceof SearchResult ? ofSearch(found, objectives) : ofPopulation(found, objectives);
  const outcomes = evaluated.map((one, i): Outcome => {
    const values = one.values.map((value, k) => madeSmall(objectives[k], value));
    return {
      way: wayOf(program, one, i, evaluated.length),
      place: i - evaluated.length,
      error: values[0],
      ...(one.recipe && { recipe: one.recipe }),
      ...(values.length > 1 && { objectives: values }),
    };
  });
  const told = outcomes.map(({ way, error, objectives: all }) => ({ code: way.code, error, all }));
  const print = createHash("sha256").update(canonicalJson(told)).digest("hex").slice(0, 16);
  return { outcomes, facts: { n: outcomes.length, print } };
}

async function opened(given: Known): Promise<SearchResult | Population> {
  if (given instanceof SearchResult) return given as SearchResult;
  if (given instanceof Population) return given;
  if (typeof given === "string" && given !== "") {
    if (holdsSearch(given)) return openSearch(given);
    const { population } = await populationFrom(given);
    if (population instanceof Population) return population;
    throw new RangeError(
      `search: known: expected a population with architectures, got other data in ${given}`,
    );
  }
  throw new RangeError(
    `search: known: expected a search, a population, or the folder or file of one, got ${isObject(given) ? say(given) : String(given)}`,
  );
}

function ofSearch({ records }: SearchResult, objectives: readonly Objective[]): Evaluated[] {
  return records
    .filter(({ epochs }) => epochs === undefined)
    .map(({ architecture, code, recipe, objectives: said }) => ({
      architecture,
      code,
      ...(recipe && { recipe }),
      values: objectives.map(({ name }) => {
        const one = said.find(({ objective }) => objective === name);
        if (one) return one.value ?? Number.NaN;
        const names = said.map(({ objective }) => objective).join(", ");
        throw new RangeError(
          `search: known: expected outcomes with the objective ${say(name)}, got ${names}; give a search by the same objectives`,
        );
      }),
    }));
}

const COUNTS = ["flops", "params", "acts"] as const;

function ofPopulation({ trials }: Population, objectives: readonly Objective[]): Evaluated[] {
  return trials.map(({ architecture, error = Number.NaN, validationError, complexity }) => ({
    architecture,
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
      `search: known: expected architectures of ${program.name}, got another at ${i} of ${n}: ${(cause as Error).message}`,
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
