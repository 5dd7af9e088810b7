/**
 * Do two trainings of the same networks rank them alike? Between data sets, recipes or seeds: Spearman's ρ of the errors
 * of the networks that both have.
 */
import { chanceText, interval, inWords, short, sizeText } from "./shown-result.js";
import { quantileSorted } from "./scale.js";
import { checkedRandom, seeded } from "../base/random.js";
import { say } from "../base/say.js";
import { bootstrapNames, type BootstrapOptions } from "./bootstrap.js";
import { type Correlation, spearman } from "./correlation.js";
import { checkedOptions, requireCount, requireLevel, StatisticsError } from "./statistics-error.js";

/** Resamples in a row without two networks that differ: even where all but one are alike, a random source gives few. */
const MOST_TRIES = 10_000;

/** A rank correlation over the networks that two populations share. */
export interface SharedCorrelation extends Correlation {
  /** The bootstrap's interval over networks, 95 % or the level asked for. */
  readonly low: number;
  readonly high: number;
  /** Networks of one population that the other does not have, which were left out. */
  readonly unmatched: { readonly a: number; readonly b: number };
}

/**
 * Spearman's ρ between two populations of the same networks, paired by key, with the interval of the bootstrap over
 * networks (percentile method; resamples in which an error does not vary are drawn again).
 *
 * @param a errors by what names a network, such as its architecture as JSON; averages where it was trained more than once
 * @param b likewise, in any order
 * @throws StatisticsError for fewer than three networks in common
 * @example
 * ```ts
 * const a = new Map([["one", 30], ["two", 35], ["three", 50], ["four", 60]]);
 * const b = new Map([["four", 28], ["three", 20], ["two", 15], ["one", 12]]);
 * spearmanBetween(a, b).value; // => 1
 * ```
 */
export function spearmanBetween(
  a: ReadonlyMap<string, number>,
  b: ReadonlyMap<string, number>,
  options: BootstrapOptions = {},
): SharedCorrelation {
  const fn = "spearmanBetween";
  const {
    repeats = 10_000,
    random: source = seeded(0),
    level = 0.95,
  } = checkedOptions(fn, options, bootstrapNames);
  const random = checkedRandom(fn, source);
  for (const errors of [a, b]) {
    if (errors instanceof Map) continue;
    throw new StatisticsError(`${fn}: expected errors by network, a Map, got ${say(errors)}`);
  }
  requireCount(fn, "repeats", repeats, 2);
  requireLevel(fn, level);
  const shared = [...a.keys()].filter(key => b.has(key));
  if (shared.length < 3) {
    throw new StatisticsError(
      `${fn}: expected at least 3 networks in both populations, got ${shared.length} of ${a.size} and ${b.size}`,
    );
  }
  const [x, y] = [a, b].map(errors => shared.map(key => errors.get(key)!));
  const found = spearman(x, y);
  const [drawnX, drawnY] = [[...x], [...y]];
  const drawn = Float64Array.from({ length: repeats }, () => {
    let tries = 0;
    do {
      if (++tries > MOST_TRIES) {
        throw new StatisticsError(
          `${fn}: expected a random source of numbers in [0, 1) that vary, got the same network always`,
        );
      }
      for (let i = 0; i < x.length; i++) {
        const from = Math.floor(random() * x.length);
        drawnX[i] = x[from];
        drawnY[i] = y[from];
      }
    } while (constant(drawnX) || constant(drawnY));
    return spearman(drawnX, drawnY).value;
  }).sort() as unknown as number[];
  const correlation: SharedCorrelation = {
    ...found,
    low: quantileSorted(drawn, (1 - level) / 2),
    high: quantileSorted(drawn, (1 + level) / 2),
    unmatched: { a: a.size - shared.length, b: b.size - shared.length },
  };
  return inWords(
    correlation,
    ({ value, low, high, p, n, unmatched }) =>
      `Spearman's ρ of what both have = ${short(value)}, ${interval(low, high, level)}, ${chanceText(p)}; ${sizeText(n)}, ${unmatched.a} and ${unmatched.b} without a match`,
  );
}

const constant = (values: readonly number[]): boolean => values.every(value => value === values[0]);
