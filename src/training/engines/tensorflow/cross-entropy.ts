/** The loss, from logits that are on the CPU already: a batch's are a few hundred numbers. */

export interface Loss {
  /** Mean cross-entropy, nats. */
  readonly value: number;
  /** Of the logits: (softmax − onehot) / count. */
  readonly gradient: Float32Array;
  /** Images whose largest logit is not their label's. */
  readonly wrong: number;
  /** Whether all logits are finite. */
  readonly finite: boolean;
}

/**
 * Mean over the batch of −log softmax(logits)[label].
 *
 * @param logits row-major [count, classes]
 */
export function crossEntropy(logits: Float32Array, labels: ArrayLike<number>, classes: number): Loss {
  const count = labels.length;
  const gradient = new Float32Array(logits.length);
  let sum = 0;
  let wrong = 0;
  let finite = true;
  for (let i = 0; i < count; i++) {
    const row = logits.subarray(i * classes, (i + 1) * classes);
    let best = 0;
    for (let c = 0; c < classes; c++) {
      if (row[c] > row[best]) best = c;
      finite &&= Number.isFinite(row[c]);
    }
    let total = 0;
    for (let c = 0; c < classes; c++) total += Math.exp(row[c] - row[best]);
    const label = labels[i];
    sum += Math.log(total) + row[best] - row[label];
    if (best !== label) wrong++;
    for (let c = 0; c < classes; c++) {
      gradient[i * classes + c] = (Math.exp(row[c] - row[best]) / total - (c === label ? 1 : 0)) / count;
    }
  }
  return { value: sum / count, gradient, wrong, finite };
}
