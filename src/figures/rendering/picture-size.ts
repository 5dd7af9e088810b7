/** How large a picture may be. */
import { expectNumber } from "../../base/expect.js";

/** Pixels of a picture beyond which drawing it takes gigabytes: 10,000 × 10,000. */
const MOST_PIXELS = 1e8;

/** @throws RangeError for a picture without pixels, or with more than can be drawn. @param fn what it is drawn for */
export function requirePictureSize(
  fn: string,
  { width, height }: { readonly width: number; readonly height: number },
  scale: number,
): void {
  expectNumber(fn, "scale", scale);
  const got = `got ${width} × ${height} at scale ${scale}`;
  const sides = [width * scale, height * scale];
  if (!sides.every(side => Number.isFinite(side) && side >= 1)) {
    throw new RangeError(`${fn}: expected a size of at least 1 × 1 pixels, ${got}`);
  }
  if (sides[0] * sides[1] > MOST_PIXELS) {
    const most = Math.floor(100 * Math.sqrt(MOST_PIXELS / (width * height))) / 100;
    const remedy = most > 0 ? `a scale of ${most} at most` : "a smaller figure";
    throw new RangeError(`${fn}: expected a picture of at most 100 million pixels, ${got}; give ${remedy}`);
  }
}
