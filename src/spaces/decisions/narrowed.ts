/** From search back to design: a narrower space, of what the best of some architectures chose. */
import type { Architecture } from "../../architectures/anynet/architecture.js";
import type { AnyArchitecture } from "../../architectures/family.js";
import { type AnyStoredArchitecture, reviveArchitecture } from "../../architectures/stored.js";
import { expectList, expectName } from "../../base/expect.js";
import { expectOptions } from "../../base/expect-options.js";
import { isObject, say } from "../../base/say.js";
import type { Space } from "../space.js";
import { type Choose, type Options, valuesOf } from "./choose.js";
import { DecisionSpace } from "./decision-space.js";
import { decisions } from "./decisions-of.js";
import { isOrdered } from "./ordered.js";
import { keyOf } from "./walker.js";
import type { Way } from "./way.js";

/** An architecture of the space, and how good it was found to be. */
export interface NarrowingOutcome<A extends AnyArchitecture = Architecture> {
  /** As it is, or as populations store it. */
  readonly architecture: A | AnyStoredArchitecture;
  /** The less, the better. NaN of what failed: it is left out. */
  readonly error: number;
}

export interface NarrowedOptions {
  /** Which share of the outcomes are the best, in (0, 1]. Default 0.1. */
  readonly best?: number;
  /** Of numbers that rise, those from one quantile of the best's to another are kept. Default 0.1 and 0.9. */
  readonly between?: readonly [number, number];
  /**
   * Of other options, those are left out that the best chose less often than this share of how often a draw would have. Default 0.5; 0
   * keeps all.
   */
  readonly rarer?: number;
  /** Default: the space's, narrowed. */
  readonly name?: string;
}

/** The best that are needed: of fewer any quantile is one network's. */
const LEAST_BEST = 5;

/**
 * The part of a space that the best of some architectures come from, choice by choice: of numbers that rise the range between two
 * quantiles of the best's, of other options those that the best did not avoid. Each choice is narrowed by itself; where what
 * was chosen before leaves none of them, the nearest number stays, or all other options. All else stays as in the space: probabilities in proportion, conditions,
 * fixed parts.
 *
 * The best of noisy errors are so by luck, too: judge the narrower space by networks drawn anew, and by trainings that did not
 * choose.
 *
 * @param outcomes of a search, a sweep or a table; those that are there twice count twice. Fixed parts, such as the stem, may differ from
 *   the space's
 * @throws RangeError where fewer than five are the best, or an architecture is none of the space's
 * @example
 * ```ts
 * const outcomes = sample(NasBenchMacro, { n: 100, seed: 1 }).map(({ architecture }) => ({
 *   architecture,
 *   error: architecture.layers.filter(layer => layer === "id").length,
 * }));
 * narrowed(NasBenchMacro, outcomes).size; // => 256n
 * ```
 */
export function narrowed<A extends AnyArchitecture = Architecture>(
  space: Space<A>,
  outcomes: readonly NarrowingOutcome<A>[],
  options: NarrowedOptions = {},
): DecisionSpace<A> {
  const fn = "narrowed";
  if (!isObject(space) || typeof space.decide !== "function") {
    throw new RangeError(
      `${fn}: expected a space with a program of choices, such as AnyNetXA, got ${say(space)}; new DecisionSpace(name, program) makes one`,
    );
  }
  const known = decisions(space);
  expectOptions(fn, options, { best: "number?", between: "object?", rarer: "number?", name: "text?" });
  const { best = 0.1, between = [0.1, 0.9], rarer = 0.5, name = `${space.name}, narrowed` } = options;
  expectName(fn, "a name for the space", name);
  checkShares(best, between, rarer);
  // What is fixed, stem or classes, may differ: a population was trained with some of its own.
  const wayOf = (given: A | AnyStoredArchitecture) => {
    try {
      const architecture = isStored(given) ? (reviveArchitecture(given) as A) : given;
      const isAkin = architecture.family?.name === space.family?.name;
      const choices = isAkin ? space.choicesOf?.(architecture) : undefined;
      return choices ? known.decode(choices) : known.encode(architecture);
    } catch (cause) {
      throw new RangeError(
        `${fn}: expected outcomes of ${space.name}, got one that is none: ${(cause as Error).message}`,
        { cause },
      );
    }
  };
  const ways = bestOf(fn, outcomes, best).map(wayOf);
  const keeps = whatToKeep(ways, between, rarer);
  const remembered = new Map<string, WeakMap<object, Options<unknown>>>();
  const kept = <T>(asked: string, offered: Options<T>): Options<T> => {
    const lists = remembered.get(asked) ?? new WeakMap<object, Options<unknown>>();
    remembered.set(asked, lists);
    // What is no list of options is named by whoever runs the program.
    if (!isObject(offered)) return offered;
    const there = lists.get(offered) as Options<T> | undefined;
    if (there) return there;
    const rest = filtered(offered, keeps.get(asked));
    lists.set(offered, rest);
    return rest;
  };
  return made(space, name, kept);
}

/** Whether it names its family, or its block, instead of having it. */
const isStored = (
  architecture: AnyArchitecture | AnyStoredArchitecture,
): architecture is AnyStoredArchitecture =>
  typeof architecture.family === "string" ||
  ("block" in architecture && typeof architecture.block === "string");

interface Keeps {
  readonly has: (value: unknown, index: number) => boolean;
  /** Of numbers: how far one is from those that are kept. */
  readonly away?: (value: number) => number;
}
type Kept = <T>(asked: string, offered: Options<T>) => Options<T>;

function made<A extends AnyArchitecture>(space: Space<A>, name: string, kept: Kept): DecisionSpace<A> {
  const { family } = space;
  // A space of one's own that cannot say which parts there are puts them into each architecture, which the new one does, too.
  const remakes = space.with && (!(space instanceof DecisionSpace) || space.knowsParts);
  return new DecisionSpace<A>(name, choose => space.decide!(narrower(choose, kept)), {
    ...(family && { family }),
    ...(space.accepts && { accepts: candidate => space.accepts!(candidate) }),
    ...(space.choicesOf && { choicesOf: architecture => space.choicesOf!(architecture) }),
    ...(remakes && { remake: parts => made(space.with!(parts), name, kept) }),
  });
}

/** Asks for less. */
function narrower(choose: Choose, kept: Kept): Choose {
  const ask = (<const T>(name: string, offered: Options<T>): T =>
    choose(name, kept(name, offered))) as Choose;
  return Object.assign(ask, {
    free: <const T>(name: string, offered: Options<T>): T => choose.free(name, kept(name, offered)),
    chain: <T = number>(
      names: readonly string[],
      offered: (previous: T | undefined, place: number) => Options<T>,
    ): T[] => choose.chain<T>(names, (previous, place) => kept(names[place], offered(previous, place))),
  });
}

function filtered<T>(offered: Options<T>, keep: Keeps | undefined): Options<T> {
  if (!keep) return offered;
  const values = valuesOf(offered);
  const places = values.flatMap((value, i) => (keep.has(value, i) ? [i] : []));
  if (places.length === 0 && keep.away && values.length > 0) places.push(nearest(values, keep.away));
  if (places.length === 0 || places.length === values.length) return offered;
  const rest = places.map(i => values[i]);
  if (!("probabilities" in offered)) return rest;
  const shares = places.map(i => offered.probabilities[i]);
  const sum = shares.reduce((a, b) => a + b, 0);
  // Where all that is left was never drawn, nothing tells one from another.
  return { values: rest, probabilities: shares.map(p => (sum > 0 ? p / sum : 1 / shares.length)) };
}

/** The place of the number that is least away. */
function nearest(values: readonly unknown[], away: (value: number) => number): number {
  const distances = values.map(value => away(value as number));
  return distances.indexOf(Math.min(...distances));
}

/** What the best say of each choice that they were asked for. */
function whatToKeep<A>(
  ways: readonly Way<A>[],
  [low, high]: readonly [number, number],
  rarer: number,
): ReadonlyMap<string, Keeps> {
  const numbers = new Map<string, number[]>();
  const others = new Map<string, Map<unknown, { chosen: number; expected: number }>>();
  for (const { questions, code } of ways) {
    for (const [place, { name, values, probabilities }] of questions.entries()) {
      if (isOrdered(values)) {
        numbers.set(name, [...(numbers.get(name) ?? []), values[code[place]]]);
        continue;
      }
      const counts = others.get(name) ?? new Map<unknown, { chosen: number; expected: number }>();
      others.set(name, counts);
      for (const [i, value] of values.entries()) {
        const count = counts.get(keyOf(value, i)) ?? { chosen: 0, expected: 0 };
        counts.set(keyOf(value, i), count);
        count.expected += probabilities ? probabilities[i] : 1 / values.length;
        if (i === code[place]) count.chosen++;
      }
    }
  }
  const keeps = new Map<string, Keeps>();
  for (const [name, chosen] of numbers) {
    const sorted = chosen.toSorted((a, b) => a - b);
    // Quantiles that are values of the best's: the least of which at least that share is no greater, and its mirror image.
    const [from, to] = [sorted[Math.floor(low * sorted.length)], sorted[Math.ceil(high * sorted.length) - 1]];
    const away = (value: number) => Math.max(from - value, value - to, 0);
    keeps.set(name, { has: value => typeof value !== "number" || away(value) === 0, away });
  }
  for (const [name, counts] of others) {
    if (keeps.has(name)) continue;
    keeps.set(name, {
      has: (value, i) => {
        const count = counts.get(keyOf(value, i));
        return count === undefined || count.chosen >= rarer * count.expected;
      },
    });
  }
  return keeps;
}

function bestOf<A extends AnyArchitecture>(
  fn: string,
  outcomes: readonly NarrowingOutcome<A>[],
  share: number,
): (A | AnyStoredArchitecture)[] {
  expectList(fn, "outcomes, each { architecture, error }", outcomes);
  for (const outcome of outcomes) {
    if (isObject(outcome) && isObject(outcome.architecture) && typeof outcome.error === "number") continue;
    throw new RangeError(`${fn}: expected outcomes, each { architecture, error }, got ${say(outcome)}`);
  }
  const sound = outcomes.filter(({ error }) => !Number.isNaN(error)).toSorted((a, b) => a.error - b.error);
  // Rounding must not make 31 of 30.000000000000004.
  const count = Math.ceil(Number((share * sound.length).toPrecision(12)));
  if (count < LEAST_BEST) {
    throw new RangeError(
      `${fn}: expected at least ${LEAST_BEST} of the best, got ${count} of ${sound.length} outcomes with an error; give more of them, or a greater share as options.best`,
    );
  }
  return sound.slice(0, count).map(({ architecture }) => architecture);
}

function checkShares(best: number, between: readonly [number, number], rarer: number): void {
  const fail = (what: string, got: unknown) => new RangeError(`narrowed: ${what}, got ${say(got)}`);
  if (!(best > 0 && best <= 1)) throw fail("options.best must be a share of the outcomes, in (0, 1]", best);
  const isPair = Array.isArray(between) && between.length === 2 && between.every(q => typeof q === "number");
  if (!(isPair && between[0] >= 0 && between[0] < between[1] && between[1] <= 1)) {
    throw fail("options.between must be two shares that rise, such as [0.1, 0.9]", between);
  }
  if (!(rarer >= 0 && rarer <= 1)) throw fail("options.rarer must be in [0, 1]", rarer);
}
