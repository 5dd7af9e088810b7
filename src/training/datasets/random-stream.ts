/**
 * The random numbers of one image: a stream of its own, found from (seed, split, index) alone.
 *
 * Because no image draws from another's stream, a split can grow without changing the images it already has,
 * and any image can be made without making those before it. Everything here is integer arithmetic and the
 * four IEEE operations, so the numbers are the same to the bit on every machine; `Math.sin` and its kin are
 * avoided on purpose, since the language leaves their last digits to the implementation.
 */
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

/** Draws from one image's stream. */
export interface RandomStream {
  /** Uniform in [low, high). */
  uniform(low: number, high: number): number;
  /** Uniform integer in [0, count). */
  integer(count: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** One element, all equally likely. */
  pick<T>(list: readonly T[]): T;
  /** A unit vector of uniform direction, [cos, sin] of a random angle. */
  direction(): readonly [number, number];
  /** Nearly normal, mean 0 and standard deviation 1, within ±3.5: the sum of a draw's four bytes. */
  normal(): number;
}

/** The finaliser of MurmurHash3 (public domain, Austin Appleby) over `hash` and one more 32-bit word. */
function mix(hash: number, word: number): number {
  let h = hash ^ word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** The mean and standard deviation of a sum of four independent uniform bytes: 4 · 127.5, √(4 · (256² − 1) / 12). */
const BYTES_MEAN = 510;
const BYTES_SD = 147.801;

/** The stream that belongs to these words (32-bit integers), xoroshiro128+ from a state hashed out of them. */
export function randomStream(...words: readonly number[]): RandomStream {
  const state = [1, 2, 3, 4].map(lane => words.reduce(mix, Math.imul(lane, 0x9e3779b9)));
  const generator = xoroshiro128plusFromState(state);
  const unit = () => (generator.next() >>> 0) / 0x1_0000_0000;
  return {
    uniform: (low, high) => low + (high - low) * unit(),
    integer: count => Math.floor(unit() * count),
    chance: probability => unit() < probability,
    pick: list => list[Math.floor(unit() * list.length)],
    direction() {
      // Points of the unit disc, by rejection from its square; the centre is left out, where direction is ill-conditioned.
      for (;;) {
        const x = 2 * unit() - 1;
        const y = 2 * unit() - 1;
        const square = x * x + y * y;
        if (square > 0.01 && square < 1) {
          const length = Math.sqrt(square);
          return [x / length, y / length];
        }
      }
    },
    normal() {
      const bits = generator.next();
      const sum = (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24);
      return (sum - BYTES_MEAN) / BYTES_SD;
    },
  };
}
