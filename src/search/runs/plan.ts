/** What is asked of `search`, checked as a whole before anything is evaluated or written. */
import { createHash } from "node:crypto";
import type { AnyArchitecture } from "../../architectures/family.js";
import { storeArchitecture } from "../../architectures/stored.js";
import { MOST_SEED, seededAt } from "../../base/random.js";
import { isObject, say } from "../../base/say.js";
import { decisions } from "../../spaces/decisions/decisions-of.js";
import { namedProgram } from "../../spaces/decisions/named-program.js";
import { requireSteady } from "../../spaces/decisions/steady.js";
import { spaceByName, spaceNames } from "../../spaces/names.js";
import type { Constraints } from "../../spaces/sample.js";
import type { Space } from "../../spaces/space.js";
import { datasetFacts } from "../../training/datasets/dataset-facts.js";
import { placedSpace } from "../../trials/samples.js";
import { completeSpace } from "../../trials/source/complete-space.js";
import { type SpaceSpec, spaceOf } from "../../trials/space-spec.js";
import { type CheckedSpec, checkSpec, completeSpec } from "../../trials/spec.js";
import { SpecError } from "../../trials/spec-error.js";
import { canonicalJson, searchId } from "../../trials/trial.js";
import { isTrained, type Objective } from "../objective.js";
import type { SearchContext, Strategy } from "../strategy.js";
import type { Searcher } from "../searcher.js";
import { requireFidelities } from "./fidelities.js";
import { type Known, knownOutcomes } from "./known.js";
import { proposable, requireKnown } from "./objective-limits.js";
import type { LiveSpace, SearchFacts } from "./search-folder.js";

/** Proposals that may be outstanding unless it is said: of trainings as many as keep a small machine's workers busy. */
const OUTSTANDING = { trained: 4, measured: 1 };

/** What is asked for. */
export interface Request {
  readonly space: unknown;
  readonly strategy: Strategy;
  readonly objective: Objective | readonly Objective[];
  readonly budget: number;
  readonly seed?: number;
  readonly where?: Constraints<AnyArchitecture>;
  readonly resolution?: number;
  readonly outstanding?: number;
  /** What the paths of a space's modules are relative to. */
  readonly folder?: string;
  /** What it begins with. */
  readonly known?: Known;
  /** Outstanding proposals of the search that its folder holds already. */
  readonly kept?: Pick<SearchFacts, "outstanding">;
}

/** A search that can begin. */
export interface Plan {
  readonly facts: SearchFacts;
  readonly strategy: Strategy;
  readonly objectives: readonly Objective[];
  readonly context: SearchContext;
  /** The strategy on its space, anew, told what is known, or as it was. */
  start(space: Space, state?: unknown): Searcher;
  /** As of a sweep, with the budget as `n`; absent where nothing is trained. */
  readonly spec?: CheckedSpec;
  /** What figures call the space. */
  readonly title: string;
  /** What is to be known of it, in words. */
  readonly notes: readonly string[];
}

/**
 * @throws RangeError for what is not what it must be, or does not fit together
 * @throws SpecError for a space or trainings that are not valid, in a sweep's words
 */
export async function planSearch(asked: Request): Promise<Plan> {
  const { strategy, budget, seed = 1, where = {}, resolution, kept } = asked;
  checkStrategy(strategy);
  const objectives = checkedObjectives(asked.objective, strategy);
  const trained = objectives.find(isTrained);
  requireCount("budget", budget, "evaluations, such as 100");
  if (!(Number.isInteger(seed) && seed >= 0 && seed <= MOST_SEED)) {
    throw new RangeError(`search: seed must be an integer of 32 bits, got ${say(seed)}`);
  }
  if (asked.outstanding !== undefined) requireCount("outstanding", asked.outstanding, "proposals");
  const outstanding =
    asked.outstanding ?? kept?.outstanding ?? (trained ? OUTSTANDING.trained : OUTSTANDING.measured);
  const { accept, ...windows } = where;
  let spec: CheckedSpec | undefined;
  let space: Space;
  let identity: SpaceSpec | LiveSpace;
  if (trained) {
    if (resolution !== undefined) {
      throw new RangeError(
        `search: resolution is the dataset's where networks are trained, got ${say(resolution)}; leave it out`,
      );
    }
    spec = await sweepSpec(
      { ...trained.trains, n: budget, seed, where: windows, space: dataOf(asked.space) },
      asked.folder,
    );
    const { epochs } = spec.recipe;
    if (typeof epochs === "number" && (strategy.epochs ?? 0) > epochs) {
      throw new SpecError(
        `search: recipe.epochs: ${strategy.name} trains for ${strategy.epochs} epochs, expected at most the recipe's ${epochs}; give the recipe as many, or the strategy { epochs: ${epochs} }`,
      );
    }
    identity = spec.space;
    space = placedSpace(spec);
  } else {
    const found = await spaceFrom(asked.space, asked.folder);
    ({ space } = found);
    identity = found.spec ?? { value: space.name, print: printOf(space) };
  }
  const proposed = proposable(where, objectives);
  requireKnown(objectives, strategy, space, proposed);
  requireFidelities(strategy, objectives, spec);
  const condition = accept === undefined ? {} : { accept: hash(String(accept)) };
  const settings = strategy.settings;
  const known =
    asked.known === undefined
      ? undefined
      : await knownOutcomes(asked.known, strategy, objectives, space, spec);
  const facts = {
    space: identity,
    strategy: { name: strategy.name, settings },
    objectives: objectives.map(({ name, settings: own, better = "least", unit, split }) => ({
      name,
      settings: own,
      better,
      ...(unit !== undefined && { unit }),
      ...(split !== undefined && { split }),
    })),
    seed,
    outstanding,
    where: { ...(spec?.where ?? windows), ...condition },
    ...(resolution !== undefined && { resolution }),
    ...(strategy.asynchronous && { asynchronous: true }),
    ...(strategy.plans && { plans: true }),
    ...(known && { known: known.facts }),
    ...(spec && {
      trains: {
        dataset: spec.dataset,
        recipe: spec.recipe,
        engine: spec.engine,
        precision: spec.precision,
        stem: spec.stem,
      },
    }),
  };
  const id = searchId({ ...facts, ...(strategy.plans && { budget }) } as object, facts.strategy);
  const context: SearchContext = {
    space,
    seed,
    where: proposed as Constraints,
    budget,
    ...(known && { known: known.outcomes.length }),
    ...(spec
      ? { resolution: datasetFacts(spec.dataset).resolution }
      : resolution !== undefined && { resolution }),
  } as SearchContext;
  const start: Plan["start"] = (searched, state) => {
    const searcher = strategy.start({ ...context, space: searched as never }, state);
    // A state knows what it was told.
    if (state === undefined) for (const outcome of known?.outcomes ?? []) searcher.tell(outcome);
    return searcher;
  };
  // What it cannot search is said now.
  start(space);
  const whole: SearchFacts = { version: 1, id, budget, ...facts };
  return {
    facts: whole,
    strategy,
    objectives,
    context,
    start,
    title: space.name,
    notes: known?.notes ?? [],
    ...(spec && { spec: { ...spec, search: { id, strategy: strategy.name } } }),
  };
}

function checkStrategy(strategy: unknown): asserts strategy is Strategy {
  const remedy =
    typeof strategy === "function"
      ? `call it: ${strategy.name || "the function"}()`
      : "give one such as evolution({ population: 20, sample: 5 })";
  const { name, settings, start } = (isObject(strategy) ? strategy : {}) as Partial<Strategy>;
  if (typeof name === "string" && isObject(settings) && typeof start === "function") return;
  throw new RangeError(
    `search: expected a strategy as { name, settings, start }, got ${say(strategy)}; ${remedy}`,
  );
}

function checkedObjectives(given: unknown, strategy: Strategy): readonly Objective[] {
  const objectives: readonly unknown[] = Array.isArray(given) ? given : [given];
  for (const objective of objectives) {
    const { name, settings, measure, trains, look } = (isObject(objective) ? objective : {}) as Record<
      string,
      unknown
    >;
    const fits = typeof name === "string" && isObject(settings);
    if (fits && (typeof measure === "function" || isObject(trains))) continue;
    const remedy =
      typeof objective === "function"
        ? `make it one: customObjective("what it measures", ${(objective as { name: string }).name || "…"})`
        : typeof look === "function"
          ? "make the table one: tableError(table)"
          : "give one such as trainingError({ dataset, recipe })";
    throw new RangeError(
      `search: expected an objective with a name, settings and measure(), got ${say(objective)}; ${remedy}`,
    );
  }
  const all = objectives as readonly Objective[];
  const wanted = strategy.objectives ?? 1;
  if (all.length !== wanted) {
    const words = (n: number) => `${n} ${n === 1 ? "objective" : "objectives"}`;
    const remedy =
      all.length > wanted
        ? wanted === 1
          ? "leave the others out, or choose a strategy for several: nsga2(), or rewarded(strategy, { target })"
          : "leave the others out"
        : 'give it another, such as complexityOf("flops"), or choose a strategy for one';
    throw new RangeError(
      `search: ${strategy.name} searches by ${words(wanted)}, got ${all.length} (${all.map(({ name }) => name).join(", ") || "none"}); ${remedy}`,
    );
  }
  const twice = all.find(({ name }, i) => all.findIndex(other => other.name === name) !== i);
  if (twice)
    throw new RangeError(`search: expected objectives of different names, got ${say(twice.name)} twice`);
  if (all.filter(isTrained).length > 1) {
    throw new RangeError(
      "search: expected one objective that is trained for, got several; a search trains each architecture once",
    );
  }
  return all;
}

function requireCount(name: string, value: unknown, what: string): void {
  if (Number.isSafeInteger(value) && (value as number) > 0) return;
  throw new RangeError(`search: ${name} must be a positive number of ${what}, got ${say(value)}`);
}

const isSpace = (space: unknown): space is Space =>
  isObject(space) &&
  ["draw", "decide"].some(name => typeof (space as Record<string, unknown>)[name] === "function");

/** The space as data, for trainings: records outlive the process. */
function dataOf(space: unknown): unknown {
  if (!isSpace(space)) return space;
  const isNamed = spaceNames().includes(space.name) && spaceByName(space.name) === space;
  // What has another name, or is no named space as it is, is refused in a sweep's words, with the remedy.
  return isNamed ? space.name : space;
}

async function sweepSpec(spec: object, folder: string | undefined): Promise<CheckedSpec> {
  try {
    return await completeSpec(spec, folder);
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    throw new SpecError(
      error.message.replace(/^sweep spec: n:/, "search: budget:").replace(/^sweep spec:/, "search:"),
      {
        cause: error,
      },
    );
  }
}

/** A space that is given as it is, or as data. */
async function spaceFrom(
  given: unknown,
  folder: string = process.cwd(),
): Promise<{ readonly space: Space; readonly spec?: SpaceSpec }> {
  if (isSpace(given)) {
    const data = dataOf(given);
    return typeof data === "string" ? { space: given, spec: data } : { space: given };
  }
  try {
    // The words for what is no space are the schema's.
    const { space: checked } = checkSpec({ space: given, n: 1, dataset: anyDataset, recipe: "tiny" });
    const spec = await completeSpace(checked, folder);
    return { space: spaceOf(spec), spec };
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    throw new SpecError(error.message.replace(/^sweep spec:/, "search:"), { cause: error });
  }
}

const anyDataset = { kind: "procedural", resolution: 16, train: 100, test: 100, seed: 1 };

/** Architectures by which a space is known again. */
const PRINTED = 16;

/** A hash of some architectures that a space's program makes: another space of the same name has others. */
function printOf(space: Space): string {
  const program = decisions(space);
  requireSteady("search", space);
  const drawn = Array.from({ length: PRINTED }, (_, place) => {
    const way = namedProgram("search", space.name, () => program.tryDraw(seededAt(1, place)));
    if (!way) return null;
    const asked = way.questions.map(({ name }) => name);
    return { code: way.code, asked, architecture: storeArchitecture(way.architecture) };
  });
  return hash(canonicalJson({ drawn }));
}

const hash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);
