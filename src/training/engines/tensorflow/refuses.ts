/** What engine tensorflow does not follow, reported before anything runs. */
import { refuseUnknown } from "../../../base/expect-options.js";
import { expectFields } from "../../../base/expect.js";
import {
  engineOptionNames,
  partOptions,
  type Refusal,
  type RefusableOption,
  type TrainOptions,
} from "../../engine.js";
import type { Recipe } from "../../recipe.js";

/**
 * Fields of a recipe that this engine does not follow, and why not: where seeds could not mean what they mean in engine
 * torch, the same trial would be another experiment.
 */
const notFollowed: Partial<Record<keyof Recipe, string>> = {
  randomSizedCrop: "resizes no crops",
  // The sign of an eigenvector is LAPACK's choice.
  colourPca: "draws no colours: torch's depend on its linear algebra",
  // Bernoulli numbers come from MKL where torch was built with it, and from torch's own generator elsewhere.
  dropout: "drops nothing: torch's masks depend on how it was built",
  dropPath: "drops nothing: torch's masks depend on how it was built",
  auxiliaryWeight: "trains no auxiliary logits",
  recalibrate: "keeps the running averages of normalisations",
};

/** The first thing that keeps the engine from training so; undefined if nothing does. */
export function refuses(recipe: Recipe, options: Pick<TrainOptions, RefusableOption>): Refusal | undefined {
  expectFields("refuses", "a recipe", recipe, {});
  expectFields("refuses", "options", options, {});
  refuseUnknown<TrainOptions>("refuses", options, engineOptionNames);
  const { precision = "float32", memoryLimit } = options;
  if (precision !== "float32") {
    const expected = '"float32" with engine tensorflow (torch has more)';
    return { field: "precision", expected, got: precision };
  }
  if (memoryLimit !== undefined) {
    const expected = "left out with engine tensorflow, whose memory nothing limits (torch can)";
    return { field: "memoryLimit", expected, got: memoryLimit };
  }
  for (const field of partOptions) {
    if (options[field] === undefined || options[field] === false) continue;
    const expected = "left out with engine tensorflow, which trains whole schedules (torch can train parts)";
    return { field, expected, got: options[field] };
  }
  for (const [field, why] of Object.entries(notFollowed) as [keyof Recipe, string][]) {
    if (!recipe[field]) continue;
    return { field, expected: `left out with engine tensorflow, which ${why}`, got: recipe[field] };
  }
  return undefined;
}
