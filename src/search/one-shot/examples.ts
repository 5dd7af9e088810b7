/** Architectures that show what a space chooses between. */
import type { AnyArchitecture } from "../../architectures/family.js";
import { seededAt } from "../../base/random.js";
import { decisions } from "../../spaces/decisions/decisions-of.js";
import type { Space } from "../../spaces/space.js";
import { coveringWays } from "../covering-ways.js";

/** Drawn besides: an operation that two choices together make, one of some dozens, is missed by none of so many. */
const DRAWN = 1000;

/**
 * Architectures that between them have every option of each of a space's choices, and some that are drawn.
 *
 * @throws RangeError for a space that makes none
 */
export function examplesOf<A extends AnyArchitecture>(caller: string, space: Space<A>): A[] {
  const examples = covering(caller, space);
  const random = seededAt(1, 0);
  for (let i = 0; i < DRAWN; i++) {
    const drawn = space.draw(random);
    if (drawn) examples.push(drawn);
  }
  if (examples.length > 0) return examples;
  throw new RangeError(
    `${caller}: expected a space with architectures, got none in ${DRAWN} draws of ${space.name}`,
  );
}

/** None of a space without a program, and of one whose first ways make nothing: what is drawn shows its choices then. */
function covering<A extends AnyArchitecture>(caller: string, space: Space<A>): A[] {
  if (!space.decide) return [];
  try {
    return coveringWays(caller, decisions(space)).map(({ architecture }) => architecture);
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}
