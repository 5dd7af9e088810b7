/** What functions of supernets check of what they are given. */
import { expectFields } from "../../base/expect.js";
import { say } from "../../base/say.js";

const what = "a supernet, such as supernet(SmallCells)";

/** @throws RangeError for what is no supernet */
export function requireSupernet(fn: string, given: unknown): void {
  requireNoSpace(fn, given);
  expectFields(fn, what, given, { space: "object", network: "object", sums: "list", mixture: "function" });
}

/** @throws RangeError for what has no sums of a supernet */
export function requireSums(fn: string, given: unknown): void {
  requireNoSpace(fn, given);
  expectFields(fn, what, given, { sums: "list" });
}

/** A space where its supernet is wanted is the likeliest mistake, and one call away. */
function requireNoSpace(fn: string, given: unknown): void {
  const { draw, name, sums } = (given ?? {}) as { draw?: unknown; name?: unknown; sums?: unknown };
  if (sums !== undefined || typeof draw !== "function") return;
  throw new RangeError(`${fn}: expected ${what}, got the space ${say(name)}; supernet(space) makes one`);
}
