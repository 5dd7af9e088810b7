/**
 * Asynchronous successive halving (Li et al., "A System for Massively Parallel Hyperparameter Tuning", MLSys 2020): whoever is
 * free trains the best that is in the top 1/η of its rung and was not promoted yet, from the highest such rung down; where there
 * is none, a new architecture on the lowest. Nobody waits for a rung to fill, so what is promoted early may prove not to be among the best.
 *
 * Told as outcomes come: with several under way, which ends first decides what is proposed next.
 */
import type { AnyArchitecture } from "../../../architectures/family.js";
import { seededAt } from "../../../base/random.js";
import { Proposer } from "../../proposer.js";
import type { Outcome, Proposal, Searcher } from "../../searcher.js";
import { type SearchContext, settingsOf, type Strategy } from "../../strategy.js";
import {
  byError,
  type Climber,
  comparedError,
  requireEpochs,
  revived,
  rungDefaults,
  rungEpochs,
  rungRules,
  type RungSettings,
  stored,
} from "./rungs.js";

export type AshaSettings = RungSettings;

/** Plain data: of each rung those that were told, the best first, and the places of those that were promoted. */
interface State {
  readonly drawn: number;
  readonly rungs: readonly {
    readonly told: readonly ReturnType<typeof stored>[];
    readonly promoted: readonly number[];
  }[];
}

/**
 * @throws RangeError for a setting that is not what it must be
 * @example `search(space, { strategy: asha({ epochs: 12 }), … })`
 */
export function asha(settings: AshaSettings): Strategy {
  const all = settingsOf<RungSettings>("asha", settings, { ...rungDefaults, epochs: 1 }, rungRules);
  requireEpochs("asha", settings);
  const epochs = rungEpochs("asha", all);
  return {
    name: "asha",
    settings: all,
    epochs: all.epochs,
    asynchronous: true,
    start: <A extends AnyArchitecture>(context: SearchContext<A>, state?: unknown): Searcher =>
      new Asha(new Proposer("asha", context), context.seed, all.eta, epochs, state as State | undefined),
  };
}

class Asha<A extends AnyArchitecture> implements Searcher {
  readonly #proposer: Proposer<A>;
  readonly #seed: number;
  readonly #eta: number;
  readonly #epochs: readonly number[];
  readonly #rungs: readonly { readonly told: Climber[]; readonly promoted: Set<number> }[];
  #drawn: number;

  constructor(proposer: Proposer<A>, seed: number, eta: number, epochs: readonly number[], state?: State) {
    this.#proposer = proposer;
    this.#seed = seed;
    this.#eta = eta;
    this.#epochs = epochs;
    this.#drawn = state?.drawn ?? 0;
    this.#rungs = epochs.map((_, rung) => ({
      told: (state?.rungs[rung].told ?? []).map(revived),
      promoted: new Set(state?.rungs[rung].promoted),
    }));
  }

  ask(n: number): Proposal[] {
    return Array.from({ length: n }, () => this.#promotion() ?? this.#fresh());
  }

  tell(outcome: Outcome): void {
    const { told } = this.#rungs[this.#epochs.indexOf(outcome.epochs!)];
    const climber = { code: outcome.way.code, place: outcome.place, error: comparedError(outcome) };
    // Kept in order: a search asks thousands of times.
    let [low, high] = [0, told.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (byError(told[middle], climber) < 0) low = middle + 1;
      else high = middle;
    }
    told.splice(low, 0, climber);
  }

  state(): State {
    return {
      drawn: this.#drawn,
      rungs: this.#rungs.map(({ told, promoted }) => ({ told: told.map(stored), promoted: [...promoted] })),
    };
  }

  #promotion(): Proposal | undefined {
    for (let rung = this.#rungs.length - 2; rung >= 0; rung--) {
      const { told, promoted } = this.#rungs[rung];
      const best = Math.floor(told.length / this.#eta);
      for (let i = 0; i < best && told[i].error < Infinity; i++) {
        const { code, place } = told[i];
        if (promoted.has(place)) continue;
        promoted.add(place);
        return {
          way: this.#proposer.decisions.decode(code),
          epochs: this.#epochs[rung + 1],
          continues: place,
          note: { rung: rung + 1 },
        };
      }
    }
    return undefined;
  }

  #fresh(): Proposal {
    const way = this.#proposer.draw(seededAt(this.#seed, this.#drawn++));
    return { way, epochs: this.#epochs[0], note: { rung: 0 } };
  }
}
