/** Whether a cell with magics is ready to run. */

import type { IsCompleteReply } from "../protocol/messages.js";
import { findMagics } from "../cells/find-magics.js";
import { isHelp } from "./front-magics.js";
import { TIMING } from "../cells/timing-options.js";

/** Tells it for questions for help and for cells that are text to a magic; nothing for cells of code. */
export function magicCompleteness(code: string): IsCompleteReply | undefined {
  if (isHelp(code)) return { status: "complete" };
  const { cell } = findMagics(code);
  if (!cell || TIMING.has(cell.name)) return undefined;
  // Any text may follow; an empty line ends it.
  return /\n\s*$/.test(code) ? { status: "complete" } : { status: "incomplete", indent: "" };
}
