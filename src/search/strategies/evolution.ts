/**
 * Regularised evolution (Real et al., "Regularized Evolution for Image Classifier Architecture Search", AAAI 2019): a queue
 * of `population` architectures, drawn at first; then each new one is a mutation of the best of `sample` members that are
 * drawn with replacement, and takes the place of the oldest (`aging`), or, in the control, of the worst.
 *
 * Deviations: a mutation makes one choice of the space's program anew, each as likely, where the paper's takes an operation
 * or an input of a block; which is the same where a block's choices are two inputs and two operations. With several
 * architectures under way a parent is drawn from those that are told.
 */
import type { AnyArchitecture } from "../../architectures/family.js";
import { seededAt } from "../../base/random.js";
import type { Way } from "../../spaces/decisions/way.js";
import { Proposer } from "../proposer.js";
import type { Searcher } from "../searcher.js";
import { isCount, isShare, type SearchContext, settingsOf, type Strategy } from "../strategy.js";

export interface EvolutionSettings {
  /** Members of the queue. Default 100, as published. */
  readonly population?: number;
  /** Members that a parent is the best of. Default 25, as published. */
  readonly sample?: number;
  /** Whether the oldest member goes, not the worst. Default true. */
  readonly aging?: boolean;
  /** Probability that a child is its parent again. Default 0.05, as published. */
  readonly unchanged?: number;
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

/** @throws RangeError for a setting that is not what it must be */
export function evolution(settings?: EvolutionSettings): Strategy {
  const all = settingsOf<EvolutionSettings>(
    "evolution",
    settings,
    { population: 100, sample: 25, aging: true, unchanged: 0.05 },
    {
      population: ["a positive integer", isCount],
      sample: ["a positive integer", isCount],
      aging: ["true or false", value => typeof value === "boolean"],
      unchanged: ["a number in [0, 1]", isShare],
    },
  );
  const { population, sample, aging, unchanged } = all;
  return {
    name: aging ? "regularised evolution" : "evolution without aging",
    settings: all,
    start<A extends AnyArchitecture>(context: SearchContext<A>, state?: unknown): Searcher {
      const { seed, budget } = context;
      if (budget !== undefined && budget < population) {
        throw new RangeError(
          `evolution: a budget of ${budget} is below the initial population of ${population}, which would make it random search; give a smaller population, such as ${Math.max(2, Math.round(budget / 5))}`,
        );
      }
      const proposer = new Proposer("evolution", context);
      const kept = state as State | undefined;
      const members: Member<A>[] = (kept?.members ?? []).map(({ code, error }) => ({
        way: proposer.decisions.decode(code),
        error: error ?? Infinity,
      }));
      let asked = kept?.asked ?? 0;
      const child = (place: number): Way<A> => {
        const random = seededAt(seed, place);
        if (place < population || members.length === 0) return proposer.draw(random);
        let parent = members[Math.floor(random() * members.length)];
        for (let drawn = 1; drawn < sample; drawn++) {
          const other = members[Math.floor(random() * members.length)];
          if (other.error < parent.error) parent = other;
        }
        return random() < unchanged ? parent.way : proposer.mutate(parent.way, random);
      };
      return {
        ask: n => Array.from({ length: n }, () => ({ way: child(asked++) as never })),
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
