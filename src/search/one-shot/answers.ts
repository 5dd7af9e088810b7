/** What logits say of images. */

/**
 * Images whose label has not the largest logit of all; where nothing is finite, all are wrong.
 *
 * @param logits row-major [count, classes]
 */
export function wrongAnswers(logits: Float32Array, labels: ArrayLike<number>): number {
  const classes = logits.length / labels.length;
  let wrong = 0;
  for (let i = 0; i < labels.length; i++) {
    let best = 0;
    for (let k = 1; k < classes; k++) if (logits[i * classes + k] > logits[i * classes + best]) best = k;
    if (best !== labels[i] || !Number.isFinite(logits[i * classes + best])) wrong++;
  }
  return wrong;
}
