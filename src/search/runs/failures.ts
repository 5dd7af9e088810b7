/** When objectives that throw end a search: what fails at once, or again and again, would fail for every architecture. */
import type { Answer } from "./evaluation.js";

/** Evaluations in a row that may end by a throw. */
const MOST_IN_A_ROW = 5;

export class Failures {
  #inARow = 0;

  /**
   * Looks at the answers of an evaluation. The first one of a search must not throw, so that a mistake is named before anything is
   * paid for; later ones are told as failed, and only end the search once there are five in a row, which are kept.
   *
   * @param told outcomes that the strategy was told
   * @returns the error that ends the search after this evaluation is kept, if any
   * @throws Error where it is one of the first
   */
  look(answers: readonly (Answer | undefined)[], told: number): Error | undefined {
    const failed = answers.find(answer => answer?.thrown !== undefined);
    if (!failed) {
      this.#inARow = 0;
      return undefined;
    }
    const { thrown, reason } = failed;
    this.#inARow++;
    if (told === 0) {
      throw new Error(
        `search: the first evaluation failed: ${reason}; mend the objective, nothing was kept of it`,
        {
          cause: thrown,
        },
      );
    }
    if (this.#inARow < MOST_IN_A_ROW) return undefined;
    return new Error(
      `search: ${MOST_IN_A_ROW} evaluations in a row failed, the last with ${reason}; what was told is kept, mend the objective and run the search again`,
      { cause: thrown },
    );
  }
}
