/**
 * The source of randomness: a seeded generator that is passed in wherever something is drawn, so that any
 * population can be drawn again, on any machine.
 */
import { xoroshiro128plus, xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import { Given } from "./given.js";
import { once } from "./once.js";
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
    throw new RangeError(
      `seeded: expected an integer seed of 32 bits, got ${say(seed)}; for example seeded(1)`,
    );
  }
  let generator = xoroshiro128plusFromState(warmState(seed | 0));
  return Ours.mark(
    () => (generator.next() >>> 0) / 2 ** 32,
    next => {
      if (next) generator = xoroshiro128plusFromState(next);
      return generator.getState();
    },
  );
}

/** Gives the state of a generator, its two words of 64 bits, each as the upper and the lower half, signed; and sets it, if given one. */
export type RandomState = (next?: readonly number[]) => readonly number[];

/** The state of a generator of `seeded`, for loops that draw millions by themselves; undefined for any other. */
export const stateOf = (random: Random): RandomState | undefined => Ours.stateOf(random);

/**
 * The state after the draws that are thrown away. A step of xoroshiro is linear over bits, so the state is that of seed 0 with
 * what each byte of the seed changes in it: a table look-up a byte, where a search starts a generator for every proposal.
 */
function warmState(seed: number): number[] {
  const { start, changes } = warm();
  const state = [start[0], start[1], start[2], start[3]];
  for (let byte = 0; byte < 4; byte++) {
    const at = 4 * (256 * byte + ((seed >>> (8 * byte)) & 255));
    state[0] ^= changes[at];
    state[1] ^= changes[at + 1];
    state[2] ^= changes[at + 2];
    state[3] ^= changes[at + 3];
  }
  return state;
}

const warm = once(() => {
  const stateFrom = (seed: number): readonly number[] => {
    const generator = xoroshiro128plus(seed);
    for (let i = 0; i < WARM_UP; i++) generator.next();
    return generator.getState();
  };
  const start = stateFrom(0);
  const changes = new Int32Array(4 * 256 * 4);
  for (let byte = 0; byte < 4; byte++) {
    for (let value = 1; value < 256; value++) {
      const state = stateFrom(value << (8 * byte));
      for (let word = 0; word < 4; word++)
        changes[4 * (256 * byte + value) + word] = state[word] ^ start[word];
    }
  }
  return { start, changes };
});

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

/** A draw from N(0, 1), by Box and Muller: takes two numbers of the source. */
export const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Marks generators of `seeded`, which need no looking after: a private field, as in `made-by.ts`, for the same reason. */
class Ours extends Given {
  readonly #state: RandomState;

  constructor(random: Random, state: RandomState) {
    super(random);
    this.#state = state;
  }

  static mark(random: Random, state: RandomState): Random {
    return new Ours(random, state) as unknown as Random;
  }

  static stateOf(random: Random): RandomState | undefined {
    return #state in random ? random.#state : undefined;
  }

  static is(random: Random): boolean {
    return #state in random;
  }
}

/** Who asks, for errors; a function where the name is made of parts and asked for millions of times. */
type Caller = string | (() => string);

const saidBy = (caller: Caller): string => (typeof caller === "string" ? caller : caller());

/** @throws RangeError for what is no source of randomness */
export function requireRandom(caller: Caller, random: unknown): asserts random is Random {
  if (typeof random === "function") return;
  throw new RangeError(
    `${saidBy(caller)}: expected a source of randomness such as seeded(1), got ${say(random)}`,
  );
}

/**
 * A source of randomness of the caller's, held to its bounds: a number outside would draw what is not there.
 *
 * @throws RangeError for what is none, and once it gives a number that is not in [0, 1)
 */
export function checkedRandom(caller: Caller, random: unknown, what = "random"): Random {
  requireRandom(caller, random);
  if (Ours.is(random)) return random;
  return () => {
    const u: unknown = random();
    if (typeof u === "number" && u >= 0 && u < 1) return u;
    throw new RangeError(
      `${saidBy(caller)}: ${what} must give numbers in [0, 1), got ${say(u)}; seeded(1) is one that does`,
    );
  };
}
