/**
 * How often claims pass where there is nothing: the labels of the networks are permuted, so that spaces, or values of a
 * parameter, differ by chance only, and every test is made again.
 */
import type { Random } from "../../base/random.js";
import { compareDistributions } from "../../statistics/compare-distributions.js";
import { expectedBest } from "../../statistics/best-of.js";
import { judge, pairTests } from "../../populations/compare-pair.js";
import { evaluateTest, type TestSetting } from "../registration/evaluate-test.js";
import type { RegisteredNetworks } from "../registration/registered-networks.js";
import type { RegisteredClaim, Selection } from "../registration/registration.js";
import { populationsOf } from "../registration/registration-schema.js";

/** Shares of deals in which something was found. */
export type NullRates = Readonly<Record<string, number>>;

/** Shuffles in place (Fisher and Yates). */
function deal<T>(values: T[], random: Random): T[] {
  for (let i = values.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [values[i], values[j]] = [values[j], values[i]];
  }
  return values;
}

export interface NullStudyOptions {
  /** Deals. */
  readonly repeats: number;
  /** Resamples and permutations of each test. */
  readonly resamples: number;
  readonly random: Random;
  /** Default 0.05. */
  readonly level?: number;
}

/**
 * What the rule of `comparePopulations` finds between two populations whose labels are permuted. Where "the same" is
 * asked, one of them is moved by the margin: there it must not be found.
 */
export function nullComparison(
  a: readonly number[],
  b: readonly number[],
  { repeats, resamples, random, level = 0.05 }: NullStudyOptions,
): NullRates {
  const pooled = [...a, ...b];
  const found = {
    better: 0,
    worse: 0,
    differ: 0,
    "tail differs": 0,
    "tail worse than average": 0,
    same: 0,
    "not worse": 0,
  };
  for (let repeat = 0; repeat < repeats; repeat++) {
    deal(pooled, random);
    const [own, other] = [pooled.slice(0, a.length), pooled.slice(a.length)];
    const compared = compareDistributions(own, other, { repeats: resamples, seed: repeat });
    const tests = pairTests(compared);
    const { better, differ, tail } = judge(compared, tests, level);
    if (better === "a") found.better++;
    if (better === "b") found.worse++;
    if (differ) found.differ++;
    if (tests.tail < level) found["tail differs"]++;
    if (better && tail !== undefined && tail !== better) found["tail worse than average"]++;
    const { margin } = compared.equivalence;
    const moved = compareDistributions(
      own.map(error => error + margin),
      other,
      { repeats: resamples, seed: repeat },
    );
    if (moved.equivalence.p < level) found.same++;
    const parts = [moved.mean, moved.median, moved.p10, ...(moved.bestOf ? [moved.bestOf] : [])];
    if (parts.every(part => part.pNotWorse < level)) found["not worse"]++;
  }
  return Object.fromEntries(Object.entries(found).map(([name, count]) => [name, count / repeats]));
}

/** How often a registered claim passes on one set of images, and on both, before correction. */
export interface NullClaim {
  readonly passes: number;
  /** On both of two sets of images dealt independently, as a verdict asks. */
  readonly both: number;
}

/**
 * Evaluates a registered claim on its populations with the errors permuted. Claims that ask about a margin are put at
 * the margin, searches of two sizes where both are as good, and networks trained several times where they differ by as
 * much as is asked beyond their trainings: at the edge of their null hypotheses.
 *
 * @returns why it cannot be evaluated, if it cannot
 */
export function nullClaim(
  claim: Pick<RegisteredClaim, "test" | "paper">,
  setting: TestSetting,
  { repeats, resamples, random, level = 0.05 }: NullStudyOptions,
): NullClaim | { readonly problem: string } {
  const { test } = claim;
  const names = populationsOf(test);
  const originals = new Map(names.map(name => [name, setting.networks(name)]));
  const pooled = [...originals.values()].flatMap(({ errors }) => [...errors]);
  const moved = "a" in test ? movedBy(test, setting, pooled) : 0;
  const isMoved = "a" in test ? membersOf(test.a, originals) : () => false;
  let [passes, both, before] = [0, 0, false];
  for (let repeat = 0; repeat < repeats; repeat++) {
    if (test.kind !== "spread") deal(pooled, random);
    let next = 0;
    const dealt = new Map(
      [...originals].map(([name, original]): [string, RegisteredNetworks] => {
        const errors =
          test.kind === "spread"
            ? trainingsOf(original.parameter("network"), pooled, test.times, random)
            : original.errors.map((_, i) => pooled[next++] + (isMoved(name, i) ? moved : 0));
        return [name, { errors, parameter: column => original.parameter(column) }];
      }),
    );
    const result = evaluateTest(claim, {
      ...setting,
      repeats: resamples,
      networks: name => dealt.get(name)!,
    });
    if ("problem" in result) return result;
    const passed = result.pFor < level;
    if (passed) passes++;
    if (passed && before && repeat % 2 === 1) both++;
    before = passed;
  }
  return { passes: passes / repeats, both: both / Math.floor(repeats / 2) };
}

/**
 * Errors of networks that differ by `times` what trainings of one of them do: both parts are deviations drawn from the
 * pool, as skewed and as heavy-tailed as that is.
 */
function trainingsOf(
  network: readonly number[],
  pooled: readonly number[],
  times: number,
  random: Random,
): number[] {
  const mean = pooled.reduce((sum, error) => sum + error, 0) / pooled.length;
  const drawn = () => pooled[Math.floor(random() * pooled.length)] - mean;
  const own = new Map([...new Set(network)].map(each => [each, times * drawn()]));
  return network.map(each => mean + own.get(each)! + drawn());
}

type PairTest = Extract<RegisteredClaim["test"], { readonly a: Selection }>;

/** What puts the first side at the edge of the null hypothesis, per cent error. */
function movedBy(test: PairTest, { margins }: TestSetting, pooled: readonly number[]): number {
  if (test.kind === "same" || test.kind === "no-worse") return margins[test.margin];
  if (test.kind !== "search") return 0;
  return expectedBest(pooled, test.sizeB) - expectedBest(pooled, test.sizeA);
}

/** Which networks of a population belong to a selection. */
function membersOf(selection: Selection, originals: ReadonlyMap<string, RegisteredNetworks>) {
  if (typeof selection === "string") return (name: string) => name === selection;
  if (!("population" in selection)) return (name: string) => selection.includes(name);
  const { population, parameter } = selection;
  const values = originals.get(population)!.parameter(parameter);
  const within = "inside" in selection;
  const [low, high] = within ? selection.inside : selection.outside;
  return (name: string, i: number) =>
    name === population && (values[i] >= low && values[i] <= high) === within;
}
