/**
 * Compound scaling (Tan & Le, ICML 2019, arXiv 1905.11946): one number φ makes a network deeper, wider and its images larger, by
 * α^φ, β^φ and γ^φ.
 */
import { expectOptions } from "../base/expect-options.js";
import { say } from "../base/say.js";
import type { Architecture } from "./anynet/architecture.js";
import { compoundFactors, type CompoundRule, expectRule, parts } from "./compound-rule.js";
import type { AnyArchitecture } from "./family.js";
import { scale } from "./scale.js";

export interface CompoundScaleOptions {
  /** What multiplied widths are multiples of. Default 8. */
  readonly divisor?: number;
}

/**
 * The network scaled by a rule: depth by α^φ, width by β^φ, resolution by γ^φ, rounded as `scale` does. Flops grow by about
 * (α·β²·γ²)^φ; rounding, and all that does not grow with the width's square, make it another number.
 *
 * EfficientNet's own B1 to B7 are not made so: their published coefficients are no powers of one rule (`impliedPhi`).
 *
 * @param phi any number; 0 leaves the network as it is, and below it is made smaller
 * @throws NetworkError for what cannot be scaled, naming the family and the part
 * @throws RangeError for what is no rule, and for a φ that leaves no pixel
 * @example
 * ```ts
 * const base = zoo("EfficientNet-B0").architecture;
 * countArchitecture(compoundScale(base, 2, efficientNetRule)).params; // => 12255408
 * ```
 */
export function compoundScale<A extends AnyArchitecture = Architecture>(
  base: A,
  phi: number,
  rule: CompoundRule,
  options: CompoundScaleOptions = {},
): A {
  const caller = "compoundScale";
  expectRule(caller, rule);
  expectOptions(caller, options, { divisor: "number?" });
  if (!Number.isFinite(phi)) throw new RangeError(`${caller}: phi must be a number, got ${say(phi)}`);
  const { divisor } = options;
  return scale(base, { ...compoundFactors(rule, phi), ...(divisor !== undefined && { divisor }) });
}

/**
 * The φ that each factor would have under a rule: log of the factor over log of the rule's. Where the three agree, the factors are the
 * rule's; EfficientNet's published ones do not agree.
 *
 * @param by the factors that are asked about; what is left out is left out of the answer
 * @throws RangeError for a factor that is no number above 0, and for a part of the rule that is 1, of which all powers are 1
 * @example
 * ```ts
 * impliedPhi({ depth: 2.2, width: 1.6, resolution: 456 / 224 }, efficientNetRule).depth; // ≈ 4.32
 * ```
 */
export function impliedPhi<K extends keyof typeof parts>(
  by: { readonly [P in K]: number },
  rule: CompoundRule,
): { [P in K]: number } {
  const caller = "impliedPhi";
  expectRule(caller, rule);
  const kinds = { depth: "number?", width: "number?", resolution: "number?" } as const;
  expectOptions<{ readonly [P in keyof typeof parts]?: number }>(caller, by, kinds, "factors");
  const found = Object.entries(by as Record<K, number>).map(([name, factor]) => {
    const part = parts[name as K];
    if (!((factor as number) > 0 && (factor as number) < Infinity)) {
      throw new RangeError(`${caller}: ${name} must be a number above 0, got ${say(factor)}`);
    }
    if (rule[part] === 1) {
      throw new RangeError(
        `${caller}: expected ${part} other than 1, of which every power is 1, for ${name}, got 1`,
      );
    }
    return [name, Math.log(factor as number) / Math.log(rule[part])];
  });
  return Object.fromEntries(found) as { [P in K]: number };
}
