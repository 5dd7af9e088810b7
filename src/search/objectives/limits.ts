/** Limits: what is measured first, so that nothing is spent on what would not be taken. */
import type { AnyArchitecture } from "../../architectures/family.js";
import { addCosts, type Cost } from "../cost.js";
import type { Fidelity, Limit } from "../objective.js";

/** How an architecture stands to some limits. */
export interface Standing {
  /** Which limit it is beyond, in words; undefined where it is within all. */
  readonly reason?: string;
  /** What was measured, by the objectives' names: nothing more behind the first limit that does not hold. */
  readonly measured: Readonly<Record<string, number>>;
  readonly cost: Cost;
}

/** Measures one after the other until one is beyond its limit. What cannot be measured is beyond. */
export async function beyondLimits<A extends AnyArchitecture>(
  limits: readonly Limit<A>[],
  architecture: A,
  fidelity: Fidelity,
  signal?: AbortSignal,
): Promise<Standing> {
  const measured: Record<string, number> = {};
  let cost: Cost = { images: 0, seconds: 0 };
  for (const { of, most = Infinity, least = -Infinity } of limits) {
    const { value, cost: its, details } = await of.measure(architecture, fidelity, signal && { signal });
    measured[of.name] = value;
    cost = addCosts(cost, its);
    if (value <= most && value >= least) continue;
    const unit = of.unit === undefined ? "" : ` ${of.unit}`;
    const why = typeof details?.reason === "string" ? ` (${details.reason})` : "";
    const bound = value < least ? `at least ${least}` : `at most ${most}`;
    return { reason: `expected ${of.name} of ${bound}${unit}, got ${value}${why}`, measured, cost };
  }
  return { measured, cost };
}
