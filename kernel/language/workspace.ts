/**
 * A folder in which cells are modules to the language server.
 *
 * The notebook's folder itself stays untouched. So that packages resolve from here as they do from there,
 * each `node_modules` above the notebook is linked in at a depth of its own; `rootDirs` does the same for
 * relative imports.
 */

import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { CHECKED, CURRENT, OFFERED } from "./cell-modules.js";
import { userPackagesFolder } from "../magics/packages-folder.js";
import { packageRoot } from "../package-root.js";
import { temporaryName } from "../temporary.js";

/** The folder, and how to remove it. */
export interface Workspace {
  /** Where the cells' modules belong. */
  folder: string;
  remove(): void;
}

/** Makes the workspace of one session for a notebook in `notebookFolder`. */
export function createWorkspace(notebookFolder: string): Workspace {
  const root = temporaryName("language");
  mkdirSync(root, { mode: 0o700 });
  const remove = () => rmSync(root, { recursive: true, force: true });
  try {
    return { folder: fill(root, notebookFolder), remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Lays out the workspace. @returns the folder for the cells' modules */
function fill(root: string, notebookFolder: string): string {
  let folder = root;
  for (const modules of moduleFolders(notebookFolder)) {
    folder = path.join(folder, "cells");
    mkdirSync(folder);
    symlinkSync(modules, path.join(folder, "node_modules"), "junction");
  }
  writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(tsconfig(folder, notebookFolder)));
  writeFileSync(path.join(folder, "globals.d.ts"), globals());
  for (const name of [CHECKED, CURRENT, OFFERED]) writeFileSync(path.join(folder, name), "export {};\n");
  return folder;
}

/** Every `node_modules` from which the folder resolves packages, the outermost first. */
function moduleFolders(folder: string): string[] {
  const found: string[] = [];
  for (let at = folder; ; at = path.dirname(at)) {
    const modules = path.join(at, "node_modules");
    // The nearest is linked also when it is yet to be made.
    if (at === folder || existsSync(modules)) found.unshift(modules);
    if (at !== path.dirname(at)) continue;
    // What %npm installed for the user comes last.
    return [path.join(userPackagesFolder(), "node_modules"), ...found];
  }
}

function tsconfig(folder: string, notebookFolder: string): object {
  return {
    compilerOptions: {
      target: "esnext",
      module: "esnext",
      moduleResolution: "bundler",
      moduleDetection: "force",
      lib: ["esnext"],
      types: ["node"],
      typeRoots: typeRoots(),
      rootDirs: [folder, notebookFolder],
      paths: Object.fromEntries(
        Object.entries(ownModules(notebookFolder)).map(([name, file]) => [name, [file]]),
      ),
      allowImportingTsExtensions: true,
      resolveJsonModule: true,
      strict: true,
      noEmit: true,
      skipLibCheck: true,
    },
    files: ["globals.d.ts", CHECKED, CURRENT, OFFERED],
  };
}

/** Declaration files of the modules that the kernel brings, which the evaluator falls back to. */
export function ownModules(notebookFolder: string): Record<string, string> {
  const own = (...parts: string[]) => path.join(packageRoot, "dist", ...parts);
  const modules = {
    netspace: own("src", "index.d.ts"),
    "netspace/display": own("kernel", "display", "index.d.ts"),
    "netspace/widgets": own("kernel", "widgets", "index.d.ts"),
  };
  try {
    createRequire(path.join(notebookFolder, "notebook.cjs")).resolve("tslab");
    return modules;
  } catch {
    return { ...modules, tslab: own("kernel", "compat", "tslab.d.ts") };
  }
}

function typeRoots(): string[] {
  try {
    const node = createRequire(import.meta.url).resolve("@types/node/package.json");
    return [path.dirname(path.dirname(node))];
  } catch {
    return [];
  }
}

/** What every cell sees without importing it; the type of `display` is the one it is written against. */
function globals(): string {
  const display = fileURLToPath(new URL("../display/display.js", import.meta.url));
  const progress = fileURLToPath(new URL("../display/progress.js", import.meta.url));
  const prompt = fileURLToPath(new URL("../evaluator/prompt.js", import.meta.url));
  return `/** Shows a value, at once and as rich as the front end can. */
declare const display: import(${JSON.stringify(display)}).Display;
/** Iterates and shows how far it is. */
declare const progress: typeof import(${JSON.stringify(progress)}).progress;
/** Asks the user, and waits for the answer. */
declare const prompt: import(${JSON.stringify(prompt)}).Prompt;
/** Removes what the cell has shown so far; with \`wait\`, only when its next output comes. */
declare function clearOutput(wait?: boolean): void;
/** The result of the last cell that had one. */
declare var _: any;
`;
}
