/**
 * What a search strategy is: it is asked for architectures, told what came of them, and says its state, from which it can
 * be made again. It knows nothing of workers, folders, budgets and clocks; the runner knows nothing of strategies.
 */
import type { AnyArchitecture } from "../architectures/family.js";
import type { Way } from "../spaces/decisions/way.js";
import type { Recipe } from "../training/recipe.js";
import type { TrialRecord } from "../trials/trial.js";
import type { Cost } from "./cost.js";

/** An architecture that a strategy wants to know the error of. */
export interface Proposal {
  /** How it is decided, by the decisions of the space that is searched. */
  readonly way: Way<AnyArchitecture>;
  /** Fields of the recipe that are other than the search's. */
  readonly recipe?: Partial<Recipe>;
  /**
   * How many epochs of the recipe's schedule are trained, from the first, as on a rung of successive halving; the schedule
   * stays that of the whole. Default: all.
   */
  readonly epochs?: number;
  /**
   * Place of an earlier proposal of the same architecture, with fewer epochs, whose training goes on: weights, optimiser, schedule
   * and random numbers as if it had not stopped. Only the further epochs are paid for.
   */
  readonly continues?: number;
  /** By epoch, the greatest error with which its training goes on, per cent; see `TrainOptions.stopAbove`. */
  readonly stopAbove?: Readonly<Record<number, number>>;
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
  /** What knowing it cost; of a training that went on, the further epochs. */
  readonly cost?: Cost;
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
