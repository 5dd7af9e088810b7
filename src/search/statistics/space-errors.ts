/** What a table knows of its whole space, as what a search's proposals are held against. */
import type { AnyArchitecture } from "../../architectures/family.js";
import { isObject, say } from "../../base/say.js";
import { admission } from "../../spaces/admission.js";
import { decisions } from "../../spaces/decisions/decisions-of.js";
import type { Way } from "../../spaces/decisions/way.js";
import { randomSearch } from "../../statistics/random-search.js";
import type { SearchTable } from "../table/search-table.js";

/** Every architecture of a table, as a random search would meet them. */
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
}

/**
 * The errors of all ways through a table's space, with their probabilities to be drawn.
 *
 * @throws RangeError for what is no table, and for one without an entry
 */
export function spaceErrors<A extends AnyArchitecture>(table: SearchTable<A>): SpaceErrors {
  const fn = "spaceErrors";
  if (!isObject(table) || typeof table.look !== "function" || !isObject(table.space)) {
    throw new RangeError(
      `${fn}: expected a table to search on, got ${say(table)}; searchTable(), or search() of a table(), gives one`,
    );
  }
  const { space, where } = table;
  const admitted = admission(fn, space, where, undefined);
  const [errors, told, weights]: number[][] = [[], [], []];
  for (const way of decisions(space).ways()) {
    if (!admitted.everything && !admitted.admits(way.architecture)) continue;
    const { error, judged } = table.look(way);
    // What a failed training has is no error.
    if (!Number.isFinite(judged) || !Number.isFinite(error)) continue;
    errors.push(judged);
    told.push(error);
    weights.push(probabilityOf(way));
  }
  const sum = weights.reduce((a, b) => a + b, 0);
  if (!(sum > 0))
    throw new RangeError(`${fn}: no architecture of ${space.name} has an error that can be drawn`);
  const kept = weights.flatMap((weight, i) => (weight > 0 ? [i] : []));
  return {
    name: space.name,
    errors: Float64Array.from(kept, i => errors[i]),
    told: Float64Array.from(kept, i => told[i]),
    weights: Float64Array.from(kept, i => weights[i] / sum),
  };
}

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
 * what that is judged by. Exactly, from the distribution, with replacement, as random search draws.
 *
 * @param draws one or several numbers of draws
 */
export function expectedRandom(draws: readonly number[], space: SpaceErrors): number[] {
  requireSpace("expectedRandom", space);
  const { errors, told, weights } = space;
  return randomSearch(errors, { sizes: draws, by: told, weights }).map(({ mean }) => mean);
}

/**
 * How many random draws find on average what was found: what a strategy is worth in evaluations of random search. ∞ where
 * a million do not.
 *
 * @param found what it was judged by, such as the mean over runs
 */
export function randomDrawsFor(found: number, space: SpaceErrors): number {
  const fn = "randomDrawsFor";
  if (typeof found !== "number" || Number.isNaN(found)) {
    throw new RangeError(`${fn}: expected an error, got ${say(found)}`);
  }
  const reached = (draws: number) => expectedRandom([draws], space)[0] <= found;
  let [low, high] = [0, 1];
  while (!reached(high)) {
    if (high > 1e6) return Number.POSITIVE_INFINITY;
    [low, high] = [high, 2 * high];
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
