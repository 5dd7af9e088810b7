/** Draws an option of a choice. */
import type { Random } from "../../base/random.js";
import type { Question } from "./walker.js";

/** An index, each with its probability. */
export function drawOption(question: Question, random: Random): number {
  const { values, probabilities } = question;
  if (!probabilities) return Math.floor(random() * values.length);
  const sum = (question.sums ??= accumulate(probabilities));
  const target = random() * sum[sum.length - 1];
  let [low, high] = [0, sum.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sum[middle] <= target) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Another index than this one, each of the others with its probability; undefined if there is none. */
export function drawOther(question: Question, index: number, random: Random): number | undefined {
  const { values, probabilities } = question;
  if (!probabilities) {
    if (values.length === 1) return undefined;
    const other = Math.floor(random() * (values.length - 1));
    return other < index ? other : other + 1;
  }
  const others = probabilities.map((p, i) => (i === index ? 0 : p));
  const sum = others.reduce((a, b) => a + b, 0);
  if (!(sum > 0)) return undefined;
  let target = random() * sum;
  const drawn = others.findIndex(p => (target -= p) < 0);
  // Rounding may leave a rest.
  return drawn < 0 ? others.findLastIndex(p => p > 0) : drawn;
}

function accumulate(probabilities: readonly number[]): Float64Array {
  let sum = 0;
  return Float64Array.from(probabilities, p => (sum += p));
}
