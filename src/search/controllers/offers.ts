/** Where the options of a space's vocabulary lie in a controller's parameters, all words' one after the other. */
import type { Word } from "../../spaces/decisions/survey.js";
import { indexOf, type Question } from "../../spaces/decisions/walker.js";

export class Offers {
  /** Options of all words. */
  readonly size: number;
  readonly #starts = new Map<string, number>();
  readonly #words: ReadonlyMap<string, Word>;
  readonly #known = new WeakMap<Question, Int32Array>();

  constructor(vocabulary: readonly Word[]) {
    this.#words = new Map(vocabulary.map(word => [word.name, word]));
    let size = 0;
    for (const { name, options } of vocabulary) {
      this.#starts.set(name, size);
      size += options.length;
    }
    this.size = size;
  }

  /** The place of each option that a choice offers, which may be some of its word's. */
  of(question: Question): Int32Array {
    const known = this.#known.get(question);
    if (known) return known;
    const start = this.#starts.get(question.name)!;
    const { options } = this.#words.get(question.name)!;
    const places = Int32Array.from(question.values, (value, i) => start + indexOf(options, value, i));
    this.#known.set(question, places);
    return places;
  }
}
