/** What a search has spent, as the axis along which it is looked at. */
import { extent } from "../../base/extent.js";
import { isObject, say } from "../../base/say.js";
import type { StepFunction } from "../../statistics/step-curves.js";

/** What one run of a strategy found, after each evaluation. */
export interface SearchCurve {
  /** Of the best so far, what it is judged by; NaN until an evaluation succeeded. */
  readonly judged: ArrayLike<number>;
  /** Images trained on until then, and seconds spent. */
  readonly images?: ArrayLike<number>;
  readonly seconds?: ArrayLike<number>;
  /** Evaluations that it was given, where its strategy ended before they were spent: what was found then is held. */
  readonly budget?: number;
}

/** Runs of each strategy, by its name. */
export type SearchRuns = Readonly<Record<string, readonly SearchCurve[]>>;

export type Along = "evaluations" | "images" | "seconds";
const alongs: readonly Along[] = ["evaluations", "images", "seconds"];

/** @throws RangeError for anything else */
export function checkedAlong(fn: string, along: unknown): Along {
  if ((alongs as readonly unknown[]).includes(along)) return along as Along;
  throw new RangeError(`${fn}: along must be one of ${alongs.map(say).join(", ")}, got ${say(along)}`);
}

/**
 * Runs by name, at least so many strategies with so many runs each.
 *
 * @throws RangeError for fewer, and for what is none
 */
export function checkedRuns(
  fn: string,
  runs: SearchRuns,
  strategies: number,
  each: number,
): [string, readonly SearchCurve[]][] {
  const entries = isObject(runs) && !Array.isArray(runs) ? Object.entries(runs) : [];
  const numbers = ["no", "one", "two"];
  const few = entries.find(([, curves]) => !Array.isArray(curves) || curves.length < each);
  if (entries.length < strategies || few) {
    throw new RangeError(
      `${fn}: expected at least ${numbers[strategies]} ${strategies === 1 ? "strategy" : "strategies"} with ${numbers[each]} ${each === 1 ? "run" : "runs"} each, got ${few ? `${say(few[1])} for ${say(few[0])}` : say(runs)}; simulate(strategy, table, { repeats }) gives them`,
    );
  }
  for (const [name, curves] of entries) {
    for (const [i, curve] of curves.entries()) {
      if (isObject(curve) && isObject(curve.judged) && curve.judged.length > 0) continue;
      throw new RangeError(
        `${fn}: expected runs that say what they are judged by after each evaluation, got ${say(curve)} as run ${i} of ${say(name)}`,
      );
    }
  }
  return entries;
}

/** Whether its strategy had nothing more to propose before its budget was spent. */
export const endedEarly = ({ judged, budget = 0 }: SearchCurve): boolean => budget > judged.length;

/**
 * The runs as functions of what was spent. One whose strategy ended by itself spends nothing after that and keeps what it has found, so that it goes on
 * as far as any run goes; along evaluations, as far as it might have gone.
 *
 * @throws RangeError where a run does not say what was spent
 */
export function allSteps(
  fn: string,
  entries: readonly (readonly [string, readonly SearchCurve[]])[],
  along: Along,
): (readonly [string, readonly StepFunction[]])[] {
  const steps = entries.map(
    ([name, curves]) =>
      [name, curves.map(curve => ({ curve, step: stepsOf(fn, name, curve, along) }))] as const,
  );
  const all = steps.flatMap(([, some]) => some);
  const farthest = all.reduce((most, { curve, step: { x } }) => {
    const given = along === "evaluations" && endedEarly(curve) ? curve.budget! : 0;
    return Math.max(most, x[x.length - 1], given);
  }, 0);
  return steps.map(([name, some]) => [
    name,
    some.map(({ curve, step }) => (endedEarly(curve) ? held(step, farthest) : step)),
  ]);
}

/** The last value once more, farther on. */
function held({ x, y }: StepFunction, to: number): StepFunction {
  if (x[x.length - 1] === to) return { x, y };
  return { x: [...Array.from(x), to], y: [...Array.from(y), y[y.length - 1]] };
}

function stepsOf(fn: string, name: string, curve: SearchCurve, along: Along): StepFunction {
  const { judged } = curve;
  if (along === "evaluations") return { x: Float64Array.from(judged, (_, i) => i + 1), y: judged };
  const spent = curve[along];
  if (spent?.length === judged.length && Number.isFinite(spent[spent.length - 1])) {
    return { x: spent, y: judged };
  }
  throw new RangeError(
    `${fn}: expected runs that say how many ${along} each evaluation took, got one of ${say(name)} that does not; look along evaluations, or give the table's entries a cost`,
  );
}

/** What each run of each strategy has found by some budgets. */
export interface ValuesAt {
  /** Rising. */
  readonly budgets: readonly number[];
  /** For each budget, by strategy, one a run. */
  readonly values: readonly ReadonlyMap<string, Float64Array>[];
}

/**
 * What every run has found by each budget: what its last evaluation within it says.
 *
 * @param at budgets. Default: the one that all runs come to
 * @throws RangeError for a budget by which a run has found nothing, or that one does not come to
 */
export function valuesAt(
  fn: string,
  entries: readonly (readonly [string, readonly SearchCurve[]])[],
  along: Along,
  at: readonly number[] | undefined,
): ValuesAt {
  const steps = allSteps(fn, entries, along);
  const all = steps.flatMap(([, some]) => some);
  const [, least] = extent(all.map(firstValue));
  const [most] = extent(all.map(({ x }) => x[x.length - 1]));
  const budgets = [...new Set(at ?? [most])].sort((a, b) => a - b);
  for (const budget of budgets) {
    const whole = along !== "evaluations" || Number.isInteger(budget);
    if (typeof budget === "number" && whole && budget >= least && budget <= most) continue;
    throw new RangeError(
      `${fn}: at must be from ${least} to ${most}${along === "evaluations" ? "" : ` ${along}`}, which every run has, got ${say(budget)}`,
    );
  }
  if (budgets.length === 0) throw new RangeError(`${fn}: expected at least one budget, got none`);
  const values = budgets.map(
    budget =>
      new Map(steps.map(([name, some]) => [name, Float64Array.from(some, step => valueAt(step, budget))])),
  );
  return { budgets, values };
}

/** Where a run has its first value; ∞ where it never has one. */
function firstValue({ x, y }: StepFunction): number {
  for (let i = 0; i < y.length; i++) if (!Number.isNaN(y[i])) return x[i];
  return Infinity;
}

/** The value of the last step at or before a place. */
function valueAt({ x, y }: StepFunction, at: number): number {
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle] <= at) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? Number.NaN : y[low - 1];
}
