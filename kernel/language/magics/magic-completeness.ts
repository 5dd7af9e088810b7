/** Whether a cell with magics is ready to run. */

import { findMagics } from "../../cells/find-magics.js";
import { MAGICS } from "../../magics/index.js";
import type { IsCompleteReply } from "../../protocol/messages.js";
import { helpQuestion } from "./help-question.js";

/** Tells it for questions for help and for cells that are text to a magic; nothing for cells of code. */
export function magicCompleteness(code: string): IsCompleteReply | undefined {
  if (helpQuestion(code)) return { status: "complete" };
  const { cell } = findMagics(code);
  if (!cell || MAGICS.get(cell.name)?.magic.runs === "code") return undefined;
  // Any text may follow; an empty line ends it.
  return /\n\s*$/.test(code) ? { status: "complete" } : { status: "incomplete", indent: "" };
}
