/** A design space: a set of architectures with a distribution to draw them from. */
import type { Architecture } from "../networks/architecture.js";
import type { Complexity } from "../networks/complexity.js";
import type { Random } from "../random.js";

/** A drawn architecture and what it costs. */
export interface Sample extends Complexity {
  readonly architecture: Architecture;
}

export interface Space {
  readonly name: string;
  /** The space's free parameters by name, `["d1", …, "g"]`: one that has a single value is not among them. */
  readonly dimensions: readonly string[];
  /** How many parameter settings the space has, before any are refused. */
  readonly size: bigint;
  /** Draws one architecture; undefined where the drawn parameters give none (it counts as a rejection). */
  draw(random: Random): Architecture | undefined;
  /**
   * As `draw`, with the same numbers from `random`, but the next call writes over the architecture. `sample` uses
   * it where it is there, since most candidates are thrown away, and copies what it accepts.
   */
  sketch?(random: Random): Architecture | undefined;
  /** The space's own condition on what its networks cost, as constrained RegNetX has one; it must not keep them. */
  accepts?(candidate: Sample): boolean;
  /** The same space with other fixed parts: block, stem, activation, number of classes. */
  with?(base: Partial<Architecture>): Space;
}

/** A copy of a sketch that stays as it is. */
export const copyOf = (sketch: Architecture): Architecture => ({
  ...sketch,
  stages: sketch.stages.map(stage => ({ ...stage })),
  ...(sketch.parameters && { parameters: { ...sketch.parameters } }),
});

/** Both conditions. */
export const both = (
  first: ((candidate: Sample) => boolean) | undefined,
  second: (candidate: Sample) => boolean,
): ((candidate: Sample) => boolean) => (first ? candidate => first(candidate) && second(candidate) : second);
