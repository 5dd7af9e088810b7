/**
 * When failures end a search. What fails at once, or again and again, would fail for every architecture: an objective that throws, or
 * trainings that the machine does not bear. An architecture without a value, as of NaN or beyond a limit, is none of these.
 *
 * They count in the order in which the strategy is told, so that one worker and four end a search at the same evaluation.
 */
import type { OutcomeRecord } from "./outcome-log.js";

/** Evaluations in a row that may end so. */
const MOST_IN_A_ROW = 5;

/** What is known of a search when one of its evaluations fails. */
export interface Standing {
  /** Outcomes that the strategy was told before. */
  readonly told: number;
  /** Those of them, and of this one, that the log has; undefined where there is no folder. */
  readonly kept: number | undefined;
  /** Those that the log has not, for they are tried again. */
  readonly held: number;
  /** What the objective threw. */
  readonly thrown?: unknown;
}

const evaluations = (n: number): string => `${n} ${n === 1 ? "evaluation" : "evaluations"}`;

const remedies = {
  objective: "mend the objective",
  training: "give the trainings more time, memory or another recipe",
} as const;

export class Failures {
  #inARow = 0;

  /**
   * Looks at an outcome before the strategy is told. The first one of a search must not fail so, that a mistake is named before
   * anything is paid for; later ones are told as failed, until there are five in a row.
   *
   * @returns the error that ends the search: instead of telling it, where nothing was told, else once it was
   */
  look({ fault, reason = "" }: OutcomeRecord, { told, kept, held, thrown }: Standing): Error | undefined {
    if (fault === undefined) {
      this.#inARow = 0;
      return undefined;
    }
    this.#inARow++;
    const about = thrown === undefined ? undefined : { cause: thrown };
    const remedy = remedies[fault];
    if (told === 0) {
      return new Error(
        `search: the first evaluation failed: ${reason}; ${remedy} and run the search again, nothing was told and nothing is kept of it`,
        about,
      );
    }
    if (this.#inARow < MOST_IN_A_ROW) return undefined;
    const rest =
      kept === undefined
        ? "what was told is not kept, since the search has no folder; give it one as out"
        : `what was told is kept: ${evaluations(kept)}${held > 0 ? `; the other ${held} are tried again` : ""}`;
    return new Error(
      `search: ${MOST_IN_A_ROW} evaluations in a row failed, the last with ${reason}; ${rest}; ${remedy} and run the search again`,
      about,
    );
  }
}
