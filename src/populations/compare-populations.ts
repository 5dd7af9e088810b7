/**
 * Design spaces compared by their error distributions: which differences do the data support? (NDS,
 * section 3.2; paper, section 3.1.)
 */
import { refuseUnknown } from "../base/expect-options.js";
import { expectFields, expectList, expectText } from "../base/expect.js";
import { escapeHtml } from "../base/escape-html.js";
import { say } from "../base/say.js";
import { type Shown, shownAs } from "../notebook/shown-as.js";
import type { ComparedDistributions } from "../statistics/compare-distributions.js";
import { edf } from "../statistics/edf.js";
import { holm } from "../statistics/holm.js";
import {
  type Compared,
  comparedFields,
  comparePair,
  comparePairNames,
  type ComparePairOptions,
  judge,
  pairTests,
  type PairTests,
  sayP,
  sayPair,
  sayPower,
} from "./compare-pair.js";
import { type RegimeDifference, sayRegime } from "./regime-differences.js";
import { TableError } from "../tables/table-error.js";

/** A population in the paper's numbers. */
export interface ComparedSummary {
  readonly name: string;
  readonly n: number;
  /** Least and mean error, per cent. */
  readonly min: number;
  readonly mean: number;
}

/** Two populations, compared. */
export interface PopulationPair {
  readonly a: string;
  readonly b: string;
  /**
   * What differs in how they were trained, if that is more than the question: then nothing else is said of the pair,
   * numbers are NaN, and it is not counted among the pairs that are tested.
   */
  readonly regime: readonly RegimeDifference[];
  /** The Kolmogorov–Smirnov statistic and its probability if both were drawn from one distribution. */
  readonly d: number;
  readonly p: number;
  /** p times what Holm's method asks for as many pairs as were tested, at most 1. */
  readonly adjusted: number;
  /** The mean error of `a` minus that of `b`, per cent, with Welch's interval of 95 %. */
  readonly difference: { readonly value: number; readonly low: number; readonly high: number };
  /** Everything that was compared, `a` minus `b`. */
  readonly compared: ComparedDistributions | undefined;
  /** Two-sided p values of the means, of their equivalence, of the distributions and of the lower tails, adjusted. */
  readonly tests: PairTests | undefined;
  /** Whether the data support that the distributions differ: the adjusted p is below `level`. */
  readonly differ: boolean;
  /** Which has the lower mean error: the adjusted p of the means is below `level`. */
  readonly better: string | undefined;
  /** Whether the means are the same within the margin. */
  readonly same: boolean;
  /** Which is lower in the lower tail: name, or "both" if its two measures contradict each other. */
  readonly tail: string | undefined;
  /** In words: who is better on average and in the lower tail, or what is not supported. */
  readonly verdict: string;
  /** The numbers behind it in words, of the one that is named first minus the other. */
  readonly numbers: string;
  /** Each one's share of failures in words, and the means without them; none where there are no failures. */
  readonly failures: string | undefined;
  /** What the reader must know of the data: that one's regime is not known, that units seem to be mixed. */
  readonly notes: readonly string[];
}

export interface Comparison {
  readonly populations: readonly ComparedSummary[];
  readonly pairs: readonly PopulationPair[];
  /** Probability of naming any better one, and of finding any distributions to differ, where there is no difference. */
  readonly level: number;
}

export interface ComparePopulationsOptions extends ComparePairOptions {
  /** Default 0.05. */
  readonly level?: number;
}

/**
 * Compares every pair: on average (Welch's t), whether they are the same within the margin (two one-sided tests), whether
 * their distributions differ (Kolmogorov and Smirnov), and in the lower tail. Several pairs at once find differences by
 * chance, so the p values of each of these are adjusted by Holm's step-down method, which holds whatever the tests have in
 * common.
 *
 * Populations with specs of different regimes are not compared, unless `differ` names the fields as the question. Of one
 * with a spec and one without is said that the regime of the other is not known.
 *
 * @param options a number is the level
 * @throws TableError for fewer than two populations, names that are not distinct, or a population of fewer than two
 * networks or with an error that is no number, by its name
 * @example
 * ```ts
 * const [a, e] = [await shippedPopulation("AnyNetXA"), await shippedPopulation("AnyNetXE")];
 * const { pairs: [pair] } = comparePopulations([a, e]);
 * pair.verdict; // => "AnyNetXE is better than AnyNetXA on average, worse in the lower tail"
 * pair.difference.value; // ≈ 6.103906249999994
 * ```
 */
export function comparePopulations(
  populations: readonly Compared[],
  options: ComparePopulationsOptions | number = {},
): Comparison {
  const fn = "comparePopulations";
  expectList(fn, "populations", populations, comparedFields);
  if (typeof options !== "number") {
    expectFields(fn, "options", options, { level: "number?", margin: "number?" });
    refuseUnknown(fn, options, { ...comparePairNames, level: true });
  }
  const { level = 0.05, ...how } = typeof options === "number" ? { level: options } : options;
  if (!(typeof level === "number" && level > 0 && level < 1))
    throw new TableError(`${fn}: expected a level in (0, 1), got ${say(level)}`);
  const names = new Set(populations.map(({ name }) => name));
  if (populations.length < 2 || names.size < populations.length) {
    const got = populations.map(({ name }) => name).join(", ");
    throw new TableError(`${fn}: expected two or more populations of distinct names, got ${got}`);
  }
  for (const { name, errors } of populations) requireErrors(name, errors);
  const compared = populations.flatMap((a, i) =>
    populations.slice(i + 1).map(b => ({ a: a.name, b: b.name, ...comparePair(fn, a, b, how) })),
  );
  const tested = compared.flatMap(pair => (pair.compared ? [pairTests(pair.compared)] : []));
  const adjusted = adjustedTests(tested);
  let next = 0;
  const pairs = compared.map(({ a, b, regime, notes, compared: found }): PopulationPair => {
    if (!found) return withheld(a, b, regime);
    const tests = adjusted[next++];
    const { better, same, differ, tail } = judge(found, tests, level);
    const named = { a, b, both: "both" };
    const { value, low, high } = found.mean;
    return {
      a,
      b,
      regime,
      d: found.ks.d,
      p: found.ks.p,
      adjusted: tests.ks,
      difference: { value, low, high },
      compared: found,
      tests,
      differ,
      better: better && named[better],
      same,
      tail: tail && named[tail],
      ...sayPair(a, b, found, { better, same, differ, tail }),
      notes,
    };
  });
  const summaries = populations.map(({ name, errors }) => {
    const { n, min, mean } = edf(errors);
    return { name, n, min, mean };
  });
  return shownAs({ populations: summaries, pairs, level }, comparisonInWords);
}

/** Each pair in words, a line each. */
function comparisonInWords({ pairs }: Comparison): Shown {
  const lines = pairs.map(describePair);
  return {
    text: lines.join("\n"),
    html: `<ul>${lines.map(line => `<li>${escapeHtml(line)}</li>`).join("")}</ul>`,
  };
}

/** Each kind of test adjusted for as many pairs as there are. */
function adjustedTests(tested: readonly PairTests[]): PairTests[] {
  const [mean, same, ks, tail] = (["mean", "same", "ks", "tail"] as const).map(kind =>
    holm(tested.map(tests => tests[kind])),
  );
  return tested.map((_, i) => ({ mean: mean[i], same: same[i], ks: ks[i], tail: tail[i] }));
}

function withheld(a: string, b: string, regime: readonly RegimeDifference[]): PopulationPair {
  const none = Number.NaN;
  return {
    a,
    b,
    regime,
    d: none,
    p: none,
    adjusted: none,
    difference: { value: none, low: none, high: none },
    compared: undefined,
    tests: undefined,
    differ: false,
    better: undefined,
    same: false,
    tail: undefined,
    verdict: `${a} and ${b}: not compared, since they were trained differently: ${sayRegime(regime)}`,
    numbers: "",
    failures: undefined,
    notes: [],
  };
}

function requireErrors(name: string, errors: readonly number[]): void {
  const odd = errors.findIndex(error => !Number.isFinite(error));
  const got =
    odd >= 0
      ? `${say(errors[odd])} for network ${odd + 1} of ${errors.length}; leave out with complete("error") those that have none`
      : `${errors.length === 1 ? "one network" : "no networks"}; train more, or leave it out`;
  if (odd < 0 && errors.length > 1) return;
  throw new TableError(
    `comparePopulations: expected two or more networks with an error each in ${name}, got ${got}`,
  );
}

/** @throws RangeError for what `comparePopulations` does not give, as far as can be seen */
function requireCompared(compared: ComparedDistributions, tests: PairTests): void {
  const fn = "describePair";
  const what = "the pair's comparison";
  expectFields(fn, what, compared, { mean: "object", equivalence: "object", power: "object" });
  expectFields(fn, `the mean of ${what}`, compared.mean, { value: "number", low: "number", high: "number" });
  expectFields(fn, `the equivalence of ${what}`, compared.equivalence, { margin: "number" });
  const power = { detectable: "number", needed: "number", neededAtObserved: "number" } as const;
  expectFields(fn, `the power of ${what}`, compared.power, power);
  expectFields(fn, "the pair's tests", tests, { mean: "number", same: "number", ks: "number" });
}

/**
 * A pair in words: what the data support of it, and the numbers behind.
 *
 * @example
 * ```ts
 * const [a, e] = [await shippedPopulation("AnyNetXA"), await shippedPopulation("AnyNetXE")];
 * describePair(comparePopulations([a, e]).pairs[0]); // => "AnyNetXE is better than AnyNetXA on average, worse in the lower tail (means p = 0.003; AnyNetXE minus AnyNetXA: mean −6.1 [−10.1, −2.1], P10 +0.2 [−1.9, +2.5], best of 32 +2.2 [+0.7, +3.7]); failures (85 % and more): AnyNetXE 2 %, AnyNetXA 9 % (p = 0.030), without them mean −2.8 [−6.0, +0.3]"
 * ```
 */
export function describePair(pair: PopulationPair): string {
  expectFields("describePair", "a pair of comparePopulations()", pair, {
    a: "text",
    b: "text",
    verdict: "text",
    compared: "object?",
    tests: "object?",
    numbers: "text?",
    failures: "text?",
    notes: "list?",
  });
  const { compared, tests, better, same, differ, verdict, numbers, failures } = pair;
  const notes = (pair as Partial<PopulationPair>).notes ?? []; // One made by hand may have none.
  if (!compared || !tests) return verdict;
  requireCompared(compared, tests);
  for (const note of notes) expectText("describePair", "a note of the pair", note);
  const p = better
    ? `means ${sayP(tests.mean)}`
    : same
      ? `the same: ${sayP(tests.same)}`
      : differ
        ? `KS ${sayP(tests.ks)}`
        : `means ${sayP(tests.mean)}, KS ${sayP(tests.ks)}`;
  const power = better || same ? [] : [sayPower(compared)];
  return [`${verdict} (${p}; ${numbers})`, ...(failures ? [failures] : []), ...power, ...notes].join("; ");
}
