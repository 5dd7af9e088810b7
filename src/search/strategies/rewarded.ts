/**
 * One objective made of two, as MnasNet's reward makes it (Tan et al., CVPR 2019): accuracy · (latency / target)^w, with
 * w = α up to the target and β beyond. The soft reward has α = β = −0.07, after "a doubled latency is worth 5 % relative
 * accuracy"; the hard one α = 0 and β = −1.
 */
import { expectOptions } from "../../base/expect-options.js";
import { isObject, say } from "../../base/say.js";
import type { Outcome } from "../searcher.js";
import { isPositive, type Strategy } from "../strategy.js";

export interface RewardSettings {
  /** What the second objective should not exceed, in its own unit: of `latency()` seconds. */
  readonly target: number;
  /** The exponents: `"soft"` (default), `"hard"`, or one's own. */
  readonly exponents?: "soft" | "hard" | { readonly alpha: number; readonly beta: number };
}

const published = { soft: { alpha: -0.07, beta: -0.07 }, hard: { alpha: 0, beta: -1 } } as const;

/**
 * The error, per cent, whose 100 − error is MnasNet's reward of an error and a cost: what a strategy for one objective is
 * told.
 *
 * @throws RangeError for an error that is no percentage, of which there is no accuracy, and for a cost that is not positive, of which
 *   there is no power
 * @example
 * ```ts
 * import { rewardedError } from "netspace/search";
 *
 * // Twice as slow as it should be: 10 % error count as
 * rewardedError(10, 0.16, { target: 0.08 }); // ≈ 14.3
 * ```
 */
export function rewardedError(error: number, cost: number, settings: RewardSettings): number {
  if (!isPositive(cost)) {
    throw new RangeError(
      `rewardedError: expected a positive cost, such as a latency or flops, got ${say(cost)}; a value that is better when greatest has no reward of this form`,
    );
  }
  if (!(error >= 0 && error <= 100)) {
    throw new RangeError(
      `rewardedError: expected an error in per cent, from 0 to 100, got ${say(error)}; of an accuracy a give 100 − a, better when least`,
    );
  }
  const { target, exponents = "soft" } = checked("rewardedError", settings);
  const { alpha, beta } = typeof exponents === "string" ? published[exponents] : exponents;
  return 100 - (100 - error) * (cost / target) ** (cost <= target ? alpha : beta);
}

/**
 * A strategy that searches by the reward of two objectives, an error in per cent and a cost.
 *
 * @throws RangeError for a target that is not positive, exponents that are none, and a strategy for two objectives
 * @example
 * ```ts
 * import { complexityOf, evolution, rewarded, search, table, tableError } from "netspace/search";
 *
 * const assignments = (await table("SmallAssignments")).search();
 * const strategy = rewarded(evolution({ population: 10, sample: 3 }), { target: 1e6 });
 * const found = await search(SmallAssignments, {
 *   strategy,
 *   objective: [tableError(assignments), complexityOf("flops")],
 *   budget: 50,
 * });
 * // The reward's error, which is small where the error is and flops are near the target.
 * found.bestSoFar.at(-1); // ≈ 11.8
 * ```
 */
export function rewarded(strategy: Strategy, settings: RewardSettings): Strategy {
  if (!isObject(strategy) || typeof strategy.start !== "function") {
    throw new RangeError(`rewarded: expected a strategy such as evolution(), got ${say(strategy)}`);
  }
  const { target, exponents = "soft" } = checked("rewarded", settings);
  if ((strategy.objectives ?? 1) > 1) {
    throw new RangeError(
      `rewarded: expected a strategy for one objective, got ${strategy.name}, which searches by two itself`,
    );
  }
  const scalar = (errors: readonly number[]): number =>
    // What failed by either is a failure.
    errors.some(Number.isNaN) ? Number.NaN : rewardedError(errors[0], errors[1], settings);
  return {
    ...strategy,
    name: `${strategy.name}, ${typeof exponents === "string" ? exponents : "own"} reward`,
    settings: { ...strategy.settings, reward: { target, exponents } },
    objectives: 2,
    scalar,
    ...(strategy.takesKnown && { takesKnown: true }),
    ...(strategy.plans && { plans: true }),
    ...(strategy.asynchronous && { asynchronous: true }),
    start(context, state) {
      const searcher = strategy.start(context, state);
      const tell = (outcome: Outcome): void => {
        const { objectives = [] } = outcome;
        if (objectives.length !== 2) {
          throw new RangeError(`rewarded: expected outcomes of two objectives, got ${say(objectives)}`);
        }
        searcher.tell({
          ...outcome,
          error: scalar(objectives),
        });
      };
      return { ask: n => searcher.ask(n), tell, state: () => searcher.state() };
    },
  };
}

function checked(fn: string, settings: RewardSettings): RewardSettings {
  expectOptions(fn, settings, { target: "any", exponents: "any?" });
  const { target, exponents = "soft" } = settings;
  if (!isPositive(target)) {
    throw new RangeError(`${fn}: target must be a positive number, got ${say(target)}`);
  }
  const known = typeof exponents === "string" ? Object.hasOwn(published, exponents) : isExponents(exponents);
  if (known) return settings;
  throw new RangeError(`${fn}: exponents must be "soft", "hard" or { alpha, beta }, got ${say(exponents)}`);
}

const isExponents = (value: unknown): boolean => {
  const { alpha, beta } = (value ?? {}) as { readonly alpha?: unknown; readonly beta?: unknown };
  return Number.isFinite(alpha) && Number.isFinite(beta);
};
