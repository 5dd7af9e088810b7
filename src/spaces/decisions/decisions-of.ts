/** The decisions of a space. */
import type { Architecture } from "../../architectures/anynet/architecture.js";
import type { AnyArchitecture } from "../../architectures/family.js";
import { isObject, say } from "../../base/say.js";
import type { Space } from "../space.js";
import { Decisions } from "./decisions.js";

const known = new WeakMap<object, Decisions<never>>();

/**
 * What follows from a space's program of choices: drawing, enumeration, neighbours, mutation, crossover, encodings and the
 * vocabulary of a controller. The space's condition on what its networks cost is not among it: `accepts` says that.
 *
 * @throws RangeError for a space that has no program
 * @example
 * ```ts
 * const way = decisions(AnyNetXE).decode({ d1: 1, d2: 1, d3: 4, d4: 7, w1: 24, w2: 56, w3: 152, w4: 368, b: 1, g: 8 });
 * describe(way.architecture); // => "X-d1,1,4,7-w24,56,152,368-b1-g8"
 * decisions(AnyNetXE).size === AnyNetXE.size; // => true
 * ```
 */
export function decisions<A extends AnyArchitecture = Architecture>(space: Space<A>): Decisions<A> {
  if (!isObject(space) || typeof space.name !== "string") {
    throw new RangeError(
      `decisions: expected a space, got ${say(space)}; AnyNetXA is one, new DecisionSpace(name, program) makes one`,
    );
  }
  const there = known.get(space);
  if (there) return there as unknown as Decisions<A>;
  if (typeof space.decide !== "function") {
    throw new RangeError(
      `decisions: expected a space with a program of choices, got ${space.name}; give it decide(choose), or make it a DecisionSpace`,
    );
  }
  // What is of another family has no such parts to read.
  const read =
    space.choicesOf &&
    ((architecture: A) =>
      architecture.family?.name === space.family?.name ? space.choicesOf!(architecture) : undefined);
  const made = new Decisions<A>(space.name, choose => space.decide!(choose), read);
  known.set(space, made as unknown as Decisions<never>);
  return made;
}
