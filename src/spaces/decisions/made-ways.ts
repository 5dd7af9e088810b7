/**
 * The ways of a small space, each made once: a search on a table walks the same few thousand again and again, and running the
 * program is most of what it does. Only of programs all of whose choices are free, since then the same choices are
 * asked whatever the answers are.
 */
import type { Answer, Question } from "./walker.js";
import type { Way } from "./way.js";

/** Ways that are kept at most, of some kilobytes each. */
const MOST_KEPT = 65_536;

export class MadeWays<A> {
  readonly #questions: readonly Question[];
  /** By the code, read as a number whose digits are the choices; null where the choices make no architecture. */
  readonly #ways: (Way<A> | null | undefined)[];
  readonly #make: (code: readonly number[]) => Way<A> | undefined;

  private constructor(
    questions: readonly Question[],
    size: number,
    make: (code: readonly number[]) => Way<A> | undefined,
  ) {
    this.#questions = questions;
    this.#ways = Array.from({ length: size });
    this.#make = make;
  }

  /**
   * @param questions of any way through the program
   * @param make runs the program
   * @returns undefined where choices depend on others, or there are too many ways
   */
  static of<A>(
    questions: readonly Question[],
    make: (code: readonly number[]) => Way<A> | undefined,
  ): MadeWays<A> | undefined {
    const size = questions.reduce((product, { values }) => product * values.length, 1);
    if (!(size <= MOST_KEPT) || questions.some(({ kind }) => kind !== "free")) return undefined;
    return new MadeWays(questions, size, make);
  }

  /** The way of some answers; undefined where they make no architecture. */
  walk(answer: Answer): Way<A> | undefined {
    const questions = this.#questions;
    const code: number[] = [];
    let at = 0;
    for (let place = 0; place < questions.length; place++) {
      const question = questions[place];
      const index = answer(question, place);
      code.push(index);
      at = at * question.values.length + index;
    }
    const there = this.#ways[at];
    if (there !== undefined) return there ?? undefined;
    const made = this.#make(code);
    this.#ways[at] = made ?? null;
    return made;
  }
}
