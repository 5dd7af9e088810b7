/** What networks are chosen by. */

/** A network that can be chosen: its errors, per cent. */
interface Selectable {
  readonly error: number;
  readonly validationError?: number;
}

/**
 * The error that a network is chosen by, per cent: that on the validation split where there is one, else that on the test
 * split, which then flatters what is chosen.
 *
 * @example
 * ```ts
 * selectionError({ error: 12.5, validationError: 13 }); // => 13
 * selectionError({ error: 12.5 }); // => 12.5
 * ```
 */
export const selectionError = ({ error, validationError }: Selectable): number =>
  validationError === undefined || Number.isNaN(validationError) ? error : validationError;

/** Compares two networks by it: the better one first. */
export const bySelection = (a: Selectable, b: Selectable): number => selectionError(a) - selectionError(b);
