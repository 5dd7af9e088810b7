/** Places of a space where no single choice made otherwise is better: what stops a local search. */
import type { AnyArchitecture } from "../../../architectures/family.js";
import { decisions } from "../../../spaces/decisions/decisions-of.js";
import type { Space } from "../../../spaces/space.js";

/**
 * How many local optima a space has: of architectures that are neighbours and have the same error, such as those of one
 * function, one plateau; a plateau none of whose neighbours has a smaller error counts once.
 *
 * @param errorOf the error of an architecture; undefined where it is not known, which then is no neighbour
 */
export function localOptima<A extends AnyArchitecture>(
  space: Space<A>,
  errorOf: (architecture: A) => number | undefined,
): number {
  const program = decisions(space);
  const places = new Map<string, number>();
  const ways = [...program.ways()];
  for (const [i, { code }] of ways.entries()) places.set(code.join(), i);
  const errors = ways.map(({ architecture }) => errorOf(architecture));
  const seen = new Uint8Array(ways.length);
  let optima = 0;
  for (const start of ways.keys()) {
    const error = errors[start];
    if (error === undefined || seen[start]) continue;
    seen[start] = 1;
    let isOptimum = true;
    const plateau = [start];
    for (const place of plateau) {
      for (const { code } of program.neighbours(ways[place])) {
        const other = places.get(code.join())!;
        const its = errors[other];
        if (its === undefined) continue;
        if (its < error) isOptimum = false;
        if (its !== error || seen[other]) continue;
        seen[other] = 1;
        plateau.push(other);
      }
    }
    if (isOptimum) optima++;
  }
  return optima;
}
