/** Loss and error of a supernet on images that it is not trained on, with the running statistics. */
import type { Mixture } from "../../../networks/mixture.js";
import type { Network } from "../../../networks/network.js";
import type { LabelledBatch } from "../../../training/batches.js";
import type { Session } from "../../../training/session.js";
import { wrongAnswers } from "../answers.js";

export interface LookedAt {
  /** Mean cross-entropy, nats. */
  readonly loss: number;
  /** Per cent. */
  readonly error: number;
}

/** @param most images that are looked at; the first ones */
export async function lookAt(
  session: Session,
  network: Network,
  batches: Iterable<LabelledBatch>,
  { mixture, most = Infinity, signal }: { mixture: Mixture; most?: number; signal?: AbortSignal },
): Promise<LookedAt> {
  let [images, wrong, loss] = [0, 0, 0];
  for (const batch of batches) {
    if (images >= most || signal?.aborted) break;
    const logits = await session.evaluate(network, batch.images, { mixture });
    const classes = logits.length / batch.labels.length;
    const labels = batch.labels.subarray(0, most - images);
    images += labels.length;
    wrong += wrongAnswers(logits.subarray(0, labels.length * classes), labels);
    for (const [i, label] of labels.entries()) {
      const own = logits.subarray(i * classes, (i + 1) * classes);
      let greatest = Number.NEGATIVE_INFINITY;
      for (const logit of own) greatest = Math.max(greatest, logit);
      let sum = 0;
      for (const logit of own) sum += Math.exp(logit - greatest);
      loss += Math.log(sum) + greatest - own[label];
    }
  }
  return { loss: loss / images, error: (100 * wrong) / images };
}
