/**
 * A claim of the paper, and what our data say of it: replicated, not replicated, or not answerable in the regime they
 * come from. Decided by tests, never by the look of a plot.
 */
import { expectList } from "../../base/expect.js";
import type { RegisteredFacts } from "../registration/registry.js";

export type Outcome = "replicated" | "not replicated" | "not answerable";

/**
 * What a claim is of: exact numbers (sizes, structures, complexities, fits), numbers that the paper prints and that are
 * only read again, or networks that were trained here. They are counted apart.
 */
export type ClaimKind = "arithmetic" | "published" | "trained";

export interface Claim {
  /** What the paper says, as a sentence. */
  readonly claim: string;
  readonly outcome: Outcome;
  /** The statistics behind it, in words. */
  readonly evidence: string;
  /** What the reader must know with the outcome, such as `"worse in the lower tail"`. */
  readonly reservation?: string | undefined;
  /**
   * The probability of so clear an answer, for or against, where the null hypothesis holds: below 0.05 for a claim that
   * was answered. What Holm's method takes for claims that are judged together; none where no test was made.
   */
  readonly p?: number | undefined;
  /** Claims that are made by hand may have none. */
  readonly kind?: ClaimKind | undefined;
  /** Where it is registered, if it was claimed before the networks were trained. */
  readonly registered?: RegisteredFacts | undefined;
}

/** Claims are answered at this level, each by itself. */
export const LEVEL = 0.05;

/** Fewer models than this in a population answer nothing. */
export const LEAST_MODELS = 8;

/** A claim that holds or does not by exact numbers. */
export const claimThat = (
  claim: string,
  holds: boolean,
  evidence: string,
  kind: ClaimKind = "arithmetic",
): Claim => ({
  claim,
  outcome: holds ? "replicated" : "not replicated",
  evidence,
  kind,
});

/** A claim that our data cannot speak to; `why` says what would be needed. */
export const claimOpen = (claim: string, why: string, kind: ClaimKind = "trained"): Claim => ({
  claim,
  outcome: "not answerable",
  evidence: why,
  kind,
});

/**
 * The claim that some differences are below zero, by their 95 % intervals: replicated if all are below it, not replicated
 * if one is above, else not answerable.
 *
 * @param differences one, or several that must all hold
 * @example
 * ```ts
 * const [a, e] = [await shippedPopulation("AnyNetXA"), await shippedPopulation("AnyNetXE")];
 * const difference = meanDifference(e.errors, a.errors);
 * claimLower("E has a lower mean error than A.", [difference], "difference of means, E − A").outcome; // => "replicated"
 * ```
 */
export function claimLower(
  claim: string,
  differences: readonly { readonly low: number; readonly high: number }[],
  evidence: string,
  kind: ClaimKind = "trained",
): Claim {
  expectList("claimLower", "differences", differences, { low: "number", high: "number" });
  if (differences.every(({ high }) => high < 0)) return { claim, outcome: "replicated", evidence, kind };
  if (differences.some(({ low }) => low > 0)) return { claim, outcome: "not replicated", evidence, kind };
  const contain = differences.length > 1 ? "an interval contains 0" : "the interval contains 0";
  return { claim, outcome: "not answerable", evidence: `${evidence}; ${contain}`, kind };
}
