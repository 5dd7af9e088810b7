/**
 * A sweep as data: which space to sample, how many networks, and how to train them.
 */
import * as z from "zod";
import { build, type Stem, simpleStem } from "../networks/architecture.js";
import { spaceByName, spaceNames } from "../spaces/names.js";
import { sample } from "../spaces/sample.js";
import type { Sample } from "../spaces/space.js";
import { datasetFacts, datasetSchema } from "../training/datasets/dataset-facts.js";
import { checkRecipe, type Recipe } from "../training/recipe.js";
import { recipes } from "../training/recipes.js";
import type { Trial } from "./trial.js";

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null;

const window = z.tuple([z.number().nonnegative(), z.number().nonnegative()]);

const schema = z.strictObject({
  /** A design space by name. */
  space: z.enum(spaceNames()),
  /** Networks to sample and train. */
  n: z.int().positive(),
  /** Seed of the sampling; trial i trains with seed + i. */
  seed: z.int().nonnegative().default(1),
  /** Windows of complexity, counted at the dataset's resolution, and of depth. */
  where: z.strictObject({ flops: window, params: window, acts: window, depth: window }).partial().default({}),
  /** What comes before the stages. Default: the paper's, 3 × 3 with stride 2 and width 32. */
  stem: z
    .strictObject({ kind: z.enum(["simple", "cifar", "resnet"]), width: z.int().positive() })
    .default(simpleStem as { kind: Stem["kind"]; width: number }),
  dataset: datasetSchema,
  /** A recipe, or the name of one. */
  recipe: z
    .union([z.enum(Object.keys(recipes) as (keyof typeof recipes)[]), z.custom<Recipe>(isObject)], {
      error: `expected a recipe, or the name of one: ${Object.keys(recipes).join(", ")}`,
    })
    .transform((recipe): Recipe => (typeof recipe === "string" ? recipes[recipe] : recipe)),
  engine: z.enum(["torch"]).default("torch"),
  precision: z.enum(["float32", "bf16"]).default("float32"),
});

/** A sweep spec as written: fields with a default may be left out. */
export type SweepSpec = z.input<typeof schema>;
/** A sweep spec with every field in place. */
export type CheckedSpec = z.output<typeof schema>;

/** A spec that cannot be run: each message names the field, what was expected and what came. */
export class SpecError extends Error {
  override readonly name = "SpecError";
}

/**
 * Checks a spec and fills in defaults.
 *
 * @throws SpecError naming every field that does not fit, unknown fields included
 */
export function checkSpec(spec: unknown): CheckedSpec {
  const parsed = schema.safeParse(spec);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => {
      if (path.length === 0) return message;
      const came = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)?.[key], spec);
      return `${path.join(".")}: ${message}, got ${JSON.stringify(came) ?? "nothing"}`;
    });
    throw new SpecError(`sweep spec: ${problems.join("; ")}`);
  }
  try {
    checkRecipe(parsed.data.recipe);
  } catch (error) {
    throw new SpecError(`sweep spec: ${(error as Error).message}`, { cause: error });
  }
  return parsed.data;
}

/** One trial of a sweep, with the sampled architecture it came from. */
export interface Candidate extends Sample {
  readonly trial: Trial;
}

/**
 * The trials of a sweep, in order: the same spec gives the same trials on any machine.
 *
 * @throws SamplingError if the windows are (nearly) empty
 */
export function candidates(spec: CheckedSpec): Candidate[] {
  const { dataset, recipe, engine, precision, n, seed, where, stem } = spec;
  const space = spaceByName(spec.space);
  const { classes, resolution } = datasetFacts(dataset);
  const placed = space.with?.({ stem, classes }) ?? space;
  return sample(placed, { n, seed, where, resolution }).map((drawn, i) => ({
    ...drawn,
    trial: { network: build(drawn.architecture), dataset, recipe, seed: seed + i, engine, precision },
  }));
}
