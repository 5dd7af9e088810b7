/**
 * The batches of one epoch, as engine torch draws and makes them (native/augment.cc): order, crops, mirroring,
 * holes and mixing come from the epoch's seed, and bytes are normalised only when a batch is made.
 */
import type { Dataset, Split } from "../dataset.js";
import { TorchRandom } from "./torch-random.js";

/** Where an image's channels lie: one after the other, as sessions take them, or side by side in each pixel. */
export type Layout = "channels first" | "channels last";

/** Normalised images of a batch, and what they should be taken for. */
export interface Batch {
  /** Row-major, [count, channels, height, width] or [count, height, width, channels]. */
  readonly values: Float32Array;
  readonly labels: Split["labels"];
  /** A second label each, of which the first has the share. */
  readonly mixed?: { readonly labels: Split["labels"]; readonly share: number };
}

/** What a training does with its images; see Recipe. */
export interface Augmentation {
  readonly cropPadding: number;
  readonly flip: boolean;
  readonly mixup?: number;
  readonly cutout?: number;
}

/** One epoch's random choices. */
export class EpochPlan {
  readonly #order: Uint32Array;
  readonly #top: Uint32Array;
  readonly #left: Uint32Array;
  readonly #flip: Uint32Array;
  /** Of each batch, the share of its images that is their own; undefined without mixing. */
  readonly #shares: Float64Array | undefined;
  /** Centres of blanked squares in the crops; undefined without. */
  readonly #holes: { readonly rows: Uint32Array; readonly columns: Uint32Array } | undefined;
  readonly #dataset: Dataset;
  readonly #augmentation: Augmentation;
  readonly #split: Split;
  readonly #values: Normalisation;

  /**
   * @param split whose images they are
   * @param steps batches of the epoch
   */
  constructor(
    dataset: Dataset,
    split: Split,
    augmentation: Augmentation,
    { steps, seed, layout }: { readonly steps: number; readonly seed: number; readonly layout: Layout },
  ) {
    const random = new TorchRandom(seed);
    const { count } = split;
    const places = 2 * augmentation.cropPadding + 1;
    this.#dataset = dataset;
    this.#split = split;
    this.#augmentation = augmentation;
    this.#order = random.permutation(count);
    // Drawn even when unused, so that one choice does not shift the others.
    this.#top = random.integers(places, count);
    this.#left = random.integers(places, count);
    this.#flip = random.integers(2, count);
    const { mixup = 0 } = augmentation;
    if (mixup > 0) this.#shares = Float64Array.from({ length: steps }, () => random.beta(mixup));
    const { resolution } = dataset;
    if (augmentation.cutout) {
      const rows = random.integers(resolution, count);
      this.#holes = { rows, columns: random.integers(resolution, count) };
    }
    this.#values = new Normalisation(dataset, layout);
  }

  /** Batch `step` of so many images. */
  batch(step: number, count: number): Batch {
    const first = step * count;
    const { resolution } = this.#dataset;
    const { cropPadding, flip, cutout = 0 } = this.#augmentation;
    const values = new Float32Array(count * resolution * resolution * 3);
    const labels = this.#split.labels.slice(0, count);
    for (let i = 0; i < count; i++) {
      const image = this.#order[first + i];
      labels[i] = this.#split.labels[image];
      this.#values.put(this.#split, image, values, i, {
        top: this.#top[first + i] - cropPadding,
        left: this.#left[first + i] - cropPadding,
        mirrored: flip && this.#flip[first + i] === 1,
      });
      if (this.#holes) {
        const { rows, columns } = this.#holes;
        this.#values.cutOut(values, i, { row: rows[first + i], column: columns[first + i], side: cutout });
      }
    }
    const share = this.#shares?.[step];
    if (share === undefined) return { values, labels };
    mixWithMirrorOrder(values, count, share);
    return { values, labels, mixed: { labels: labels.toReversed(), share } };
  }
}

/** Adds to each image its partner, the one as far from the batch's other end, by their shares. */
function mixWithMirrorOrder(values: Float32Array, count: number, share: number): void {
  const size = values.length / count;
  for (let i = 0; i < count / 2; i++) {
    const [one, other] = [i * size, (count - 1 - i) * size];
    for (let p = 0; p < size; p++) {
      const [a, b] = [values[one + p], values[other + p]];
      values[one + p] = share * a + (1 - share) * b;
      values[other + p] = share * b + (1 - share) * a;
    }
  }
}

/** Images `first` to `first + count` of a split of the dataset, as they are. */
export function testBatch(
  dataset: Dataset,
  split: Split,
  { first, count, layout }: { readonly first: number; readonly count: number; readonly layout: Layout },
): Batch {
  const { resolution } = dataset;
  const values = new Float32Array(count * resolution * resolution * 3);
  const normalisation = new Normalisation(dataset, layout);
  for (let i = 0; i < count; i++) {
    normalisation.put(split, first + i, values, i, { top: 0, left: 0, mirrored: false });
  }
  return { values, labels: split.labels.slice(first, first + count) };
}

/** Where a crop begins in the image (negative: in the border before it). */
interface Crop {
  readonly top: number;
  readonly left: number;
  readonly mirrored: boolean;
}

/** The 256 values that each channel's bytes become, in float32 as engine torch computes them. */
class Normalisation {
  readonly #resolution: number;
  readonly #table = new Float32Array(3 * 256);
  /** Bytes of the border, nearest to each channel's mean. */
  readonly #border: readonly number[];
  /** From a pixel to the next in its row, and from a channel of it to the next. */
  readonly #strides: { readonly pixel: number; readonly channel: number };

  constructor({ resolution, mean, std }: Dataset, layout: Layout) {
    this.#resolution = resolution;
    this.#strides =
      layout === "channels first" ? { pixel: 1, channel: resolution * resolution } : { pixel: 3, channel: 1 };
    this.#border = mean.map(m => roundHalfToEven(Math.fround(Math.fround(m) * 255)));
    for (let c = 0; c < 3; c++) {
      const inverse = Math.fround(1 / Math.fround(std[c]));
      const scale = Math.fround(inverse / 255);
      const shift = -Math.fround(Math.fround(mean[c]) * inverse);
      for (let byte = 0; byte < 256; byte++) this.#table[c * 256 + byte] = Math.fround(byte * scale) + shift;
    }
  }

  /** Writes one image's crop as the `place`-th of `values`. */
  put(split: Split, image: number, values: Float32Array, place: number, crop: Crop): void {
    const size = this.#resolution;
    const area = size * size;
    const { pixel, channel } = this.#strides;
    for (let c = 0; c < 3; c++) {
      const from = (image * 3 + c) * area;
      const table = c * 256;
      let to = place * area * 3 + c * channel;
      for (let row = 0; row < size; row++) {
        const y = row + crop.top;
        for (let column = 0; column < size; column++, to += pixel) {
          const x = (crop.mirrored ? size - 1 - column : column) + crop.left;
          const inside = y >= 0 && y < size && x >= 0 && x < size;
          const byte = inside ? split.images[from + y * size + x] : this.#border[c];
          values[to] = this.#table[table + byte];
        }
      }
    }
  }

  /** Blanks a square around a pixel of the `place`-th image, as far as it lies in the image. */
  cutOut(
    values: Float32Array,
    place: number,
    { row, column, side }: { readonly row: number; readonly column: number; readonly side: number },
  ): void {
    const size = this.#resolution;
    const { pixel, channel } = this.#strides;
    const range = (centre: number) => {
      const first = centre - Math.floor(side / 2);
      return [Math.max(0, first), Math.min(size, first + side)];
    };
    const [left, right] = range(column);
    const [top, bottom] = range(row);
    for (let c = 0; c < 3; c++) {
      const image = place * size * size * 3 + c * channel;
      for (let y = top; y < bottom; y++)
        for (let x = left; x < right; x++) values[image + (y * size + x) * pixel] = 0;
    }
  }
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  return value - floor === 0.5 ? floor + (floor % 2) : Math.round(value);
}
