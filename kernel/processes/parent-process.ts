/** A kernel whose server died has nobody to serve. */

import { fstatSync } from "node:fs";
import { isAlive } from "./process-table.js";

const POLL_MS = 1000;

/**
 * Calls `orphaned`, once a second, from when the process that started this kernel is gone.
 *
 * Jupyter names itself in `JPY_PARENT_PID`; then it counts as well as the process directly above, which may be a
 * launcher. Without that name, a kernel whose parent has gone may have been put into the background on purpose: it is
 * orphaned only if its standard input is a pipe that has come to its end.
 */
export function followParent(orphaned: () => void): void {
  const parent = process.ppid;
  const named = Number(process.env["JPY_PARENT_PID"]);
  // A server in another container has a number of its own there.
  const follows = Number.isInteger(named) && named > 1 && isAlive(named);
  const told = process.env["JPY_PARENT_PID"] !== undefined;
  const stdin = told ? undefined : pipeEnd();
  setInterval(() => {
    const moved = process.ppid !== parent;
    if (told ? moved || (follows && !isAlive(named)) : moved && stdin?.ended) orphaned();
  }, POLL_MS).unref();
}

/** Watches standard input; nothing when it is no pipe. */
function pipeEnd(): { ended: boolean } | undefined {
  const state = { ended: false };
  try {
    const stat = fstatSync(0);
    if (!stat.isFIFO() && !stat.isSocket()) return undefined;
    const end = () => {
      state.ended = true;
    };
    process.stdin.on("end", end).on("close", end).on("error", end).resume();
    return state;
  } catch {
    // It is closed.
    return undefined;
  }
}
