/**
 * Random search: every architecture is drawn by the space's own decisions, whatever came of the others. The baseline that
 * every strategy is held against (Li and Talwalkar 2019).
 *
 * What several ways of deciding lead to is drawn more often than what one does. `over: "functions"` draws each function of a
 * small space with the same probability, as the published strategies do not; `distinct(random())` draws none twice.
 */
import { canonical } from "../../architectures/canonical.js";
import type { AnyArchitecture } from "../../architectures/family.js";
import { seededAt } from "../../base/random.js";
import { isObject, say } from "../../base/say.js";
import type { Way } from "../../spaces/decisions/way.js";
import { Proposer } from "../proposer.js";
import type { Searcher } from "../searcher.js";
import { type SearchContext, settingsOf, type Strategy, times } from "../strategy.js";

export interface RandomSettings {
  /** What is drawn: choices by the space's probabilities, or functions, each as likely. Default `"choices"`. */
  readonly over?: "choices" | "functions";
}

/** How far it is: each proposal has random numbers of its own. */
interface State {
  readonly asked: number;
}

/** Ways that are walked at most to know a space's functions. */
const MOST_WAYS = 200_000;

/**
 * @throws RangeError for a setting that is not what it must be; `start`, of `over: "functions"`, for a space of more than
 *   200,000 ways
 * @example `search(space, { strategy: random(), … })`
 */
export function random(settings?: RandomSettings): Strategy {
  const all = settingsOf<RandomSettings>(
    "random",
    settings,
    { over: "choices" },
    { over: ['"choices" or "functions"', value => value === "choices" || value === "functions"] },
  );
  return {
    name: all.over === "choices" ? "random" : "random over functions",
    settings: all,
    // Whatever it is told is nothing to it.
    takesKnown: true,
    start<A extends AnyArchitecture>(context: SearchContext<A>, state?: unknown): Searcher {
      const proposer = new Proposer("random", context);
      const functions = all.over === "functions" ? functionsOf(proposer) : undefined;
      const draw = (place: number): Way<A> => {
        const source = seededAt(context.seed, place);
        return functions ? functions[Math.floor(source() * functions.length)] : proposer.draw(source);
      };
      let asked = state === undefined ? 0 : checked(state).asked;
      return {
        ask: n => times(n, () => ({ way: draw(asked++) as never })),
        tell: () => {},
        state: (): State => ({ asked }),
      };
    },
  };
}

/** Of spaces without windows: a simulation starts hundreds of searches. */
const known = new WeakMap<object, readonly Way<never>[]>();

/** The first way that may be proposed to each function. */
function functionsOf<A extends AnyArchitecture>(proposer: Proposer<A>): readonly Way<A>[] {
  const { decisions, everything } = proposer;
  const there = everything ? known.get(decisions) : undefined;
  if (there) return there;
  if (decisions.size > MOST_WAYS) {
    throw new RangeError(
      `random: expected a space of at most ${MOST_WAYS} ways to draw its functions evenly, got ${decisions.size} of ${decisions.name}; leave out over: "functions"`,
    );
  }
  const first = new Map<string, Way<A>>();
  for (const way of decisions.ways()) {
    if (!proposer.admits(way)) continue;
    const form = canonical(way.architecture);
    if (!first.has(form)) first.set(form, way);
  }
  const functions = [...first.values()];
  if (functions.length === 0) {
    throw new RangeError(`random: no architecture of ${decisions.name} may be proposed; widen the windows`);
  }
  if (everything) known.set(decisions, functions as readonly Way<unknown>[] as readonly Way<never>[]);
  return functions;
}

function checked(state: unknown): State {
  const { asked } = (isObject(state) ? state : {}) as Partial<State>;
  if (Number.isSafeInteger(asked) && asked! >= 0) return { asked: asked! };
  throw new RangeError(`random: expected a state such as { asked: 12 }, got ${say(state)}`);
}
