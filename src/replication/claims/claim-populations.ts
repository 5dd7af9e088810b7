/**
 * Claims about two populations, judged as `comparePopulations` judges them: on average, in the lower tail, the same within
 * a margin, no worse.
 */
import { type OptionNames, refuseUnknown } from "../../base/expect-options.js";
import { expectFields, expectList } from "../../base/expect.js";
import {
  type Compared,
  comparedFields,
  comparePair,
  comparePairNames,
  type ComparePairOptions,
  judge,
  pairDigits,
  pairTests,
  sayDifference,
  sayMargin,
  sayP,
  sayPair,
  sayPower,
} from "../../populations/compare-pair.js";
import { sayRegime } from "../../populations/regime-differences.js";
import { say } from "../../base/say.js";
import { type ComparedDistributions, leastFor } from "../../statistics/compare-distributions.js";
import { requireFinite } from "../../statistics/statistics-error.js";
import { twoSided } from "../../statistics/difference.js";
import { type Claim, claimOpen, LEAST_MODELS, LEVEL, type Outcome } from "./claim.js";

/** What of two error distributions is compared: means, medians, tenth percentiles, or the best of a random search. */
export type ErrorStatistic = "mean" | "median" | "p10" | "bestOf";

export interface ClaimBetterOptions extends ComparePairOptions {
  /** Default `"mean"`. */
  readonly by?: ErrorStatistic;
}

/**
 * The claim that one population has lower errors than another: replicated if the two-sided test at 5 % finds it lower
 * (Welch's t for means), not replicated if it finds it higher, else not answerable with so few networks. One that is
 * lower on average but worse in the lower tail is replicated with that reservation.
 *
 * @example
 * ```ts
 * const [d, c] = [await shippedPopulation("AnyNetXD"), await shippedPopulation("AnyNetXC")];
 * const { outcome, evidence } = claimBetter("D is better than C.", d, c);
 * outcome; // => "replicated"
 * ```
 */
export function claimBetter(
  claim: string,
  better: Compared,
  worse: Compared,
  options: ClaimBetterOptions = {},
): Claim {
  const { by = "mean", ...how } = checked("claimBetter", options, { ...comparePairNames, by: true });
  if (!statistics.includes(by)) {
    throw new RangeError(`claimBetter: expected by as one of ${statistics.join(", ")}, got ${say(by)}`);
  }
  return claimPair("claimBetter", claim, better, worse, how, compared => {
    if (by !== "mean") return byStatistic(compared, by, better, worse);
    const found = judge(compared, pairTests(compared), LEVEL);
    const { verdict, numbers, failures } = sayPair(better.name, worse.name, compared, found);
    const p = twoSided(compared.mean);
    const evidence = listed(`${verdict} (means ${sayP(p)}; ${numbers})`, failures);
    if (found.better === "b") return { outcome: "not replicated", p, evidence };
    if (!found.better)
      return { outcome: "not answerable", p, evidence: `${evidence}; ${sayPower(compared)}` };
    const reservation = found.tail === "b" || found.tail === "both" ? "worse in the lower tail" : undefined;
    return { outcome: "replicated", p, evidence, reservation };
  });
}

const statistics: readonly ErrorStatistic[] = ["mean", "median", "p10", "bestOf"];

/** A statistic in words, as in `P10`. */
const sayStatistic = (by: ErrorStatistic, { bestOfSize }: ComparedDistributions): string =>
  ({ mean: "mean", median: "median", p10: "P10", bestOf: `best of ${bestOfSize}` })[by];

/** Whether there are too few networks for a test of it. */
const isUntested = (compared: ComparedDistributions, by: ErrorStatistic): boolean =>
  !Number.isFinite(compared[by]?.low);

function byStatistic(compared: ComparedDistributions, by: ErrorStatistic, a: Compared, b: Compared): Answer {
  const difference = compared[by];
  const name = sayStatistic(by, compared);
  if (!difference || isUntested(compared, by)) {
    const { bestOfSize, n } = compared;
    const least = by === "p10" || by === "median" ? leastFor(by, Math.max(n.a, n.b)) : 2 * bestOfSize;
    const evidence = `the ${name} takes ${least} networks per space; there are ${n.a} and ${n.b}`;
    return { outcome: "not answerable", evidence };
  }
  const p = twoSided(difference);
  const others = statistics.filter(other => other !== by && compared[other]);
  const said = (which: ErrorStatistic) =>
    `${sayStatistic(which, compared)} ${sayDifference(compared[which]!, pairDigits(compared))}`;
  const evidence = `${a.name} minus ${b.name}: ${said(by)} (${sayP(p)}); ${others.map(said).join(", ")}`;
  if (p >= LEVEL) return { outcome: "not answerable", p, evidence: `${evidence}; no difference supported` };
  return { outcome: difference.value < 0 ? "replicated" : "not replicated", p, evidence };
}

/**
 * The claim that two populations hardly differ: replicated if two one-sided tests at 5 % find the means within ± the
 * margin, not replicated if a two-sided one finds them further apart, else not answerable. Distributions or lower tails
 * that differ all the same are a reservation.
 *
 * @param options a number is the margin, per cent error; default 2 points: a third of what the paper calls better (C to
 *   D, 6.2), several times what it calls no change (A to C, 0.4)
 * @example
 * ```ts
 * const [b, a] = [await shippedPopulation("AnyNetXB"), await shippedPopulation("AnyNetXA")];
 * claimSame("Sharing b changes nothing.", b, a, { margin: 2 }).outcome; // => "not answerable"
 * ```
 */
export function claimSame(
  claim: string,
  a: Compared,
  b: Compared,
  options: ComparePairOptions | number = {},
): Claim {
  const how =
    typeof options === "number" ? { margin: options } : checked("claimSame", options, comparePairNames);
  return claimPair("claimSame", claim, a, b, how, compared => {
    const { equivalence, power } = compared;
    const found = judge(compared, pairTests(compared), LEVEL);
    const { verdict, numbers, failures } = sayPair(a.name, b.name, compared, found);
    const tested = `means within ±${sayMargin(equivalence.margin)}: ${sayP(equivalence.p)}; ${numbers}; KS ${sayP(compared.ks.p)}`;
    const evidence = listed(`${verdict} (${tested})`, failures);
    if (equivalence.p < LEVEL) {
      const { differ, tail } = found;
      const name = tail === "a" ? a.name : tail === "b" ? b.name : undefined;
      const doubts = [
        ...(differ ? ["their distributions differ"] : []),
        ...(name ? [`${name} is better in the lower tail`] : []),
      ];
      const reservation = doubts.length > 0 ? doubts.join(", and ") : undefined;
      return { outcome: "replicated", p: equivalence.p, evidence, reservation };
    }
    if (equivalence.pBeyond < LEVEL) return { outcome: "not replicated", p: equivalence.pBeyond, evidence };
    const needed = Number(power.neededForSame.toPrecision(2)).toLocaleString("en");
    return {
      outcome: "not answerable",
      p: Math.min(equivalence.p, equivalence.pBeyond),
      evidence: `${evidence}; if they are the same, about ${needed} networks per space show it at a power of 80 %`,
    };
  });
}

export interface ClaimNoWorseOptions extends ComparePairOptions {
  /** Default: mean, median, tenth percentile and best of a search. */
  readonly parts?: readonly ErrorStatistic[];
}

/**
 * The claim that no part of a population's error distribution is worse than another's: replicated if each part is below
 * the other's plus the margin (a one-sided test of each at 5 %), not replicated if one is higher at 5 % (two-sided,
 * adjusted for the number of parts), else not answerable.
 *
 * @example
 * ```ts
 * const [b, a] = [await shippedPopulation("AnyNetXB"), await shippedPopulation("AnyNetXA")];
 * claimNoWorse("Sharing b costs nothing.", b, a, { margin: 2 }).outcome; // => "not answerable"
 * ```
 */
export function claimNoWorse(
  claim: string,
  a: Compared,
  b: Compared,
  options: ClaimNoWorseOptions = {},
): Claim {
  const { parts = statistics, ...how } = checked("claimNoWorse", options, {
    ...comparePairNames,
    parts: true,
  });
  expectList("claimNoWorse", "parts", parts);
  const odd = parts.findIndex(part => !statistics.includes(part));
  if (odd >= 0 || parts.length === 0) {
    throw new RangeError(
      `claimNoWorse: expected parts out of ${statistics.join(", ")}, got ${odd >= 0 ? `${say(parts[odd])} at index ${odd}` : "none"}`,
    );
  }
  return claimPair("claimNoWorse", claim, a, b, how, compared => {
    const missing = parts.find(part => isUntested(compared, part));
    if (missing) return byStatistic(compared, missing, a, b);
    const found = parts.map(part => ({ part, ...compared[part]! }));
    const pNotWorse = Math.max(...found.map(part => part.pNotWorse));
    const pWorse = Math.min(1, 2 * parts.length * Math.min(...found.map(({ pHigher }) => pHigher)));
    const digits = pairDigits(compared);
    const said = found.map(part => `${sayStatistic(part.part, compared)} ${sayDifference(part, digits)}`);
    const evidence = `${a.name} minus ${b.name}: ${said.join(", ")}; worse by less than the margin in each of them: ${sayP(pNotWorse)}`;
    if (pNotWorse < LEVEL) return { outcome: "replicated", p: pNotWorse, evidence };
    const worse = found.filter(({ pHigher }) => 2 * parts.length * pHigher < LEVEL);
    const named = worse.map(({ part }) => sayStatistic(part, compared)).join(" and ");
    if (worse.length > 0) {
      return {
        outcome: "not replicated",
        p: pWorse,
        evidence: `${evidence}; worse in ${named} (${sayP(pWorse)})`,
      };
    }
    return { outcome: "not answerable", p: Math.min(pNotWorse, pWorse), evidence };
  });
}

type Answer = Omit<Claim, "claim" | "outcome"> & { readonly outcome: Outcome };

/** A claim about two populations that are large enough and of one regime. */
function claimPair(
  fn: string,
  claim: string,
  a: Compared,
  b: Compared,
  options: ComparePairOptions,
  answer: (compared: ComparedDistributions) => Answer,
): Claim {
  expectList(fn, "populations", [a, b], comparedFields);
  for (const { name, errors } of [a, b]) requireFinite(fn, `errors of ${name}`, errors, 0);
  const few = [a, b].filter(({ errors }) => errors.length < LEAST_MODELS);
  if (few.length > 0) {
    const counts = few.map(({ name, errors }) => `${name} has ${errors.length}`).join(", ");
    return claimOpen(claim, `at least ${LEAST_MODELS} trained networks a space are needed; ${counts}`);
  }
  const { regime, compared, notes } = comparePair(fn, a, b, options);
  if (!compared) {
    const told = `${a.name} and ${b.name} were trained differently: ${sayRegime(regime)}`;
    return claimOpen(claim, told);
  }
  const { evidence, ...rest } = answer(compared);
  return {
    claim,
    ...rest,
    evidence: listed(evidence, ...notes, `n = ${a.errors.length}, ${b.errors.length}`),
    kind: "trained",
  };
}

const listed = (...parts: readonly (string | undefined)[]): string =>
  parts.filter(part => part !== undefined).join("; ");

function checked<T extends object>(fn: string, options: T, known: OptionNames<T>): T {
  expectFields(fn, "options", options, {});
  refuseUnknown(fn, options, known);
  return options;
}
