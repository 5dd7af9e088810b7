/** The folder that this process itself stands in, which may be removed under it. */

import { codeFolder } from "../hosts/package.js";

/** Makes sure that there is one: Node starts neither a thread nor a program in a folder that is gone. */
export function ensureWorkingFolder(): void {
  // The global: to import "node:process" opens the standard streams, which then block no more.
  try {
    process.cwd();
  } catch {
    process.chdir(codeFolder);
  }
}
