/**
 * A sweep as data: which space to sample, how many networks, and how to train them.
 */
import type * as z from "zod";
import { type Stem, simpleStem } from "../architectures/anynet/architecture.js";
import { build } from "../architectures/build.js";
import { once } from "../base/once.js";
import { isObject } from "../base/say.js";
import { MOST_SEED, seeded } from "../base/random.js";
import { parseBy } from "../base/schema-problems.js";
import { zod } from "../base/node/zod.js";
import { spaceByName } from "../spaces/names.js";
import { datasetByName } from "../training/datasets/dataset-by-name.js";
import { type DatasetSpec, datasetFacts, datasetSchema } from "../training/datasets/dataset-facts.js";
import { describeDataset } from "../training/datasets/load-dataset.js";
import { checkAuxiliary } from "../training/engines/check-auxiliary.js";
import { checkCrop } from "../training/engines/check-crop.js";
import { engineByName, engineNames, engineOn } from "../training/engines/index.js";
import { isGiven, stemOf } from "./given-space.js";
import { RecipeError } from "../training/recipe.js";
import { extremeRecipes, type RecipeSpec, recipeSchema } from "./recipe-spec.js";
import { type RunSpec, runSchema } from "./run-spec.js";
import { checkDrawn, checkGiven, samplesOf } from "./samples.js";
import { completeSpace } from "./source/complete-space.js";
import { type SpaceSpecInput, spaceSchema } from "./space-spec.js";
import { SpecError } from "./spec-error.js";

/** Trainings of a sweep: each is held in memory, a million in some gigabytes. */
const MOST_TRIALS = 1_000_000;
/** Channels of a stem: more than fit in any memory beside an image. */
const MOST_WIDTH = 65_536;

const schema = once(() => {
  const z = zod();
  const window = z
    .tuple([z.number().nonnegative(), z.number().nonnegative()])
    .refine(([low, high]) => low <= high, { error: "expected [low, high] with low ≤ high" });

  const fields = z.strictObject({
    /** A design space by name, or with refinements. */
    space: spaceSchema(),
    /** Networks to sample. */
    n: z.int().positive().max(MOST_TRIALS),
    /**
     * Instead of sampling: the first n architectures of the space in the order of its choices, or the first n that compute
     * different functions; see `enumerate`. Default: n are sampled.
     */
    enumerate: z.enum(["all", "distinct"]).optional(),
    /** Seed of the sampling, and of the recipes' drawn fields. */
    seed: z.int().nonnegative().max(MOST_SEED).default(1),
    /** Trial i trains with this + i; `"own"` is a range of seeds that no other networks train with. Default: `seed`. */
    trainingSeed: z
      .union([z.literal("own"), z.int().nonnegative()], { error: 'expected a whole number from 0, or "own"' })
      .optional(),
    /** Trainings of each network, with the same recipe and other seeds. Default: one. */
    repeats: z.int().positive().max(MOST_TRIALS).optional(),
    /** Windows of complexity, counted at the dataset's resolution, and of depth. */
    where: z
      .strictObject({ flops: window, params: window, acts: window, depth: window, effectiveFlops: window })
      .partial()
      .default({}),
    /** What comes before the stages. Default: the paper's, 3 × 3 with stride 2 and width 32, or that of a named space that has its own. */
    stem: z
      .strictObject({
        kind: z.enum(["simple", "cifar", "resnet", "resnet-rs"]),
        width: z.int().positive().max(MOST_WIDTH),
      })
      .default(simpleStem as { kind: Stem["kind"]; width: number }),
    dataset: datasetSchema(),
    /** A recipe, the name of one, or one with fields that are drawn for each network. */
    recipe: recipeSchema(),
    engine: z.enum(engineNames()).default("torch"),
    precision: z.enum(["float32", "bf16", "tf32"]).default("float32"),
    /** How it is run; another way of running is the same sweep. */
    run: runSchema().optional(),
    /**
     * In a search's folder: whose trials these are. Which networks they are the search has decided, and no seed draws them
     * again.
     */
    search: z.strictObject({ id: z.string().min(1), strategy: z.string() }).optional(),
  });

  return fields.superRefine(({ n, repeats = 1, seed, space, trainingSeed }, context) => {
    if (isGiven(space) && n > space.architectures.length) {
      const message = `expected at most the ${space.architectures.length} architectures that are given, got ${n}`;
      context.addIssue({ code: "custom", path: ["n"], message });
    }
    // A count that is too large by itself has been said.
    if (n > MOST_TRIALS || repeats > MOST_TRIALS) return;
    if (n * repeats > MOST_TRIALS) {
      const message = `expected n times repeats ≤ ${MOST_TRIALS}, got ${n} × ${repeats}`;
      context.addIssue({ code: "custom", path: ["repeats"], message });
    }
    // A range of its own is long enough for every sweep.
    if (trainingSeed === "own") return;
    const last = (trainingSeed ?? seed) + n * repeats - 1;
    if (last > Number.MAX_SAFE_INTEGER) {
      const message = `expected a seed from which the last of ${n * repeats} trials has one of at most ${Number.MAX_SAFE_INTEGER}`;
      context.addIssue({ code: "custom", path: ["trainingSeed"], message });
    }
  });
});
type Schema = ReturnType<typeof schema>;
type ReadonlyDeep<T> = { readonly [K in keyof T]: unknown extends T[K] ? T[K] : ReadonlyDeep<T[K]> };

/** From and to, ends included. */
type Window = readonly [low: number, high: number];

/**
 * A sweep spec as written: fields with a default may be left out, and lists may be read-only, as `as const` makes them.
 */
export interface SweepSpec {
  /** A design space by name, with refinements, as code of one's own, or as a list of architectures. */
  readonly space: ReadonlyDeep<SpaceSpecInput>;
  /** Networks to sample. */
  readonly n: number;
  /**
   * Instead of sampling: the first n architectures of the space in the order of its choices, or the first n that compute
   * different functions; see `enumerate`. Default: n are sampled.
   */
  readonly enumerate?: "all" | "distinct" | undefined;
  /** Seed of the sampling, and of the recipes' drawn fields. Default 1. */
  readonly seed?: number | undefined;
  /** Trial i trains with this + i; `"own"` is a range of seeds that no other networks train with. Default: `seed`. */
  readonly trainingSeed?: number | "own" | undefined;
  /** Trainings of each network, with the same recipe and other seeds. Default 1. */
  readonly repeats?: number | undefined;
  /** Windows of complexity, counts at the dataset's resolution, and of depth, blocks. Default: none. */
  readonly where?:
    | {
        readonly flops?: Window | undefined;
        readonly params?: Window | undefined;
        readonly acts?: Window | undefined;
        readonly depth?: Window | undefined;
        readonly effectiveFlops?: Window | undefined;
      }
    | undefined;
  /** What comes before the stages. Default: the paper's, 3 × 3 with stride 2 and width 32, or that of a named space that has its own. */
  readonly stem?: Stem | undefined;
  /** As data, or a text for `datasetByName`. */
  readonly dataset: DatasetSpec | string;
  /** A recipe, the name of one, or one with fields that are drawn for each network. */
  readonly recipe: RecipeSpec;
  /** Default `"torch"`. */
  readonly engine?: string | undefined;
  /** Default `"float32"`. */
  readonly precision?: "float32" | "bf16" | "tf32" | undefined;
  /** How it is run; another way of running is the same sweep. */
  readonly run?: RunSpec | undefined;
  /** In a search's folder: whose trials these are. */
  readonly search?: { readonly id: string; readonly strategy: string } | undefined;
}

/** A sweep spec with every field in place. */
export type CheckedSpec = z.output<Schema>;

/** What the schema takes; a field that is not in both does not compile. */
type Written = z.input<Schema>;
type Same<A, B> = [A, B] extends [B, A] ? true : never;
true satisfies Same<keyof SweepSpec, keyof Written>;
true satisfies Written extends Omit<SweepSpec, "dataset"> ? true : never;

/**
 * Checks a spec and fills in defaults.
 *
 * @throws SpecError naming every field that does not fit, unknown fields included
 */
export function checkSpec(spec: unknown): CheckedSpec {
  const parsed = parseBy(schema(), withDataset(spec));
  if ("problems" in parsed) throw new SpecError(`sweep spec: ${parsed.problems.join("; ")}`);
  const { data } = parsed;
  const isLeftOut = (spec as { readonly stem?: unknown }).stem === undefined;
  const own = isLeftOut ? ownStem(data.space) : undefined;
  return own ? { ...data, stem: own } : data;
}

/** The spec with its dataset as data, where that is a text. */
function withDataset(spec: unknown): unknown {
  if (!isObject(spec)) return spec;
  const { dataset } = spec as { readonly dataset?: unknown };
  if (typeof dataset !== "string") return spec;
  try {
    return { ...spec, dataset: datasetByName(dataset) };
  } catch (error) {
    throw new SpecError(`sweep spec: ${(error as Error).message}`);
  }
}

/** The stem that a named space of AnyNets has, if it is not the paper's: layers, not stems, are what its networks differ in. */
function ownStem(space: CheckedSpec["space"]): CheckedSpec["stem"] | undefined {
  if (isGiven(space)) return stemOf(space) as CheckedSpec["stem"] | undefined;
  const name = typeof space === "string" ? space : "base" in space ? space.base : undefined;
  if (typeof name !== "string") return undefined;
  const named = spaceByName(name);
  return named.family ? undefined : named.draw(seeded(0))?.stem;
}

/**
 * Checks that the spec's engine can follow its recipe, also at the ends of what is drawn, where and as it shall run:
 * what would make every trial fail is told before the first.
 *
 * @param how how it is run, where that is not the spec's own
 * @throws SpecError naming the field
 */
export function checkEngine(spec: CheckedSpec, how: RunSpec = spec.run ?? {}): void {
  const fail = (field: string, expected: string, got: unknown) => {
    throw new SpecError(`sweep spec: ${field} must be ${expected}, got ${JSON.stringify(got)}`);
  };
  const engine = engineByName(spec.engine);
  const { memoryLimit, devices = [] } = how;
  for (const recipe of extremeRecipes(spec.recipe)) {
    const refusal = engine.refuses?.(recipe, { precision: spec.precision, memoryLimit });
    if (!refusal) continue;
    const { field, expected, got } = refusal;
    const place = field === "precision" ? "" : field === "memoryLimit" ? "run." : "recipe.";
    fail(place + field, expected, got);
  }
  for (const device of devices) {
    try {
      engineOn(spec.engine, device);
    } catch {
      fail("run.devices", `"cpu" with engine ${spec.engine}`, device);
    }
  }
}

/**
 * A spec checked and complete: its dataset's description says all that decides the dataset, so that whatever is
 * derived from the spec (networks, identities of trials) needs no files. A space that is code is loaded, and named by the
 * content of its source.
 *
 * @param folder what the paths of modules are relative to. Default: the working folder
 * @throws SpecError if it is not valid, its engine cannot follow it, or its space's code cannot be used
 * @throws DatasetError if a folder of images cannot be used
 * @throws SamplingError if the windows of a space that is code are (nearly) empty
 */
export async function completeSpec(spec: unknown, folder: string = process.cwd()): Promise<CheckedSpec> {
  const checked = checkSpec(spec);
  if (checked.search) {
    throw new SpecError(
      `sweep spec: search: expected the spec of a sweep, got that of a search by ${checked.search.strategy}, whose networks no seed draws; openPopulation() reads its folder, and netspace search goes on with it`,
    );
  }
  checkEngine(checked);
  const space = await completeSpace(checked.space, folder);
  const dataset = await describeDataset(checked.dataset);
  const complete = { ...checked, space, dataset };
  const recipes = extremeRecipes(checked.recipe);
  ofSpec(() => {
    for (const recipe of recipes) checkCrop(recipe, datasetFacts(dataset));
  });
  checkGiven(complete);
  await checkDrawn(complete);
  const weighing = recipes.find(({ auxiliaryWeight }) => auxiliaryWeight);
  if (weighing) {
    const [first] = samplesOf(complete, 1);
    ofSpec(() => checkAuxiliary(weighing, build(first.architecture)));
  }
  return complete;
}

/** Makes a recipe's error one of the spec's. */
function ofSpec(check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof RecipeError)) throw error;
    throw new SpecError(`sweep spec: ${error.message.replace(/^recipe: /, "recipe.")}`);
  }
}
