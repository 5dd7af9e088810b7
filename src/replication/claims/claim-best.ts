/** Where a parameter's best value lies, by the band of the empirical bootstrap. */
import { expectFields, expectText, holdsForAll } from "../../base/expect.js";
import { seeded } from "../../base/random.js";
import { sayP } from "../../populations/compare-pair.js";
import { say } from "../../base/say.js";
import { bestValue } from "../../statistics/best-value.js";
import { extent } from "../../base/extent.js";
import { type Claim, claimOpen, LEAST_MODELS, LEVEL } from "./claim.js";

/** A parameter's values with the errors of the networks that have them. */
export interface ParameterErrors {
  /** One per network, in the parameter's unit. */
  readonly values: readonly number[];
  /** Per cent, one per network. */
  readonly errors: readonly number[];
}

/**
 * The claim that a parameter's best value is what the paper found, by the 95 % band of the empirical bootstrap: not
 * replicated if the band leaves the paper's range out, replicated if it meets it, but not answerable if the band holds
 * more than half of the networks, since it would meet most values then, or if chance gives such a band in 5 % of cases.
 *
 * @param expected the range of the best values that the paper found
 * @param paper what the paper found, in words
 * @example
 * ```ts
 * const { rows, errors } = await shippedPopulation("RegNetX");
 * const parameter = { values: rows.map(({ depth }) => depth), errors };
 * claimBestAbout("The best depth is about 20 blocks.", parameter, [18, 22], "20 blocks").outcome; // => "not answerable"
 * ```
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
 * lies within, not replicated if all of it lies outside, else not answerable; nor is it if chance gives such a band in 5 %
 * of cases.
 *
 * @param range both ends included
 * @param paper what the paper found, in words
 * @example
 * ```ts
 * const { rows, errors } = await shippedPopulation("RegNetX");
 * const parameter = { values: rows.map(({ depth }) => depth), errors };
 * claimBestWithin("The best networks have at most 40 blocks.", parameter, [1, 40], "d ≤ 40").evidence; // => "best 12, 95 % band 11 to 24 of 4 to 40 sampled (n = 128); d ≤ 40; p = 0.015"
 * ```
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

/** Of networks trained here. */
const kind = "trained";

function rangeOf(fn: string, range: readonly [number, number]): readonly [number, number] {
  const isRange =
    Array.isArray(range) && range.length === 2 && holdsForAll(range, v => typeof v === "number");
  if (isRange && range[0] <= range[1]) return range;
  throw new RangeError(`${fn}: expected a range [from, to], got ${say(range)}`);
}

/** A best value's 95 % band, ends included, and what share of the networks lies in it. */
interface Band {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly share: number;
}

type Judged = "replicated" | "not replicated" | { readonly open: string };

/** Deals of the errors, for what a band is worth; of many networks fewer, of which each takes as much longer. */
const DEALS = 1999;
const DEALS_OF_MANY = 199;
const MANY = 5000;

/**
 * A claim about a parameter's band. @param judge gives what the band shows, or why it leaves the claim open
 *
 * A band that errors permuted among the networks give as well, in the same place and no wider, says nothing of the
 * parameter: its p is the share of such deals, and the claim is answered below 5 % only.
 */
function claimBand(
  fn: string,
  claim: string,
  parameter: ParameterErrors,
  paper: string,
  judge: (band: Band) => Judged,
): Claim {
  expectText(fn, "what the paper found", paper);
  expectFields(fn, "the parameter", parameter, { values: "list", errors: "list" });
  const { values, errors } = parameter;
  if (errors.length < LEAST_MODELS) {
    return claimOpen(
      claim,
      `at least ${LEAST_MODELS} trained networks are needed, there are ${errors.length}`,
    );
  }
  const band = bandOf(values, errors);
  const [least, greatest] = extent(values);
  const sampled = `${shown(least)} to ${shown(greatest)} sampled (n = ${values.length})`;
  const evidence = `best ${shown(band.median)}, 95 % band ${shown(band.low)} to ${shown(band.high)} of ${sampled}; ${paper}`;
  const judged = judge(band);
  if (typeof judged !== "string")
    return { claim, outcome: "not answerable", evidence: `${evidence}; ${judged.open}`, kind };
  const p = chanceOf(values, errors, dealt => dealt.share <= band.share && judge(dealt) === judged);
  if (p < LEVEL) return { claim, outcome: judged, p, evidence: `${evidence}; ${sayP(p)}`, kind };
  const chance = `errors that have nothing to do with the parameter give as clear a band in ${(100 * p).toFixed(0)} % of cases`;
  return { claim, outcome: "not answerable", p, evidence: `${evidence}; ${chance}`, kind };
}

function bandOf(values: readonly number[], errors: readonly number[]): Band {
  const { median, low, high } = bestValue(values, errors);
  const inside = values.filter(value => value >= low && value <= high).length;
  return { median, low, high, share: inside / values.length };
}

/** How often errors dealt at random give a band like this. */
function chanceOf(
  values: readonly number[],
  errors: readonly number[],
  like: (band: Band) => boolean,
): number {
  const random = seeded(0);
  const dealt = [...errors];
  let hits = 0;
  const deals = errors.length > MANY ? DEALS_OF_MANY : DEALS;
  for (let deal = 0; deal < deals; deal++) {
    for (let i = dealt.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [dealt[i], dealt[j]] = [dealt[j], dealt[i]];
    }
    if (like(bandOf(values, dealt))) hits++;
  }
  return (1 + hits) / (deals + 1);
}

/** A parameter's value in words: three digits, as a power of ten below a thousandth. */
function shown(value: number): string {
  if (value === 0 || Math.abs(value) >= 1e-3) return String(Number(value.toPrecision(3)));
  return value.toExponential(1).replace("-", "−");
}
