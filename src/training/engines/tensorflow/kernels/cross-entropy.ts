/** The loss, from logits that are on the CPU already: a batch's are a few hundred numbers. */

/** What the logits of a batch should say; as engine torch's (native/loss.cc). */
export interface Target {
  readonly labels: ArrayLike<number>;
  /** A second label each, of which the first has the share. */
  readonly mixed?: { readonly labels: ArrayLike<number>; readonly share: number };
  /** Share of the target that is spread evenly over all classes. Default 0. */
  readonly smoothing?: number;
}

export interface Loss {
  /** Mean cross-entropy, nats. */
  readonly value: number;
  /** Of the logits: (softmax − target) / count. */
  readonly gradient: Float32Array;
  /** Images whose largest logit is not their label's; of two, the label with the greater share. */
  readonly wrong: number;
  /** Whether all logits are finite. */
  readonly finite: boolean;
}

/**
 * Mean over the batch of −Σ target · log softmax(logits).
 *
 * @param logits row-major [count, classes]
 */
export function crossEntropy(
  logits: Float32Array,
  { labels, mixed = { labels, share: 1 }, smoothing = 0 }: Target,
  classes: number,
): Loss {
  const count = labels.length;
  const gradient = new Float32Array(logits.length);
  const first = (1 - smoothing) * mixed.share;
  const second = 1 - smoothing - first;
  const even = smoothing / classes;
  let sum = 0;
  let wrong = 0;
  let finite = true;
  for (let i = 0; i < count; i++) {
    const row = logits.subarray(i * classes, (i + 1) * classes);
    let best = 0;
    let rowSum = 0;
    for (let c = 0; c < classes; c++) {
      if (row[c] > row[best]) best = c;
      finite &&= Number.isFinite(row[c]);
      rowSum += row[c];
    }
    let total = 0;
    for (let c = 0; c < classes; c++) total += Math.exp(row[c] - row[best]);
    const label = labels[i];
    const other = mixed.labels[i];
    sum += Math.log(total) + row[best] - first * row[label] - second * row[other] - even * rowSum;
    if (best !== (mixed.share >= 0.5 ? label : other)) wrong++;
    for (let c = 0; c < classes; c++) {
      const target = even + (c === label ? first : 0) + (c === other ? second : 0);
      gradient[i * classes + c] = (Math.exp(row[c] - row[best]) / total - target) / count;
    }
  }
  return { value: sum / count, gradient, wrong, finite };
}
