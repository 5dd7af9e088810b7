/** What the lower tail does, pair by pair: a lower mean may be bought with the best networks. */
import { expectFields, expectList } from "../base/expect.js";
import { type NamedErrors, namedErrors } from "../figures/panels/edf-panel.js";
import { judge, pairDigits, pairTests, sayDifference } from "../populations/compare-pair.js";
import { say } from "../base/say.js";
import { PrintedTable } from "../base/printed-table.js";
import { compareDistributions, leastFor } from "../statistics/compare-distributions.js";

/** A pair of populations in the lower tail; differences are the first's error minus the second's. */
export interface TailRow {
  readonly pair: string;
  readonly "trained on": string;
  /** The tenth percentile, per cent error, with its interval of 95 %. */
  readonly "P10, points": string;
  /** The expected best of a random search of 32 networks. */
  readonly "best of 32, points": string;
  /** In the lower tail. */
  readonly "the first is": string;
  readonly n: string;
}

type Side = NamedErrors & { readonly images?: string | undefined };

/** Enough for a decimal of an interval; verdicts take more. */
const REPEATS = 2000;
const LEVEL = 0.05;

/**
 * The lower tails of pairs of populations, the first next to the second, as `comparePopulations` judges them: on both sides, one pair at a time, without
 * correction. Registered claims have their own tests; this shows them, and what was trained before them, side by side. A
 * pair of which one is not trained yet is left out.
 *
 * @example
 * ```ts
 * const [a, e] = [await shippedPopulation("AnyNetXA"), await shippedPopulation("AnyNetXE")];
 * lowerTails([[e, a]]).rows.length; // => 1
 * ```
 */
export function lowerTails(pairs: readonly (readonly Side[])[]): PrintedTable<TailRow> {
  expectList("lowerTails", "pairs", pairs);
  const rows = pairs.flatMap((pair): TailRow[] => {
    if (!Array.isArray(pair) || pair.length !== 2) {
      throw new RangeError(`lowerTails: expected pairs of two populations, got ${say(pair)} among them`);
    }
    const [a, b] = pair;
    for (const side of pair) expectFields("lowerTails", "a population", side, namedErrors);
    if (a.errors.length === 0 || b.errors.length === 0) return [];
    const compared = compareDistributions(a.errors, b.errors, { repeats: REPEATS });
    const { p10, bestOf, bestOfSize } = compared;
    const { tail } = judge(compared, pairTests(compared), LEVEL);
    const digits = pairDigits(compared);
    const least = leastFor("p10", Math.max(a.errors.length, b.errors.length));
    const isKnown = Number.isFinite(p10.low);
    return [
      {
        pair: `${a.name} minus ${b.name}`,
        "trained on": a.images ?? "",
        "P10, points": isKnown ? sayDifference(p10, digits) : `takes ${least} networks each`,
        "best of 32, points": bestOf
          ? sayDifference(bestOf, digits)
          : `takes ${2 * bestOfSize} networks each`,
        "the first is": isKnown || bestOf ? words[tail ?? "neither"] : "not to be told yet",
        n: `${a.errors.length}, ${b.errors.length}`,
      },
    ];
  });
  return new PrintedTable(rows, [
    "pair",
    "trained on",
    "P10, points",
    "best of 32, points",
    "the first is",
    "n",
  ]);
}

const words = {
  a: "better",
  b: "worse",
  both: "better and worse, by two measures",
  neither: "no different, as far as these show",
} as const;
