/** One batch of the training split, as measures without training look at it. */
import { seeded } from "../../../base/random.js";
import type { Dataset } from "../../../training/dataset.js";
import type { ImageBatch } from "../../../training/session.js";

export interface LabelledBatch {
  readonly batch: ImageBatch;
  readonly labels: Int32Array;
}

/**
 * Images drawn from a seed, none twice, normalised and not augmented.
 *
 * @param count at most as many as the training split has
 */
export function drawBatch(dataset: Dataset, count: number, seed: number): LabelledBatch {
  const { train, channels, resolution, mean, std } = dataset;
  const random = seeded(seed);
  const places = Uint32Array.from({ length: train.count }, (_, i) => i);
  const area = resolution * resolution;
  const images = new Float32Array(count * channels * area);
  const labels = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const other = i + Math.floor(random() * (train.count - i));
    [places[i], places[other]] = [places[other], places[i]];
    const place = places[i];
    labels[i] = train.labels[place];
    for (let c = 0; c < channels; c++) {
      const from = (place * channels + c) * area;
      const to = (i * channels + c) * area;
      for (let p = 0; p < area; p++) images[to + p] = (train.images[from + p] / 255 - mean[c]) / std[c];
    }
  }
  return { batch: { images, shape: [count, channels, resolution, resolution] }, labels };
}
