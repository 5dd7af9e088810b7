/** A few lines of source with a mark under the place that matters. */

import type { Position } from "./cell.js";

const RED = "\u001b[31m";
const FAINT = "\u001b[2m";
const RESET = "\u001b[0m";

/** Shows `position` in `source` with `context` lines around it; `width` is how many characters to underline. */
export function codeFrame(source: string, { line, column }: Position, width = 1, context = 2): string {
  const lines = source.split("\n");
  const first = Math.max(1, line - context);
  const last = Math.min(lines.length, line + context);
  const digits = String(last).length;
  const out: string[] = [];
  for (let number = first; number <= last; number++) {
    const text = lines[number - 1] ?? "";
    const gutter = `${String(number).padStart(digits)} | `;
    if (number !== line) {
      out.push(`${FAINT}  ${gutter}${RESET}${text}`);
      continue;
    }
    out.push(`${RED}>${RESET} ${gutter}${text}`);
    // Tabs before the mark are kept, so that it stands under its character whatever their width.
    const indent = text.slice(0, column - 1).replace(/[^\t]/g, " ");
    const marks = "^".repeat(Math.max(1, Math.min(width, text.length - column + 1)));
    out.push(`  ${FAINT}${" ".repeat(digits)} | ${RESET}${indent}${RED}${marks}${RESET}`);
  }
  return out.join("\n");
}
