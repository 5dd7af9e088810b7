/**
 * Which cells of NAS-Bench-201 are one function: of the 15,625 cells 4,930 are distinct. The published rules
 * (`to_unique_str` of D-X-Y/AutoDL-Projects xautodl/models/cell_searchs/genotypes.py) keep a sum with zero apart from the
 * sum without it, and a sum that a skip brings along apart from its terms: 6,466.
 */
import { expectOptions } from "../../base/expect-options.js";
import { say } from "../../base/say.js";
import { NetworkError } from "../../networks/shapes.js";
import { checkArchitecture } from "../families.js";
import type { NasBench201Architecture } from "./architecture.js";
import { nasBench201Family } from "./family.js";
import { formula, type Zeros } from "./formula.js";

/** Which rules tell cells from each other. */
export interface CanonicalCellOptions {
  /** `"drop"`: a zero is left out of a sum (default). `"mark"`: it is a term. `"ignore"`: it is an operation like others. */
  readonly zeros?: Zeros;
  /** Whether a sum that is passed on unchanged is part of the sum that it is passed to. Default true. */
  readonly flatten?: boolean;
}

/**
 * The cell as a formula of its input `0`, in which equal parts are written alike, in the published spelling:
 * `(0)@nor_conv_3x3+0` is a convolution of the input, and the input; `#` where nothing of the input reaches the output.
 *
 * An operation on zeros counts as zeros. Of a convolution that is so up to a constant: the shift of the normalisation
 * behind it stays.
 *
 * @example
 * ```ts
 * canonicalCell(nasBench201("|skip_connect~0|+|none~0|nor_conv_3x3~1|")); // => "(0)@nor_conv_3x3"
 * ```
 */
export function canonicalCell(
  architecture: NasBench201Architecture,
  options: CanonicalCellOptions = {},
): string {
  expectOptions("canonicalCell", options, { zeros: "text?", flatten: "boolean?" });
  const { zeros = "drop", flatten = true } = options;
  if (!["drop", "mark", "ignore"].includes(zeros)) {
    throw new RangeError(`canonicalCell: zeros must be "drop", "mark" or "ignore", got ${say(zeros)}`);
  }
  checkArchitecture("canonicalCell", architecture);
  if (architecture.family !== nasBench201Family) {
    throw new NetworkError(
      `canonicalCell: expected a network of NAS-Bench-201's kind, got ${say(architecture)}; canonical() takes any`,
    );
  }
  return formula(architecture, zeros, flatten);
}
