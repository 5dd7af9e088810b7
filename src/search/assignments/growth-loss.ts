/**
 * What greedy growth loses: from the fewest layers, always the one more that lowers the error most, against the best of all
 * assignments that a budget allows.
 */
import { fixed } from "../../base/fixed.js";
import { type AssignmentErrors, contains, type TrainedAssignment } from "./assignment-errors.js";
import { type AssignmentStudyOptions, checkedStudy, least } from "./budgets.js";
import { interval, redraw } from "./redraw.js";

/** What growth has come to within a budget. */
export interface GrowthLossStep {
  /** Layers, or multiply-adds. */
  readonly budget: number;
  /** The best of all, and the best that growth passed through, by mean errors; undefined where growth passed through none. */
  readonly best: readonly number[];
  readonly grown: readonly number[] | undefined;
  /** How much worse the latter is, per cent; NaN where growth passed through none. */
  readonly loss: number;
  /** The bootstrap's interval of what growth would lose that knew the errors exactly, and the share in which that is nothing. */
  readonly low: number;
  readonly high: number;
  readonly optimal: number;
  /** The loss where all trainings of each but one choose, and that one judges, on average: without the luck of those that were chosen. */
  readonly judged: number;
  /** The loss of growth that adds a layer anywhere, each place as likely, on average. */
  readonly random: number;
}

export interface GrowthLoss {
  readonly steps: readonly GrowthLossStep[];
  /** All that growth passed through, from the first on. */
  readonly chain: readonly (readonly number[])[];
  /** Assignments that growth evaluates, and that there are. */
  readonly evaluations: number;
  readonly of: number;
  /** In words. */
  readonly statement: string;
}

/**
 * Grows an assignment along the errors of all, and compares.
 *
 * @throws RangeError for what are no errors of assignments, or one that was trained once
 * @example
 * ```ts
 * import { assignmentErrors, growthLoss } from "netspace/search";
 *
 * const errors = assignmentErrors([
 *   { depths: [1, 1], errors: [30, 31] },
 *   { depths: [1, 2], errors: [20, 22] },
 *   { depths: [2, 1], errors: [25, 24] },
 * ]);
 * growthLoss(errors).steps.map(({ loss }) => loss); // => [0, 0]
 * ```
 */
export function growthLoss(errors: AssignmentErrors, options: AssignmentStudyOptions = {}): GrowthLoss {
  const fn = "growthLoss";
  const { assignments, budgets, draws, level, seed } = checkedStudy(fn, errors, options);
  const growth = new Growth(
    assignments,
    budgets.flatMap(({ places }) => places),
  );
  const values = assignments.map(({ error }) => error);
  const chain = growth.chain(values);
  const bests = budgets.map(({ places }) => least(places, values));
  const passed = (budget: number, along: readonly number[], by: ArrayLike<number>) => {
    const here = along.filter(place => budgets[budget].places.includes(place));
    return here.length === 0 ? undefined : least(here, by);
  };
  const lossOf = (budget: number, along: readonly number[], by: ArrayLike<number>): number => {
    const grown = passed(budget, along, by);
    return grown === undefined ? Number.NaN : by[grown] - by[least(budgets[budget].places, by)];
  };
  const losses = budgets.map(() => new Float64Array(draws));
  let draw = 0;
  for (const means of redraw(fn, assignments, { draws, seed })) {
    const along = growth.chain(means);
    for (const b of budgets.keys()) losses[b][draw] = lossOf(b, along, means);
    draw++;
  }
  const folds = assignments.reduce((fewest, one) => Math.min(fewest, one.errors.length), Infinity);
  const judged = budgets.map(() => 0);
  for (let fold = 0; fold < folds; fold++) {
    const told = assignments.map(
      one => (one.error * one.errors.length - one.errors[fold]) / (one.errors.length - 1),
    );
    const along = growth.chain(told);
    for (const [b, { places }] of budgets.entries()) {
      const grown = passed(b, along, told);
      const judge = (place: number) => assignments[place].errors[fold];
      judged[b] += grown === undefined ? Number.NaN : (judge(grown) - judge(least(places, told))) / folds;
    }
  }
  const anywhere = growth.anywhere(values);
  const steps = budgets.map(({ budget, places }, b): GrowthLossStep => {
    const grown = passed(b, chain, values);
    const probabilities = places.map(place => anywhere.get(place) ?? 0);
    const sum = probabilities.reduce((a, p) => a + p, 0);
    const expected = places.reduce((total, place, i) => total + probabilities[i] * values[place], 0) / sum;
    const known = losses[b].filter(loss => !Number.isNaN(loss));
    const none = { low: Number.NaN, high: Number.NaN };
    return {
      budget,
      best: assignments[bests[b]].depths,
      grown: grown === undefined ? undefined : assignments[grown].depths,
      loss: lossOf(b, chain, values),
      ...(known.length > 0 ? interval(known, level) : none),
      optimal: known.filter(loss => loss === 0).length / draws,
      judged: judged[b],
      random: expected - values[bests[b]],
    };
  });
  const reached = steps.filter(({ grown }) => grown !== undefined);
  const last = reached.at(-1);
  const evaluations = growth.evaluations(values);
  const statement =
    `Growth evaluates ${evaluations} of ${assignments.length} assignments and has the best in ${reached.filter(({ loss }) => loss === 0).length} of ${steps.length} budgets; ` +
    (last
      ? `at the last that it reaches it loses ${fixed(last.loss, 2)} points [${fixed(last.low, 2)}, ${fixed(last.high, 2)}], growth at random ${fixed(last.random, 2)} on average.`
      : "it reaches none of them.");
  return {
    steps,
    chain: chain.map(place => assignments[place].depths),
    evaluations,
    of: assignments.length,
    statement,
  };
}

/** Which assignments have one layer more than which. */
class Growth {
  readonly #starts: readonly number[];
  readonly #next: ReadonlyMap<number, readonly number[]>;

  /** @param allowed places of assignments that some budget allows */
  constructor(assignments: readonly TrainedAssignment[], allowed: readonly number[]) {
    const fewest = allowed.reduce((min, place) => Math.min(min, assignments[place].depth), Infinity);
    this.#starts = allowed.filter(place => assignments[place].depth === fewest);
    this.#next = new Map(
      allowed.map(place => {
        const { depths, depth } = assignments[place];
        const more = allowed.filter(
          other => assignments[other].depth === depth + 1 && contains(assignments[other].depths, depths),
        );
        return [place, more];
      }),
    );
  }

  /** Places that greedy growth passes through. */
  chain(values: ArrayLike<number>): number[] {
    const chain: number[] = [];
    let candidates = this.#starts;
    while (candidates.length > 0) {
      const best = least(candidates, values);
      chain.push(best);
      candidates = this.#next.get(best)!;
    }
    return chain;
  }

  evaluations(values: ArrayLike<number>): number {
    return this.chain(values).reduce(
      (sum, place) => sum + this.#next.get(place)!.length,
      this.#starts.length,
    );
  }

  /** With what probability growth passes through each that adds a layer anywhere; it starts from the best of the smallest. */
  anywhere(values: ArrayLike<number>): ReadonlyMap<number, number> {
    const probabilities = new Map([[least(this.#starts, values), 1]]);
    // Those with fewer layers were written first.
    for (const [place, more] of [...this.#next].sort(([a], [b]) => a - b)) {
      const probability = probabilities.get(place) ?? 0;
      for (const other of more) {
        probabilities.set(other, (probabilities.get(other) ?? 0) + probability / more.length);
      }
    }
    return probabilities;
  }
}
