/** The best assignment for each budget, and how sure the trainings make it. */
import { type AssignmentErrors, type TrainedAssignment } from "./assignment-errors.js";
import { type AssignmentStudyOptions, checkedStudy, least } from "./budgets.js";
import { interval, redraw } from "./redraw.js";

/** What is best for one budget. */
export interface BestAssignment {
  /** Layers, or multiply-adds. */
  readonly budget: number;
  /** How many assignments it allows. */
  readonly assignments: number;
  /** Layers of each stage of the one with the least mean error; of equal ones the first. */
  readonly best: readonly number[];
  /** Its mean error, per cent: flattered, since its noise helped to choose it. */
  readonly error: number;
  /** The bootstrap's interval of it. */
  readonly low: number;
  readonly high: number;
  /** Those that are best in some of the bootstraps, with the share of these, the most frequent first. */
  readonly candidates: readonly { readonly depths: readonly number[]; readonly share: number }[];
  /**
   * Standard deviation between the assignments' errors, minus what the noise of their means explains: 0 where the noise
   * explains all of it.
   */
  readonly spread: number;
  /** Standard deviation between trainings of one assignment, pooled. */
  readonly noise: number;
}

/**
 * The best assignment for each budget.
 *
 * @throws RangeError for what are no errors of assignments, or one that was trained once
 * @example
 * ```ts
 * import { assignmentErrors, bestAssignments } from "netspace/search";
 *
 * const errors = assignmentErrors([
 *   { depths: [1, 1], errors: [30, 31] },
 *   { depths: [1, 2], errors: [20, 22] },
 *   { depths: [2, 1], errors: [25, 24] },
 * ]);
 * bestAssignments(errors).map(({ best }) => best.join("-")); // => ["1-1", "1-2"]
 * ```
 */
export function bestAssignments(
  errors: AssignmentErrors,
  options: AssignmentStudyOptions = {},
): BestAssignment[] {
  const fn = "bestAssignments";
  const { assignments, budgets, draws, level, seed } = checkedStudy(fn, errors, options);
  const values = assignments.map(({ error }) => error);
  const best = budgets.map(({ places }) => least(places, values));
  const drawn = budgets.map(() => new Float64Array(draws));
  const wins = budgets.map(() => new Map<number, number>());
  let draw = 0;
  for (const means of redraw(fn, assignments, { draws, seed })) {
    for (const [b, { places }] of budgets.entries()) {
      const winner = least(places, means);
      wins[b].set(winner, (wins[b].get(winner) ?? 0) + 1);
      drawn[b][draw] = means[best[b]];
    }
    draw++;
  }
  return budgets.map(({ budget, places }, b) => ({
    budget,
    assignments: places.length,
    best: assignments[best[b]].depths,
    error: values[best[b]],
    ...interval(drawn[b], level),
    candidates: [...wins[b]]
      .sort(([i, a], [j, c]) => c - a || i - j)
      .map(([i, count]) => ({ depths: assignments[i].depths, share: count / draws })),
    ...spreadOf(places.map(place => assignments[place])),
  }));
}

/** Between assignments and within them: an analysis of variance by its components. */
function spreadOf(assignments: readonly TrainedAssignment[]): {
  readonly spread: number;
  readonly noise: number;
} {
  let [within, freedom, ofMeans] = [0, 0, 0];
  for (const { errors, error } of assignments) {
    for (const one of errors) within += (one - error) ** 2;
    freedom += errors.length - 1;
    ofMeans += 1 / errors.length / assignments.length;
  }
  const noise = Math.sqrt(within / freedom);
  const middle = assignments.reduce((sum, { error }) => sum + error, 0) / assignments.length;
  const between = assignments.reduce((sum, { error }) => sum + (error - middle) ** 2, 0);
  const spread = Math.sqrt(Math.max(0, between / (assignments.length - 1) - noise ** 2 * ofMeans));
  return { spread: assignments.length > 1 ? spread : 0, noise };
}
