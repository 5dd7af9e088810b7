/** Where `%npm install` puts packages, and where cells find them. */

import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { plainName, setting } from "../hosts/hosts.js";

/** The nearest folder with a package.json, as npm itself chooses; nothing where there is none. */
export function projectFolder(folder: string): string | undefined {
  for (let at = folder; ; at = path.dirname(at)) {
    if (existsSync(path.join(at, "package.json"))) return at;
    if (at === path.dirname(at)) return undefined;
  }
}

/** This user's packages, for notebooks that belong to no project; the setting `PACKAGES` puts them elsewhere. */
export function userPackagesFolder(env: NodeJS.ProcessEnv = process.env): string {
  const chosen = setting("PACKAGES", env);
  return chosen ? path.resolve(chosen) : path.join(userDataFolder(env), plainName(), "packages");
}

function userDataFolder(env: NodeJS.ProcessEnv): string {
  const home = homedir();
  switch (process.platform) {
    case "win32":
      return env["LOCALAPPDATA"] ?? path.join(home, "AppData", "Local");
    case "darwin":
      return path.join(home, "Library", "Application Support");
    default:
      return env["XDG_DATA_HOME"] ?? path.join(home, ".local", "share");
  }
}
