/** Where Jupyter looks for kernels, as jupyter_core's paths.py decides it. */

import { homedir } from "node:os";
import path from "node:path";

/** What the decision depends on; the process's own unless told. */
export interface Surroundings {
  platform?: NodeJS.Platform;
  env?: NodeJS.ProcessEnv;
  home?: string;
}

/** This user's folder of Jupyter data. */
export function jupyterDataFolder({
  platform = process.platform,
  env = process.env,
  home = homedir(),
}: Surroundings = {}): string {
  const paths = platform === "win32" ? path.win32 : path.posix;
  if (env["JUPYTER_DATA_DIR"]) return env["JUPYTER_DATA_DIR"];
  // The convention of platformdirs, which users may ask for.
  const conventional = isTrue(env["JUPYTER_PLATFORM_DIRS"]);
  switch (platform) {
    case "darwin":
      return conventional
        ? paths.join(home, "Library", "Application Support", "Jupyter")
        : paths.join(home, "Library", "Jupyter");
    case "win32":
      if (conventional)
        return paths.join(env["LOCALAPPDATA"] ?? paths.join(home, "AppData", "Local"), "Jupyter");
      return env["APPDATA"] ? paths.join(env["APPDATA"], "jupyter") : paths.join(home, ".jupyter", "data");
    default:
      return paths.join(env["XDG_DATA_HOME"] || paths.join(home, ".local", "share"), "jupyter");
  }
}

/** The folder of kernels below a prefix, or this user's. */
export function kernelsFolder(prefix?: string): string {
  const data =
    prefix === undefined ? jupyterDataFolder() : path.join(path.resolve(prefix), "share", "jupyter");
  return path.join(data, "kernels");
}

function isTrue(value: string | undefined): boolean {
  return value !== undefined && !["no", "n", "false", "off", "0", "0.0"].includes(value.toLowerCase());
}
