/**
 * Cells of NAS-Bench-201 as formulas of their input: sums without an order, in which an edge that gives what it reads is
 * transparent, and one that gives zeros drops out.
 */
import { operationOf, type NasBench201Architecture } from "./architecture.js";
import type { EdgeOperation } from "./operations.js";

/** What becomes of zeros: left out of a sum, a term of their own, or what an operation like others gives. */
export type Zeros = "drop" | "mark" | "ignore";

const ZERO = "#";

/**
 * A cell's formula, see `canonicalCell`.
 *
 * @param flatten whether a sum that is passed on unchanged is part of the sum that it is passed to
 */
export function formula(
  architecture: NasBench201Architecture,
  zeros: Zeros = "drop",
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
