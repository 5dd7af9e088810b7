/** The bootstrap of trainings: what the mean errors of assignments could as well be. */
import { seeded } from "../../base/random.js";
import { quantileSorted } from "../../statistics/scale.js";
import type { TrainedAssignment } from "./assignment-errors.js";

/**
 * Means that are drawn again and again: of each assignment its trainings with replacement, their deviations from the mean widened by √(n / (n − 1)), since a
 * bootstrap of few values spreads too little otherwise. The array is written over by the next draw.
 *
 * @throws RangeError for an assignment that was trained once: nothing then says how unsure it is
 */
export function* redraw(
  fn: string,
  assignments: readonly TrainedAssignment[],
  { draws, seed }: { readonly draws: number; readonly seed: number },
): Generator<Float64Array, void> {
  const once = assignments.find(({ errors }) => errors.length < 2);
  if (once) {
    throw new RangeError(
      `${fn}: expected at least two trainings of every assignment, got one of ${once.depths.join("-")}; train it with another seed`,
    );
  }
  const random = seeded(seed);
  const means = new Float64Array(assignments.length);
  for (let draw = 0; draw < draws; draw++) {
    for (const [i, { errors, error }] of assignments.entries()) {
      const n = errors.length;
      let sum = 0;
      for (let k = 0; k < n; k++) sum += errors[Math.floor(random() * n)] - error;
      means[i] = error + (Math.sqrt(n / (n - 1)) * sum) / n;
    }
    yield means;
  }
}

/** The central part of what was drawn. */
export function interval(
  values: Float64Array,
  level: number,
): { readonly low: number; readonly high: number } {
  const sorted = Array.from(values).sort((a, b) => a - b);
  return { low: quantileSorted(sorted, (1 - level) / 2), high: quantileSorted(sorted, (1 + level) / 2) };
}
