/**
 * Two populations compared, and what the data support: the one rule of `comparePopulations`, of the command
 * `netspace sweep compare` and of the verdicts on the paper's claims.
 */
import type { OptionNames } from "../base/expect-options.js";
import { errorDigits, fixed } from "../base/fixed.js";
import { datasetFacts } from "../training/datasets/dataset-facts.js";
import {
  type ComparedDistributions,
  compareDistributions,
  compareDistributionsNames,
  type CompareDistributionsOptions,
  leastFor,
} from "../statistics/compare-distributions.js";
import { type Difference, twoSided } from "../statistics/difference.js";
import { extent } from "../base/extent.js";
import { beyondQuestion, type RegimeDifference, regimeDifferences } from "./regime-differences.js";
import type { CheckedSpec } from "../trials/spec.js";

/** A population's errors under a name; two of them may share a space, but not a name. */
export interface Compared {
  readonly name: string;
  /** Per cent, or all of them fractions. */
  readonly errors: readonly number[];
  /** What it was trained by, where that is known: populations of different regimes are not compared. */
  readonly spec?: CheckedSpec | undefined;
}

export interface ComparePairOptions extends CompareDistributionsOptions {
  /** Fields of the specs, such as `recipe.learningRate`, or parts, whose difference is the question. Default: none. */
  readonly differ?: readonly string[];
}

export const comparePairNames: OptionNames<ComparePairOptions> = {
  ...compareDistributionsNames,
  differ: true,
};

/** A pair in numbers; none of them if something else than the question differs. */
export interface ComparedPair {
  readonly regime: readonly RegimeDifference[];
  readonly compared: ComparedDistributions | undefined;
  /** What the reader must know of the data: a regime that is not known, units that seem to be mixed. */
  readonly notes: readonly string[];
}

/**
 * Compares two populations, if they are of one regime as far as their specs say. The margin is 2 points, or 0.02 where
 * there is no spec, whose errors are per cent, and no error is above 1, which are fractions; failures are counted separately where
 * the classes are known: errors within 5 points of guessing.
 */
export function comparePair(fn: string, a: Compared, b: Compared, options: ComparePairOptions): ComparedPair {
  const { differ, ...rest } = options;
  const differences = a.spec && b.spec ? regimeDifferences(a.spec, b.spec) : [];
  const regime = beyondQuestion(fn, differences, differ);
  if (regime.length > 0) return { regime, compared: undefined, notes: [] };
  const fractions = mayBeFractions(a) && mayBeFractions(b) && !(a.spec || b.spec);
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return {
    regime,
    notes: [...unknownRegime(a, b), ...mixedUnits(a, b)],
    compared: compareDistributions(a.errors, b.errors, {
      margin: fractions ? 0.02 : 2,
      failedAt: failureLimit(a.spec ?? b.spec),
      ...(Math.max(a.errors.length, b.errors.length) > MANY && { repeats: FEWER }),
      ...given,
    }),
  };
}

/** Whether the errors may be fractions: sweeps write per cent, of which 1 and less is rare. */
const mayBeFractions = ({ errors, spec }: Compared): boolean => !spec && extent(errors)[1] <= 1;

function unknownRegime(a: Compared, b: Compared): string[] {
  const known = [a, b].filter(({ spec }) => spec);
  if (known.length !== 1) return [];
  const { name } = known[0] === a ? b : a;
  return [`how ${name} was trained is not known, nor therefore whether more than the space differs`];
}

/** Small errors are not rejected: there are sets of images on which per cent are below 1. */
function mixedUnits(a: Compared, b: Compared): string[] {
  const small = [a, b].filter(mayBeFractions);
  if (small.length !== 1) return [];
  const [{ name }, other] = small[0] === a ? [a, b] : [b, a];
  if (!other.spec && extent(other.errors)[1] <= 1) return [];
  return [
    `no error of ${name} is above 1, as of fractions, while those of ${other.name} are per cent: if ${name} has fractions, multiply them by 100 first`,
  ];
}

/** Populations of thousands, as NDS's, are compared in seconds each; their intervals are narrow. */
const MANY = 5000;
const FEWER = 2000;

/** The error of guessing minus 5 points, per cent, where the spec says how many classes there are. */
export function failureLimit(spec: CheckedSpec | undefined): number | undefined {
  if (!spec) return undefined;
  try {
    return 100 * (1 - 1 / datasetFacts(spec.dataset).classes) - 5;
  } catch {
    return undefined; // A folder of images that was never looked into.
  }
}

/** What a pair's tests come to: two-sided p values, as they are or adjusted for more pairs. */
export interface PairTests {
  /** That the means differ. */
  readonly mean: number;
  /** That the means are the same within the margin. */
  readonly same: number;
  /** That the distributions differ (Kolmogorov and Smirnov). */
  readonly ks: number;
  /**
   * That the lower tails differ: the tenth percentiles or the best of a search, twice the smaller p; 1 where there are
   * too few networks to speak of it.
   */
  readonly tail: number;
}

export const pairTests = ({ mean, equivalence, ks, p10, bestOf }: ComparedDistributions): PairTests => ({
  mean: twoSided(mean),
  same: equivalence.p,
  ks: ks.p,
  tail: bestOf ? Math.min(1, 2 * Math.min(twoSided(p10), twoSided(bestOf))) : twoSided(p10),
});

/** What the data support of a pair. */
export interface Judgement {
  /** Which is lower on average. */
  readonly better: "a" | "b" | undefined;
  /** Whether they are the same on average, within the margin. */
  readonly same: boolean;
  /** Whether their distributions differ. */
  readonly differ: boolean;
  /** Which is lower in the lower tail; both if tenth percentile and best of a search contradict each other. */
  readonly tail: "a" | "b" | "both" | undefined;
}

/**
 * The rule. Means decide who is better and whether they are the same, whole distributions whether they differ, and the
 * lower tail is always reported. That one which is better on average is better there too is a finding, adjusted like the
 * others; that it is worse there is a doubt, which one of tenth percentile and best of a search raises by itself.
 *
 * @param tests adjusted for as many pairs as are tested together
 */
export function judge(compared: ComparedDistributions, tests: PairTests, level: number): Judgement {
  const { mean, p10, bestOf } = compared;
  const better = tests.mean >= level ? undefined : mean.value < 0 ? "a" : "b";
  const tails = [p10, ...(bestOf ? [bestOf] : [])].filter(each => twoSided(each) < level);
  const [lower, higher] = [tails.some(({ value }) => value < 0), tails.some(({ value }) => value > 0)];
  const doubted = better === "a" ? higher : better === "b" && lower;
  const side = lower && higher ? "both" : lower ? "a" : higher ? "b" : undefined;
  const tail = doubted || tests.tail < level ? side : undefined;
  return { better, same: tests.same < level, differ: tests.ks < level, tail };
}

/** A judgement as a sentence without its end, and the pair's numbers, of the one that it names first minus the other. */
export interface SaidPair {
  readonly verdict: string;
  readonly numbers: string;
  /** Each one's share of failures, and the means without them; none where there are no failures. */
  readonly failures: string | undefined;
}

/** Says a pair's judgement; the one that is better is named first. */
export function sayPair(a: string, b: string, compared: ComparedDistributions, found: Judgement): SaidPair {
  const turned = found.better === "b";
  const [first, second] = turned ? [b, a] : [a, b];
  return {
    verdict: sayJudgement({ a, b }, first, second, compared, found),
    numbers: `${first} minus ${second}: ${sayParts(turned ? exchanged(compared) : compared)}`,
    failures: sayFailures(first, second, compared, turned),
  };
}

function sayJudgement(
  names: Readonly<Record<"a" | "b", string>>,
  first: string,
  second: string,
  { equivalence: { margin } }: ComparedDistributions,
  { better, same, differ, tail }: Judgement,
): string {
  if (better) {
    const there =
      tail === undefined
        ? "with no difference supported in the lower tail"
        : tail === better
          ? "and in the lower tail"
          : tail === "both"
            ? "better and worse in the lower tail by two measures of it"
            : "worse in the lower tail";
    const little = same ? `, by less than the margin of ${sayMargin(margin)}` : "";
    return `${first} is better than ${second} on average${little}, ${there}`;
  }
  const tailed =
    tail === "both"
      ? ["two measures of the lower tail contradict each other"]
      : tail
        ? [`${names[tail]} is better in the lower tail`]
        : [];
  if (same) {
    const doubts = [...(differ ? ["their distributions differ"] : []), ...tailed];
    const but = doubts.length > 0 ? `, but ${doubts.join(", and ")}` : "";
    return `${first} and ${second} are the same on average, within ±${sayMargin(margin)}${but}`;
  }
  const begun = differ
    ? `${first} and ${second} differ in their distributions, but not surely in their means`
    : `${first} and ${second}: no difference supported${tail ? " on average" : ""}`;
  return [begun, ...tailed].join("; ");
}

/** The differences of the second less the first, as far as words need them. */
function exchanged({ n, mean, p10, bestOf, bestOfSize }: Parts): Parts {
  const turn = ({ value, low, high }: Interval): Interval => ({ value: -value, low: -high, high: -low });
  return { n, mean: turn(mean), p10: turn(p10), bestOf: bestOf && turn(bestOf), bestOfSize };
}

type Interval = Pick<Difference, "value" | "low" | "high">;
interface Parts {
  /** The larger of them is asked for alone. */
  readonly n: ComparedDistributions["n"];
  readonly mean: Interval;
  readonly p10: Interval;
  readonly bestOf: Interval | undefined;
  readonly bestOfSize: number;
}

/** A margin in words: in points, but for fractions. */
export const sayMargin = (margin: number): string =>
  margin < 0.1 ? String(margin) : `${margin} ${margin === 1 ? "point" : "points"}`;

/** A probability in words. */
export const sayP = (p: number): string => (p < 0.001 ? "p < 0.001" : `p = ${p.toFixed(3)}`);

/** Decimals of a pair's numbers: one for per cent, more for fractions. */
export const pairDigits = ({ mean }: Pick<Parts, "mean">): number => errorDigits([mean.low, mean.high]);

/**
 * A difference with its sign and interval: `−5.6 [−9.7, −1.4]`; a decimal more where an end would read as zero. Without
 * an interval that has ends, the difference alone.
 */
export function sayDifference({ value, low, high }: Interval, digits: number): string {
  const blurred = [low, high].some(end => end !== 0 && Number(end.toFixed(digits)) === 0);
  const sign = (x: number) => {
    const text = fixed(x, blurred ? digits + 1 : digits);
    return text.startsWith("-") ? text.replace("-", "−") : `+${text}`;
  };
  return Number.isFinite(low) ? `${sign(value)} [${sign(low)}, ${sign(high)}]` : sign(value);
}

/** Mean, tenth percentile and best of a search, with their intervals. */
function sayParts(parts: Parts): string {
  const { n, mean, p10, bestOf, bestOfSize } = parts;
  const digits = pairDigits(parts);
  const search = bestOf
    ? `best of ${bestOfSize} ${sayDifference(bestOf, digits)}`
    : `best of ${bestOfSize} takes ${2 * bestOfSize} networks per space`;
  const tail = Number.isFinite(p10.low)
    ? sayDifference(p10, digits)
    : `takes ${leastFor("p10", Math.max(n.a, n.b))} networks per space`;
  return `mean ${sayDifference(mean, digits)}, P10 ${tail}, ${search}`;
}

function sayFailures(
  first: string,
  second: string,
  { failures }: ComparedDistributions,
  turned: boolean,
): string | undefined {
  if (!failures || failures.a.n + failures.b.n === 0) return undefined;
  const { at, a, b, p, rest } = failures;
  const [one, other] = (turned ? [b, a] : [a, b]).map(({ share }) => `${(100 * share).toFixed(0)} %`);
  const mean = rest && sayDifference(turned ? exchanged(rest).mean : rest.mean, pairDigits(rest));
  const without = mean ? `, without them mean ${mean}` : "";
  return `failures (${at} % and more): ${first} ${one}, ${second} ${other} (${sayP(p)})${without}`;
}

/** What the sizes could have shown, in words. */
export function sayPower({ power, equivalence, mean }: ComparedDistributions): string {
  const digits = pairDigits({ mean });
  const many = (n: number) =>
    n > 1e5 ? "over 100,000" : `about ${Number(n.toPrecision(2)).toLocaleString("en")}`;
  return (
    `at a power of 80 % these networks find a difference of ${fixed(power.detectable, digits)}; one of ` +
    `${sayMargin(equivalence.margin)}, the margin, takes ${many(power.needed)} networks per space, one as observed ${many(power.neededAtObserved)}`
  );
}

/** The fields that `comparePopulations` and the claims read of a population. */
export const comparedFields = { name: "text", errors: "list", spec: "object?" } as const;
