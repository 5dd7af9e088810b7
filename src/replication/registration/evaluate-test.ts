/** A registered test on one set of images: two one-sided p values, for the claim and against it, and the words. */
import { quantileSorted } from "simple-statistics";
import { fixed } from "../../base/fixed.js";
import { seeded } from "../../base/random.js";
import { bestOfDifference } from "../../statistics/best-of.js";
import { bestValue } from "../../statistics/best-value.js";
import { leastFor } from "../../statistics/compare-distributions.js";
import type { Difference } from "../../statistics/difference.js";
import { kruskal, trend } from "../../statistics/grouped.js";
import { ksTest } from "../../statistics/kolmogorov-smirnov.js";
import { quantileDifferences } from "../../statistics/quantile-difference.js";
import { welchTest } from "../../statistics/welch.js";
import { LEAST_MODELS } from "../claims/claim.js";
import type { RegisteredNetworks } from "./registered-networks.js";
import type { RegisteredClaim, RegisteredTest, Selection } from "./registration.js";
import { searchDifference } from "./search-difference.js";
import { seedSpread } from "./seed-spread.js";

/** What a test shows. */
export interface TestResult {
  /** Small if the data support the claim. */
  readonly pFor: number;
  /** Small if they speak against it. */
  readonly pAgainst: number;
  readonly evidence: string;
  /** Networks of each side, of the population or of each group. */
  readonly n: readonly number[];
}

/** What tests have in common, on one set of images. */
export interface TestSetting {
  /** Per cent. */
  readonly margins: Readonly<Record<"mean" | "tail", number>>;
  /** Networks of a random search. */
  readonly bestOf: number;
  readonly repeats: number;
  /** Errors of at least this are failures. */
  readonly failedAt: number;
  /** The networks of a registered population. */
  readonly networks: (name: string) => RegisteredNetworks;
}

type Test<K extends RegisteredTest["kind"]> = Extract<RegisteredTest, { readonly kind: K }>;
type Statistic = Test<"lower">["statistic"];

/** Decides nothing: what p counts as is said by all claims together. @returns why there is no result, if there is none */
export function evaluateTest(
  { test, paper }: Pick<RegisteredClaim, "test" | "paper">,
  setting: TestSetting,
): TestResult | { readonly problem: string } {
  switch (test.kind) {
    case "lower":
      return compared(test, setting, (a, b) => lower(test, paper, a, b, setting));
    case "no-worse":
      return compared(test, setting, (a, b) => noWorse(test, a, b, setting));
    case "same":
      return compared(test, setting, (a, b) => same(test, a, b, setting));
    case "search":
      return compared(test, setting, (a, b) => search(test, a, b));
    case "trend":
      return trending(test, setting);
    case "interior":
      return interior(test, setting);
    case "spread":
      return spread(test, setting);
  }
}

/** A selection's errors. */
interface Side {
  readonly name: string;
  readonly errors: readonly number[];
}

function sideOf(selection: Selection, { networks }: TestSetting): Side {
  if (typeof selection === "string") return { name: selection, errors: networks(selection).errors };
  if (!("population" in selection)) {
    return { name: selection.join(" and "), errors: selection.flatMap(name => networks(name).errors) };
  }
  const { population, parameter } = selection;
  const within = "inside" in selection;
  const [low, high] = within ? selection.inside : selection.outside;
  const of = networks(population);
  const values = of.parameter(parameter);
  return {
    name: `${population} with ${parameter} ${within ? "of" : "not of"} ${low} to ${high}`,
    errors: of.errors.filter((_, i) => (values[i] >= low && values[i] <= high) === within),
  };
}

function tooFew(sides: readonly Side[], least = LEAST_MODELS): { readonly problem: string } | undefined {
  const few = sides.find(({ errors }) => errors.length < least);
  return (
    few && { problem: `${few.name} has ${few.errors.length} networks, of which the test needs ${least}` }
  );
}

type Outcome = Omit<TestResult, "n">;

function compared(
  { a, b }: { readonly a: Selection; readonly b: Selection },
  setting: TestSetting,
  judge: (a: Side, b: Side) => Outcome | { readonly problem: string },
): TestResult | { readonly problem: string } {
  const sides = [sideOf(a, setting), sideOf(b, setting)];
  const few = tooFew(sides);
  if (few) return few;
  const judged = judge(sides[0], sides[1]);
  if ("problem" in judged) return judged;
  const n = sides.map(({ errors }) => errors.length);
  return { ...judged, evidence: `${judged.evidence}; ${aside(sides, setting)}`, n };
}

/** What is reported as well: failures, and the distance of the distributions in both directions. */
function aside([a, b]: readonly Side[], { failedAt }: TestSetting): string {
  const failed = ({ errors }: Side) => errors.filter(error => error >= failedAt).length / errors.length;
  const distance = (alternative: "lower" | "higher") => {
    const { d, p } = ksTest(a.errors, b.errors, { alternative });
    return `${d.toFixed(2)} (p ${chance(p)})`;
  };
  const shares = [a, b].map(side => (100 * failed(side)).toFixed(1)).join(" and ");
  return `one-sided KS D ${distance("lower")} and ${distance("higher")}, failures ${shares} %`;
}

const names: Readonly<Record<Statistic, string>> = {
  mean: "mean error",
  median: "median error",
  p10: "P10",
  bestOf: "best of",
};

function difference(
  statistic: Statistic,
  a: Side,
  b: Side,
  { bestOf: size, repeats }: TestSetting,
  margin: number,
): (Difference & { readonly said: string }) | { readonly problem: string } {
  const found = (): Difference | { readonly problem: string } => {
    if (statistic === "mean") {
      const { value, low, high, pLower, pHigher } = welchTest(a.errors, b.errors);
      const pNotWorse = welchTest(a.errors, b.errors, { difference: margin }).pLower;
      return { value, low, high, pLower, pHigher, pNotWorse };
    }
    // Each test draws from its own beginning, so that none depends on which others there are.
    if (statistic !== "bestOf") {
      const probability = statistic === "p10" ? 0.1 : 0.5;
      const settings = { repeats, margin, random: seeded(0) };
      return (
        tooFew([a, b], leastFor(statistic, Math.max(a.errors.length, b.errors.length))) ??
        quantileDifferences(a.errors, b.errors, [probability], settings)[0]
      );
    }
    return (
      tooFew([a, b], 2 * size) ??
      bestOfDifference(a.errors, b.errors, { size, repeats, margin, random: seeded(0) })
    );
  };
  const result = found();
  if ("problem" in result) return result;
  const name = statistic === "bestOf" ? `best of ${size}` : names[statistic];
  return { ...result, said: `${name} ${a.name} minus ${b.name} ${points(result)}` };
}

function lower(
  { statistic, margin: named }: Test<"lower">,
  paper: number | undefined,
  a: Side,
  b: Side,
  setting: TestSetting,
): Outcome | { readonly problem: string } {
  const margin = setting.margins[named];
  const found = difference(statistic, a, b, setting, margin);
  if ("problem" in found) return found;
  // What the paper calls better by more than the margin is not there if the difference is shown to be less than that.
  const isLarge = statistic === "mean" && paper !== undefined && -paper > margin;
  const pAgainst = isLarge ? welchTest(a.errors, b.errors, { difference: -margin }).pHigher : found.pHigher;
  const printed = paper === undefined ? "" : `; the paper has ${signed(paper)}`;
  return { pFor: found.pLower, pAgainst, evidence: `${found.said}${printed}` };
}

function noWorse(
  { statistics, margin: named }: Test<"no-worse">,
  a: Side,
  b: Side,
  setting: TestSetting,
): Outcome | { readonly problem: string } {
  const margin = setting.margins[named];
  const found = statistics.map(statistic => difference(statistic, a, b, setting, margin));
  const results = found.flatMap(each => ("problem" in each ? [] : [each]));
  const problem = found.find(each => "problem" in each);
  if (problem && "problem" in problem) return problem;
  return {
    pFor: results.reduce((most, { pNotWorse }) => Math.max(most, pNotWorse), 0),
    pAgainst: Math.min(
      1,
      results.length * results.reduce((least, { pHigher }) => Math.min(least, pHigher), 1),
    ),
    evidence: `${results.map(({ said }) => said).join("; ")}; "no worse" means by less than ${margin}`,
  };
}

function same({ margin: named }: Test<"same">, a: Side, b: Side, setting: TestSetting): Outcome {
  const margin = setting.margins[named];
  const { value, low, high } = welchTest(a.errors, b.errors);
  const [under, over] = [-margin, margin].map(by => welchTest(a.errors, b.errors, { difference: by }));
  return {
    pFor: Math.max(under.pHigher, over.pLower),
    pAgainst: Math.min(1, 2 * Math.min(under.pLower, over.pHigher)),
    evidence: `mean error ${a.name} minus ${b.name} ${points({ value, low, high })}; "same" means within ±${margin}`,
  };
}

function search({ sizeA, sizeB }: Test<"search">, a: Side, b: Side): Outcome | { readonly problem: string } {
  const few = tooFew([a], 2 * sizeA) ?? tooFew([b], 2 * sizeB);
  if (few) return few;
  const found = searchDifference(a.errors, sizeA, b.errors, sizeB);
  return {
    pFor: found.pLower,
    pAgainst: found.pHigher,
    evidence: `best of ${sizeA} of ${a.name} minus best of ${sizeB} of ${b.name} ${points(found)}`,
  };
}

/** Groups of one value each say nothing of a difference between groups. */
const MOST_GROUPS = 12;

function trending({ population, parameter, direction }: Test<"trend">, setting: TestSetting) {
  const { errors, values } = withParameter(population, parameter, setting);
  const few = tooFew([{ name: population, errors }]);
  if (few) return few;
  const distinct = [...new Set(values)].sort((x, y) => x - y);
  if (distinct.length < 2) return { problem: `${parameter} does not vary in ${population}` };
  const groups = distinct.map(value => errors.filter((_, i) => values[i] === value));
  const { tau, pRising, pFalling } = trend(groups);
  const [pFor, pAgainst] = direction === "rises" ? [pRising, pFalling] : [pFalling, pRising];
  const means = groups.map((group, k) => `${shown(distinct[k])}: ${mean(group).toFixed(1)}`);
  const groupwise =
    groups.length <= MOST_GROUPS
      ? `; mean errors ${means.join(", ")} %, Kruskal and Wallis's p ${chance(kruskal(groups).p)}`
      : "";
  const evidence = `Kendall's τ of error and ${parameter} ${signed(tau, 2)}${groupwise}; ${band(values, errors)}`;
  return { pFor, pAgainst, evidence, n: [errors.length] };
}

function interior({ population, parameter, inside }: Test<"interior">, setting: TestSetting) {
  const { errors, values } = withParameter(population, parameter, setting);
  const few = tooFew([{ name: population, errors }]);
  if (few) return few;
  const sorted = values.toSorted((x, y) => x - y);
  const [from, to] =
    "values" in inside ? inside.values : inside.quantiles.map(p => quantileSorted(sorted, p));
  const group = (name: string, belongs: (value: number) => boolean): Side => ({
    name: `${population} with ${parameter} ${name}`,
    errors: errors.filter((_, i) => belongs(values[i])),
  });
  const range = `${shown(from)} to ${shown(to)}`;
  const within = group(`of ${range}`, value => value >= from && value <= to);
  const below = group(`below ${shown(from)}`, value => value < from);
  const above = group(`above ${shown(to)}`, value => value > to);
  const sides = [within, below, above];
  const small = tooFew(sides);
  if (small) return small;
  const [fromBelow, fromAbove] = [below, above].map(side => welchTest(within.errors, side.errors));
  const said = (found: typeof fromBelow, side: string) => `minus those ${side} ${points(found)}`;
  return {
    pFor: Math.max(fromBelow.pLower, fromAbove.pLower),
    pAgainst: Math.min(1, 2 * Math.min(fromBelow.pHigher, fromAbove.pHigher)),
    evidence: `mean error of networks with ${parameter} of ${range} ${said(fromBelow, "below")}, ${said(fromAbove, "above")}; ${band(values, errors)}`,
    n: sides.map(side => side.errors.length),
  };
}

function spread({ population, times }: Test<"spread">, setting: TestSetting) {
  const { errors, values: network } = withParameter(population, "network", setting);
  const trainings = [...new Set(network)].map(one => errors.filter((_, i) => network[i] === one));
  const found = seedSpread(trainings, times, { repeats: setting.repeats });
  const ratio = `${found.low.toFixed(1)} to ${found.high.toFixed(1)}`;
  return {
    pFor: found.pWider,
    pAgainst: found.pNarrower,
    evidence: `networks differ by σ = ${found.networks.toFixed(1)}, trainings of one network by ${found.seeds.toFixed(1)} points; 95 % interval of the ratio ${ratio}; ${trainings.length} networks with ${trainings[0].length} trainings each`,
    n: [errors.length],
  };
}

function withParameter(population: string, parameter: string, { networks }: TestSetting) {
  const of = networks(population);
  return { errors: of.errors, values: of.parameter(parameter) };
}

/** The paper's band of the best value, reported as well. */
function band(values: readonly number[], errors: readonly number[]): string {
  const { median, low, high } = bestValue(values, errors);
  return `best value ${shown(median)}, 95 % band ${shown(low)} to ${shown(high)}`;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const shown = (value: number): string => String(Number(value.toPrecision(3)));
/** A number with its sign. */
export const signed = (value: number, digits = 1): string => {
  const text = fixed(Math.abs(value), digits);
  return `${value < 0 && Number(text) !== 0 ? "−" : "+"}${text}`;
};
const points = ({ value, low, high }: Pick<Difference, "value" | "low" | "high">): string =>
  `${signed(value)} points (95 % interval ${signed(low)} to ${signed(high)})`;
/** A p in words that follow "p". */
export const chance = (p: number): string => (p < 0.001 ? "< 0.001" : `= ${p.toFixed(3)}`);
