/** What stands in the record of every measurement. */
import type { Fidelity } from "../objective.js";

/** Which images, which seed and how thorough; null where none of it plays a part. Plain data. */
export interface MeasurementFacts {
  readonly split: "training" | "validation" | "test" | null;
  /** Of whatever was left to chance. */
  readonly seed: number | null;
  /** Epochs trained, from the first; null where all were, or where nothing is trained. */
  readonly epochs: number | null;
}

/** What plays no part in a measurement that no images, no chance and no training decide. */
export const noFacts: MeasurementFacts = { split: null, seed: null, epochs: null };

/** Those of a measurement that images and chance decide. */
export const factsOf = (
  split: MeasurementFacts["split"],
  { seed = 0, epochs }: Fidelity,
): MeasurementFacts => ({
  split,
  seed,
  epochs: epochs ?? null,
});
