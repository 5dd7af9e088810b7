/** One image of a split as pixels of a picture. */
import type { Split } from "../dataset.js";

/** A picture's bytes, red, green and blue of each pixel. */
export interface Canvas {
  readonly width: number;
  readonly rgb: Uint8Array;
}

/** Draws the image with its upper left corner at `left`, `top`, each pixel as `zoom` × `zoom`. */
export function drawImage(
  { width, rgb }: Canvas,
  { images }: Pick<Split, "images">,
  index: number,
  { resolution, zoom, left, top }: { resolution: number; zoom: number; left: number; top: number },
): void {
  const area = resolution * resolution;
  for (let y = 0; y < resolution * zoom; y++) {
    for (let x = 0; x < resolution * zoom; x++) {
      const from = index * 3 * area + Math.floor(y / zoom) * resolution + Math.floor(x / zoom);
      const to = ((top + y) * width + left + x) * 3;
      for (let c = 0; c < 3; c++) rgb[to + c] = images[from + c * area];
    }
  }
}
