/**
 * The simplest controller: one softmax for each word of a space's vocabulary, independent of the others. Where a choice
 * offers some of its word's options, their probabilities are renormalised.
 */
import type { Word } from "../../spaces/decisions/survey.js";
import type { Question } from "../../spaces/decisions/walker.js";
import { type Controller, entropyOf, type Objective, type Pass, type Sampled } from "./controller.js";
import { Offers } from "./offers.js";

/** A choice that was answered. */
export interface Answered {
  readonly question: Question;
  readonly index: number;
}

export class Softmaxes implements Controller {
  /** The logits of all words, one after the other; zeros at first. */
  readonly parameters: Float64Array;
  readonly #offers: Offers;
  readonly #gradient: Float64Array;

  constructor(vocabulary: readonly Word[]) {
    this.#offers = new Offers(vocabulary);
    this.parameters = new Float64Array(this.#offers.size);
    this.#gradient = new Float64Array(this.#offers.size);
  }

  /** Probabilities of a choice's options. */
  probabilities(question: Question): Float64Array {
    const places = this.#offers.of(question);
    const all = new Float64Array(places.length);
    let most = -Infinity;
    for (let i = 0; i < places.length; i++) most = Math.max(most, (all[i] = this.parameters[places[i]]));
    let sum = 0;
    for (let i = 0; i < places.length; i++) sum += all[i] = Math.exp(all[i] - most);
    for (let i = 0; i < places.length; i++) all[i] /= sum;
    return all;
  }

  begin(): Pass {
    return { probabilities: question => this.probabilities(question), took: () => {} };
  }

  gradient(batch: readonly Sampled[], { entropy, clip }: Objective): Float64Array {
    this.#gradient.fill(0);
    for (const { way, advantage, drawn } of batch) {
      for (let t = 0; t < way.questions.length; t++) {
        const answered = { question: way.questions[t], index: way.code[t] };
        const weight = clip === Infinity ? advantage : this.#clipped(answered, advantage, drawn[t], clip);
        this.addGradient(answered, -weight / batch.length, -entropy / batch.length, this.#gradient);
      }
    }
    return this.#gradient;
  }

  /** ∂ objective / ∂ log π of a choice. */
  #clipped({ question, index }: Answered, advantage: number, drawn: number, clip: number): number {
    const ratio = this.probabilities(question)[index] / Math.exp(drawn);
    // Beyond the clip the objective is flat.
    if (advantage > 0 ? ratio > 1 + clip : ratio < 1 - clip) return 0;
    return ratio * advantage;
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
    const places = this.#offers.of(question);
    const probabilities = this.probabilities(question);
    const entropy = entropyWeight === 0 ? 0 : entropyOf(probabilities);
    for (let i = 0; i < places.length; i++) {
      const p = probabilities[i];
      into[places[i]] += weight * ((i === index ? 1 : 0) - p);
      if (entropyWeight !== 0 && p > 0) into[places[i]] -= entropyWeight * p * (Math.log(p) + entropy);
    }
  }
}
