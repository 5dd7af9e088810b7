/** Operators as sums weighted by a softmax want them. */
import type { Assembly, Feature } from "../../networks/assembly/operators.js";

/** The same, with normalisations that have neither scale nor shift: those would undo an operation's weight. */
export const unaffine = <F extends Feature, O extends Assembly<F>>(ops: O): O => ({
  ...ops,
  batchnorm: (name, x, options) => ops.batchnorm(name, x, { ...options, affine: false }),
});
