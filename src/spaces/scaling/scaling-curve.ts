/** A network scaled along one dimension, or by a rule for all, to given flops: the curves that compound scaling is compared by. */
import type { Architecture } from "../../architectures/anynet/architecture.js";
import { compoundFactors, type CompoundRule, expectRule } from "../../architectures/compound-rule.js";
import { checkArchitecture } from "../../architectures/families.js";
import type { AnyArchitecture } from "../../architectures/family.js";
import { isList } from "../../base/expect.js";
import { expectOptions } from "../../base/expect-options.js";
import { isObject, say } from "../../base/say.js";
import { type ScaledNetwork, scalerOf, type ScalingFactors } from "./scaled-network.js";

export interface ScalingCurveOptions {
  /** Flops over the base's, such as `[1, 2, 4]`. */
  readonly budgets: readonly number[];
  /** What multiplied widths are multiples of. Default 8. */
  readonly divisor?: number;
}

/** A network of a scaling curve. */
export interface CurveNetwork<A extends AnyArchitecture> extends ScaledNetwork<A> {
  readonly budget: number;
}

const dimensions = ["depth", "width", "resolution"] as const;
/** Doublings of the range in which the size is looked for, halvings of it afterwards, and where smaller networks end. */
const [MOST_DOUBLINGS, HALVINGS, SMALLEST] = [40, 50, 2 ** -10];

/**
 * For each budget the network whose flops are nearest to it, the base scaled in depth, width or resolution alone, or in all by a
 * rule. Depths, widths and pixels are whole numbers: `ratio` says what was met, and `by` has the least factors that do it.
 *
 * @throws NetworkError for a base of a family that cannot be scaled so
 * @throws RangeError for budgets or a dimension that are none
 * @example
 * ```ts
 * const base = zoo("EfficientNet-B0").architecture;
 * scalingCurve(base, "resolution", { budgets: [2, 4] }).map(({ pixels }) => pixels); // => [309, 448]
 * ```
 */
export function scalingCurve<A extends AnyArchitecture = Architecture>(
  base: A,
  along: (typeof dimensions)[number] | CompoundRule,
  options: ScalingCurveOptions,
): CurveNetwork<A>[] {
  const caller = "scalingCurve";
  checkArchitecture(caller, base);
  expectOptions(caller, options, { budgets: "list", divisor: "number?" });
  const factorsAt = factorsOf(caller, along);
  const budgets: unknown[] = isList(options.budgets) ? Array.from(options.budgets) : [];
  const odd = budgets.findIndex(budget => !(typeof budget === "number" && budget > 0 && budget < Infinity));
  if (odd >= 0 || budgets.length === 0) {
    throw new RangeError(
      `${caller}: budgets must be numbers above 0, such as [1, 2, 4], got ${odd < 0 ? "none" : `${say(budgets[odd])} at index ${odd}`}`,
    );
  }
  const scaled = scalerOf(base, options.divisor);
  const at = (size: number) => scaled(factorsAt(size));
  // A pixel is left, whatever the rule.
  const { pixels } = at(1);
  let least = 1;
  while (least > SMALLEST && pixels * factorsAt(least / 2).resolution >= 1) least /= 2;
  return (budgets as number[]).map(budget => ({ ...nearest(caller, at, budget, least), budget }));
}

/** The factors at a size, which grow with it. */
function factorsOf(caller: string, along: unknown): (size: number) => ScalingFactors {
  const none = { depth: 1, width: 1, resolution: 1 };
  const dimension = dimensions.find(name => name === along);
  if (dimension) return size => ({ ...none, [dimension]: size });
  if (isObject(along) && !isList(along)) {
    const rule = along as unknown as CompoundRule;
    expectRule(caller, rule);
    if (rule.alpha >= 1 && rule.beta >= 1 && rule.gamma >= 1 && rule.alpha * rule.beta * rule.gamma > 1) {
      return size => compoundFactors(rule, Math.log2(size));
    }
  }
  throw new RangeError(
    `${caller}: expected ${dimensions.map(name => `"${name}"`).join(", ")} or a rule { alpha, beta, gamma } of at least 1 that makes networks larger, got ${say(along)}`,
  );
}

/** Costs rise with the size in steps: the nearest is at one side of where they pass the budget. */
function nearest<A extends AnyArchitecture>(
  caller: string,
  at: (size: number) => ScaledNetwork<A>,
  budget: number,
  least: number,
): ScaledNetwork<A> {
  let [low, high] = [1, 1];
  for (let i = 0; at(high).ratio < budget; i++) {
    if (i === MOST_DOUBLINGS)
      throw new RangeError(
        `${caller}: no network has ${budget} times the flops; give a smaller budget, or a scaling that grows without bound`,
      );
    high *= 2;
  }
  while (low > least && at(low).ratio >= budget) low = Math.max(least, low / 2);
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (at(middle).ratio < budget) low = middle;
    else high = middle;
  }
  // Several sizes round to one network, and of odd and even pixels one cost: the base itself comes first.
  const miss = ({ ratio }: ScaledNetwork<A>) => Math.abs(Math.log(ratio / budget));
  return [at(1), at(high), at(low)].reduce((best, one) => (miss(one) < miss(best) ? one : best));
}
