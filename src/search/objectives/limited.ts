/** An objective under limits: what a network may take at most is asked before it is trained. */
import type { AnyArchitecture } from "../../architectures/family.js";
import { expectFields, expectList } from "../../base/expect.js";
import { isObject, say } from "../../base/say.js";
import { addCosts } from "../cost.js";
import { isTrained, type Limit, type MeasuredObjective, type TrainedObjective } from "../objective.js";
import { factsOf } from "./details.js";
import { beyondLimits } from "./limits.js";

/**
 * The objective under limits, such as a latency. An architecture beyond one is told as failed, with the reason, and costs what the limits
 * before did: it is not trained. Windows of complexity are better given as `where`: then it is not even proposed.
 *
 * @param limits each with `most`, `least` or both; measured in this order until one does not hold
 * @throws RangeError for what is no objective or no limit
 * @example `limited(trainingError({ dataset, recipe: "tiny" }), [{ of: latency({ threads: 1 }), most: 0.01 }])`
 */
export function limited(objective: TrainedObjective, limits: readonly Limit[]): TrainedObjective;
export function limited<A extends AnyArchitecture>(
  objective: MeasuredObjective<A>,
  limits: readonly Limit<A>[],
): MeasuredObjective<A>;
export function limited<A extends AnyArchitecture>(
  objective: MeasuredObjective<A> | TrainedObjective,
  limits: readonly Limit<A>[],
): MeasuredObjective<A> | TrainedObjective {
  if (!isObject(objective) || !("trains" in objective || "measure" in objective)) {
    throw new RangeError(
      `limited: expected an objective such as trainingError({ … }), got ${say(objective)}`,
    );
  }
  checkLimits(limits);
  const said = limits.map(({ of, most, least }) => ({
    of: of.name,
    settings: of.settings,
    ...(most !== undefined && { most }),
    ...(least !== undefined && { least }),
  }));
  const settings = { ...objective.settings, limits: [...earlier(objective), ...said] };
  if (isTrained(objective)) {
    return { ...objective, settings, limits: [...(objective.limits ?? []), ...(limits as readonly Limit[])] };
  }
  return {
    ...objective,
    settings,
    async measure(architecture, fidelity, options) {
      const { reason, measured, cost } = await beyondLimits(limits, architecture, fidelity, options?.signal);
      if (reason !== undefined) {
        const details = { ...factsOf(objective.split ?? null, fidelity), limits: measured, reason };
        return { value: Number.NaN, cost, details };
      }
      const own = await objective.measure(architecture, fidelity, options);
      return { ...own, cost: addCosts(cost, own.cost), details: { ...own.details, limits: measured } };
    },
  };
}

/** Limits that it has already, as its settings say them. */
const earlier = ({ settings }: { readonly settings: Readonly<Record<string, unknown>> }): unknown[] =>
  Array.isArray(settings.limits) ? settings.limits : [];

function checkLimits(limits: unknown): asserts limits is readonly Limit[] {
  expectList("limited", "limits", limits, { of: "object", most: "number?", least: "number?" });
  for (const limit of limits as readonly Limit[]) {
    expectFields("limited", "of of a limit", limit.of, { name: "text", measure: "function" });
    const { most = Infinity, least = -Infinity } = limit;
    if (limit.most === undefined && limit.least === undefined) {
      throw new RangeError(`limited: expected most or least of ${limit.of.name}, got neither`);
    }
    if (most >= least) continue;
    throw new RangeError(
      `limited: expected least ≤ most of ${limit.of.name}, got ${say(limit.least)} and ${say(limit.most)}`,
    );
  }
}
