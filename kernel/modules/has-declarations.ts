/** Whether TypeScript knows a module by its declarations alone, so that names of it may be types. */

import { statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { packageDeclarations, packageFolder } from "./module-exports.js";
import { userPackagesFolder } from "./packages-folder.js";
import { isLocal } from "./resolve-local.js";
import { declarationsOf } from "./resolve-module.js";
import { aliasedPaths, readableTsconfigOf } from "./tsconfig.js";

/** Whether there are declarations of what code in a folder calls `specifier`. */
export function hasDeclarations(specifier: string, folder: string): boolean {
  if (isLocal(specifier)) {
    return declared(
      specifier.startsWith("file:") ? fileURLToPath(specifier) : path.resolve(folder, specifier),
    );
  }
  const config = readableTsconfigOf(folder);
  if (config && aliasedPaths(specifier, config).some(declared)) return true;
  if (declarationsOf(specifier, folder) !== undefined) return true;
  const parts = specifier.split("/");
  const name = parts.splice(0, specifier.startsWith("@") ? 2 : 1).join("/");
  const typed = `@types/${name.replace(/^@(.+)\/(.+)$/, "$1__$2")}`;
  return [folder, userPackagesFolder()].some(each => {
    if (parts.length === 0) return hasTypes(name, each);
    return [name, typed]
      .map(one => packageFolder(one, each))
      .some(root => root !== undefined && declared(path.join(root, ...parts)));
  });
}

function hasTypes(name: string, folder: string): boolean {
  try {
    return packageDeclarations(name, folder) !== undefined;
  } catch {
    // Its package.json cannot be read: whoever imports it is told so.
    return false;
  }
}

/** Whether a path that was written without its extension, or for what will be compiled, means declarations. */
function declared(file: string): boolean {
  const stem = file.replace(/(?:\.d)?\.[cm]?[jt]sx?$/, "");
  return [file, stem, path.join(file, "index")].some(each =>
    [".d.ts", ".d.mts", ".d.cts"].some(extension => isFile(each + extension)),
  );
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}
