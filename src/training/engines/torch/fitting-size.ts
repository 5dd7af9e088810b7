/** Whether a network fits any images: it is made without saying which it will be run on. */
import { type Network, withoutAuxiliary } from "../../../networks/network.js";
import { inferShapes } from "../../../networks/shapes.js";

/**
 * Sizes that are tried, pixels. Most networks fit images of 1 × 1; those with windows that have no padding need larger
 * ones, and an auxiliary head that ends in a window over its whole map just one or two sizes.
 */
const sizes = [
  1,
  32,
  224,
  299,
  331,
  ...Array.from({ length: 62 }, (_, i) => i + 2),
  64,
  96,
  112,
  128,
  160,
  192,
  240,
  256,
];

/**
 * A height and width of images that a network fits.
 *
 * @param options.auxiliary whether its auxiliary head must fit as well; default false
 * @throws NetworkError naming the layer that no image fits, or none of the usual sizes
 */
export function fittingSize(network: Network, { auxiliary = false } = {}): number {
  const looked = auxiliary ? network : withoutAuxiliary(network);
  let first: unknown;
  let before: string | undefined;
  for (const size of sizes) {
    try {
      inferShapes(looked, size);
      return size;
    } catch (error) {
      const { message } = error as Error;
      // What does not depend on the size is said of every other one as well.
      if (message === before) throw error;
      first ??= error;
      before = message;
    }
  }
  throw first;
}
