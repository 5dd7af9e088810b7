/** The likeliest architecture of a space whose choices depend on each other, as under a budget of depth or of flops. */
import { countArchitecture } from "../../architectures/count-architecture.js";
import type { AnyArchitecture } from "../../architectures/family.js";
import { decisions } from "../../spaces/decisions/decisions-of.js";
import type { Space } from "../../spaces/space.js";
import { type Alpha, softmax } from "./alpha.js";
import type { SharedSum } from "./supernet.js";

/** Ways that are looked at: as many as a space of layer assignments may have. */
const MOST = 200_000n;

/**
 * The architecture of a space whose operations have the largest product of shares; undefined of a space with more ways than
 * are looked at, where each edge's strongest operation has to do.
 *
 * @param chosen an architecture's operations, by edge
 */
export function likeliest<A extends AnyArchitecture>(
  space: Space<A>,
  sums: readonly SharedSum[],
  chosen: (architecture: A) => Iterable<readonly [edge: string, operation: string]>,
  alpha: Alpha,
): A | undefined {
  if (!space.decide || space.size > MOST) return undefined;
  const shares = new Map(
    sums
      .flatMap(({ edges }) => edges)
      .map(({ name, operations }) => {
        const ofEdge = softmax(alpha.get(name)!);
        return [name, new Map(operations.map((operation, i) => [operation, Math.log(ofEdge[i])]))];
      }),
  );
  let best: { readonly architecture: A; readonly share: number } | undefined;
  for (const { architecture } of decisions(space).ways()) {
    let share = 0;
    for (const [edge, operation] of chosen(architecture)) share += shares.get(edge)!.get(operation)!;
    if (best !== undefined && share <= best.share) continue;
    if (space.accepts && !space.accepts({ architecture, ...countArchitecture(architecture) })) continue;
    best = { architecture, share };
  }
  return best?.architecture;
}
