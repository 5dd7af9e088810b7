/**
 * What a search strategy is: it is asked for architectures, told what came of them, and says its state, from which it can
 * be made again. It knows nothing of workers, folders, budgets and clocks; the runner knows nothing of strategies.
 */
import type { AnyArchitecture } from "../architectures/family.js";
import type { Way } from "../spaces/decisions/way.js";
import type { Recipe } from "../training/recipe.js";
import type { TrialRecord } from "../trials/trial.js";

/** An architecture that a strategy wants to know the error of. */
export interface Proposal {
  /** How it is decided, by the decisions of the space that is searched. */
  readonly way: Way<AnyArchitecture>;
  /** Fields of the recipe that are other than the search's, as fewer epochs on a rung of successive halving. */
  readonly recipe?: Partial<Recipe>;
  /** Whatever the strategy wants back with the outcome: a parent, a rung, what a controller sampled. Plain data. */
  readonly note?: unknown;
}

/** What came of a proposal. */
export interface Outcome extends Proposal {
  /** Which of the proposals, from 0, in the order in which they were asked for. */
  readonly place: number;
  /**
   * What is made small: of a trial the error on the validation split, or on the test split where there is none, per cent;
   * NaN of one that failed. The first of several objectives.
   */
  readonly error: number;
  /** All objectives, in order, each made small, where there are several. */
  readonly objectives?: readonly number[];
  /** The trial, where the proposal was trained. */
  readonly record?: TrialRecord;
}

/**
 * A search strategy. It proposes and learns in the order of its calls alone: the same calls give the same proposals, so that
 * a search that was interrupted ends as one that was not.
 */
export interface Searcher {
  /**
   * What to try next, at most `n` architectures. Fewer where it must hear of others first; none, with no outcome
   * outstanding, ends the search.
   */
  ask(n: number): readonly Proposal[];
  /** Outcomes come one at a time, in the order in which they were asked for, failures included. */
  tell(outcome: Outcome): void;
  /**
   * All that decides what it proposes from here on, as plain data that JSON can hold. Proposals that are not told yet need
   * not be in it: they are kept beside it, and told later.
   */
  state(): unknown;
}

/** Makes a strategy: anew, or as it was when it said that state. */
export type MakeSearcher = (state?: unknown) => Searcher;
