/**
 * A claim of the paper, and what our data say of it: replicated, not replicated, or not answerable in the regime they
 * come from. Decided by intervals, never by the look of a plot.
 */
import { standardDeviation } from "simple-statistics";
import type { NamedErrors } from "../figures/edf-panel.js";
import { ksTest } from "../statistics/kolmogorov-smirnov.js";
import { meanDifference } from "../statistics/mean-difference.js";

export type Outcome = "replicated" | "not replicated" | "not answerable";

export interface Claim {
  /** What the paper says, as a sentence. */
  readonly claim: string;
  readonly outcome: Outcome;
  /** The statistics behind it, in words. */
  readonly evidence: string;
}

/** Fewer models than this in a population answer nothing. */
export const LEAST_MODELS = 8;

/** A claim that holds or does not by exact numbers. */
export const claimThat = (claim: string, holds: boolean, evidence: string): Claim => ({
  claim,
  outcome: holds ? "replicated" : "not replicated",
  evidence,
});

/** A claim that our data cannot speak to; `why` says what would be needed. */
export const claimOpen = (claim: string, why: string): Claim => ({
  claim,
  outcome: "not answerable",
  evidence: why,
});

/**
 * The claim that one population has lower errors than another, by the 95 % bootstrap interval of the difference of
 * their means: replicated if all of it is below zero, not replicated if all of it is above, else not answerable with
 * so few networks.
 */
export function claimBetter(claim: string, better: NamedErrors, worse: NamedErrors): Claim {
  const open = tooFew(claim, better, worse);
  if (open) return open;
  const { value, low, high } = meanDifference(better.errors, worse.errors);
  const evidence = comparison(better, worse, { value, low, high });
  if (high < 0) return { claim, outcome: "replicated", evidence };
  if (low > 0) return { claim, outcome: "not replicated", evidence };
  const needed = modelsNeeded(better, worse, value);
  const told = needed > 1e5 ? "over 100,000" : `about ${Number(needed.toPrecision(2)).toLocaleString("en")}`;
  return {
    claim,
    outcome: "not answerable",
    evidence: `${evidence}; the interval contains 0, and a difference of this size would take ${told} networks a space to tell from chance`,
  };
}

/**
 * The claim that two populations hardly differ: replicated if the 95 % interval of the difference of their means lies
 * within ± `margin`, not replicated if it lies outside, else not answerable.
 *
 * @param margin per cent error; default half the populations' pooled standard deviation, our choice: the paper gives
 *   no measure of "virtually no change"
 */
export function claimSame(claim: string, a: NamedErrors, b: NamedErrors, margin?: number): Claim {
  const open = tooFew(claim, a, b);
  if (open) return open;
  const { value, low, high } = meanDifference(a.errors, b.errors);
  const limit = margin ?? 0.5 * pooledDeviation(a, b);
  const evidence = `${comparison(a, b, { value, low, high })}; "same" means within ±${limit.toFixed(1)}`;
  if (low > -limit && high < limit) return { claim, outcome: "replicated", evidence };
  if (low > limit || high < -limit) return { claim, outcome: "not replicated", evidence };
  return { claim, outcome: "not answerable", evidence: `${evidence}, and the interval reaches beyond` };
}

function tooFew(claim: string, ...populations: NamedErrors[]): Claim | undefined {
  const few = populations.filter(({ errors }) => errors.length < LEAST_MODELS);
  if (few.length === 0) return undefined;
  const counts = few.map(({ name, errors }) => `${name} has ${errors.length}`).join(", ");
  return claimOpen(claim, `at least ${LEAST_MODELS} trained networks a space are needed; ${counts}`);
}

function comparison(
  a: NamedErrors,
  b: NamedErrors,
  { value, low, high }: { value: number; low: number; high: number },
): string {
  const { d, p } = ksTest(a.errors, b.errors);
  const sign = (x: number) => `${x < 0 ? "−" : "+"}${Math.abs(x).toFixed(1)}`;
  const chance = p < 0.001 ? "p < 0.001" : `p = ${p.toFixed(3)}`;
  return (
    `mean error ${a.name} less ${b.name} ${sign(value)} points, 95 % interval ${sign(low)} to ${sign(high)}; ` +
    `KS D = ${d.toFixed(2)}, ${chance} (n = ${a.errors.length}, ${b.errors.length})`
  );
}

const pooledDeviation = (a: NamedErrors, b: NamedErrors): number =>
  Math.sqrt((standardDeviation([...a.errors]) ** 2 + standardDeviation([...b.errors]) ** 2) / 2);

/** Models a population at which a difference of this size is 1.96 standard errors. */
const modelsNeeded = (a: NamedErrors, b: NamedErrors, difference: number): number =>
  2 * ((1.96 * pooledDeviation(a, b)) / difference) ** 2;
