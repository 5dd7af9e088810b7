/** A rule of compound scaling: what each dimension is multiplied by, to the power of one φ. */
import { expectOptions } from "../base/expect-options.js";
import { say } from "../base/say.js";

/** What depth, width and resolution are multiplied by at φ = 1. */
export interface CompoundRule {
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
}

/** Which part of a rule is of which dimension. */
export const parts = { depth: "alpha", width: "beta", resolution: "gamma" } as const;

/** EfficientNet's, found on a grid around B0: α·β²·γ² = 1.92 [paper]. */
export const efficientNetRule: CompoundRule = Object.freeze({ alpha: 1.2, beta: 1.1, gamma: 1.15 });

/** @throws RangeError unless it has three numbers above 0 */
export function expectRule(caller: string, rule: CompoundRule): void {
  expectOptions(caller, rule, { alpha: "number", beta: "number", gamma: "number" }, "the rule");
  for (const name of Object.values(parts)) {
    if (rule[name] > 0 && rule[name] < Infinity) continue;
    throw new RangeError(`${caller}: ${name} must be a number above 0, got ${say(rule[name])}`);
  }
}

/** The factors of a rule at φ. */
export const compoundFactors = (
  { alpha, beta, gamma }: CompoundRule,
  phi: number,
): { readonly depth: number; readonly width: number; readonly resolution: number } => ({
  depth: alpha ** phi,
  width: beta ** phi,
  resolution: gamma ** phi,
});
