/** How unlike what a search proposes is, over time: a search that has converged proposes the same again and again. */
import { extent } from "../../base/extent.js";
import { expectOptions } from "../../base/expect-options.js";
import { say } from "../../base/say.js";
import { decisions } from "../../spaces/decisions/decisions-of.js";
import { type StepCurve, stepCurve } from "../../statistics/step-curves.js";
import type { SearchRun } from "../search-run.js";
import { checkedProposals, type ProposingRuns } from "./proposals.js";

export interface DiversityOptions {
  /** Proposals in a row that are compared with each other. Default 20. */
  readonly window?: number;
  /** Of the band, Student's t interval of the mean at each point. Default 0.95. */
  readonly level?: number;
}

/** A strategy's diversity. */
export interface DiversityCurve extends StepCurve {
  readonly name: string;
}

export interface Diversity {
  readonly along: "evaluations";
  readonly best: undefined;
  readonly centre: "mean";
  readonly band: "t";
  readonly level: number;
  readonly window: number;
  readonly curves: readonly DiversityCurve[];
}

/**
 * The mean distance of two of the last so many proposals, after each evaluation, over runs with pointwise bands: the share
 * of choices that either was asked for in which they differ, 0 where all are alike. Random search's is that of the space.
 *
 * @throws RangeError for a window that a run does not fill
 * @example
 * ```ts
 * import { evolution, proposalDiversity, random, simulate, table } from "netspace/search";
 *
 * const assignments = (await table("SmallAssignments")).search();
 * const how = { evaluations: 60, repeats: 5 };
 * const diversity = proposalDiversity({
 *   random: simulate(random(), assignments, how),
 *   evolution: simulate(evolution({ population: 10, sample: 3 }), assignments, how),
 * });
 * diversity.curves.map(({ name, centre }) => [name, centre.at(-1)?.toFixed(2)]); // => [["random", "0.74"], ["evolution", "0.61"]]
 * ```
 */
export function proposalDiversity(runs: ProposingRuns, options: DiversityOptions = {}): Diversity {
  const fn = "proposalDiversity";
  const entries = checkedProposals(fn, runs);
  expectOptions(fn, options, { window: "number?", level: "number?" });
  const { window = 20, level = 0.95 } = options;
  const shortest = shortestRun(entries);
  if (!(Number.isInteger(window) && window >= 2 && window <= shortest)) {
    throw new RangeError(
      `${fn}: window must be from 2 to ${shortest}, the proposals of the shortest run, got ${say(window)}`,
    );
  }
  const curves = entries.map(([name, some]) => ({
    name,
    ...stepCurve(
      fn,
      some.map(run => ({ x: run.codes.map((_, i) => i + 1), y: distances(run, window) })),
      { level },
    ),
  }));
  return { along: "evaluations", best: undefined, centre: "mean", band: "t", level, window, curves };
}

/** Proposals of the run that has the fewest. */
export const shortestRun = (
  entries: readonly (readonly [name: string, runs: readonly Pick<SearchRun, "codes">[]])[],
): number => extent(entries.flatMap(([, some]) => some.map(({ codes }) => codes.length)))[0];

/** A proposal's choices by name. */
type Choices = ReadonlyMap<string | number, number>;

/** NaN until there are as many proposals as the window holds. */
function distances(run: SearchRun, window: number): Float64Array {
  const choices = choicesOf(run);
  const found = new Float64Array(choices.length).fill(Number.NaN);
  let sum = 0;
  for (const [i, one] of choices.entries()) {
    for (let j = Math.max(0, i - window + 1); j < i; j++) sum += distance(one, choices[j]);
    const left = i - window;
    if (left >= 0) for (let j = left + 1; j < i; j++) sum -= distance(choices[left], choices[j]);
    // What differences of sums leave of nothing is not below it.
    if (i >= window - 1) found[i] = Math.max(0, (2 * sum) / (window * (window - 1)));
  }
  return found;
}

function choicesOf({ codes, space }: SearchRun): Choices[] {
  const known = new Map<string, Choices>();
  return codes.map(code => {
    const key = code.join();
    let found = known.get(key);
    if (!found) {
      const questions = space && decisions(space).decode(code).questions;
      found = new Map(code.map((option, i) => [questions ? questions[i].name : i, option]));
      known.set(key, found);
    }
    return found;
  });
}

/** The share of choices, of those that either has, in which they differ. */
function distance(a: Choices, b: Choices): number {
  if (a === b || (a.size === 0 && b.size === 0)) return 0;
  let [shared, same] = [0, 0];
  for (const [name, option] of a) {
    const other = b.get(name);
    if (other === undefined) continue;
    shared++;
    if (other === option) same++;
  }
  return 1 - same / (a.size + b.size - shared);
}
