/**
 * Random search: every architecture is drawn by the space's own decisions, whatever came of the others. The baseline that
 * every strategy is held against (Li and Talwalkar 2019).
 */
import type { AnyArchitecture } from "../../architectures/family.js";
import { seededAt } from "../../base/random.js";
import { isObject, say } from "../../base/say.js";
import { Proposer } from "../proposer.js";
import type { Searcher } from "../searcher.js";
import type { SearchContext, Strategy } from "../strategy.js";

/** How far it is: each proposal has random numbers of its own. */
interface State {
  readonly asked: number;
}

/** @example `search(space, { strategy: random(), … })` */
export const random = (): Strategy => ({
  name: "random",
  settings: {},
  start<A extends AnyArchitecture>(context: SearchContext<A>, state?: unknown): Searcher {
    const proposer = new Proposer("random", context);
    let asked = state === undefined ? 0 : checked(state).asked;
    return {
      ask: n =>
        Array.from({ length: n }, () => ({ way: proposer.draw(seededAt(context.seed, asked++)) as never })),
      tell: () => {},
      state: (): State => ({ asked }),
    };
  },
});

function checked(state: unknown): State {
  const { asked } = (isObject(state) ? state : {}) as Partial<State>;
  if (Number.isSafeInteger(asked) && asked! >= 0) return { asked: asked! };
  throw new RangeError(`random: expected a state such as { asked: 12 }, got ${say(state)}`);
}
