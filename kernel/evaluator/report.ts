/** An error as the protocol wants it. */

import type { ErrorReport } from "./protocol.js";

const RED = "\u001b[1;31m";
const RESET = "\u001b[0m";

/** An error by its name and message, and what stands below these. */
export function report(ename: string, evalue: string, lines: readonly string[] = []): ErrorReport {
  const headline = `${RED}${ename}${RESET}${evalue ? `: ${evalue}` : ""}`;
  return { ename, evalue, traceback: [headline, ...lines].flatMap(line => line.split("\n")) };
}
