/** Which path is trained in each step. It depends on the seed and the step alone, so that a training goes on anywhere. */
import type { AnyArchitecture } from "../../../architectures/family.js";
import { bitsAt, seededAt } from "../../../base/random.js";
import { decisions } from "../../../spaces/decisions/decisions-of.js";
import type { Space } from "../../../spaces/space.js";

/**
 * `"uniform"`: by the space's own probabilities (Guo et al., ECCV 2020). `"fair"`: every choice takes its options in turns, all of them
 * once, in an order drawn anew, before any a second time, so that all are trained as often (after Chu et al., ICCV 2021, which also adds up the
 * gradients of such a round before the weights move; here each path moves them).
 */
export type Sampling = "uniform" | "fair";

/** The architecture of each step, from 0. */
export function pathSampler<A extends AnyArchitecture>(
  space: Space<A>,
  sampling: Sampling,
  seed: number,
): (step: number) => A {
  const program = decisions(space).remembering;
  const drawn = (step: number): A => program.draw(seededAt(seed, step)).architecture;
  if (sampling === "uniform") return drawn;
  return step => {
    const way = program.answer(({ name, values: { length } }) =>
      turn(length, bitsAt(seed, nameBits(name)), Math.floor(step / length), step % length),
    );
    // Turns that together make no architecture.
    return way?.architecture ?? drawn(step);
  };
}

/** What stands at a place of a round's order, which is drawn anew for each. */
export function turn(options: number, seed: number, round: number, place: number): number {
  const random = seededAt(seed, round);
  const order = Array.from({ length: options }, (_, i) => i);
  for (let i = options - 1; i > 0; i--) {
    const other = Math.floor(random() * (i + 1));
    [order[i], order[other]] = [order[other], order[i]];
  }
  return order[place];
}

/** A choice's own row of random numbers. */
function nameBits(name: string): number {
  let bits = 0;
  for (let i = 0; i < name.length; i++) bits = (Math.imul(bits, 31) + name.charCodeAt(i)) >>> 0;
  return bits;
}
