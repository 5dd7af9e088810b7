/** What REINFORCE and PPO ask of a controller: a policy over a space's choices, and the gradient of what is to rise. */
import type { Random } from "../../base/random.js";
import type { Question } from "../../spaces/decisions/walker.js";

/** One way through the choices: the probabilities of each may depend on what was taken before. */
export interface Pass {
  /** Of the options that a choice offers. */
  probabilities(question: Question): Float64Array;
  /** Which of them was taken. */
  took(index: number): void;
}

/** A way that was drawn, and what came of it. */
export interface Sampled {
  readonly way: { readonly questions: readonly Question[]; readonly code: readonly number[] };
  /** Reward minus baseline. */
  readonly advantage: number;
  /** Log-probability of each choice when it was drawn; PPO's ratios need it. */
  readonly drawn: readonly number[];
}

/**
 * What is to rise, over a batch of m ways: (1/m) Σₖ Σₜ of log π(aₜ) A, or, with a clip, of min(ρ A, clip(ρ, 1 − clip, 1 + clip) A)
 * with ρ the ratio of π(aₜ) to what it was when it was drawn; and the entropy of each choice, weighted.
 */
export interface Objective {
  readonly entropy: number;
  /** Infinity: no ratios. */
  readonly clip: number;
}

export interface Controller {
  /** All of them; changed in place by whoever trains. */
  readonly parameters: Float32Array | Float64Array;
  begin(): Pass;
  /** Of the negative of the objective by the parameters: down it goes. Valid until the next call. */
  gradient(batch: readonly Sampled[], objective: Objective): Float32Array | Float64Array;
}

export function drawFrom(probabilities: Float64Array, random: Random): number {
  let target = random();
  for (let i = 0; i < probabilities.length - 1; i++) if ((target -= probabilities[i]) < 0) return i;
  return probabilities.length - 1;
}

export function entropyOf(probabilities: Float64Array): number {
  let entropy = 0;
  for (const p of probabilities) if (p > 0) entropy -= p * Math.log(p);
  return entropy;
}
