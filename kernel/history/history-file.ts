/** Where the history is kept: in Jupyter's folder for data, as the environment says. */

import { homedir } from "node:os";
import path from "node:path";
import { plainName, setting } from "../hosts/hosts.js";

/**
 * The history file, of all kernels that go by this one's name. The setting `HISTORY` names another one, or none when it
 * is empty; `JUPYTER_DATA_DIR` moves it with the rest of Jupyter's data.
 *
 * @returns a path, or `:memory:`
 */
export function historyFile(environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = setting("HISTORY", environment);
  if (chosen !== undefined) return chosen === "" ? ":memory:" : path.resolve(chosen);
  return path.join(environment["JUPYTER_DATA_DIR"] || dataFolder(environment), plainName(), "history.sqlite");
}

/** As jupyter_core finds it. */
function dataFolder(environment: NodeJS.ProcessEnv): string {
  if (process.platform === "darwin") return path.join(homedir(), "Library", "Jupyter");
  if (process.platform === "win32") return path.join(environment["APPDATA"] ?? homedir(), "jupyter");
  return path.join(environment["XDG_DATA_HOME"] || path.join(homedir(), ".local", "share"), "jupyter");
}
