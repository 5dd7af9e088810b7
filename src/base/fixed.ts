/** Numbers with decimals, as people read them. */
import { extent } from "./extent.js";

/** A number with so many decimals; one that rounds to zero has no sign. */
export function fixed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text;
}

/** A loss with three decimals, `2.313`; one that is on its way to infinity by its power of ten, `1.78e+19`. */
export const lossText = (loss: number): string =>
  Math.abs(loss) < 1e5 ? fixed(loss, 3) : loss.toExponential(2);

/** Decimals for errors in per cent: one; for smaller numbers, such as fractions, as many as tell them apart. */
export function errorDigits(errors: ArrayLike<number> & Iterable<number>): number {
  const [, greatest] = extent(Array.from(errors, Math.abs));
  return greatest >= 1 || !(greatest > 0) ? 1 : 2 - Math.floor(Math.log10(greatest));
}
