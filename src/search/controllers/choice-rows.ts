/**
 * A batch of ways as rows, one for each choice: first choices first, then second ones, so that what an LSTM does at one step
 * lies together. Longer ways stand above shorter ones, so that a step's rows continue the first ones of the step before.
 */
import type { Sampled } from "./controller.js";
import type { Offers } from "./offers.js";

export interface ChoiceRows {
  readonly count: number;
  /** The most options of a choice. */
  readonly width: number;
  /** Where each step's rows begin, and last where they end. */
  readonly steps: Int32Array;
  /** What is read before each choice: 0 at first, then 1 + the place of the option that was taken last. */
  readonly tokens: Int32Array;
  /** Of each choice, the places of its options. */
  readonly places: readonly Int32Array[];
  /** Which of its options was taken. */
  readonly taken: Int32Array;
  /** Whose choice it is. */
  readonly sampled: readonly Sampled[];
  /** Which of its choices, from 0. */
  readonly at: Int32Array;
}

export function choiceRows(batch: readonly Sampled[], offers: Offers): ChoiceRows {
  const sorted = batch.toSorted((a, b) => b.way.code.length - a.way.code.length);
  const longest = sorted[0]?.way.code.length ?? 0;
  const count = sorted.reduce((sum, { way }) => sum + way.code.length, 0);
  const steps = new Int32Array(longest + 1);
  const [tokens, taken, at] = [new Int32Array(count), new Int32Array(count), new Int32Array(count)];
  const places: Int32Array[] = [];
  const sampled: Sampled[] = [];
  let width = 1;
  for (let t = 0; t < longest; t++) {
    for (let i = 0; i < sorted.length && sorted[i].way.code.length > t; i++) {
      const { questions, code } = sorted[i].way;
      const row = places.length;
      const offered = offers.of(questions[t]);
      if (t > 0) tokens[row] = 1 + places[steps[t - 1] + i][code[t - 1]];
      taken[row] = code[t];
      at[row] = t;
      places.push(offered);
      sampled.push(sorted[i]);
      width = Math.max(width, offered.length);
    }
    steps[t + 1] = places.length;
  }
  return { count, width, steps, tokens, places, taken, sampled, at };
}
