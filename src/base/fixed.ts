/** Numbers with decimals, as people read them. */
import { extent } from "./extent.js";

/** A number with so many decimals; one that rounds to zero has no sign. */
export function fixed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text;
}

/** Decimals for errors in per cent: one; for smaller numbers, such as fractions, as many as tell them apart. */
export function errorDigits(errors: ArrayLike<number> & Iterable<number>): number {
  const [, greatest] = extent(Array.from(errors, Math.abs));
  return greatest >= 1 || !(greatest > 0) ? 1 : 2 - Math.floor(Math.log10(greatest));
}
