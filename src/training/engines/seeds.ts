/** Seeds for each of a training's uses of chance, the same in every engine. */

/**
 * A seed for one use of chance, far apart from its neighbours even for neighbouring seeds (splitmix64).
 *
 * @param seed the training's
 * @param use 0 for the initial weights, n for the order and augmentation of epoch n (from 1), −n for the recalibration
 *   after it
 */
export function mixSeed(seed: number, use: number): number {
  const mask = (1n << 64n) - 1n;
  let z = (BigInt(seed) * 0x9e3779b97f4a7c15n + BigInt(use + 1) * 0xd1b54a32d192ed03n) & mask;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask;
  return Number((z ^ (z >> 31n)) >> 12n);
}
