/** Differences between searches as people read them. */
import { fixed } from "../../base/fixed.js";

/** Prints numbers of one kind with two decimals, or with as many as leave the greatest of them two digits. */
export function pointsOf(values: readonly number[]): (value: number) => string {
  const greatest = Math.max(0, ...values.map(Math.abs).filter(Number.isFinite));
  const digits = greatest > 0 ? Math.max(2, 1 - Math.floor(Math.log10(greatest))) : 2;
  return value => (Number.isFinite(value) ? fixed(value, Math.min(20, digits)) : String(value));
}
