/** Loss and error of a supernet on images that it is not trained on, with the running statistics. */
import type { Mixture } from "../../../networks/mixture.js";
import type { Network } from "../../../networks/network.js";
import type { LabelledBatch } from "../../../training/batches.js";
import type { Session } from "../../../training/session.js";

export interface LookedAt {
  /** Mean cross-entropy, nats. */
  readonly loss: number;
  /** Images that another class has more of the logits of, or an equal share, per cent. */
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
    for (const [i, label] of batch.labels.entries()) {
      if (images++ >= most) break;
      const own = logits.subarray(i * classes, (i + 1) * classes);
      let greatest = Number.NEGATIVE_INFINITY;
      for (const logit of own) greatest = Math.max(greatest, logit);
      let sum = 0;
      for (const logit of own) sum += Math.exp(logit - greatest);
      loss += Math.log(sum) + greatest - own[label];
      if (own.some((logit, k) => k !== label && !(logit < own[label]))) wrong++;
    }
  }
  const count = Math.min(images, most);
  return { loss: loss / count, error: (100 * wrong) / count };
}
