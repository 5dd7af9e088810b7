/** An error as the protocol wants it. */

import { plainMessage } from "./rewrite/inserted-text.js";
import type { ErrorReport } from "../protocol/evaluator.js";
import { withPlainNames } from "./rewrite/reserved-names.js";

const RED = "\u001b[1;31m";
const RESET = "\u001b[0m";

const MAX_NAME = 200;
/** Messages may hold a whole response or file; what stands below them must stay in sight. */
const MAX_MESSAGE = 10_000;
const MAX_LINE = 2_000;
const MAX_LINES = 300;

/** An error by its name and message, and what stands below these; all of it is cut where it gets long. */
export function report(ename: string, evalue: string, lines: readonly string[] = []): ErrorReport {
  const name = cut(ename, MAX_NAME);
  const message = plainMessage(cut(evalue, MAX_MESSAGE));
  const headline = `${RED}${name}${RESET}${message ? `: ${message}` : ""}`;
  const below = lines.flatMap(line => line.split("\n"));
  const shown = below.slice(0, MAX_LINES).map(line => withPlainNames(cut(line, MAX_LINE)));
  const left = below.length > shown.length ? [`… ${below.length - shown.length} more lines`] : [];
  return { ename: name, evalue: message, traceback: [...headline.split("\n"), ...shown, ...left] };
}

/** A text of at most some length, and how much of it was left out. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most)}… ${(text.length - most).toLocaleString("en")} more characters`;
}
