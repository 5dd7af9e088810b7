/** Pareto fronts: the networks that no other network beats in everything (Figures 17 and 18 are read by them). */
import { say } from "../base/say.js";
import {
  type Numbers,
  requireFinite,
  requireSameLength,
  StatisticsError,
  checkedOptions,
  requireArray,
} from "./statistics-error.js";

/** A measure of every model, and which way is better. */
export interface Objective {
  readonly values: Numbers;
  /** Default "least". */
  readonly best?: "least" | "most";
}

/**
 * The models on the Pareto front, as indices in rising order of the first objective (best first): a model is on
 * the front if no other is at least as good in every objective and better in one. Models that are equal in
 * everything are on it together.
 *
 * @param objectives two or more, for example `[{ values: flops }, { values: errors }]`; the same number of models
 * @example
 * ```ts
 * const [flops, errors] = [[200, 400, 600, 800], [31, 27, 28, 25]];
 * paretoFront([{ values: flops }, { values: errors }]); // => [0, 1, 3]
 * ```
 */
export function paretoFront(objectives: readonly Objective[]): number[] {
  requireArray("paretoFront", "objectives", objectives);
  for (const objective of objectives) checkedOptions("paretoFront", objective, { values: true, best: true });
  if (objectives.length < 2) {
    throw new StatisticsError(`paretoFront: expected at least 2 objectives, got ${objectives.length}`);
  }
  const [first] = objectives;
  // Costs: less is better in all of them.
  const costs = objectives.map(({ values, best = "least" }) => {
    if (best !== "least" && best !== "most") {
      throw new StatisticsError(`paretoFront: expected best as "least" or "most", got ${say(best)}`);
    }
    requireFinite("paretoFront", "values", values, 1);
    requireSameLength("paretoFront", "values", values, "models", first.values);
    return Float64Array.from(values, v => (best === "most" ? -v : v));
  });
  const compare = (i: number, j: number): number => {
    for (const cost of costs) if (cost[i] !== cost[j]) return cost[i] - cost[j];
    return 0;
  };
  const order = Uint32Array.from(first.values, (_, i) => i).sort((i, j) => compare(i, j) || i - j);
  const front: number[] = [];
  // In this order only models already on the front can beat a later one; with two objectives, the last of them.
  const beats = (i: number, j: number) => costs.every(cost => cost[i] <= cost[j]) && compare(i, j) !== 0;
  for (const model of order) {
    const beaten =
      costs.length === 2
        ? front.length > 0 && beats(front[front.length - 1], model)
        : front.some(other => beats(other, model));
    if (!beaten) front.push(model);
  }
  return front;
}
