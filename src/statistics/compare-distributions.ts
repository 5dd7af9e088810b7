/**
 * Two populations' errors compared as whole distributions: on average, in the middle, in the lower tail where the networks
 * are that a designer is after, by random search, and by stochastic dominance; and whether they are the same within a
 * margin, with what their sizes could have shown. The one rule of `comparePopulations` and of the verdicts rests on it.
 */
import { chanceText, differenceCells, inTable, short } from "./shown-result.js";
import { sampleVariance } from "simple-statistics";
import { scaleOf, scaledBy } from "./scale.js";
import type { OptionNames } from "../base/expect-options.js";
import { seeded } from "../base/random.js";
import { say } from "../base/say.js";
import { bestOfDifference } from "./best-of.js";
import type { Difference } from "./difference.js";
import { fisherExact } from "./fisher-exact.js";
import { type KsTest, ksTest } from "./kolmogorov-smirnov.js";
import { quantileDifferences } from "./quantile-difference.js";
import {
  checkedOptions,
  type Numbers,
  requireCount,
  requireFinite,
  requireNumbers,
  StatisticsError,
} from "./statistics-error.js";
import { welchTest } from "./welch.js";

/** Errors of one population minus another's, quantity by quantity; all in the errors' unit. */
export interface DistributionDifferences {
  /** How many networks each has. */
  readonly n: { readonly a: number; readonly b: number };
  /** By Welch's t. */
  readonly mean: Difference;
  /**
   * By the bootstrap, as the tenth percentile. With fewer networks per side than `leastFor` says there is the difference
   * alone: its interval is without ends, and every p is 1.
   */
  readonly median: Difference;
  readonly p10: Difference;
  /** The expected best of `bestOfSize` networks drawn at random; none if a population has fewer than twice as many. */
  readonly bestOf: Difference | undefined;
  readonly bestOfSize: number;
  /** Kolmogorov and Smirnov's test, two-sided: do the distributions differ at all? */
  readonly ks: KsTest;
  /** One-sided: is a larger share of `a` than of `b` below some error, and the other way round? */
  readonly dominance: {
    readonly aBelowB: { readonly d: number; readonly p: number };
    readonly bBelowA: { readonly d: number; readonly p: number };
  };
  /**
   * Whether the means are the same within ± `margin`, by two one-sided tests (Schuirmann 1987): `p` is the larger of
   * both, and `holds` says whether it is below 5 %. `pBeyond` is small if they differ by more than the margin (two-sided).
   */
  readonly equivalence: {
    readonly margin: number;
    readonly p: number;
    readonly pBeyond: number;
    readonly holds: boolean;
  };
  readonly power: Power;
}

/**
 * Networks that each side needs before the bootstrap's test of a quantile holds its level; docs/statistics.md has the
 * rates below. The tenth percentile of a few networks is little more than the best of them, which says little next to
 * many: next to a large sample it takes up to twice as many as next to one of equal size.
 *
 * @param larger networks of the larger side
 */
export function leastFor(quantile: "median" | "p10", larger: number): number {
  const [least, times] = quantile === "p10" ? [32, 4] : [8, 8];
  return Math.min(2 * least, Math.max(least, Math.ceil(larger / times)));
}

/** What this many networks can show of a difference of means, at a two-sided 5 % and with a power of 80 %. */
export interface Power {
  /** Networks per space for a difference of the margin. */
  readonly needed: number;
  /** Networks per space for a difference as large as the observed one; ∞ if that is 0. */
  readonly neededAtObserved: number;
  /** Networks per space to find them the same within the margin, if they are. */
  readonly neededForSame: number;
  /** The least difference that the networks there are find in 80 % of cases, in the errors' unit. */
  readonly detectable: number;
}

/** Networks that did not learn, in both populations, and how the others compare. */
export interface Failures {
  /** Errors from here on count as failures. */
  readonly at: number;
  readonly a: { readonly n: number; readonly share: number };
  readonly b: { readonly n: number; readonly share: number };
  /** Fisher's exact test that both shares are the same, two-sided. */
  readonly p: number;
  /** The same quantities of the networks that did learn; none if a population has fewer than two of those. */
  readonly rest: DistributionDifferences | undefined;
}

export interface ComparedDistributions extends DistributionDifferences {
  /** If `failedAt` was given. */
  readonly failures: Failures | undefined;
}

export interface CompareDistributionsOptions {
  /** Differences of means and medians up to this are "the same", in the errors' unit. Default 2 (points). */
  readonly margin?: number;
  /** Those of tenth percentiles and of the best of a search. Default: `margin`. */
  readonly tailMargin?: number;
  /** Networks of a random search. Default 32. */
  readonly bestOf?: number;
  /** Resamples and permutations. Default 10,000. */
  readonly repeats?: number;
  /** Of the resamples. Default 0: the same data give the same numbers. */
  readonly seed?: number;
  /** Errors of at least this are failures, for example 85 where chance is 90. Default: failures are not counted separately. */
  readonly failedAt?: number;
}

export const compareDistributionsNames: OptionNames<CompareDistributionsOptions> = {
  margin: true,
  tailMargin: true,
  bestOf: true,
  repeats: true,
  seed: true,
  failedAt: true,
};

/**
 * Compares the errors of two populations. Everything is `a` minus `b`: below zero, `a` is the better one.
 *
 * Means by Welch's t, which needs no seed; median and tenth percentile by the bootstrap; the best of 32 by a studentised
 * permutation test. docs/statistics.md says why, and at what rates they find differences where there are none.
 *
 * @param a errors, one per model, in per cent if the default margin is meant
 * @throws StatisticsError for fewer than two errors, or one that is not finite
 * @example
 * ```ts
 * const { mean, p10, equivalence } = compareDistributions([30, 31, 35, 40], [40, 44, 48, 60]);
 * mean.value; // => -14
 * mean.pLower < 0.05 && p10.value < 0 && !equivalence.holds; // => true
 * ```
 */
export function compareDistributions(
  a: Numbers,
  b: Numbers,
  options: CompareDistributionsOptions = {},
): ComparedDistributions {
  const fn = "compareDistributions";
  const { failedAt, ...rest } = checkedOptions(fn, options, compareDistributionsNames);
  const { margin = 2, tailMargin = margin, bestOf = 32, repeats = 10_000, seed = 0 } = rest;
  requireNumbers("compareDistributions", { margin, tailMargin, bestOf, repeats, seed });
  requireFinite(fn, "errors in the first sample", a, 2);
  requireFinite(fn, "errors in the second sample", b, 2);
  for (const one of [margin, tailMargin]) {
    if (one > 0 && Number.isFinite(one)) continue;
    throw new StatisticsError(`${fn}: expected a margin above zero, got ${say(one)}`);
  }
  requireCount(fn, "bestOf", bestOf);
  requireCount(fn, "repeats", repeats, 100);
  const settings = { margin, tailMargin, bestOf, repeats, seed };
  const compared: ComparedDistributions = {
    ...differences(a, b, settings),
    failures: failedAt === undefined ? undefined : failuresOf(a, b, failedAt, settings),
  };
  return inTable(compared, ({ n, ks, equivalence, failures, ...found }) => {
    const same = `means are ${equivalence.holds ? "" : "not shown to be "}the same within ± ${short(equivalence.margin)} (${chanceText(equivalence.p)})`;
    const failed = failures
      ? `; failures ${failures.a.n} and ${failures.b.n} (${chanceText(failures.p)})`
      : "";
    const rows = [
      ["mean", found.mean],
      ["median", found.median],
      ["10 % quantile", found.p10],
      [`best of ${found.bestOfSize}`, found.bestOf],
    ] as const;
    return {
      title: `Errors of the first minus those of the second, n = ${n.a} and ${n.b}: Kolmogorov–Smirnov D = ${short(ks.d)}, ${chanceText(ks.p)}; ${same}${failed}`,
      head: ["", "difference", "95 % interval", "p"],
      rows: rows.map(([name, each]) => [name, ...(each ? differenceCells(each) : ["–", "–", "–"])]),
    };
  });
}

type Settings = Required<Omit<CompareDistributionsOptions, "failedAt">>;

function differences(a: Numbers, b: Numbers, settings: Settings): DistributionDifferences {
  const { margin, tailMargin, bestOf: size, repeats, seed } = settings;
  const { value, low, high, pLower, pHigher, standardError } = welchTest(a, b);
  const [under, over] = [-margin, margin].map(difference => welchTest(a, b, { difference }));
  const quantiles = quantileDifferences(a, b, [0.5, 0.1], {
    repeats,
    margin: [margin, tailMargin],
    random: seeded(seed),
  });
  const smaller = Math.min(a.length, b.length);
  const [median, p10] = (["median", "p10"] as const).map((name, k) =>
    smaller < leastFor(name, Math.max(a.length, b.length)) ? untested(quantiles[k]) : quantiles[k],
  );
  const enough = smaller >= 2 * size;
  const p = Math.max(under.pHigher, over.pLower);
  const dominance = (alternative: "lower" | "higher") => {
    const { d, p: chance } = ksTest(a, b, { alternative });
    return { d, p: chance };
  };
  return {
    n: { a: a.length, b: b.length },
    mean: { value, low, high, pLower, pHigher, pNotWorse: over.pLower },
    median,
    p10,
    bestOf: enough
      ? bestOfDifference(a, b, { size, repeats, margin: tailMargin, random: seeded(seed) })
      : undefined,
    bestOfSize: size,
    ks: ksTest(a, b),
    dominance: { aBelowB: dominance("lower"), bBelowA: dominance("higher") },
    equivalence: {
      margin,
      p,
      pBeyond: Math.min(1, 2 * Math.min(under.pLower, over.pHigher)),
      holds: p < 0.05,
    },
    power: {
      needed: networksNeeded(a, b, margin),
      neededAtObserved: networksNeeded(a, b, value),
      // A power of 80 % for both of two one-sided tests at 5 %: z of 0.95 and of 0.9.
      neededForSame: perSpace(a, b, margin, 1.645 + 1.282),
      detectable: FOR_80 * standardError,
    },
  };
}

/** A difference of which so few networks show nothing. */
const untested = ({ value }: Difference): Difference => ({
  value,
  low: Number.NEGATIVE_INFINITY,
  high: Number.POSITIVE_INFINITY,
  pLower: 1,
  pHigher: 1,
  pNotWorse: 1,
});

/** Normal quantiles of 97.5 and of 80 %: at so many standard errors a two-sided test at 5 % finds 80 of 100. */
const FOR_80 = 1.96 + 0.842;

/**
 * Networks per space at which a true difference of means of this size is found in 80 % of cases, at a two-sided 5 %:
 * 2 ((1.96 + 0.84) σ / difference)² with the samples' pooled σ, at least 2.
 *
 * @param difference in the errors' unit; of 0 there are never enough
 */
export const networksNeeded = (a: Numbers, b: Numbers, difference: number): number =>
  perSpace(a, b, difference, FOR_80);

function perSpace(a: Numbers, b: Numbers, difference: number, deviations: number): number {
  requireFinite("networksNeeded", "errors in the first sample", a, 2);
  requireFinite("networksNeeded", "errors in the second sample", b, 2);
  requireNumbers("networksNeeded", { difference });
  const by = scaleOf(a, b);
  if (by !== 1 && Number.isFinite(difference * by)) {
    return perSpace(scaledBy(a, by), scaledBy(b, by), difference * by, deviations);
  }
  const variance = (sampleVariance(Array.from(a)) + sampleVariance(Array.from(b))) / 2;
  if (difference === 0) return Number.POSITIVE_INFINITY;
  return Math.max(2, Math.ceil((2 * deviations ** 2 * variance) / difference ** 2));
}

function failuresOf(a: Numbers, b: Numbers, at: number, settings: Settings): Failures {
  if (!Number.isFinite(at)) {
    throw new StatisticsError(`compareDistributions: expected failedAt as a finite error, got ${at}`);
  }
  const [learntA, learntB] = [a, b].map(errors => Array.from(errors).filter(error => error < at));
  const [failedA, failedB] = [a.length - learntA.length, b.length - learntB.length];
  return {
    at,
    a: { n: failedA, share: failedA / a.length },
    b: { n: failedB, share: failedB / b.length },
    p: fisherExact(failedA, a.length, failedB, b.length),
    rest: Math.min(learntA.length, learntB.length) < 2 ? undefined : differences(learntA, learntB, settings),
  };
}
