/** The folder that this process itself stands in, which may be removed under it. */

import { chdir, cwd } from "node:process";
import { packageRoot } from "./package-root.js";

/** Makes sure that there is one: Node starts neither a thread nor a program in a folder that is gone. */
export function ensureWorkingFolder(): void {
  try {
    cwd();
  } catch {
    chdir(packageRoot);
  }
}
