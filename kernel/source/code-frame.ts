/** A few lines of source with a mark under the place that matters. */

import type { Position } from "./cell.js";

const RED = "\u001b[31m";
const FAINT = "\u001b[2m";
const RESET = "\u001b[0m";

/** Of longer lines, such as those of minified code, only what is around the mark is shown. */
const MAX_WIDTH = 200;
/** How much of such a line stands before the mark. */
const BEFORE = 80;

/** Shows `position` in `source` with `context` lines around it; `width` is how many characters to underline. */
export function codeFrame(source: string, { line, column }: Position, width = 1, context = 2): string {
  const lines = source.split("\n");
  const first = Math.max(1, line - context);
  const last = Math.min(lines.length, line + context);
  const digits = String(last).length;
  const out: string[] = [];
  for (let number = first; number <= last; number++) {
    const whole = lines[number - 1] ?? "";
    const gutter = `${String(number).padStart(digits)} | `;
    if (number !== line) {
      out.push(`${FAINT}  ${gutter}${RESET}${excerpt(whole, 0).text}`);
      continue;
    }
    const { text, start } = excerpt(whole, column - 1);
    const at = column - 1 - start;
    out.push(`${RED}>${RESET} ${gutter}${text}`);
    // Tabs before the mark are kept, so that it stands under its character whatever their width.
    const indent = text.slice(0, at).replace(/[^\t]/g, " ");
    const marks = "^".repeat(Math.max(1, Math.min(width, text.length - at)));
    out.push(`  ${FAINT}${" ".repeat(digits)} | ${RESET}${indent}${RED}${marks}${RESET}`);
  }
  return out.join("\n");
}

/** The part of a line around an offset, and the offset in the line of the part's first character. */
function excerpt(line: string, offset: number): { text: string; start: number } {
  if (line.length <= MAX_WIDTH) return { text: line, start: 0 };
  const from = Math.max(0, Math.min(offset - BEFORE, line.length - MAX_WIDTH));
  const to = from + MAX_WIDTH;
  const [before, after] = [from > 0 ? "…" : "", to < line.length ? "…" : ""];
  return { text: `${before}${line.slice(from, to)}${after}`, start: from - before.length };
}
