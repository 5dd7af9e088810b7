/** One quantity of two samples compared, whichever the quantity and the test. */

/** A quantity of sample `a` minus that of `b`, in the samples' unit. */
export interface Difference {
  readonly value: number;
  /** Interval of 95 %: below zero if `a` is the lower one at a two-sided 5 %. */
  readonly low: number;
  readonly high: number;
  /** One-sided probability of as low a difference if `a` is not lower: small if it is lower. */
  readonly pLower: number;
  /** Small if `a` is higher. */
  readonly pHigher: number;
  /** One-sided probability if `a` is higher by the margin or more: small if it is lower, alike, or worse by less. */
  readonly pNotWorse: number;
}

/** The two-sided p of a difference. */
export const twoSided = ({ pLower, pHigher }: Pick<Difference, "pLower" | "pHigher">): number =>
  Math.min(1, 2 * Math.min(pLower, pHigher));
