/** How far from the best there is strategies are, against what they have spent: over repeated runs, with bands. */
import { expectOptions } from "../../base/expect-options.js";
import { say } from "../../base/say.js";
import {
  type Band,
  type Centre,
  type StepCurve,
  stepCurve,
  type StepCurveOptions,
} from "../../statistics/step-curves.js";
import { type Along, allSteps, checkedAlong, checkedRuns, type SearchRuns } from "./curves-along.js";

export interface RegretCurvesOptions extends StepCurveOptions {
  /** Default `"evaluations"`. */
  readonly along?: Along;
  /** What the best architecture of the space is judged by: regret is the distance to it. Default: values, and no regret. */
  readonly best?: number;
}

/** The curve of a strategy. */
export interface RegretCurve extends StepCurve {
  readonly name: string;
}

export interface RegretCurves {
  readonly along: Along;
  /** Undefined where curves are of values. */
  readonly best: number | undefined;
  readonly centre: Centre;
  readonly band: Band;
  readonly level: number;
  /** In the order given. */
  readonly curves: readonly RegretCurve[];
}

/**
 * Simple regret of each strategy over its runs: what the best so far is judged by, minus the best there is, against
 * evaluations, images trained on or seconds. Runs are step functions of what they have spent, so that runs whose
 * evaluations cost differently stand on one axis; a strategy's curve goes as far as all its runs do. A run whose strategy ended by itself holds what it
 * had found.
 *
 * Bands are pointwise, of one of the kinds of `stepCurve`: Student's t interval of the mean unless another is asked for.
 *
 * @param runs of each strategy by name
 * @throws RangeError for runs that do not say what they spent, and for a best that a run has passed
 * @example
 * ```ts
 * import { evolution, regretCurves, simulate, table } from "netspace/search";
 *
 * const assignments = (await table("SmallAssignments")).search();
 * const runs = simulate(evolution({ population: 10, sample: 3 }), assignments, { evaluations: 40, repeats: 10 });
 * const { curves: [evolved] } = regretCurves({ evolution: runs }, { best: assignments.best });
 * // Points of error above the best there is, after 1, 10 and 40 evaluations.
 * [1, 10, 40].map(n => evolved.centre[n - 1].toFixed(2)); // => ["5.25", "2.94", "2.78"]
 * ```
 */
export function regretCurves(runs: SearchRuns, options: RegretCurvesOptions = {}): RegretCurves {
  const fn = "regretCurves";
  const entries = checkedRuns(fn, runs, 1, 1);
  expectOptions(fn, options, {
    along: "text?",
    best: "number?",
    centre: "text?",
    band: "text?",
    level: "number?",
    points: "number?",
    resamples: "number?",
    random: "any?",
  });
  const { along: asked = "evaluations", best, ...how } = options;
  const along = checkedAlong(fn, asked);
  const { centre = "mean", band = centre === "median" ? "order" : "t", level = 0.95 } = how;
  const curves = allSteps(fn, entries, along).map(([name, some]): RegretCurve => {
    const steps = some.map(({ x, y }) => ({
      x,
      y: best === undefined ? y : Float64Array.from(y, value => value - best),
    }));
    const below = best === undefined ? -1 : steps.findIndex(({ y }) => least(y) < 0);
    if (below >= 0) {
      throw new RangeError(
        `${fn}: best must be at most what every run found, got ${say(best)} where a run of ${say(name)} found ${least(some[below].y)}`,
      );
    }
    return { name, ...stepCurve(fn, steps, how) };
  });
  return { along, best, centre, band, level, curves };
}

function least(values: ArrayLike<number>): number {
  let found = Infinity;
  for (let i = 0; i < values.length; i++) if (values[i] < found) found = values[i];
  return found;
}
