/** The arithmetics there are, for callers that the type checker has not seen. */
import { say } from "../../base/say.js";
import type { Precision } from "../engine.js";

const known: readonly Precision[] = ["float32", "bf16", "tf32"];

/** @throws RangeError naming the caller, for a precision that no engine has */
export function checkPrecision(caller: string, precision: string): void {
  if (known.some(one => one === precision)) return;
  const names = known.map(one => `"${one}"`).join(", ");
  throw new RangeError(`${caller}: precision must be one of ${names}, got ${say(precision)}`);
}
