/**
 * Where a runner gets its trials from. A sweep's are known from the first to the last; a search decides on one after it
 * has heard of others. Store, resumption, limits and progress are the runner's, and the same for both.
 */
import { isSettled, type Trial, type TrialRecord } from "../trial.js";
import { openTrials } from "../trials-of.js";

export interface TrialSource {
  /** Trials in all, those with an outcome included. */
  readonly total: number;
  /**
   * Looks at what a folder holds. Nothing is written; each call begins anew.
   *
   * @param folder undefined where there is none yet
   */
  open(folder: string | undefined): OpenSource;
}

/** A source at the place where its folder's outcomes leave it. */
export interface OpenSource {
  /** Outcomes that are there already, in the order of their trials. */
  readonly settled: readonly TrialRecord[];
  /** Trials without an outcome. */
  readonly left: number;
  /** Those of them that are known now, in order. */
  readonly ahead: readonly Trial[];
  /**
   * The next trial to run; `"later"`: once an outcome of one under way is told; a promise: once that is fulfilled; undefined:
   * there are no more.
   */
  next(): Trial | "later" | Promise<void> | undefined;
  /** Why there are no more, where that is an error. */
  readonly problem?: Error | undefined;
  /** How a trial ended, failures included, once it is in the store. */
  tell(record: TrialRecord): void;
  /** Ends what is under way in this process. */
  close?(): Promise<void>;
}

/** The source of trials that are all known, as a sweep's are: those without an outcome, in their order. */
export const knownTrials = (trials: readonly Trial[]): TrialSource => ({
  total: trials.length,
  open(folder) {
    const { todo, stored } = folder === undefined ? { todo: trials, stored: [] } : openTrials(folder, trials);
    const queue = todo.values();
    return {
      settled: stored.filter(isSettled).sort((a, b) => a.index - b.index),
      left: todo.length,
      ahead: todo,
      next: () => queue.next().value,
      tell: () => {},
    };
  },
});
