/** What REINFORCE and PPO raise, made of tfjs's operations: a table with two columns, a choice a row, log π of what was taken and entropy. */
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import type { ChoiceRows } from "./choice-rows.js";
import type { Objective } from "./controller.js";
import type { Tf } from "./tf.js";

/** The objective over a batch of so many ways, with its sign turned. Operands are of one shape: nothing is broadcast. */
export function negativeObjective(
  tf: Tf,
  choices: Tensor,
  { count, sampled, at }: ChoiceRows,
  ways: number,
  { entropy, clip }: Objective,
): Scalar {
  /** Of each choice the first number is for log π, and the second for the entropy. */
  const table = (valueOf: (row: number) => number, second: number): Tensor => {
    const values = new Float32Array(2 * count).fill(second);
    for (let row = 0; row < count; row++) values[2 * row] = valueOf(row);
    return tf.tensor2d(values, [count, 2]);
  };
  const loss = table(row => -sampled[row].advantage / ways, 0);
  const bonus = tf.sum(
    tf.mul(
      choices,
      table(() => 0, -entropy / ways),
    ),
  );
  if (clip === Infinity) return tf.add(tf.sum(tf.mul(choices, loss)), bonus);
  const ratio = tf.exp(
    tf.sub(
      choices,
      table(row => sampled[row].drawn[at[row]], 0),
    ),
  );
  // The lesser gain is the greater loss.
  const clipped = tf.mul(tf.clipByValue(ratio, 1 - clip, 1 + clip), loss);
  return tf.add(tf.sum(tf.maximum(tf.mul(ratio, loss), clipped)), bonus);
}
