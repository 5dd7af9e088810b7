/**
 * Cells that a search on a supernet found, trained by themselves, with random cells of the same space as the control: a supernet's loss
 * says little of how good a cell is, and in a well-built space a random one is hard to beat.
 */
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { countArchitecture } from "../../../architectures/count-architecture.js";
import { familyOf } from "../../../architectures/families.js";
import type { AnyArchitecture } from "../../../architectures/family.js";
import { storeArchitecture } from "../../../architectures/stored.js";
import { expectOptions } from "../../../base/expect-options.js";
import { checkSignal, expectName } from "../../../base/expect.js";
import { isObject, say } from "../../../base/say.js";
import type { Population } from "../../../populations/population.js";
import { sample } from "../../../spaces/sample.js";
import type { Space } from "../../../spaces/space.js";
import { type Estimate, meanDifference } from "../../../statistics/index.js";
import { type Table, tableOf } from "../../../tables/table.js";
import { datasetFacts } from "../../../training/datasets/dataset-facts.js";
import type { Recipe } from "../../../training/recipe.js";
import { type RunOptions, runOptionKinds } from "../../../trials/runner/run-trials.js";
import { placedSpace } from "../../../trials/samples.js";
import { type CheckedSpec, completeSpec, type SweepSpec } from "../../../trials/spec.js";
import { canonicalJson } from "../../../trials/trial.js";
import { trialMaker } from "../../../trials/trials-of.js";
import { trainKnown } from "../../train-known.js";
import { DartsResult } from "./darts-result.js";

export interface EvaluateCellsOptions extends Omit<RunOptions, "out"> {
  /** The space in the size that cells are judged at, as a sweep's spec has it: `{ base: "DARTS", fix: { cells: 8, filters: 8 } }`. */
  readonly space: SweepSpec["space"];
  readonly dataset: SweepSpec["dataset"];
  /** Default: `"dartsSmall"`, ours for CPUs; `"dartsCifar"` is the paper's. */
  readonly recipe?: SweepSpec["recipe"];
  /** Random cells. Default 5. */
  readonly random?: number;
  /** Trainings of each cell, with other seeds. Default 3. */
  readonly seeds?: number;
  /** Decides the random cells. Default 1. */
  readonly seed?: number;
  /** The folder of the trainings; the same call there goes on. */
  readonly out: string;
  /** Default: the signal of the notebook cell that called. */
  readonly signal?: AbortSignal;
}

/** A cell and what its trainings came to. */
export interface EvaluatedCell {
  /** `"found 1"`, `"random 1"` and so on. */
  readonly cell: string;
  readonly found: boolean;
  readonly params: number;
  readonly flops: number;
  /** On the test split, per cent: mean over trainings, and their standard deviation; NaN where there are too few yet. */
  readonly error: number;
  readonly deviation: number;
  readonly trainings: number;
  /** Random cells with a smaller mean error; chance alone gives each number of them equally often. */
  readonly randomBetter: number;
}

export interface EvaluatedCells {
  readonly cells: Table<EvaluatedCell>;
  /**
   * Mean error of found cells minus that of random ones, per cent, cells and not trainings being what is drawn again; undefined
   * for fewer than two of either: then `randomBetter` is what can be said.
   */
  readonly difference: Estimate | undefined;
  /** The trainings, one row each; cells in turn, in the table's order. */
  readonly population: Population;
}

/** What of an architecture was searched, by its family; all else is the size it is judged at. */
const searchedParts: Readonly<Record<string, readonly string[]>> = {
  Cells: ["normal", "reduction", "operations"],
  "NAS-Bench-201": ["nodes", "operations"],
};

/**
 * Trains found cells and random ones from scratch, each several times, and tests them.
 *
 * @param found results of `darts`, or architectures; several, of searches with other seeds, say more than one
 * @throws RangeError for what was not found, or cannot be built in the space
 * @throws SpecError if they cannot be trained so, or the folder holds something else
 * @example
 * ```ts
 * // not run: trains found and random cells for minutes
 * import { darts, evaluateCells } from "netspace/search";
 *
 * const small = DARTSSpace.fix("cells", 5).fix("filters", 4);
 * const found = await darts(small, { preset: "small", dataset: "procedural:32", out: "runs/darts" });
 * const space = { base: "DARTS", fix: { cells: 8, filters: 8 } };
 * console.log(await evaluateCells(found, { space, dataset: "procedural:32", random: 4, out: "runs/cells" }));
 * ```
 */
export function evaluateCells(
  found: DartsResult | AnyArchitecture | readonly (DartsResult | AnyArchitecture)[],
  options: EvaluateCellsOptions,
): Promise<EvaluatedCells> {
  return evaluateCellsWith(undefined, found, options);
}

/** `evaluateCells` with a worker program of one's own, which must speak as `worker.ts` does. */
export async function evaluateCellsWith(
  program: string | undefined,
  found: unknown,
  options: EvaluateCellsOptions,
): Promise<EvaluatedCells> {
  const fn = "evaluateCells";
  expectOptions(fn, options, {
    space: "any",
    dataset: "any",
    recipe: "any?",
    random: "number?",
    seeds: "number?",
    seed: "number?",
    ...runOptionKinds,
    out: "any",
    signal: "any?",
  });
  const {
    space,
    dataset,
    recipe = "dartsSmall",
    random = 5,
    seeds = 3,
    seed = 1,
    out,
    signal,
    ...how
  } = options;
  for (const [name, value, least] of [["random", random, 0] as const, ["seeds", seeds, 1] as const]) {
    if (Number.isSafeInteger(value) && value >= least) continue;
    throw new RangeError(`${fn}: ${name} must be an integer of at least ${least}, got ${say(value)}`);
  }
  checkSignal(fn, "options.signal", signal);
  expectName(fn, "a folder for the trainings as options.out", out);
  const architectures = (Array.isArray(found) ? found : [found]).map((each, i) =>
    architectureOf(fn, each, i),
  );
  if (architectures.length === 0) throw new RangeError(`${fn}: expected at least one found cell, got none`);
  const spec = await specOf(architectures, random, { space, dataset, recipe, seed, repeats: seeds });
  const placed = placedSpace(spec) as unknown as Space<AnyArchitecture>;
  const { resolution } = datasetFacts(spec.dataset);
  // One at least, for its size.
  const drawn = sample(placed, { n: Math.max(1, random), seed, resolution });
  const judged = [
    ...architectures.map(each => judgedAs(fn, each, drawn[0].architecture)),
    ...drawn.slice(0, random).map(({ architecture }) => architecture),
  ].map(architecture => ({ architecture, ...countArchitecture(architecture, resolution) }));
  const trialOf = trialMaker(spec, spec.search!.id);
  const trials = Array.from({ length: judged.length * seeds }, (_, index) =>
    trialOf({ ...judged[index % judged.length], recipe: spec.recipe as Recipe, drawn: {} } as never, index),
  );
  const population = await trainKnown({ out: resolve(out), spec, trials, how, signal, program });
  return judge(judged, architectures.length, population);
}

function architectureOf(fn: string, found: unknown, index: number): AnyArchitecture {
  const architecture = found instanceof DartsResult ? found.architecture : found;
  if (isObject(architecture) && isObject((architecture as Partial<AnyArchitecture>).family)) {
    return architecture;
  }
  const got = found instanceof DartsResult ? `a search without an epoch (${String(found)})` : say(found);
  throw new RangeError(
    `${fn}: expected a result of darts() or an architecture as found cell ${index + 1}, got ${got}`,
  );
}

/** The found cells in a network of the given size. */
function judgedAs(fn: string, found: AnyArchitecture, size: AnyArchitecture): AnyArchitecture {
  const [family, other] = [familyOf(found), familyOf(size)];
  const parts = searchedParts[family.name];
  if (family.name !== other.name || parts === undefined) {
    throw new RangeError(
      `${fn}: expected a found cell of the space's family, ${other.name}, one of ${Object.keys(searchedParts).join(", ")}, got one of ${family.name}`,
    );
  }
  const { name: _name, ...rest } = size as AnyArchitecture & { readonly name?: string };
  const cell = Object.fromEntries(
    parts
      .filter(part => part in found)
      .map(part => [part, (found as unknown as Record<string, unknown>)[part]]),
  );
  const judged = { ...rest, ...cell } as unknown as AnyArchitecture;
  family.check(fn, judged);
  return judged;
}

async function specOf(
  found: readonly AnyArchitecture[],
  random: number,
  parts: Pick<SweepSpec, "space" | "dataset" | "recipe"> & {
    readonly seed: number;
    readonly repeats: number;
  },
): Promise<CheckedSpec> {
  const complete = await completeSpec({ ...parts, n: found.length + random, trainingSeed: "own" });
  const { run: _run, ...experiment } = complete;
  const print = createHash("sha256")
    .update(canonicalJson({ found: found.map(each => storeArchitecture(each)), experiment }))
    .digest("hex");
  const strategy = `${found.length} found by DARTS, ${random} at random`;
  return { ...complete, search: { id: print.slice(0, 32), strategy } };
}

function judge(
  judged: readonly { readonly params: number; readonly flops: number }[],
  found: number,
  population: Population,
): EvaluatedCells {
  const errors = judged.map((): number[] => []);
  for (const { index, error } of population.rows) errors[index % judged.length].push(error);
  const means = errors.map(each => each.reduce((sum, error) => sum + error, 0) / each.length);
  const cells = judged.map(({ params, flops }, i): EvaluatedCell => {
    const squares = errors[i].reduce((sum, error) => sum + (error - means[i]) ** 2, 0);
    return {
      cell: i < found ? `found ${i + 1}` : `random ${i - found + 1}`,
      found: i < found,
      params,
      flops,
      error: means[i],
      deviation: errors[i].length > 1 ? Math.sqrt(squares / (errors[i].length - 1)) : Number.NaN,
      trainings: errors[i].length,
      randomBetter: means.filter((mean, k) => k >= found && mean < means[i]).length,
    };
  });
  const known = cells.filter(({ error }) => !Number.isNaN(error));
  const [ours, theirs] = [true, false].map(which =>
    known.filter(each => each.found === which).map(each => each.error),
  );
  return {
    cells: tableOf(cells),
    difference: ours.length > 1 && theirs.length > 1 ? meanDifference(ours, theirs) : undefined,
    population,
  };
}
