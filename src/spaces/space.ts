/** A design space: a set of architectures with a distribution to draw them from. */
import type { Architecture } from "../networks/architecture.js";
import type { Random } from "../random.js";

export interface Space {
  readonly name: string;
  /** How many parameter settings the space has. */
  readonly size: bigint;
  /** Draws one architecture; undefined where the drawn parameters give none (it counts as a rejection). */
  draw(random: Random): Architecture | undefined;
}
