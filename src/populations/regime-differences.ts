/**
 * What two populations were trained by that is not the same: all of their specs but the design space, how many networks
 * there are, seeds, and how the sweep is run. A difference of errors is one of the spaces only where nothing else differs.
 */
import { type Recipe, recipeDefaults } from "../training/recipe.js";
import { datasetFacts } from "../training/datasets/dataset-facts.js";
import { expectFields, expectList } from "../base/expect.js";
import { say } from "../base/say.js";
import type { CheckedSpec } from "../trials/spec.js";
import { TableError } from "../tables/table-error.js";
import { canonicalJson } from "../trials/trial.js";
import { isRecord } from "../trials/vocabulary.js";

/** A field of the spec that differs, with both values as JSON; "none" for a value that is not there. */
export interface RegimeDifference {
  /** Such as `recipe.epochs`. */
  readonly field: string;
  readonly a: string;
  readonly b: string;
}

const parts = ["where", "stem", "dataset", "recipe", "engine", "precision"] as const;
type Part = (typeof parts)[number];

/** What changes neither images nor training: where the files lie, and how often is tested on the way. */
const NO_MATTER = ["dataset.folder", "recipe.testEvery"];

/**
 * The fields of two specs that differ, but for the space. Fields of a recipe that are left out are as their defaults; of
 * two kinds of dataset only the kind is named.
 *
 * @example
 * ```ts
 * const { spec } = await shippedPopulation("AnyNetXA");
 * const longer = { ...spec, recipe: { ...spec.recipe, epochs: 15 } };
 * regimeDifferences(spec, longer); // => [{ field: "recipe.epochs", a: "5", b: "15" }]
 * ```
 */
export function regimeDifferences(a: CheckedSpec, b: CheckedSpec): RegimeDifference[] {
  for (const spec of [a, b]) {
    expectFields("regimeDifferences", "a population's spec", spec, {
      where: "object",
      stem: "object",
      dataset: "object",
      recipe: "object",
    });
  }
  const sameImages = sameText(a, b, spec => datasetFacts(spec.dataset).identity);
  return parts.flatMap(part => {
    if (part === "dataset" && sameImages) return [];
    const [ofA, ofB] = [fieldsOf(part, a), fieldsOf(part, b)];
    const kind = `${part}.kind`;
    const names = ofA.get(kind) === ofB.get(kind) ? new Set([...ofA.keys(), ...ofB.keys()]) : [kind];
    return [...names].flatMap(field => {
      const [own, other] = [ofA.get(field) ?? "none", ofB.get(field) ?? "none"];
      return own === other || NO_MATTER.includes(field) ? [] : [{ field, a: own, b: other }];
    });
  });
}

function sameText(a: CheckedSpec, b: CheckedSpec, text: (spec: CheckedSpec) => string): boolean {
  try {
    return text(a) === text(b);
  } catch {
    return false; // A description without its contents: its fields are compared.
  }
}

/** A part's fields as JSON, by place; a recipe's without those that say what their default does. */
function fieldsOf(part: Part, spec: CheckedSpec): Map<string, string> {
  const value: unknown = spec[part];
  if (!isRecord(value)) return new Map([[part, canonicalJson(value)]]);
  const { weightDecay } = value;
  const usual = (name: string, held: unknown) =>
    held === undefined ||
    (part === "recipe" &&
      (held === (recipeDefaults[name as keyof Recipe] ?? (held === false ? false : 0)) ||
        (/^(norm|bias)WeightDecay$/.test(name) && held === weightDecay)));
  return new Map(
    Object.entries(value)
      .filter(([name, held]) => !usual(name, held))
      .map(([name, held]) => [`${part}.${name}`, canonicalJson(held)]),
  );
}

/** The differences in words: `recipe.epochs 5 and 15`. */
export const sayRegime = (differences: readonly RegimeDifference[]): string =>
  differences.map(({ field, a, b }) => `${field} ${a} and ${b}`).join(", ");

/**
 * Those of some differences that are not what is asked about.
 *
 * @param differ fields, or parts such as `recipe`, that may differ: they are the question
 * @throws TableError for what is no field of a spec
 */
export function beyondQuestion(
  fn: string,
  differences: readonly RegimeDifference[],
  differ: readonly string[] = [],
): RegimeDifference[] {
  expectList(fn, "fields that may differ", differ);
  for (const field of differ) {
    const [part] = typeof field === "string" ? field.split(".") : [];
    if ((parts as readonly unknown[]).includes(part)) continue;
    throw new TableError(
      `${fn}: expected fields of a spec that may differ, ${parts.join(", ")} or one such as recipe.epochs, got ${say(field)}`,
    );
  }
  return differences.filter(
    ({ field }) => !differ.some(allowed => field === allowed || field.startsWith(`${allowed}.`)),
  );
}
