/**
 * Mean and standard deviation of each colour channel of a split, for normalisation.
 */
import type { Split } from "../dataset.js";

type Triple = readonly [number, number, number];

const triple = (values: number[]): Triple => [values[0], values[1], values[2]];

/**
 * Per-channel mean and population standard deviation over all pixels, on the 0–1 scale.
 *
 * Sums are of integers and below 2⁵³ up to 10¹¹ pixels, so they are exact and in any order the same.
 */
export function channelStatistics(split: Split, resolution: number): { mean: Triple; std: Triple } {
  const area = resolution * resolution;
  const { images } = split;
  const sums = [0, 0, 0];
  const squares = [0, 0, 0];
  for (let image = 0; image < split.count; image++) {
    for (let c = 0; c < 3; c++) {
      const start = (image * 3 + c) * area;
      let sum = 0;
      let square = 0;
      for (let i = start; i < start + area; i++) {
        const value = images[i];
        sum += value;
        square += value * value;
      }
      sums[c] += sum;
      squares[c] += square;
    }
  }
  const pixels = split.count * area;
  const mean = sums.map(sum => sum / pixels);
  // A split of one flat colour would have deviation 0; normalising divides by it, so it counts as one grey level.
  const std = mean.map((m, c) => Math.max(1, Math.sqrt(squares[c] / pixels - m * m)) / 255);
  return { mean: triple(mean.map(m => m / 255)), std: triple(std) };
}
