/**
 * Regularised evolution (Real et al., "Regularized Evolution for Image Classifier Architecture Search", AAAI 2019): a queue
 * of `population` architectures, drawn at first; then each new one is a mutation of the best of `sample` members that are
 * drawn with replacement, and takes the place of the oldest (`aging`), or, in the control, of the worst.
 *
 * The paper's mutation does nothing with probability 0.05; else it takes, each as likely, a cell, a block, a side, and its operation or
 * its input, which becomes another one. Here one choice of the space's program is made anew, each as likely, which is the
 * same where a block's choices are two inputs and two operations.
 *
 * Deviations: an input becomes that of another earlier block, where the paper also takes a later one that makes no loop. Where
 * both inputs are one choice (DARTS), they are made anew in a third of the mutations; where sums and concatenations are chosen
 * between, as in NASNet's whole space, a fifth of them changes that; what else a space chooses, such as a width, is a choice among
 * the others. With several architectures under way a parent is drawn from those that are told.
 */
import type { AnyArchitecture } from "../../architectures/family.js";
import { type Random, seededAt } from "../../base/random.js";
import type { Way } from "../../spaces/decisions/way.js";
import { Proposer } from "../proposer.js";
import type { Searcher } from "../searcher.js";
import { isCount, isShare, type SearchContext, settingsOf, type Strategy, times } from "../strategy.js";

export interface EvolutionSettings {
  /** Members of the queue. Default 100, as published. */
  readonly population?: number;
  /** Members that a parent is the best of. Default 25, as published. */
  readonly sample?: number;
  /** Whether the oldest member goes, not the worst. Default true. */
  readonly aging?: boolean;
  /** Probability that a child is its parent again. Default 0.05, as published. */
  readonly unchanged?: number;
  /**
   * Probability that a child has two parents, each the best of a sample, of whose choices it takes each from one or the other
   * before it is mutated. Default 0, as published.
   */
  readonly crossover?: number;
}

interface Member<A> {
  readonly way: Way<A>;
  readonly error: number;
}

/** Plain data. */
interface State {
  readonly asked: number;
  readonly members: readonly { readonly code: readonly number[]; readonly error: number | null }[];
}

/**
 * Regularised evolution (Real et al. 2019): mutations of the best of a sample, where the oldest member gives way.
 *
 * @throws RangeError for a setting that is not what it must be
 * @example
 * ```ts
 * import { evolution, simulate, table } from "netspace/search";
 *
 * const assignments = (await table("SmallAssignments")).search();
 * const strategy = evolution({ population: 10, sample: 3 });
 * const [run] = simulate(strategy, assignments, { evaluations: 60 });
 * // Points of error above the best there is.
 * (run.judged[59] - assignments.best).toFixed(2); // => "2.96"
 * ```
 */
export function evolution(settings?: EvolutionSettings): Strategy {
  const all = settingsOf<EvolutionSettings>(
    "evolution",
    settings,
    { population: 100, sample: 25, aging: true, unchanged: 0.05, crossover: 0 },
    {
      population: ["a positive integer", isCount],
      sample: ["a positive integer", isCount],
      aging: ["true or false", value => typeof value === "boolean"],
      unchanged: ["a number in [0, 1]", isShare],
      crossover: ["a number in [0, 1]", isShare],
    },
  );
  const { population, sample, aging, unchanged, crossover } = all;
  return {
    name: aging ? "regularised evolution" : "evolution without aging",
    settings: all,
    takesKnown: true,
    start<A extends AnyArchitecture>(context: SearchContext<A>, state?: unknown): Searcher {
      const { seed, budget, known = 0 } = context;
      // What is known from the beginning is of the population, and need not be drawn.
      const drawn = population - known;
      if (budget !== undefined && budget < drawn) {
        throw new RangeError(
          `evolution: a budget of ${budget} is below the initial population of ${population}, which makes it random search; give a smaller population, such as ${Math.max(1, Math.round(budget / 5))}`,
        );
      }
      const proposer = new Proposer("evolution", context, { changes: true });
      const kept = state as State | undefined;
      const members: Member<A>[] = (kept?.members ?? []).map(({ code, error }) => ({
        way: proposer.decisions.decode(code),
        error: error ?? Infinity,
      }));
      let asked = kept?.asked ?? 0;
      const best = (random: Random): Way<A> => {
        let parent = members[Math.floor(random() * members.length)];
        for (let taken = 1; taken < sample; taken++) {
          const other = members[Math.floor(random() * members.length)];
          if (other.error < parent.error) parent = other;
        }
        return parent.way;
      };
      const child = (place: number): Way<A> => {
        const random = seededAt(seed, place);
        if (place < drawn || members.length === 0) return proposer.draw(random);
        let parent = best(random);
        if (crossover > 0 && random() < crossover) parent = proposer.cross(parent, best(random), random);
        return random() < unchanged ? parent : proposer.mutate(parent, random);
      };
      return {
        ask: n => times(n, () => ({ way: child(asked++) as never })),
        tell({ way, error }) {
          // One that failed is worse than all, and goes when its time comes.
          members.push({ way: way as never, error: Number.isNaN(error) ? Infinity : error });
          if (members.length <= population) return;
          if (aging) members.shift();
          else members.splice(worst(members), 1);
        },
        state: (): State => ({
          asked,
          members: members.map(({ way, error }) => ({
            code: way.code,
            error: error === Infinity ? null : error,
          })),
        }),
      };
    },
  };
}

/** The first of the worst. */
function worst(members: readonly { readonly error: number }[]): number {
  let at = 0;
  for (let i = 1; i < members.length; i++) if (members[i].error > members[at].error) at = i;
  return at;
}
