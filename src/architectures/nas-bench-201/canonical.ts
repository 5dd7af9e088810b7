/**
 * Which cells of NAS-Bench-201 are one function.
 *
 * An edge that gives what it reads is transparent, one that gives zeros drops out, and sums have no order. Of the 15,625
 * cells 4,930 then are distinct functions. The published rules (`to_unique_str` of D-X-Y/AutoDL-Projects
 * xautodl/models/cell_searchs/genotypes.py) keep a sum with zero apart from the sum without it, and a sum that a skip
 * brings along apart from its terms: 6,466.
 */
import { expectOptions } from "../../base/expect-options.js";
import { say } from "../../base/say.js";
import { NetworkError } from "../../networks/shapes.js";
import { operationOf, type NasBench201Architecture } from "./architecture.js";
import type { EdgeOperation } from "./operations.js";

/** Which rules tell cells from each other. */
export interface CanonicalCellOptions {
  /** `"drop"`: a zero is left out of a sum (default). `"mark"`: it is a term. `"ignore"`: it is an operation like others. */
  readonly zeros?: "drop" | "mark" | "ignore";
  /** Whether a sum that is passed on unchanged is part of the sum that it is passed to. Default true. */
  readonly flatten?: boolean;
}

const ZERO = "#";

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
  if (architecture?.family?.name !== "NAS-Bench-201") {
    throw new NetworkError(
      `canonicalCell: expected a network of NAS-Bench-201's kind, got ${say(architecture)}; canonical() takes any`,
    );
  }
  architecture.family.check("canonicalCell", architecture);
  return formula(architecture, zeros, flatten);
}

/** `canonicalCell` for what was checked. */
export function formula(
  architecture: NasBench201Architecture,
  zeros: NonNullable<CanonicalCellOptions["zeros"]> = "drop",
  flatten = true,
): string {
  /** The terms of each node's sum. */
  const states: (readonly string[])[] = [["0"]];
  for (const edges of architecture.nodes) {
    const terms: string[] = [];
    for (const { operation, from } of edges) {
      const { gives }: Pick<EdgeOperation, "gives"> = operationOf(architecture, operation)!;
      const read = states[from];
      const isZero = read.length === 0 || (read.length === 1 && read[0] === ZERO);
      if (zeros !== "ignore" && (gives === "zeros" || isZero)) {
        if (zeros === "mark") terms.push(ZERO);
      } else if (gives !== "input") terms.push(`(${read.join("+")})@${operation}`);
      else if (flatten) terms.push(...read);
      else terms.push(read.join("+"));
    }
    states.push(terms.sort());
  }
  return states[states.length - 1].join("+") || ZERO;
}
