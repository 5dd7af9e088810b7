/** What objectives say of themselves, held against a search before anything is asked of them. */
import type { AnyArchitecture } from "../../architectures/family.js";
import { seededAt } from "../../base/random.js";
import { say } from "../../base/say.js";
import { admission } from "../../spaces/admission.js";
import { decisions } from "../../spaces/decisions/decisions-of.js";
import type { Constraints } from "../../spaces/sample.js";
import type { Space } from "../../spaces/space.js";
import type { Objective } from "../objective.js";
import type { Strategy } from "../strategy.js";

/** Ways of a space that are all looked at; of a larger one so many are drawn. */
const [LOOKED, DRAWN] = [20_000n, 256];

/** The search's windows, and what its objectives can be asked of. */
export function proposable(
  where: Constraints<AnyArchitecture>,
  objectives: readonly Objective[],
): Constraints<AnyArchitecture> {
  return objectives
    .flatMap(({ where: own }) => (own ? [own as Constraints<AnyArchitecture>] : []))
    .reduce(joined, where);
}

const windows = ["flops", "params", "acts", "effectiveFlops", "depth"] as const;

function joined(
  a: Constraints<AnyArchitecture>,
  b: Constraints<AnyArchitecture>,
): Constraints<AnyArchitecture> {
  const both = windows.flatMap(name => {
    const [one, other] = [a[name], b[name]];
    if (!one || !other) return one || other ? [[name, (one ?? other)!] as const] : [];
    return [[name, [Math.max(one[0], other[0]), Math.min(one[1], other[1])] as const] as const];
  });
  const [first, second] = [a.accept, b.accept];
  const accept: typeof first =
    first && second ? candidate => second(candidate) && first(candidate) : (first ?? second);
  return { ...Object.fromEntries(both), ...(accept && { accept }) };
}

/**
 * @throws RangeError for an objective that does not know architectures of the space that may be proposed, or trainings as far
 *   as the strategy asks for
 */
export function requireKnown(
  objectives: readonly Objective[],
  strategy: Strategy,
  space: Space,
  where: Constraints<AnyArchitecture>,
): void {
  for (const { name, epochs, knows } of objectives) {
    if (epochs !== undefined && (strategy.epochs ?? 0) > epochs) {
      throw new RangeError(
        epochs === 0
          ? `search: ${strategy.name} asks for trainings after some epochs, and ${name} knows whole trainings alone; choose a strategy that asks for those, or give the table's entries errors by epoch`
          : `search: ${strategy.name} trains for ${strategy.epochs} epochs, and ${name} knows ${epochs}; give the strategy { epochs: ${epochs} }`,
      );
    }
    if (!knows) continue;
    const program = decisions<AnyArchitecture>(space as unknown as Space<AnyArchitecture>);
    const admitted = admission<AnyArchitecture>("search", space as unknown as Space<AnyArchitecture>, {
      ...where,
      // What it knows nothing of cannot be asked whether it is admitted.
      accept: candidate => !knows(candidate.architecture) || (where.accept?.(candidate) ?? true),
    });
    for (const architecture of looked(program)) {
      if (!admitted.admits(architecture) || knows(architecture)) continue;
      throw new RangeError(
        `search: ${name} is of another space: it knows nothing of ${say(architecture)}, which ${space.name} has; search the space that it is of, or give windows that leave out the rest`,
      );
    }
  }
}

function* looked(program: ReturnType<typeof decisions<AnyArchitecture>>): Generator<AnyArchitecture> {
  if (isSmall(program)) {
    for (const { architecture } of program.ways()) yield architecture;
    return;
  }
  for (let place = 0; place < DRAWN; place++) {
    const way = program.tryDraw(seededAt(1, place));
    if (way) yield way.architecture;
  }
}

function isSmall(program: ReturnType<typeof decisions<AnyArchitecture>>): boolean {
  try {
    return program.size <= LOOKED;
  } catch {
    // Too large to be counted.
    return false;
  }
}
