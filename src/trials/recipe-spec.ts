/**
 * The recipe of a sweep: a name, a recipe, or one whose fields are drawn for each network, as the studies of
 * learning rate and weight decay do (paper, Figures 21 and 22).
 *
 * ```json
 * { "base": "tiny", "learningRate": { "logUniform": [0.01, 1] }, "weightDecay": { "logUniform": [1e-6, 1e-2] } }
 * ```
 */
import { once } from "../base/once.js";
import type { Random } from "../base/random.js";
import { zod } from "../base/node/zod.js";
import { checkRecipe, type Recipe } from "../training/recipe.js";
import { recipes } from "../training/recipes.js";
import { isRecord } from "./vocabulary.js";

/** How a field is drawn: uniform, uniform in its logarithm, or one of a list, all equally likely. */
export type Draw<T> =
  | { readonly uniform: readonly [low: number, high: number] }
  | { readonly logUniform: readonly [low: number, high: number] }
  | { readonly oneOf: readonly T[] };

/** What may be drawn. */
type Value = number | boolean | string;

/** A recipe any field of which may be drawn. */
export type SampledRecipe = { readonly [K in keyof Recipe]: Recipe[K] | Draw<NonNullable<Recipe[K]>> };

/** A recipe as a spec has it: its name, all its fields, or a named recipe with some fields of its own. */
export type RecipeSpec =
  | keyof typeof recipes
  | SampledRecipe
  | ({ readonly base: keyof typeof recipes } & Partial<SampledRecipe>);

const names = Object.keys(recipes).join(", ");

/** Fields that may be any number of an interval; the others are drawn from lists. */
const continuous: readonly string[] = [
  "learningRate",
  "momentum",
  "weightDecay",
  "warmupEpochs",
  "beta1",
  "beta2",
  "smoothing",
  "epsilon",
  "clipNorm",
  "decayFactor",
  "decayEvery",
  "learningRateEnd",
  "auxiliaryWeight",
];

/** Values of a list that is drawn from: each is tried out as a recipe. */
const MOST_VALUES = 1000;

/** Checks a recipe and spells it out: the base's fields are put in their place. */
export const recipeSchema = once(() => {
  const z = zod();
  const bounds = z.tuple([z.number(), z.number()]).refine(([low, high]) => low < high);
  const draw = z.union([
    z.strictObject({ uniform: bounds }),
    z.strictObject({ logUniform: bounds.refine(([low]) => low > 0) }),
    z.strictObject({
      oneOf: z
        .array(z.union([z.number(), z.boolean(), z.string()]))
        .min(1)
        .max(MOST_VALUES),
    }),
  ]);

  return z
    .custom<RecipeSpec>(value => typeof value === "string" || isRecord(value), {
      error: `expected a recipe, or the name of one: ${names}`,
    })
    .transform((given, context): SampledRecipe => {
      const fail = (path: string[], message: string): never => {
        context.addIssue({ code: "custom", path, message });
        return z.NEVER;
      };
      const base = typeof given === "string" ? given : "base" in given ? given.base : undefined;
      if (base !== undefined && !(typeof base === "string" && Object.hasOwn(recipes, base))) {
        return fail(typeof given === "string" ? [] : ["base"], `expected the name of a recipe: ${names}`);
      }
      const { base: _named, ...own } = typeof given === "string" ? { base } : { base, ...given };
      const recipe = { ...(base && recipes[base]), ...own } as SampledRecipe;
      for (const [field, value] of Object.entries(recipe)) {
        if (!isRecord(value)) continue;
        if (!draw.safeParse(value).success) {
          return fail([field], `expected a value, {"oneOf": [a, b, …]}, ${INTERVALS} (low > 0)`);
        }
        if (!continuous.includes(field) && !("oneOf" in value)) {
          return fail([field], `expected a value, or {"oneOf": [a, b, …]} to draw one`);
        }
      }
      const problem = firstProblem(recipe);
      // The recipe's own words begin with "recipe: ".
      return problem === undefined ? recipe : fail([], cut(problem.replace(/^recipe: /, "")));
    });
});

const cut = (text: string): string => (text.length > 500 ? `${text.slice(0, 500)}…` : text);

const INTERVALS = '{"uniform": [low, high]} with low < high, or {"logUniform": [low, high]}';

/** The fields that are drawn, in alphabetical order: a spec means the same however it is written. */
const drawnFields = (recipe: SampledRecipe): [keyof Recipe, Draw<Value>][] =>
  (Object.entries(recipe) as [keyof Recipe, unknown][])
    .filter((entry): entry is [keyof Recipe, Draw<Value>] => isRecord(entry[1]))
    .sort(([a], [b]) => (a < b ? -1 : 1));

/**
 * Recipes at the ends of what may be drawn: if each can be followed, so can all. Fields restrict each other only by their
 * least values (a warm-up is no longer than the shortest training).
 */
export function extremeRecipes(recipe: SampledRecipe): Recipe[] {
  const drawn = drawnFields(recipe);
  const ends = (field: Draw<Value>): readonly Value[] =>
    "oneOf" in field ? field.oneOf : "uniform" in field ? field.uniform : field.logUniform;
  const least = Object.fromEntries(
    drawn.map(([name, field]) => [name, ends(field).reduce((a, b) => (b < a ? b : a))]),
  );
  const all = drawn.flatMap(([name, field]) => ends(field).map(value => ({ ...least, [name]: value })));
  return [least, ...all].map(values => ({ ...(recipe as Recipe), ...values }));
}

/** What is wrong with the first recipe that cannot be followed. */
function firstProblem(recipe: SampledRecipe): string | undefined {
  for (const one of extremeRecipes(recipe)) {
    try {
      checkRecipe(one);
    } catch (error) {
      return (error as Error).message;
    }
  }
  return undefined;
}

/** A recipe with every field decided, and those of them that were drawn. */
export interface DrawnRecipe {
  readonly recipe: Recipe;
  readonly drawn: Partial<Recipe>;
}

/**
 * Draws the fields that are to be drawn, one number of `random` each. Values have six significant digits, so that
 * machines whose logarithms differ in the last bit draw the same.
 */
export function drawRecipe(recipe: SampledRecipe, random: Random): DrawnRecipe {
  const drawn: Partial<Recipe> = Object.fromEntries(
    drawnFields(recipe).map(([name, field]) => [name, drawValue(field, random())]),
  );
  return { recipe: { ...(recipe as Recipe), ...drawn }, drawn };
}

function drawValue(field: Draw<Value>, u: number): Value {
  if ("oneOf" in field) return field.oneOf[Math.floor(u * field.oneOf.length)];
  const [low, high] = "uniform" in field ? field.uniform : field.logUniform;
  const value = "uniform" in field ? low + u * (high - low) : low * (high / low) ** u;
  return Math.min(high, Math.max(low, Number(value.toPrecision(6))));
}

/** A field as words: `0.2`, or `0.01–1 (log-uniform)` where it is drawn. */
export function recipeField(value: SampledRecipe[keyof Recipe]): string {
  if (!isRecord(value)) return String(value);
  const field = value as Draw<Value>;
  if ("oneOf" in field) return `one of ${field.oneOf.join(", ")}`;
  return "uniform" in field
    ? `${field.uniform.join("–")} (uniform)`
    : `${field.logUniform.join("–")} (log-uniform)`;
}
