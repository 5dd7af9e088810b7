/** An error as the protocol wants it. */

import type { ErrorReport } from "./protocol.js";
import { withPlainNames } from "./reserved-names.js";

const RED = "\u001b[1;31m";
const RESET = "\u001b[0m";

/** An error by its name and message, and what stands below these. */
export function report(ename: string, message: string, lines: readonly string[] = []): ErrorReport {
  const evalue = withPlainNames(message);
  const headline = `${RED}${ename}${RESET}${evalue ? `: ${evalue}` : ""}`;
  const traceback = [headline, ...lines.map(withPlainNames)].flatMap(line => line.split("\n"));
  return { ename, evalue, traceback };
}
