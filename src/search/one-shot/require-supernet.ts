/** What functions of supernets check of what they are given. */
import { expectFields } from "../../base/expect.js";

const what = "a supernet, such as supernet(SmallCells)";

/** @throws RangeError for what is no supernet */
export function requireSupernet(fn: string, given: unknown): void {
  expectFields(fn, what, given, { space: "object", network: "object", sums: "list", mixture: "function" });
}

/** @throws RangeError for what has no sums of a supernet */
export function requireSums(fn: string, given: unknown): void {
  expectFields(fn, what, given, { sums: "list" });
}
