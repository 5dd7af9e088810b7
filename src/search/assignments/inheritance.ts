/**
 * The inheritance relation of NIR (Meng et al., AAAI 2020): the best assignment of a deeper network has at least as many
 * layers in every stage as the best of a shallower one.
 *
 * It is asked of the mean errors as they are, of bootstraps of the trainings, and held against best assignments that are drawn evenly and
 * independently for each budget. That null is a weak one: any errors that change smoothly from an assignment to its neighbours
 * beat it. What a network loses by inheriting, which is what the relation is used for, is said beside it.
 */
import { fixed } from "../../base/fixed.js";
import { type AssignmentErrors, contains } from "./assignment-errors.js";
import { type AssignmentStudyOptions, type Budget, checkedStudy, least } from "./budgets.js";
import { interval, redraw } from "./redraw.js";

/** From one budget to the next. */
export interface InheritanceStep {
  readonly from: { readonly budget: number; readonly best: readonly number[] };
  readonly to: { readonly budget: number; readonly best: readonly number[] };
  /** Whether the one contains the other, by mean errors. */
  readonly holds: boolean;
  /** Share of the bootstraps in which it does, with the best of that bootstrap. */
  readonly probability: number;
  /** Probability that it does of two assignments that are drawn evenly. */
  readonly expected: number;
  /**
   * How much worse the best one that contains the shallower network's best is than the best of all, per cent; 0 where the relation
   * holds, ∞ where nothing contains it. With the bootstrap's interval of what an exact choice would lose.
   */
  readonly loss: number;
  readonly low: number;
  readonly high: number;
}

export interface Inheritance {
  readonly steps: readonly InheritanceStep[];
  /** How many of them hold by mean errors, and their share. */
  readonly held: number;
  readonly share: number;
  /** Over bootstraps of the trainings: the mean share, its interval, and how often all steps hold. */
  readonly bootstrap: {
    readonly share: number;
    readonly low: number;
    readonly high: number;
    readonly all: number;
  };
  /** Of best assignments drawn evenly and independently: the mean share, and the probability of at least as many steps, exactly. */
  readonly null: { readonly share: number; readonly atLeast: number };
  /** In words. */
  readonly statement: string;
}

/**
 * Tests the inheritance relation from each budget to the next.
 *
 * @throws RangeError for what are no errors of assignments, for one that was trained once, and for a single budget
 * @example
 * ```ts
 * import { assignmentErrors, inheritance } from "netspace/search";
 *
 * const errors = assignmentErrors([
 *   { depths: [1, 1], errors: [30, 31] },
 *   { depths: [1, 2], errors: [20, 22] },
 *   { depths: [2, 1], errors: [25, 24] },
 * ]);
 * inheritance(errors).share; // => 1
 * ```
 */
export function inheritance(errors: AssignmentErrors, options: AssignmentStudyOptions = {}): Inheritance {
  const fn = "inheritance";
  const { assignments, budgets, draws, level, seed } = checkedStudy(fn, errors, options);
  if (budgets.length < 2) {
    throw new RangeError(
      `${fn}: expected assignments of at least two budgets, got ${budgets.length}; train others, or give flops`,
    );
  }
  const depths = assignments.map(one => one.depths);
  const n = budgets.length - 1;
  const values = assignments.map(({ error }) => error);
  const best = budgets.map(({ places }) => least(places, values));
  const losses = Array.from({ length: n }, () => new Float64Array(draws));
  const holding = new Float64Array(n);
  const shares = new Float64Array(draws);
  let [draw, all] = [0, 0];
  for (const means of redraw(fn, assignments, { draws, seed })) {
    const winners = budgets.map(({ places }) => least(places, means));
    let held = 0;
    for (let s = 0; s < n; s++) {
      if (contains(depths[winners[s + 1]], depths[winners[s]])) {
        holding[s]++;
        held++;
      }
      losses[s][draw] = lossOf(winners[s], winners[s + 1], budgets[s + 1], depths, means);
    }
    if (held === n) all++;
    shares[draw++] = held / n;
  }
  const steps = Array.from({ length: n }, (_, s): InheritanceStep => {
    const [before, after] = [budgets[s], budgets[s + 1]];
    return {
      from: { budget: before.budget, best: depths[best[s]] },
      to: { budget: after.budget, best: depths[best[s + 1]] },
      holds: contains(depths[best[s + 1]], depths[best[s]]),
      probability: holding[s] / draws,
      expected: expectedShare(before, after, depths),
      loss: lossOf(best[s], best[s + 1], after, depths, values),
      ...interval(losses[s], level),
    };
  });
  const held = steps.filter(({ holds }) => holds).length;
  const bootstrap = { share: mean(shares), ...interval(shares, level), all: all / draws };
  const chance = {
    share: mean(steps.map(({ expected }) => expected)),
    atLeast: chanceOf(budgets, depths, held),
  };
  const statement =
    `The best assignment contains the one before it in ${held} of ${n} steps; ` +
    `in ${fixed(100 * bootstrap.share, 0)} % of the steps [${fixed(100 * bootstrap.low, 0)}, ${fixed(100 * bootstrap.high, 0)}] over bootstraps of the trainings, in all of them in ${fixed(100 * bootstrap.all, 0)} % of these. ` +
    `Best assignments drawn evenly would in ${fixed(100 * chance.share, 0)} % of the steps, and in at least ${held} with probability ${fixed(chance.atLeast, 4)}.`;
  return { steps, held, share: held / n, bootstrap, null: chance, statement };
}

/** What the best that contains an assignment has more than the best of all. */
function lossOf(
  from: number,
  best: number,
  { places }: Budget,
  depths: readonly (readonly number[])[],
  values: ArrayLike<number>,
): number {
  const heirs = places.filter(place => contains(depths[place], depths[from]));
  return heirs.length === 0 ? Number.POSITIVE_INFINITY : values[least(heirs, values)] - values[best];
}

function expectedShare(before: Budget, after: Budget, depths: readonly (readonly number[])[]): number {
  let pairs = 0;
  for (const a of before.places) for (const b of after.places) if (contains(depths[b], depths[a])) pairs++;
  return pairs / before.places.length / after.places.length;
}

/**
 * The probability that at least so many steps hold where each budget's best is drawn evenly: by budget the distribution of
 * the last one drawn and of how many steps have held so far.
 */
function chanceOf(budgets: readonly Budget[], depths: readonly (readonly number[])[], held: number): number {
  let now = new Map(budgets[0].places.map(place => [place, [1 / budgets[0].places.length]]));
  for (const { places } of budgets.slice(1)) {
    const next = new Map<number, number[]>();
    for (const place of places) {
      const counts = Array.from({ length: budgets.length }, () => 0);
      for (const [from, before] of now) {
        const more = contains(depths[place], depths[from]) ? 1 : 0;
        for (const [count, probability] of before.entries())
          counts[count + more] += probability / places.length;
      }
      next.set(place, counts.slice(0, budgets.length));
    }
    now = next;
  }
  let sum = 0;
  for (const counts of now.values()) for (const [count, p] of counts.entries()) if (count >= held) sum += p;
  return Math.min(1, sum);
}

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((a, b) => a + b, 0) / values.length;
