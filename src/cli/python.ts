/** The Python that has the Jupyter tools: the project's own environment, else the one on the PATH. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../base/node/paths.js";

export function findPython(): string {
  const own =
    process.platform === "win32"
      ? join(packageRoot, ".venv", "Scripts", "python.exe")
      : join(packageRoot, ".venv", "bin", "python");
  return existsSync(own) ? own : "python3";
}
