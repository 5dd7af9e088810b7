/** What a table knows of its whole space, as what a search's proposals are held against. */
import type { AnyArchitecture } from "../../architectures/family.js";
import { once } from "../../base/once.js";
import { isObject, say } from "../../base/say.js";
import { admission } from "../../spaces/admission.js";
import { decisions } from "../../spaces/decisions/decisions-of.js";
import type { Way } from "../../spaces/decisions/way.js";
import { randomSearch } from "../../statistics/random-search.js";
import { requireCount } from "../../statistics/statistics-error.js";
import type { SearchTable, TableEntry } from "../table/search-table.js";
import { DrawnRandom } from "./drawn-random.js";

/**
 * Every architecture of a table, as a random search would meet them; where runs draw which of several trainings tells, every training of
 * every function.
 */
export interface SpaceErrors {
  readonly name: string;
  /** What each is judged by, and what a search is told of it. */
  readonly errors: Float64Array;
  readonly told: Float64Array;
  /**
   * The probability with which random search draws each, which is what the space's own distribution weights them by: a
   * function that several ways lead to counts for all of them. They add up to 1.
   */
  readonly weights: Float64Array;
  /**
   * Where runs draw: a number for each function, the same for its trainings, of which a run is told one whenever it meets the
   * function.
   */
  readonly places?: Int32Array;
}

/**
 * The errors of all ways through a table's space, with their probabilities to be drawn.
 *
 * @throws RangeError for what is no table, for one without an entry, and for one whose runs see others than it says (`drawnFrom`)
 * @example
 * ```ts
 * import { spaceErrors, table } from "netspace/search";
 *
 * const { errors, weights } = spaceErrors((await table("SmallAssignments")).search());
 * errors.length; // => 280
 * weights.reduce((sum, weight) => sum + weight, 0).toFixed(6); // => "1.000000"
 * ```
 */
export function spaceErrors<A extends AnyArchitecture>(table: SearchTable<A>): SpaceErrors {
  const fn = "spaceErrors";
  if (!isObject(table) || typeof table.look !== "function" || !isObject(table.space)) {
    throw new RangeError(
      `${fn}: expected a table to search on, got ${say(table)}; searchTable(), or search() of a table(), gives one`,
    );
  }
  if (table.forRun && !table.drawnFrom) {
    throw new RangeError(
      `${fn}: expected a table that says what its runs draw from, drawnFrom(way), got one with forRun alone; look at the table of a run, forRun(seed)`,
    );
  }
  const { space, where } = table;
  const admitted = admission(fn, space, where, undefined);
  const rows = new Map<number, { weight: number; readonly entries: readonly TableEntry[] }>();
  for (const way of decisions(space).ways()) {
    if (!admitted.everything && !admitted.admits(way.architecture)) continue;
    const weight = probabilityOf(way);
    if (!(weight > 0)) continue;
    const { place, entries } = table.drawnFrom?.(way) ?? { place: rows.size, entries: [table.look(way)] };
    const row = rows.get(place);
    // What a failed training has is no error.
    const finished = entries.filter(isFinished);
    if (row) row.weight += weight;
    else if (finished.length > 0) rows.set(place, { weight, entries: finished });
  }
  const sum = [...rows.values()].reduce((all, { weight }) => all + weight, 0);
  if (!(sum > 0))
    throw new RangeError(
      `${fn}: no architecture of ${space.name} has an error that can be drawn; train some of it, or look at another table`,
    );
  const all = [...rows].flatMap(([place, { weight, entries }]) =>
    entries.map(entry => ({ ...entry, place, weight: weight / sum / entries.length })),
  );
  return {
    name: space.name,
    errors: Float64Array.from(all, ({ judged }) => judged),
    told: Float64Array.from(all, ({ error }) => error),
    weights: Float64Array.from(all, ({ weight }) => weight),
    ...(table.drawnFrom && { places: Int32Array.from(all, ({ place }) => place) }),
  };
}

const isFinished = ({ error, judged }: TableEntry): boolean =>
  Number.isFinite(error) && Number.isFinite(judged);

/** Of its options one after the other, as they are drawn. */
const probabilityOf = <A>({ questions, code }: Way<A>): number =>
  questions.reduce((product, { values, probabilities }, i) => {
    if (!probabilities) return product / values.length;
    const all = probabilities.reduce((a, b) => a + b, 0);
    return product * (probabilities[code[i]] / all);
  }, 1);

/** Where in a space an error lies. */
export interface SpaceQuantile {
  /** The share of what random search draws that is at most that bad: the quantile that the error is. */
  readonly share: number;
  /** Random draws until one is at most that bad, on average: 1 / share. ∞ for an error below all. */
  readonly draws: number;
}

/**
 * Which quantile of the space an error is.
 *
 * @throws RangeError for what is no error
 * @example
 * ```ts
 * import { spaceErrors, spaceQuantile, table } from "netspace/search";
 *
 * const assignments = (await table("SmallAssignments")).search();
 * const { share, draws } = spaceQuantile(assignments.best + 1, spaceErrors(assignments));
 * share; // ≈ 0.0357
 * draws; // ≈ 28
 * ```
 */
export function spaceQuantile(error: number, space: SpaceErrors): SpaceQuantile {
  const fn = "spaceQuantile";
  if (typeof error !== "number" || Number.isNaN(error)) {
    throw new RangeError(`${fn}: expected an error, got ${say(error)}`);
  }
  requireSpace(fn, space);
  const { errors, weights } = space;
  let share = 0;
  for (let i = 0; i < errors.length; i++) if (errors[i] <= error) share += weights[i];
  share = Math.min(1, share);
  return { share, draws: 1 / share };
}

/**
 * What a random search of so many draws from the table finds on average: of the one with the least error that it was told,
 * what that is judged by. With replacement, as random search draws, and not by simulation: from the distribution, and where runs draw which
 * training tells, on average over independent draws of those, to twelve digits (`drawn-random.ts` says how).
 *
 * @param draws one or several numbers of draws
 * @example
 * ```ts
 * import { expectedRandom, spaceErrors, table } from "netspace/search";
 *
 * const space = spaceErrors((await table("SmallAssignments")).search());
 * expectedRandom([1, 10, 100], space).map(error => error.toFixed(1)); // => ["18.7", "16.4", "15.9"]
 * ```
 */
export function expectedRandom(draws: readonly number[], space: SpaceErrors): number[] {
  const fn = "expectedRandom";
  requireSpace(fn, space);
  for (const count of draws) requireCount(fn, "draws", count);
  const expected = expecting(space);
  return draws.map(count => expected(count));
}

type Expecting = (draws: number, decimals?: number) => number;

const expectations = new WeakMap<SpaceErrors, Expecting>();

/** As a function of the draws, which remembers what it was asked. */
function expecting(space: SpaceErrors): Expecting {
  const known = expectations.get(space);
  if (known) return known;
  const found = new Map<string, number>();
  const make = once(() => expectation(space));
  const asked: Expecting = (draws, decimals) => {
    const key = `${draws} ${decimals}`;
    const value = found.get(key) ?? make()(draws, decimals);
    found.set(key, value);
    return value;
  };
  expectations.set(space, asked);
  return asked;
}

function expectation({ errors, told, weights, places }: SpaceErrors): Expecting {
  if (!places) return (count: number) => randomSearch(errors, { sizes: [count], by: told, weights })[0].mean;
  const functions = new Map<number, number[]>();
  for (const [i, place] of places.entries()) {
    const own = functions.get(place);
    if (own) own.push(i);
    else functions.set(place, [i]);
  }
  const drawn = new DrawnRandom(
    [...functions.values()].map(all => ({
      weight: all.reduce((sum, i) => sum + weights[i], 0),
      told: all.map(i => told[i]),
      judged: all.map(i => errors[i]),
    })),
  );
  return (count, decimals) => drawn.expected(count, decimals);
}

/** Numbers of draws that are looked at one by one, and from which on in steps of a fifth, to so many decimals. */
const ONE_BY_ONE = 32;
const DECIMALS = 7;
const MOST_DRAWS = 1e6;

/**
 * How many random draws find on average what was found: what a strategy is worth in evaluations of random search. ∞ where
 * a million do not. The fewest: what is chosen by one error and judged by another need not become better with more draws, so
 * that their numbers are walked, beyond 32 by steps of a fifth, between which it is taken to.
 *
 * @param found what it was judged by, such as the mean over runs
 * @example
 * ```ts
 * import { evolution, randomDrawsFor, simulate, spaceErrors, table } from "netspace/search";
 *
 * const assignments = (await table("SmallAssignments")).search();
 * const runs = simulate(evolution({ population: 10, sample: 3 }), assignments, { evaluations: 40, repeats: 20 });
 * const found = runs.reduce((sum, { judged }) => sum + judged[39] / runs.length, 0);
 * // What 40 evaluations of evolution are worth in evaluations of random search.
 * randomDrawsFor(found, spaceErrors(assignments)); // => 62
 * ```
 */
export function randomDrawsFor(found: number, space: SpaceErrors): number {
  const fn = "randomDrawsFor";
  if (typeof found !== "number" || Number.isNaN(found)) {
    throw new RangeError(`${fn}: expected an error, got ${say(found)}`);
  }
  requireSpace(fn, space);
  const expected = expecting(space);
  // What is looked for may be one of these expectations itself.
  const isNear = (draws: number) => expected(draws, DECIMALS) <= found + 1e-4 * Math.abs(found);
  const reached = (draws: number) => isNear(draws) && expected(draws) <= found;
  if (!space.errors.some(error => error <= found)) return Number.POSITIVE_INFINITY;
  let [low, high] = [0, 1];
  while (!reached(high)) {
    if (high >= MOST_DRAWS) return Number.POSITIVE_INFINITY;
    [low, high] = [high, high < ONE_BY_ONE ? high + 1 : Math.min(MOST_DRAWS, Math.ceil(1.2 * high))];
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (reached(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** @throws RangeError unless it is what `spaceErrors` gives */
export function requireSpace(fn: string, space: SpaceErrors): void {
  const isSpace =
    isObject(space) &&
    [space.errors, space.told, space.weights].every(
      list => list?.length > 0 && list.length === space.errors.length,
    );
  if (!isSpace) throw new RangeError(`${fn}: expected what spaceErrors(table) gives, got ${say(space)}`);
}
