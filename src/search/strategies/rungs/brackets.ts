/**
 * Brackets of successive halving, one after the other: so many architectures are drawn and trained a little; of each rung the
 * best are trained on, from where they stopped, until one rung is the last.
 */
import type { AnyArchitecture } from "../../../architectures/family.js";
import { seededAt } from "../../../base/random.js";
import { Proposer } from "../../proposer.js";
import type { Outcome, Proposal, Searcher } from "../../searcher.js";
import type { SearchContext } from "../../strategy.js";
import { byError, type Climber, comparedError, revived, stored } from "./rungs.js";

export interface Bracket {
  /** Architectures that are drawn. */
  readonly n: number;
  /** Epochs of its rungs, rising. */
  readonly epochs: readonly number[];
}

/** What the note of a proposal says. */
export interface RungNote {
  /** Which bracket, from 0, of all that there were. */
  readonly bracket: number;
  /** Which of its rungs, from 0. */
  readonly rung: number;
}

/** How many architectures are on a rung of a bracket, if none fails: ⌊n η^−rung⌋. */
export const onRung = ({ n }: Bracket, rung: number, eta: number): number => Math.floor(n / eta ** rung);

/** Proposals of a bracket in which no training fails. */
export const proposalsOf = (bracket: Bracket, eta: number): number =>
  bracket.epochs.reduce((sum, _, rung) => sum + onRung(bracket, rung, eta), 0);

/** Plain data. */
interface State {
  /** Brackets that have ended. */
  readonly bracket: number;
  readonly rung: number;
  /** Architectures drawn so far: each has random numbers of its own. */
  readonly drawn: number;
  /** Of this rung: how many were asked for, who climbs onto it (none: they are drawn), and what was told. */
  readonly asked: number;
  readonly climbers: readonly Stored[];
  readonly told: readonly Stored[];
}
type Stored = ReturnType<typeof stored>;

/**
 * @param brackets taken in turn, again and again
 * @throws RangeError for a budget that does not reach the end of the first
 */
export function climbBrackets<A extends AnyArchitecture>(
  strategy: string,
  context: SearchContext<A>,
  eta: number,
  brackets: readonly Bracket[],
  state?: unknown,
): Searcher {
  const needed = proposalsOf(brackets[0], eta);
  if (context.budget !== undefined && context.budget < needed) {
    throw new RangeError(
      `${strategy}: a budget of ${context.budget} is below the ${needed} evaluations of the first bracket (${brackets[0].epochs
        .map((epochs, rung) => `${onRung(brackets[0], rung, eta)} of ${epochs} epochs`)
        .join(
          ", ",
        )}), before whose end nothing is trained for ${brackets[0].epochs.at(-1)} epochs; give it more, or a greater least`,
    );
  }
  return new Climb(new Proposer(strategy, context), context.seed, eta, brackets, state as State | undefined);
}

class Climb<A extends AnyArchitecture> implements Searcher {
  readonly #proposer: Proposer<A>;
  readonly #seed: number;
  readonly #eta: number;
  readonly #brackets: readonly Bracket[];
  #bracket: number;
  #rung: number;
  #drawn: number;
  #asked: number;
  #climbers: readonly Climber[];
  #told: Climber[];

  constructor(proposer: Proposer<A>, seed: number, eta: number, brackets: readonly Bracket[], state?: State) {
    this.#proposer = proposer;
    this.#seed = seed;
    this.#eta = eta;
    this.#brackets = brackets;
    this.#bracket = state?.bracket ?? 0;
    this.#rung = state?.rung ?? 0;
    this.#drawn = state?.drawn ?? 0;
    this.#asked = state?.asked ?? 0;
    this.#climbers = (state?.climbers ?? []).map(revived);
    this.#told = (state?.told ?? []).map(revived);
  }

  ask(n: number): Proposal[] {
    const proposals: Proposal[] = [];
    const { epochs } = this.#current;
    const note: RungNote = { bracket: this.#bracket, rung: this.#rung };
    for (; proposals.length < n && this.#asked < this.#size; this.#asked++) {
      const of = this.#climbers[this.#asked] as Climber | undefined;
      const way = of
        ? this.#proposer.decisions.decode(of.code)
        : this.#proposer.draw(seededAt(this.#seed, this.#drawn++));
      proposals.push({
        way,
        epochs: epochs[this.#rung],
        ...(of && { continues: of.place }),
        note,
      });
    }
    return proposals;
  }

  tell(outcome: Outcome): void {
    this.#told.push({ code: outcome.way.code, place: outcome.place, error: comparedError(outcome) });
    if (this.#told.length < this.#size) return;
    const keep = onRung(this.#current, this.#rung + 1, this.#eta);
    const best = this.#told
      .filter(({ error }) => error < Infinity)
      .sort(byError)
      .slice(0, keep);
    const goesOn = this.#rung + 1 < this.#current.epochs.length && best.length > 0;
    this.#climbers = goesOn ? best : [];
    if (goesOn) this.#rung++;
    else [this.#bracket, this.#rung] = [this.#bracket + 1, 0];
    this.#asked = 0;
    this.#told = [];
  }

  state(): State {
    return {
      bracket: this.#bracket,
      rung: this.#rung,
      drawn: this.#drawn,
      asked: this.#asked,
      climbers: this.#climbers.map(stored),
      told: this.#told.map(stored),
    };
  }

  get #current(): Bracket {
    return this.#brackets[this.#bracket % this.#brackets.length];
  }

  /** How many are on this rung. */
  get #size(): number {
    return this.#rung === 0 ? this.#current.n : this.#climbers.length;
  }
}
