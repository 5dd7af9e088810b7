/**
 * The source of randomness: a seeded generator that is passed in wherever something is drawn, so that any
 * population can be drawn again, on any machine.
 */
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { say } from "./say.js";

/** Uniform numbers in [0, 1), in steps of 2⁻³². */
export type Random = () => number;

/** The greatest seed. */
export const MOST_SEED = 2 ** 32 - 1;

/** Draws thrown away first: the generator's state starts out as little more than the seed itself. */
const WARM_UP = 64;

/**
 * The generator xoroshiro128+ started from a seed: the same seed gives the same numbers everywhere.
 *
 * @param seed an integer in [−2³¹, 2³²)
 */
export function seeded(seed: number): Random {
  if (!Number.isInteger(seed) || seed < -(2 ** 31) || seed > MOST_SEED) {
    throw new RangeError(`seeded: expected an integer seed of 32 bits, got ${say(seed)}`);
  }
  const generator = xoroshiro128plus(seed | 0);
  for (let i = 0; i < WARM_UP; i++) generator.next();
  const random = () => (generator.next() >>> 0) / 2 ** 32;
  ours.add(random);
  return random;
}

/**
 * A generator for each of a row of things, from one seed: what one draws does not depend on how much another drew, so
 * that any of them can be drawn again by itself.
 *
 * @param place which of them, from 0
 */
export function seededAt(seed: number, place: number): Random {
  return seeded(bitsAt(seed, place));
}

/** 32 bits for each of a row of things, from one seed: where the generator of each begins, or all that is drawn for it. */
export function bitsAt(seed: number, place: number): number {
  // The finaliser of MurmurHash3, twice: neighbouring places begin far from each other.
  return mixed((mixed(seed >>> 0) + place) >>> 0);
}

function mixed(bits: number): number {
  let x = bits;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Generators of `seeded`, which need no looking after. */
const ours = new WeakSet<Random>();

/** @throws RangeError for what is no source of randomness */
export function requireRandom(caller: string, random: unknown): asserts random is Random {
  if (typeof random === "function") return;
  throw new RangeError(`${caller}: expected a source of randomness such as seeded(1), got ${say(random)}`);
}

/**
 * A source of randomness of the caller's, held to its bounds: a number outside would draw what is not there.
 *
 * @throws RangeError for what is none, and once it gives a number that is not in [0, 1)
 */
export function checkedRandom(caller: string, random: unknown, what = "random"): Random {
  requireRandom(caller, random);
  if (ours.has(random)) return random;
  return () => {
    const u: unknown = random();
    if (typeof u === "number" && u >= 0 && u < 1) return u;
    throw new RangeError(`${caller}: ${what} must give numbers in [0, 1), got ${say(u)}`);
  };
}
