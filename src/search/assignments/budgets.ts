/** Assignments by what they may cost: of one depth each, or between one budget of flops and the next. */
import { isList } from "../../base/expect.js";
import { expectOptions } from "../../base/expect-options.js";
import { say } from "../../base/say.js";
import { type AssignmentErrors, requireAssignments, type TrainedAssignment } from "./assignment-errors.js";

/** What studies of assignments have in common. */
export interface AssignmentStudyOptions {
  /**
   * Budgets of multiply-adds, rising: what counts for one is what it allows and the budget before does not. Default: a budget is a
   * number of layers.
   */
  readonly flops?: readonly number[];
  /** Bootstraps of the trainings. Default 2,000. */
  readonly draws?: number;
  /** Probability that an interval holds. Default 0.95. */
  readonly level?: number;
  /** Decides what is drawn. Default 0. */
  readonly seed?: number;
}

/** What one budget allows. */
export interface Budget {
  /** Layers, or multiply-adds. */
  readonly budget: number;
  /** Places among all assignments. */
  readonly places: readonly number[];
}

export interface CheckedStudy {
  readonly assignments: readonly TrainedAssignment[];
  readonly budgets: readonly Budget[];
  readonly draws: number;
  readonly level: number;
  readonly seed: number;
}

/** @throws RangeError for what are no errors of assignments, no options, or budgets that allow nothing */
export function checkedStudy(
  fn: string,
  errors: AssignmentErrors,
  options: AssignmentStudyOptions,
): CheckedStudy {
  const assignments = requireAssignments(fn, errors);
  expectOptions(fn, options, { flops: "object?", draws: "number?", level: "number?", seed: "number?" });
  const { flops, draws = 2000, level = 0.95, seed = 0 } = options;
  if (!(Number.isSafeInteger(draws) && draws > 0 && draws <= 1_000_000)) {
    throw new RangeError(`${fn}: draws must be an integer from 1 to 1,000,000, got ${say(draws)}`);
  }
  if (!(level > 0 && level < 1))
    throw new RangeError(`${fn}: level must be between 0 and 1, got ${say(level)}`);
  if (!(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)) {
    throw new RangeError(`${fn}: seed must be an integer of 32 bits, got ${say(seed)}`);
  }
  const budgets = flops === undefined ? byDepth(assignments) : byFlops(fn, assignments, flops);
  return { assignments, budgets, draws, level, seed };
}

function byDepth(assignments: readonly TrainedAssignment[]): Budget[] {
  const places = new Map<number, number[]>();
  for (const [i, { depth }] of assignments.entries()) {
    const here = places.get(depth);
    if (here) here.push(i);
    else places.set(depth, [i]);
  }
  return [...places].map(([budget, here]) => ({ budget, places: here })).sort((a, b) => a.budget - b.budget);
}

function byFlops(fn: string, assignments: readonly TrainedAssignment[], flops: readonly number[]): Budget[] {
  const list = isList(flops) ? Array.from(flops) : [];
  const rises = list.every((most, i) => typeof most === "number" && most > (i > 0 ? list[i - 1] : 0));
  if (list.length === 0 || !rises) {
    throw new RangeError(`${fn}: flops must be budgets that rise, such as [1e6, 2e6], got ${say(flops)}`);
  }
  return list.map((budget, b) => {
    const above = b > 0 ? list[b - 1] : Number.NEGATIVE_INFINITY;
    const places = [...assignments.keys()].filter(
      i => assignments[i].flops <= budget && assignments[i].flops > above,
    );
    if (places.length > 0) return { budget, places };
    const range = b > 0 ? `more than ${list[b - 1]} and at most ${budget}` : `at most ${budget}`;
    throw new RangeError(`${fn}: no assignment has ${range} flops; give budgets that allow some`);
  });
}

/** The place with the least value; of equal ones the first. */
export function least(places: readonly number[], values: ArrayLike<number>): number {
  let best = places[0];
  for (const place of places) if (values[place] < values[best]) best = place;
  return best;
}
