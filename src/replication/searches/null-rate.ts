/** How often a registered test of searches passes where there is nothing to find, for samples like these. */
import { type Random, seeded } from "../../base/random.js";
import { binomialTest } from "../../statistics/binomial.js";
import { rankTest } from "../../statistics/rank-intervals.js";
import { MOST_EXACT } from "../../statistics/rank-sum.js";
import type { Numbers } from "../../statistics/statistics-error.js";
import type { RegisteredDataset } from "../registration/registered-datasets.js";
import type { SearchPair, SearchPoints, SearchSamples, SearchSeries, SearchShare } from "./search-data.js";
import { marginOn, searchTest, sizesOf, type TestedClaim, trendTest } from "./search-test.js";

/** A rate, and how it is known. */
export interface NullRate {
  /** In [0, 1]. */
  readonly rate: number;
  readonly how: string;
}

/**
 * How often the test passes at a level, before correction, at the edge of its null hypothesis:
 *
 * - means: both samples drawn again from their own values, moved so that the means differ by the margin exactly;
 * - ranks of two samples: where p is exact, no more often than the level; else labels dealt out anew;
 * - correlations against 0, and trends: one side dealt out anew; against another number: pairs of two normal variables of that
 *   rank correlation;
 * - shares: exactly.
 *
 * Seeded: the same samples have the same rate.
 */
export function nullRate(
  claim: TestedClaim,
  samples: SearchSamples,
  dataset: RegisteredDataset,
  level: number,
): NullRate {
  const { test } = claim;
  if (test.kind === "share") return shareRate(samples as SearchShare, test.than, test.side, level);
  if (isCountedOut(claim, samples)) return { rate: level, how: "at most, since its p is exact" };
  const { deals, draw, how } = nothing(claim, samples, dataset, seeded(0));
  let passed = 0;
  for (let deal = 0; deal < deals; deal++) if (draw() < level) passed++;
  return { rate: passed / deals, how: `${deals.toLocaleString("en-GB")} ${how}` };
}

/** One p for the claim per draw. */
interface Nothing {
  readonly deals: number;
  readonly draw: () => number;
  readonly how: string;
}

function nothing(
  claim: TestedClaim,
  samples: SearchSamples,
  dataset: RegisteredDataset,
  random: Random,
): Nothing {
  const { test } = claim;
  const size = sizesOf(samples).reduce((sum, n) => sum + n, 0);
  if (test.kind === "correlation") return uncorrelated(test, samples as SearchPoints, random);
  if (test.kind === "trend") {
    const { parameter, values } = samples as SearchSeries;
    const draw = () => {
      const { pRising, pFalling } = trendTest(parameter, dealt(values, random));
      return test.direction === "rises" ? pRising : pFalling;
    };
    return { deals: dealsFor(size), draw, how: "deals of the values" };
  }
  const { a, b } = samples as SearchPair;
  const margin = "margin" in test ? marginOn(test.margin, dataset) : 0;
  // Where a claim and its null hypothesis meet.
  const edge = test.kind === "lower" ? -margin : margin;
  const pFor = (pair: SearchPair) => searchTest(claim, pair, dataset).pFor;
  if (test.kind === "lower" && test.by === "rank-sum") {
    const pooled = [...Array.from(a, value => value - edge), ...Array.from(b)];
    const draw = () => {
      const all = dealt(pooled, random);
      return pFor({ a: all.slice(0, a.length).map(value => value + edge), b: all.slice(a.length) });
    };
    return { deals: dealsFor(size), draw, how: "deals of the labels" };
  }
  const draw = () => pFor({ a: again(a, edge, random), b: again(b, 0, random) });
  return { deals: dealsFor(size), draw, how: "samples drawn again around means at the edge of the claim" };
}

/** Pairs for which the rank-sum test counts its p out. */
const isCountedOut = ({ test }: TestedClaim, samples: SearchSamples): boolean =>
  test.kind === "lower" &&
  test.by === "rank-sum" &&
  sizesOf(samples).reduce((product, n) => product * n, 1) <= MOST_EXACT;

/** As many as take a tenth of a second or so: of 1,000 a rate of 5 % is known to 1.4 points either way, of 200 to 3. */
const dealsFor = (size: number): number => Math.max(200, Math.min(1000, Math.floor(1e5 / size)));

/** A sample drawn again from its values, with replacement, around another mean. */
function again(values: Numbers, mean: number, random: Random): number[] {
  const own = Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
  return Array.from(values, () => values[Math.floor(random() * values.length)] - own + mean);
}

/** Shuffled (Fisher and Yates). */
function dealt(values: Numbers, random: Random): number[] {
  const all = Array.from(values);
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [all[i], all[j]] = [all[j], all[i]];
  }
  return all;
}

function uncorrelated(
  {
    coefficient,
    side,
    than,
  }: { coefficient: "spearman" | "kendall"; side: "greater" | "less"; than: number },
  { x, y }: SearchPoints,
  random: Random,
): Nothing {
  const draw = () => {
    const [one, other] =
      than === 0 ? [x, dealt(y, random)] : normalPairs(x.length, coefficient, than, random);
    const { pLower, pHigher } = rankTest(one, other, coefficient, than);
    return side === "greater" ? pHigher : pLower;
  };
  const how = than === 0 ? "deals of the pairs" : "draws of normal pairs of that correlation";
  return { deals: dealsFor(5 * x.length), draw, how };
}

/** Pairs of normal variables of a rank correlation: Pearson's r is 2 sin(πρ/6), or sin(πτ/2). */
function normalPairs(n: number, coefficient: "spearman" | "kendall", value: number, random: Random) {
  const r =
    coefficient === "spearman" ? 2 * Math.sin((Math.PI * value) / 6) : Math.sin((Math.PI * value) / 2);
  const rest = Math.sqrt(1 - r * r);
  const x = Float64Array.from({ length: n }, () => normal(random));
  return [x, x.map(each => r * each + rest * normal(random))] as const;
}

/** Of the normal distribution (Box and Muller). */
const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** The probability of a count that the test takes for the claim, where the share is the one that it is compared with. */
function shareRate({ of }: SearchShare, than: number, side: "greater" | "less", level: number): NullRate {
  const pFor = (hits: number) => {
    const { pLower, pHigher } = binomialTest(hits, of, than);
    return side === "greater" ? pHigher : pLower;
  };
  // Counts that pass are at one end: the farthest that just passes has the probability of all of them as its p.
  const passing = Array.from({ length: of + 1 }, (_, hits) => pFor(hits)).filter(p => p < level);
  return { rate: passing.reduce((most, p) => Math.max(most, p), 0), how: "exactly" };
}
