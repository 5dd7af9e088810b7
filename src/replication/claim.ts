/**
 * A claim of the paper, and what our data say of it: replicated, not replicated, or not answerable in the regime they
 * come from. Decided by intervals, never by the look of a plot.
 */
import { standardDeviation } from "simple-statistics";
import { expectFields, expectList } from "../expect.js";
import { type NamedErrors, namedErrors } from "../figures/edf-panel.js";
import { say } from "../say.js";
import { bestValue } from "../statistics/best-value.js";
import { extent } from "../statistics/extent.js";
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
  expectList("claimBetter", "populations", [better, worse], namedErrors);
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
  expectList("claimSame", "populations", [a, b], namedErrors);
  const open = tooFew(claim, a, b);
  if (open) return open;
  const { value, low, high } = meanDifference(a.errors, b.errors);
  const limit = margin ?? 0.5 * pooledDeviation(a, b);
  const evidence = `${comparison(a, b, { value, low, high })}; "same" means within ±${limit.toFixed(1)}`;
  if (low > -limit && high < limit) return { claim, outcome: "replicated", evidence };
  if (low > limit || high < -limit) return { claim, outcome: "not replicated", evidence };
  return { claim, outcome: "not answerable", evidence: `${evidence}, and the interval reaches beyond` };
}

/**
 * The claim that some differences are below zero, by their 95 % intervals: replicated if all are below it, not replicated
 * if one is above, else not answerable.
 *
 * @param differences one, or several that must all hold
 */
export function claimLower(
  claim: string,
  differences: readonly { readonly low: number; readonly high: number }[],
  evidence: string,
): Claim {
  expectList("claimLower", "differences", differences, { low: "number", high: "number" });
  if (differences.every(({ high }) => high < 0)) return { claim, outcome: "replicated", evidence };
  if (differences.some(({ low }) => low > 0)) return { claim, outcome: "not replicated", evidence };
  const contain = differences.length > 1 ? "an interval contains 0" : "the interval contains 0";
  return { claim, outcome: "not answerable", evidence: `${evidence}; ${contain}` };
}

/** A parameter's values with the errors of the networks that have them. */
export interface ParameterErrors {
  /** One a network, in the parameter's unit. */
  readonly values: readonly number[];
  /** Per cent, one a network. */
  readonly errors: readonly number[];
}

/**
 * The claim that a parameter's best value is what the paper found, by the 95 % band of the empirical bootstrap: not
 * replicated if the band leaves the paper's range out, replicated if it meets it, but not answerable if the band holds
 * more than half of the networks: then it would meet most values.
 *
 * @param expected the range of the best values that the paper found
 * @param paper what the paper found, in words
 */
export function claimBestAbout(
  claim: string,
  parameter: ParameterErrors,
  expected: readonly [from: number, to: number],
  paper: string,
): Claim {
  const [from, to] = rangeOf("claimBestAbout", expected);
  return claimBand("claimBestAbout", claim, parameter, paper, ({ low, high, share }) => {
    if (low > to || high < from) return "not replicated";
    if (share <= 0.5) return "replicated";
    return { open: `the band holds ${(100 * share).toFixed(0)} % of the networks, too wide to tell` };
  });
}

/**
 * The claim that a parameter's best value lies within a range: replicated if the 95 % band of the empirical bootstrap
 * lies within, not replicated if all of it lies outside, else not answerable.
 *
 * @param range both ends included
 * @param paper what the paper found, in words
 */
export function claimBestWithin(
  claim: string,
  parameter: ParameterErrors,
  range: readonly [from: number, to: number],
  paper: string,
): Claim {
  const [from, to] = rangeOf("claimBestWithin", range);
  return claimBand("claimBestWithin", claim, parameter, paper, ({ low, high }) => {
    if (low >= from && high <= to) return "replicated";
    if (low > to || high < from) return "not replicated";
    return { open: `the band reaches beyond ${shown(from)} to ${shown(to)}` };
  });
}

function rangeOf(fn: string, range: readonly [number, number]): readonly [number, number] {
  const isRange = Array.isArray(range) && range.length === 2 && range.every(v => typeof v === "number");
  if (isRange && range[0] <= range[1]) return range;
  throw new RangeError(`${fn}: expected a range [from, to], got ${say(range)}`);
}

/** A best value's 95 % band, ends included, and what share of the networks lies in it. */
interface Band {
  readonly low: number;
  readonly high: number;
  readonly share: number;
}

/** A claim about a parameter's band. @param judge gives what the band shows, or why it leaves the claim open */
function claimBand(
  fn: string,
  claim: string,
  parameter: ParameterErrors,
  paper: string,
  judge: (band: Band) => "replicated" | "not replicated" | { readonly open: string },
): Claim {
  expectFields(fn, "the parameter", parameter, { values: "list", errors: "list" });
  const { values, errors } = parameter;
  if (errors.length < LEAST_MODELS) {
    return claimOpen(
      claim,
      `at least ${LEAST_MODELS} trained networks are needed, there are ${errors.length}`,
    );
  }
  const { median, low, high } = bestValue(values, errors);
  const share = values.filter(value => value >= low && value <= high).length / values.length;
  const [least, greatest] = extent(values);
  const sampled = `${shown(least)} to ${shown(greatest)} sampled (n = ${values.length})`;
  const evidence = `best ${shown(median)}, 95 % band ${shown(low)} to ${shown(high)} of ${sampled}; ${paper}`;
  const judged = judge({ low, high, share });
  if (typeof judged === "string") return { claim, outcome: judged, evidence };
  return { claim, outcome: "not answerable", evidence: `${evidence}; ${judged.open}` };
}

/** A parameter's value in words: three digits, as a power of ten below a thousandth. */
function shown(value: number): string {
  if (value === 0 || Math.abs(value) >= 1e-3) return String(Number(value.toPrecision(3)));
  return value.toExponential(1).replace("-", "−");
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
