/** Claims about a parameter by direct tests: errors rise or fall with it, or differ between its values. */
import { expectFields } from "../../base/expect.js";
import { say } from "../../base/say.js";
import { sayP } from "../../populations/compare-pair.js";
import { spearman } from "../../statistics/correlation.js";
import { requireFinite } from "../../statistics/statistics-error.js";
import { kruskal, trend } from "../../statistics/grouped.js";
import { type Claim, claimOpen, LEAST_MODELS, LEVEL } from "./claim.js";
import type { ParameterErrors } from "./claim-best.js";

/** Of networks trained here. */
const kind = "trained";

/** Where errors go as a parameter rises. */
export type Direction = "rises" | "falls";

/**
 * The claim that the error rises, or falls, with a parameter: by Jonckheere and Terpstra's test along its values where
 * there are at most ten, by Spearman's ρ else. Replicated if the trend goes that way at a two-sided 5 %, not replicated if
 * it goes the other way, else not answerable.
 *
 * @example
 * ```ts
 * const { rows, errors } = await shippedPopulation("AnyNetXE");
 * const parameter = { values: rows.map(({ depth }) => depth), errors };
 * claimTrend("Deeper networks have lower errors.", parameter, "falls").outcome; // => "not answerable"
 * ```
 */
export function claimTrend(claim: string, parameter: ParameterErrors, direction: Direction): Claim {
  const fn = "claimTrend";
  expectFields(fn, "the parameter", parameter, { values: "list", errors: "list" });
  if (direction !== "rises" && direction !== "falls") {
    throw new RangeError(`${fn}: expected the direction "rises" or "falls", got ${say(direction)}`);
  }
  const { values, errors } = parameter;
  requireFinite("claimTrend", "values", values, 0);
  requireFinite("claimTrend", "errors", errors, 0);
  const few = tooFew(claim, errors.length);
  if (few) return few;
  const groups = groupsOf(values, errors);
  const still = unvaried(claim, groups, errors);
  if (still) return still;
  const byGroups = groups.length <= 10;
  const found = byGroups ? { p: trend(groups).p, value: trend(groups).tau } : spearman(values, errors);
  const name = byGroups
    ? `Kendall's τ = ${found.value.toFixed(2)} (Jonckheere and Terpstra)`
    : `Spearman's ρ = ${found.value.toFixed(2)}`;
  const evidence = `${name}, ${sayP(found.p)}; n = ${errors.length}`;
  if (found.p >= LEVEL)
    return {
      claim,
      outcome: "not answerable",
      p: found.p,
      evidence: `${evidence}; no trend supported`,
      kind,
    };
  const rises = found.value > 0;
  return {
    claim,
    outcome: rises === (direction === "rises") ? "replicated" : "not replicated",
    p: found.p,
    evidence,
    kind,
  };
}

/**
 * The claim that errors differ between a parameter's values, by Kruskal and Wallis's test: replicated if they do at 5 %,
 * else not answerable.
 *
 * @example
 * ```ts
 * const { rows, errors } = await shippedPopulation("AnyNetXE");
 * const parameter = { values: rows.map(({ depth }) => depth), errors };
 * claimDiffer("The error depends on the depth.", parameter).outcome; // => "not answerable"
 * ```
 */
export function claimDiffer(claim: string, parameter: ParameterErrors): Claim {
  expectFields("claimDiffer", "the parameter", parameter, { values: "list", errors: "list" });
  const { values, errors } = parameter;
  requireFinite("claimDiffer", "values", values, 0);
  requireFinite("claimDiffer", "errors", errors, 0);
  const few = tooFew(claim, errors.length);
  if (few) return few;
  const groups = groupsOf(values, errors);
  const still = unvaried(claim, groups, errors);
  if (still) return still;
  const { h, p } = kruskal(groups);
  const evidence = `Kruskal and Wallis's H = ${h.toFixed(1)} over ${groups.length} values, ${sayP(p)}; n = ${errors.length}`;
  if (p < LEVEL) return { claim, outcome: "replicated", p, evidence, kind };
  return { claim, outcome: "not answerable", p, evidence: `${evidence}; no difference supported`, kind };
}

function tooFew(claim: string, n: number): Claim | undefined {
  if (n >= LEAST_MODELS) return undefined;
  return claimOpen(claim, `at least ${LEAST_MODELS} trained networks are needed, there are ${n}`);
}

/** Errors by value, values rising. */
function groupsOf(values: readonly number[], errors: readonly number[]): number[][] {
  const groups = new Map<number, number[]>();
  for (const [i, value] of values.entries()) {
    const group = groups.get(value);
    if (group) group.push(errors[i]);
    else groups.set(value, [errors[i]]);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group);
}

function unvaried(claim: string, groups: readonly number[][], errors: readonly number[]): Claim | undefined {
  if (groups.length < 2) return claimOpen(claim, "all networks have the same value of the parameter");
  if (errors.every(error => error === errors[0])) return claimOpen(claim, "all networks have the same error");
  return undefined;
}
