/** The error that a training may look at along the way. */
import type { EpochReport } from "./engine.js";

/**
 * Top-1 error after an epoch on the split that may be looked at, per cent: the validation split where there is one, else
 * the test split. Undefined where the recipe does not test.
 */
export const lookedError = ({
  validationError,
  testError,
}: Pick<EpochReport, "validationError" | "testError">): number | undefined => validationError ?? testError;
