/**
 * Random search: every architecture is drawn by the space's own decisions, whatever came of the others. The baseline that
 * every strategy is held against.
 */
import type { Architecture } from "../architectures/anynet/architecture.js";
import type { AnyArchitecture } from "../architectures/family.js";
import { expectOptions } from "../base/expect-options.js";
import { seededAt } from "../base/random.js";
import { isObject, say } from "../base/say.js";
import { decisions } from "../spaces/decisions/decisions-of.js";
import { type Constraints, sample } from "../spaces/sample.js";
import type { Space } from "../spaces/space.js";
import type { Proposal, Searcher } from "./searcher.js";

export interface RandomSearchOptions<A extends AnyArchitecture = Architecture> {
  readonly seed: number;
  /** What an architecture must satisfy to be proposed, as in `sample`. */
  readonly where?: Constraints<A>;
  /** Height and width of the image at which complexity is counted, pixels. */
  readonly resolution?: number;
}

/** Draws for one proposal at most: windows that hold less than one network in 100,000 are as good as empty. */
const MOST_DRAWS = 1_000_000;

/** How far it is: each proposal has random numbers of its own. */
interface State {
  readonly asked: number;
}

/**
 * @param state where it goes on, as `state()` said it
 * @throws RangeError for a space that has no program of choices, or what is no state of it
 */
export function randomSearch<A extends AnyArchitecture = Architecture>(
  space: Space<A>,
  options: RandomSearchOptions<A>,
  state?: unknown,
): Searcher {
  expectOptions("randomSearch", options, { seed: "number", where: "object?", resolution: "number?" });
  const { seed, where, resolution } = options;
  const program = decisions(space);
  const drawn: Space<A> = {
    name: space.name,
    ...(space.family && { family: space.family }),
    dimensions: [],
    size: 1n,
    draw: random => program.tryDraw(random)?.architecture,
    ...(space.accepts && { accepts: candidate => space.accepts!(candidate) }),
  };
  let asked = state === undefined ? 0 : checked(state).asked;
  const propose = (place: number): Proposal => {
    const [{ architecture }] = sample(drawn, {
      n: 1,
      limit: MOST_DRAWS,
      seed: seededAt(seed, place),
      ...(where && { where }),
      ...(resolution !== undefined && { resolution }),
    });
    return { way: program.encode(architecture) };
  };
  return {
    ask: n => Array.from({ length: n }, () => propose(asked++)),
    tell: () => {},
    state: (): State => ({ asked }),
  };
}

function checked(state: unknown): State {
  const { asked } = (isObject(state) ? state : {}) as Partial<State>;
  if (Number.isSafeInteger(asked) && asked! >= 0) return { asked: asked! };
  throw new RangeError(`randomSearch: expected a state such as { asked: 12 }, got ${say(state)}`);
}
