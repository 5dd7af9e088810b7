/**
 * The ways of a small space, each made once: a search on a table walks the same few thousand again and again, and running the
 * program is most of what it does. Only of programs all of whose choices are free, since then the same choices are
 * asked whatever the answers are.
 */
import type { Random } from "../../base/random.js";
import { drawOption } from "./draw-option.js";
import type { Answer, Question } from "./walker.js";
import type { Way } from "./way.js";

/** Ways that are kept at most, of some kilobytes each. */
const MOST_KEPT = 65_536;

/** Runs the program with a code, which is the one of that place. */
type Make<A> = (code: readonly number[], place: number) => Way<A> | undefined;

export class MadeWays<A> {
  readonly #questions: readonly Question[];
  /** How far apart two ways lie that differ by one in a choice. */
  readonly #strides: readonly number[];
  /** By the code, read as a number whose digits are the choices; null where the choices make no architecture. */
  readonly #ways: (Way<A> | null | undefined)[];
  readonly #make: Make<A>;

  private constructor(questions: readonly Question[], size: number, make: Make<A>) {
    this.#questions = questions;
    this.#ways = Array.from({ length: size });
    this.#make = make;
    let stride = size;
    this.#strides = questions.map(({ values }) => (stride /= values.length));
  }

  /**
   * @param questions of any way through the program
   * @param make runs the program
   * @returns undefined where choices depend on others, or there are too many ways
   */
  static of<A>(questions: readonly Question[], make: Make<A>): MadeWays<A> | undefined {
    const size = questions.reduce((product, { values }) => product * values.length, 1);
    if (!(size <= MOST_KEPT) || questions.some(({ kind }) => kind !== "free")) return undefined;
    return new MadeWays(questions, size, make);
  }

  /** The way of some answers; undefined where they make no architecture. */
  walk(answer: Answer): Way<A> | undefined {
    const questions = this.#questions;
    let place = 0;
    for (let i = 0; i < questions.length; i++) place += answer(questions[i], i) * this.#strides[i];
    return this.#at(place);
  }

  /** The way of drawn answers. */
  draw(random: Random): Way<A> | undefined {
    const questions = this.#questions;
    let place = 0;
    for (let i = 0; i < questions.length; i++) place += drawOption(questions[i], random) * this.#strides[i];
    return this.#at(place);
  }

  /** A way with another answer to one of its choices. */
  changed({ code, place }: Way<A>, at: number, index: number): Way<A> | undefined {
    return this.#at(place + (index - code[at]) * this.#strides[at]);
  }

  #at(place: number): Way<A> | undefined {
    const there = this.#ways[place];
    if (there !== undefined) return there ?? undefined;
    const code = this.#questions.map(({ values }, i) => Math.floor(place / this.#strides[i]) % values.length);
    const made = this.#make(code, place);
    this.#ways[place] = made ?? null;
    return made;
  }
}
