/** Parts of trainings that a strategy asks for or looks into, held against what its objectives know of them. */
import type { CheckedSpec } from "../../trials/spec.js";
import { SpecError } from "../../trials/spec-error.js";
import { isTrained, type Objective } from "../objective.js";
import type { Strategy } from "../strategy.js";

/**
 * @param spec of what is trained, if anything is
 * @throws RangeError for a strategy that asks for parts of trainings, or ends them, where nothing is decided by those
 * @throws SpecError for a recipe that tests nothing on the way where the strategy looks at that
 */
export function requireFidelities(
  strategy: Strategy,
  objectives: readonly Objective[],
  spec: CheckedSpec | undefined,
): void {
  const names = objectives.map(({ name }) => name).join(" and ");
  const { name, epochs } = strategy;
  if (epochs !== undefined && objectives.every(({ ignoresEpochs }) => ignoresEpochs)) {
    throw new RangeError(
      `search: ${name} asks for trainings of up to ${epochs} epochs, and ${names} is the same after any; choose a strategy that asks for none, such as evolution(), or an objective that is trained`,
    );
  }
  if (!strategy.watches) return;
  if (!objectives.some(isTrained) || !spec) {
    throw new RangeError(
      `search: ${name} ends trainings by their errors on the way, and ${names} trains none here; leave medianStop out, or search by trainingError`,
    );
  }
  const { testEvery } = spec.recipe;
  if (typeof testEvery === "number" ? testEvery > 0 : testEvery !== undefined) return;
  throw new SpecError(
    `search: recipe.testEvery: ${name} compares errors on the way, and the recipe tests at the end alone; give it { testEvery: 1 }, in a spec as { "base": "tiny", "testEvery": 1 }`,
  );
}
