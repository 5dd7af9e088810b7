/** What knowing something of an architecture costs, in units that do not depend on who counts. */

/** What was spent. A field is absent where it is not known. */
export interface Cost {
  /** Images trained on: epochs times the training split; the count that machines agree on. */
  readonly images?: number;
  /** Wall time of what was evaluated, seconds. */
  readonly seconds?: number;
}

/** Both together; what one of them does not know, the sum does not either. */
export const addCosts = (a: Cost, b: Cost): Cost => ({
  ...(a.images !== undefined && b.images !== undefined && { images: a.images + b.images }),
  ...(a.seconds !== undefined && b.seconds !== undefined && { seconds: a.seconds + b.seconds }),
});
