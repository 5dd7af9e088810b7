/**
 * Grey images as three equal channels of a square: padded with black, or resized.
 *
 * Resizing is a triangle filter over as many pixels as an output pixel covers, as PyTorch's `interpolate(mode="bilinear",
 * antialias=True)` and Pillow's BILINEAR. It takes the four IEEE operations alone, so a dataset's name means the same
 * bytes everywhere, which the versions of a decoder's library do not promise.
 */

/** How an image that has another size is brought to the resolution. */
export type Fit = "pad" | "resize";

/** Images of so many bytes, one a pixel. */
export interface GreyImages {
  readonly rows: number;
  readonly columns: number;
  readonly bytes: Uint8Array;
}

/** The images at these places, 3 × resolution × resolution bytes each. */
export function placeGrey(
  images: GreyImages,
  places: Uint32Array,
  resolution: number,
  fit: Fit,
): Uint8Array<ArrayBuffer> {
  const area = resolution * resolution;
  const placed = new Uint8Array(places.length * 3 * area);
  const draw = fit === "pad" ? padder(images, resolution) : resizer(images, resolution);
  for (const [to, place] of places.entries()) {
    const start = to * 3 * area;
    draw(place, placed, start);
    placed.copyWithin(start + area, start, start + area);
    placed.copyWithin(start + 2 * area, start, start + area);
  }
  return placed;
}

/** Writes one image's first channel. */
type Draw = (place: number, placed: Uint8Array, start: number) => void;

/** In the middle; an odd pixel of border lies below and to the right. */
function padder({ rows, columns, bytes }: GreyImages, resolution: number): Draw {
  const top = (resolution - rows) >> 1;
  const left = (resolution - columns) >> 1;
  return (place, placed, start) => {
    let from = place * rows * columns;
    for (let y = 0; y < rows; y++) {
      const to = start + (top + y) * resolution + left;
      for (let x = 0; x < columns; x++) placed[to + x] = bytes[from++];
    }
  };
}

/** The shorter side fills the square; of the longer one the middle is taken. */
function resizer({ rows, columns, bytes }: GreyImages, resolution: number): Draw {
  const scale = Math.min(rows, columns) / resolution;
  const down = taps(rows, resolution, scale);
  const across = taps(columns, resolution, scale);
  const narrow = new Float64Array(rows * resolution);
  return (place, placed, start) => {
    const from = place * rows * columns;
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < resolution; x++) {
        const { first, weights } = across[x];
        let sum = 0;
        for (let i = 0; i < weights.length; i++) sum += weights[i] * bytes[from + y * columns + first + i];
        narrow[y * resolution + x] = sum;
      }
    }
    for (let y = 0; y < resolution; y++) {
      const { first, weights } = down[y];
      for (let x = 0; x < resolution; x++) {
        let sum = 0;
        for (let i = 0; i < weights.length; i++) sum += weights[i] * narrow[(first + i) * resolution + x];
        placed[start + y * resolution + x] = Math.floor(sum + 0.5);
      }
    }
  };
}

/** What an output pixel is summed up from. */
interface Taps {
  readonly first: number;
  readonly weights: Float64Array;
}

function taps(size: number, resolution: number, scale: number): Taps[] {
  const support = Math.max(1, scale);
  const cropped = (size - resolution * scale) / 2;
  return Array.from({ length: resolution }, (_, output) => {
    const centre = cropped + (output + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - support + 0.5));
    const end = Math.min(size, Math.floor(centre + support + 0.5));
    const weights = new Float64Array(end - first).map((__, i) =>
      Math.max(0, 1 - Math.abs(first + i + 0.5 - centre) / support),
    );
    let sum = 0;
    for (const weight of weights) sum += weight;
    return { first, weights: weights.map(weight => weight / sum) };
  });
}
