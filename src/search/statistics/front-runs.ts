/** Runs by what they found in two objectives: one number for a front, which curves and comparisons then take as an error. */
import { expectOptions } from "../../base/expect-options.js";
import { say } from "../../base/say.js";
import { hypervolume } from "../../statistics/hypervolume.js";
import { paretoFront } from "../../statistics/pareto-front.js";
import type { SearchRun } from "../search-run.js";
import { checkedRuns, type SearchCurve } from "./curves-along.js";

export interface FrontRunsOptions {
  /** The worst error and the worst of the other objective that are worth anything: what is beyond either does not count. */
  readonly reference: readonly [error: number, other: number];
  /** What both would be at best. Default [0, 0]. */
  readonly ideal?: readonly [error: number, other: number];
}

/**
 * Runs of two objectives, judged after each evaluation by the share of the rectangle from the ideal to the reference point that their front
 * does not dominate: 1 where nothing is found; less is better; one minus the share of the hypervolume. `regretCurves` and
 * `compareSearches` take them as they take errors.
 *
 * Like a run's best so far, the front is what the search takes for it, by what it was told, and counts by what its architectures are
 * judged by: so that luck does not flatter it, and a curve may rise. Of trainings after fewer epochs the longest so far count.
 *
 * @param runs of `simulate(strategy, table, { also })`, by strategy
 * @throws RangeError for runs that say one objective alone, and for a reference that is not worse than the ideal in both
 * @example
 * ```ts
 * import { complexityOf, frontRuns, nsga2, random, regretCurves, simulate, table } from "netspace/search";
 *
 * const assignments = (await table("SmallAssignments")).search();
 * const how = { evaluations: 40, repeats: 5, also: complexityOf("flops") };
 * const shares = frontRuns(
 *   {
 *     random: simulate(random(), assignments, how),
 *     nsga2: simulate(nsga2({ population: 10 }), assignments, how),
 *   },
 *   { reference: [50, 3e6] },
 * );
 * regretCurves(shares).curves.map(({ name, centre }) => [name, centre.at(-1)?.toFixed(2)]); // => [["random", "0.40"], ["nsga2", "0.39"]]
 * ```
 */
export function frontRuns(
  runs: Readonly<Record<string, readonly SearchRun[]>>,
  options: FrontRunsOptions,
): Record<string, SearchCurve[]> {
  const fn = "frontRuns";
  const entries = checkedRuns(fn, runs, 1, 1) as [string, readonly SearchRun[]][];
  expectOptions(fn, options, { reference: "list", ideal: "list?" });
  const { reference, ideal = [0, 0] } = options;
  for (const point of [reference, ideal]) {
    if (point.length === 2 && point.every(Number.isFinite)) continue;
    throw new RangeError(`${fn}: expected points of two numbers, got ${say(point)}`);
  }
  const whole = hypervolume([ideal[0]], [ideal[1]], reference);
  if (!(whole > 0)) {
    throw new RangeError(
      `${fn}: expected a reference that is worse than the ideal in both, got ${say(reference)} and ${say(ideal)}`,
    );
  }
  return Object.fromEntries(
    entries.map(([name, some]) => [
      name,
      some.map((run, i): SearchCurve => {
        if (!run.also) {
          throw new RangeError(
            `${fn}: expected runs of two objectives, got one for run ${i} of ${say(name)}; simulate(strategy, table, { also: complexityOf("flops") }) makes some`,
          );
        }
        const { images, seconds, budget } = run;
        const judged = undominated(run, run.also, reference, whole);
        return { judged, images, seconds, ...(budget !== undefined && { budget }) };
      }),
    ]),
  );
}

function undominated(
  { told, own, epochs }: SearchRun,
  also: Float64Array,
  reference: readonly [number, number],
  whole: number,
): Float64Array {
  let [front, longest]: [number[], number] = [[], 0];
  let value = 1;
  return told.map((error, place) => {
    if (!Number.isFinite(error) || !Number.isFinite(own[place]) || !Number.isFinite(also[place]))
      return value;
    const trained = Number.isNaN(epochs[place]) ? Infinity : epochs[place];
    if (trained < longest) return value;
    if (trained > longest) [front, longest] = [[], trained];
    const all = [...front, place];
    const kept = paretoFront([{ values: all.map(i => told[i]) }, { values: all.map(i => also[i]) }]);
    front = kept.map(i => all[i]);
    const area = hypervolume(
      front.map(i => own[i]),
      front.map(i => also[i]),
      reference,
    );
    value = 1 - Math.min(1, area / whole);
    return value;
  });
}
