/**
 * The best of a search, trained from scratch: what is chosen by the least of many noisy errors flatters itself, and is to be judged
 * by other trainings, on images that chose nothing.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { canonical } from "../architectures/canonical.js";
import { countArchitecture } from "../architectures/count-architecture.js";
import type { AnyArchitecture } from "../architectures/family.js";
import { reviveArchitecture } from "../architectures/stored.js";
import { expectOptions } from "../base/expect-options.js";
import { checkSignal, expectName } from "../base/expect.js";
import { isObject, say } from "../base/say.js";
import type { Population } from "../populations/population.js";
import { decisions } from "../spaces/decisions/decisions-of.js";
import { type Table, tableOf } from "../tables/table.js";
import { datasetFacts } from "../training/datasets/dataset-facts.js";
import type { Recipe } from "../training/recipe.js";
import { type RunOptions, runOptionKinds } from "../trials/runner/run-trials.js";
import { placedSpace } from "../trials/samples.js";
import { type CheckedSpec, completeSpec, type SweepSpec } from "../trials/spec.js";
import { readSpec, specFile } from "../trials/spec-file.js";
import { canonicalJson, type Trial } from "../trials/trial.js";
import { trialMaker } from "../trials/trials-of.js";
import type { TrainedObjective } from "./objective.js";
import { comparable, rankOf } from "./runs/best.js";
import { openSearch } from "./runs/open-search.js";
import type { OutcomeRecord } from "./runs/outcome-log.js";
import { inWordsOf } from "./runs/words.js";
import { SearchResult } from "./runs/search-result.js";
import { shippedTables, table } from "./table/open-table.js";
import { trainKnown } from "./train-known.js";

export interface RetrainBestOptions extends Omit<RunOptions, "out"> {
  /** How many architectures, the best first, each function once. Default 1. */
  readonly n?: number;
  /** Trainings of each, with seeds that no evaluation of the search had. Default 1. */
  readonly seeds?: number;
  /** Another recipe than the search's, such as a longer one. */
  readonly recipe?: SweepSpec["recipe"];
  /** How they are trained, of a search that trained none itself. Default: as the table was that it was told by. */
  readonly trains?: TrainedObjective["trains"];
  /** The folder of the trainings. Default: `retrained` in the search's; for another question there, `retrained-` and a print of it. */
  readonly out?: string;
  /** Default: the signal of the notebook cell that called. */
  readonly signal?: AbortSignal;
}

/** What came of it. */
export interface RetrainedBest {
  /** One row for each architecture: what the search was told of it, and its errors on the test split since. */
  readonly networks: Table<RetrainedNetwork>;
  /** The trainings, one row each; `network` is which architecture, from 0. */
  readonly population: Population;
}

export interface RetrainedNetwork {
  /** Place of the search's proposal. */
  readonly place: number;
  /** The first objective, as the search was told. */
  readonly told: number;
  /** On the test split, per cent: the mean over trainings from scratch, and their standard deviation; NaN where there are none yet. */
  readonly error: number;
  readonly deviation: number;
  /** Trainings that ended. */
  readonly trainings: number;
}

/**
 * Trains the best `n` architectures of a search from scratch, for the whole of the recipe, and tests them on the test split. The same
 * call on the same folder goes on.
 *
 * @param found a search, or its folder
 * @throws RangeError for a search that found nothing, or fewer functions than asked for, or that trained nothing and is not told how
 * @throws SpecError if it cannot be trained so, or the folder holds something else
 * @example
 * ```ts
 * // not run: trains networks for minutes
 * import { evolution, retrainBest, search, table, tableError } from "netspace/search";
 *
 * const cells = await table("SmallCells");
 * const found = await search(SmallCells, {
 *   strategy: evolution({ population: 20, sample: 10 }),
 *   objective: tableError(cells.search()),
 *   budget: 200,
 *   out: "searches/small-cells",
 * });
 * console.log(await retrainBest(found as never, { n: 3, seeds: 2 }));
 * ```
 */
export async function retrainBest(
  found: SearchResult<never> | SearchResult | string,
  options: RetrainBestOptions = {},
): Promise<RetrainedBest> {
  return retrainWith(undefined, found, options);
}

/** `retrainBest` with a worker program of one's own, which must speak as `worker.ts` does. */
export async function retrainWith(
  program: string | undefined,
  found: SearchResult<never> | SearchResult | string,
  options: RetrainBestOptions,
): Promise<RetrainedBest> {
  const result = typeof found === "string" ? openSearch(found) : (found as SearchResult);
  if (!(result instanceof SearchResult)) {
    throw new RangeError(`retrainBest: expected a search, or its folder, got ${say(found)}`);
  }
  expectOptions("retrainBest", options, {
    n: "number?",
    seeds: "number?",
    recipe: "any?",
    trains: "object?",
    ...runOptionKinds,
    out: "any?",
    signal: "any?",
  });
  const { n = 1, seeds = 1, recipe, trains, out: named, signal, ...how } = options;
  for (const [name, value] of Object.entries({ n, seeds })) {
    if (Number.isSafeInteger(value) && value > 0) continue;
    throw new RangeError(`retrainBest: ${name} must be a positive integer, got ${say(value)}`);
  }
  checkSignal("retrainBest", "options.signal", signal);
  if (named !== undefined) expectName("retrainBest", "a folder for the trainings as options.out", named);
  if (named === undefined && result.folder === undefined) {
    throw new RangeError(
      "retrainBest: expected a folder for the trainings as out, since the search has none, got none",
    );
  }
  const records = bestRecords(result, n);
  const spec = await specOf(result, records, { n, seeds, recipe, trains });
  const out = named === undefined ? ownFolder(result.folder!, spec) : resolve(named);
  const trials = trialsOfBest(result, records, spec, recipe === undefined);
  const trained = trainKnown({ out, spec, trials, how, signal, program });
  const population = await trained.catch((error: unknown) => {
    throw inWordsOf("retrainBest", error);
  });
  return { networks: networksOf(records, population), population };
}

/** `retrained` in a search's folder, or, where others were trained there, one with the print of what is asked. */
function ownFolder(folder: string, { search }: CheckedSpec): string {
  const usual = resolve(join(folder, "retrained"));
  if (!existsSync(specFile(usual)) || readSpec(usual, "retrainBest").search?.id === search!.id) return usual;
  return `${usual}-${search!.id.slice(0, 8)}`;
}

/** The best records, of each function the best. */
function bestRecords({ records, search }: SearchResult, n: number): OutcomeRecord[] {
  const whole = comparable(records).sort(
    (a, b) => rankOf(search, a) - rankOf(search, b) || a.place - b.place,
  );
  const distinct = new Map<string, OutcomeRecord>();
  for (const record of whole) {
    const form = formOf(record);
    if (!distinct.has(form)) distinct.set(form, record);
    if (distinct.size === n) break;
  }
  if (distinct.size === n) return [...distinct.values()];
  const epochs = whole[0]?.epochs;
  throw new RangeError(
    `retrainBest: expected a search that evaluated at least ${n} ${n === 1 ? "function" : "functions"}${epochs === undefined ? "" : ` for ${epochs} epochs`}, got ${distinct.size} of them; ${n === 1 ? "run it" : "ask for fewer, or give the search a larger budget"}`,
  );
}

/** Equal for the same function, as far as that is known here. */
function formOf({ architecture }: OutcomeRecord): string {
  try {
    return canonical(reviveArchitecture(architecture));
  } catch {
    // A family that is not known by name here.
    return canonicalJson(architecture);
  }
}

async function specOf(
  { search, folder }: SearchResult,
  records: readonly OutcomeRecord[],
  { n, seeds, recipe, trains }: { n: number; seeds: number } & Pick<RetrainBestOptions, "recipe" | "trains">,
): Promise<CheckedSpec> {
  const ofTable = search.trains || trains ? undefined : await tableSpec(search);
  if (!search.trains && !trains && !ofTable) {
    throw new RangeError(
      `retrainBest: expected trains, such as { dataset, recipe }, for the search by ${search.objectives.map(({ name }) => name).join(" and ")}, which trained nothing, got nothing; netspace search retrain takes them as --trains FILE`,
    );
  }
  const space = ofTable?.space ?? search.space;
  if (isObject(space) && "value" in space) {
    throw new RangeError(
      `retrainBest: the space ${(space as { value: string }).value} of this search is a value of the program that searched, expected one that a name or a module brings back; search it as { module: "./space.ts", export: "space" }`,
    );
  }
  const base = {
    ...ofTable,
    ...search.trains,
    ...trains,
    ...(recipe !== undefined && { recipe }),
  } as TrainedObjective["trains"];
  const complete = await completeSpec(
    {
      ...base,
      space: space as SweepSpec["space"],
      n,
      seed: search.seed,
      trainingSeed: "own",
      repeats: seeds,
    },
    // A space that is code lies with the search.
    folder,
  );
  const places = records.map(({ place }) => place);
  const { run: _run, ...experiment } = complete;
  const print = createHash("sha256")
    .update(canonicalJson({ search: search.id, places, experiment }))
    .digest("hex");
  return {
    ...complete,
    search: { id: print.slice(0, 32), strategy: `the best ${n} of ${search.strategy.name}` },
  };
}

/** How a table that the search was told by was trained, and its space; undefined where it was told by none that has a name. */
async function tableSpec({ objectives: [{ settings }] }: SearchResult["search"]) {
  const named = [settings.table, settings.space].find(
    name => typeof name === "string" && (shippedTables().includes(name) || existsSync(name)),
  );
  if (named === undefined) return undefined;
  const { population } = await table(named as string, { partial: true });
  const { space, dataset, recipe, engine, precision, stem } = population.spec;
  return { space, dataset, recipe, engine, precision, stem };
}

/** All architectures once before any comes again, as a sweep's repeats. */
function trialsOfBest(
  result: SearchResult,
  records: readonly OutcomeRecord[],
  spec: CheckedSpec,
  ownRecipe: boolean,
): Trial[] {
  const { resolution } = datasetFacts(spec.dataset);
  const program = decisions<AnyArchitecture>(placedSpace(spec));
  const stored = result.search.trains
    ? new Map(result.population.trials.map(trial => [trial.id, trial]))
    : undefined;
  const trialOf = trialMaker(spec, spec.search!.id);
  const samples = records.map(({ code, trial, recipe: decided }) => {
    const architecture = program.decode(code).architecture as Trial["architecture"];
    // Fields of the recipe that were drawn for it, or that the strategy chose, are part of what was found.
    const drawn: Partial<Recipe> = ownRecipe ? { ...stored?.get(trial ?? "")?.drawn, ...decided } : {};
    const recipe = { ...(spec.recipe as Recipe), ...drawn };
    return { architecture, ...countArchitecture(architecture, resolution), recipe, drawn };
  });
  const { n, repeats = 1 } = spec;
  return Array.from({ length: n * repeats }, (_, index) => trialOf(samples[index % n], index));
}

function networksOf(records: readonly OutcomeRecord[], population: Population): Table<RetrainedNetwork> {
  const errors = records.map((): number[] => []);
  for (const { index, error } of population.rows) errors[index % records.length].push(error);
  return tableOf(
    records.map(({ place, objectives: [{ value }] }, i) => {
      const mean = errors[i].reduce((sum, error) => sum + error, 0) / errors[i].length;
      const squares = errors[i].reduce((sum, error) => sum + (error - mean) ** 2, 0);
      return {
        place,
        told: value ?? Number.NaN,
        error: mean,
        deviation: errors[i].length > 1 ? Math.sqrt(squares / (errors[i].length - 1)) : Number.NaN,
        trainings: errors[i].length,
      };
    }),
  );
}
