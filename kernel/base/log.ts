/** What the kernel has to say about itself goes to its standard error, one line a matter. */

import { hosts } from "../hosts/hosts.js";

/** Writes one line. */
export type Log = (line: string) => void;

let listens = false;

/** The kernel's log. */
export const log: Log = line => {
  // Not before something is to be said: a pipe that Node has opened does not block any more, for others that write to
  // it neither.
  if (!listens) {
    listens = true;
    // Nobody listens any more, or the disk is full: there is no other place to say so, and the error must not become
    // an uncaught exception, which would be logged.
    process.stderr.on("error", () => {});
  }
  try {
    process.stderr.write(`${hosts()[0]?.name ?? "TypeScript"} kernel: ${line}\n`);
  } catch {
    // As above.
  }
};
