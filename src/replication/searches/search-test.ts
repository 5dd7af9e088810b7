/** A registered test of searches on one set of images: two one-sided p values, for the claim and against it, and the words. */
import { binomialTest } from "../../statistics/binomial.js";
import { kendall } from "../../statistics/correlation.js";
import { rankIntervals, rankTest } from "../../statistics/rank-intervals.js";
import { rankSumTest } from "../../statistics/rank-sum.js";
import type { Numbers } from "../../statistics/statistics-error.js";
import { superiorityInterval } from "../../statistics/superiority-interval.js";
import { welchTest } from "../../statistics/welch.js";
import { signed, type TestResult } from "../registration/evaluate-test.js";
import type { RegisteredDataset } from "../registration/registered-datasets.js";
import type { SearchClaim, SearchTest } from "./search-claims.js";
import type { SearchPair, SearchPoints, SearchSamples, SearchSeries, SearchShare } from "./search-data.js";

type Test<K extends SearchTest["kind"]> = Extract<SearchTest, { readonly kind: K }>;
type Outcome = Omit<TestResult, "n">;

/** A claim as far as its test goes. */
export type TestedClaim = Pick<SearchClaim, "test" | "unit">;

/** Values of each sample, of the pairs, or of all that were counted. */
export function sizesOf(samples: SearchSamples): readonly number[] {
  if ("of" in samples) return [samples.of];
  if ("a" in samples) return [samples.a.length, samples.b.length];
  return ["x" in samples ? samples.x.length : samples.values.length];
}

/** Decides nothing: what p counts as is said after correction. */
export function searchTest(
  claim: TestedClaim,
  samples: SearchSamples,
  dataset: RegisteredDataset,
): TestResult {
  return { ...tested(claim, samples, dataset), n: sizesOf(samples) };
}

function tested(
  { test, unit = "points" }: TestedClaim,
  samples: SearchSamples,
  on: RegisteredDataset,
): Outcome {
  switch (test.kind) {
    case "lower":
      return lower(test, samples as SearchPair, marginOn(test.margin, on), unit);
    case "no-worse":
      return noWorse(test, samples as SearchPair, marginOn(test.margin, on), unit);
    case "same":
      return same(test, samples as SearchPair, marginOn(test.margin, on), unit);
    case "correlation":
      return correlation(test, samples as SearchPoints);
    case "trend":
      return trend(test, samples as SearchSeries);
    case "share":
      return share(test, samples as SearchShare);
  }
}

/** A margin on one set of images; none is 0. */
export const marginOn = (margin: Test<"lower">["margin"], dataset: RegisteredDataset): number =>
  typeof margin === "object" ? margin[dataset] : (margin ?? 0);

function lower(test: Test<"lower">, { a, b }: SearchPair, margin: number, unit: string): Outcome {
  const more = margin > 0 ? `; "lower" means by more than ${margin}` : "";
  const means = difference(test, { a, b }, unit);
  if (test.by === "welch") {
    const { pLower, pHigher } = welchTest(a, b, { difference: -margin });
    return { pFor: pLower, pAgainst: pHigher, evidence: `${means}${more}` };
  }
  const moved = margin === 0 ? a : Array.from(a, value => value + margin);
  const { pLower, pHigher, superiority } = rankSumTest(moved, b);
  const [from, to] = superiorityInterval(1 - superiority, [a.length, b.length]);
  const pairs = `${test.a} is lower in ${percent(1 - superiority)} of pairs (${percent(from)} to ${percent(to)}, ties half)`;
  return { pFor: pLower, pAgainst: pHigher, evidence: `${means}, ${pairs}${more}` };
}

function noWorse(test: Test<"no-worse">, { a, b }: SearchPair, margin: number, unit: string): Outcome {
  return {
    pFor: welchTest(a, b, { difference: margin }).pLower,
    pAgainst: welchTest(a, b).pHigher,
    evidence: `${difference(test, { a, b }, unit)}; "no worse" means by less than ${margin}`,
  };
}

function same(test: Test<"same">, { a, b }: SearchPair, margin: number, unit: string): Outcome {
  const [under, over] = [-margin, margin].map(by => welchTest(a, b, { difference: by }));
  return {
    pFor: Math.max(under.pHigher, over.pLower),
    pAgainst: Math.min(1, 2 * Math.min(under.pLower, over.pHigher)),
    evidence: `${difference(test, { a, b }, unit)}; "same" means within ±${margin}`,
  };
}

function difference(
  { of, a, b }: Pick<Test<"lower">, "of" | "a" | "b">,
  data: SearchPair,
  unit: string,
): string {
  const { value, low, high } = welchTest(data.a, data.b);
  const digits = Math.max(Math.abs(low), Math.abs(high)) < 0.1 ? 4 : 2;
  const [said, from, to] = [value, low, high].map(number => signed(number, digits));
  return `${of}: mean of ${a} minus that of ${b} ${said} ${unit} (95 % interval ${from} to ${to})`;
}

function correlation(test: Test<"correlation">, { x, y }: SearchPoints): Outcome {
  const { value, low, high, pLower, pHigher } = rankTest(x, y, test.coefficient, test.than);
  const [pFor, pAgainst] = test.side === "greater" ? [pHigher, pLower] : [pLower, pHigher];
  const evidence = `${letters[test.coefficient]} of ${test.x} and ${test.y} ${interval(value, low, high)}, claimed ${test.side} than ${signed(test.than, 2)}`;
  return { pFor, pAgainst, evidence };
}

function trend(test: Test<"trend">, { parameter, values }: SearchSeries): Outcome {
  const { pRising, pFalling } = trendTest(parameter, values);
  const { value, low, high } = rankIntervals(parameter, values).kendall;
  const [pFor, pAgainst] = test.direction === "rises" ? [pRising, pFalling] : [pFalling, pRising];
  const evidence = `Kendall's τ of ${test.values} and ${test.parameter} ${interval(value, low, high)}`;
  return { pFor, pAgainst, evidence };
}

/** Kendall's test on one side: exact without ties for few values, else by the normal distribution. */
export function trendTest(parameter: Numbers, values: Numbers) {
  const { z, p } = kendall(parameter, values);
  const [pRising, pFalling] = z > 0 ? [p / 2, 1 - p / 2] : [1 - p / 2, p / 2];
  return { pRising, pFalling };
}

function share({ of: what, side, than }: Test<"share">, { hits, of }: SearchShare): Outcome {
  const { value, low, high, pLower, pHigher } = binomialTest(hits, of, than);
  const [pFor, pAgainst] = side === "greater" ? [pHigher, pLower] : [pLower, pHigher];
  const evidence = `${what}: ${hits} of ${of}, ${percent(value)} (95 % interval ${percent(low)} to ${percent(high)}), claimed ${side} than ${percent(than)}`;
  return { pFor, pAgainst, evidence };
}

const letters = { spearman: "Spearman's ρ", kendall: "Kendall's τ" } as const;
const interval = (value: number, low: number, high: number): string =>
  `${signed(value, 2)} (95 % interval ${signed(low, 2)} to ${signed(high, 2)})`;
const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;
