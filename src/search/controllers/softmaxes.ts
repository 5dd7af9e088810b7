/**
 * The simplest controller: one softmax for each word of a space's vocabulary, independent of the others. Where a choice
 * offers some of its word's options, their probabilities are renormalised.
 */
import type { Random } from "../../base/random.js";
import type { Survey } from "../../spaces/decisions/survey.js";
import { indexOf, type Question } from "../../spaces/decisions/walker.js";

type Vocabulary = Survey["vocabulary"];

/** What a choice looks like to the controller. */
interface Offer {
  /** Where the word's logits begin, and where each offered option's is, behind that. */
  readonly places: Int32Array;
}

/** A choice that was answered. */
export interface Answered {
  readonly question: Question;
  readonly index: number;
}

export class Softmaxes {
  /** The logits of all words, one after the other. */
  readonly parameters: Float64Array;
  readonly #starts = new Map<string, number>();
  readonly #words: ReadonlyMap<string, Vocabulary[number]>;
  readonly #offers = new WeakMap<Question, Offer>();

  constructor(vocabulary: Vocabulary) {
    this.#words = new Map(vocabulary.map(word => [word.name, word]));
    let size = 0;
    for (const { name, options } of vocabulary) {
      this.#starts.set(name, size);
      size += options.length;
    }
    this.parameters = new Float64Array(size);
  }

  /** Probabilities of a choice's options. */
  probabilities(question: Question): Float64Array {
    const { places } = this.#offer(question);
    const all = new Float64Array(places.length);
    let most = -Infinity;
    for (let i = 0; i < places.length; i++) most = Math.max(most, (all[i] = this.parameters[places[i]]));
    let sum = 0;
    for (let i = 0; i < places.length; i++) sum += all[i] = Math.exp(all[i] - most);
    for (let i = 0; i < places.length; i++) all[i] /= sum;
    return all;
  }

  sample(question: Question, random: Random): number {
    const probabilities = this.probabilities(question);
    let target = random();
    for (let i = 0; i < probabilities.length - 1; i++) if ((target -= probabilities[i]) < 0) return i;
    return probabilities.length - 1;
  }

  /**
   * Adds to `into` the gradient of weight · log π(answer) + entropyWeight · H(π) by all parameters.
   *
   * ∂ log π(a) / ∂ zₖ = 1[k = a] − πₖ, and ∂ H / ∂ zₖ = −πₖ (log πₖ + H).
   */
  addGradient(
    { question, index }: Answered,
    weight: number,
    entropyWeight: number,
    into: Float64Array,
  ): void {
    const { places } = this.#offer(question);
    const probabilities = this.probabilities(question);
    let entropy = 0;
    if (entropyWeight !== 0) for (const p of probabilities) if (p > 0) entropy -= p * Math.log(p);
    for (let i = 0; i < places.length; i++) {
      const p = probabilities[i];
      into[places[i]] += weight * ((i === index ? 1 : 0) - p);
      if (entropyWeight !== 0 && p > 0) into[places[i]] -= entropyWeight * p * (Math.log(p) + entropy);
    }
  }

  #offer(question: Question): Offer {
    const known = this.#offers.get(question);
    if (known) return known;
    const start = this.#starts.get(question.name)!;
    const { options } = this.#words.get(question.name)!;
    const places = Int32Array.from(question.values, (value, i) => start + indexOf(options, value, i));
    const offer = { places };
    this.#offers.set(question, offer);
    return offer;
  }
}
