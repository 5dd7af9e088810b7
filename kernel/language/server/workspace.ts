/**
 * A folder in which cells are modules to the language server.
 *
 * The notebook's folder itself stays untouched. So that packages resolve from here as they do from there,
 * each `node_modules` above the notebook is linked in at a depth of its own; `rootDirs` does the same for
 * relative imports.
 */

import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { CHECKED, CURRENT, OFFERED } from "../cell-modules.js";
import { readableTsconfigOf, type TsConfig } from "../../modules/tsconfig.js";
import { projectFolder, userPackagesFolder } from "../../modules/packages-folder.js";
import { broughtDeclarations } from "../../modules/brought.js";
import { typescriptFile } from "./language-server.js";
import { temporaryName } from "../../base/temporary.js";

/** What configures the language server. */
export const CONFIGURATION = "tsconfig.json";

const NO_CONFIGURATION: TsConfig = { file: "", paths: [] };

const CONDITIONS = new Set(["types", "node", "import", "module-sync", "default"]);

/** The folder, and how to remove it. */
export interface Workspace {
  /** Where the cells' modules belong. */
  folder: string;
  remove(): void;
}

/** Makes the workspace of one session for a notebook in `notebookFolder`. */
export function createWorkspace(notebookFolder: string): Workspace {
  const root = temporaryName("language");
  const remove = () => rmSync(root, { recursive: true, force: true });
  mkdirSync(root, { mode: 0o700 });
  try {
    return { folder: fill(root, notebookFolder), remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** @returns the folder for the cells' modules */
function fill(root: string, notebookFolder: string): string {
  let folder = root;
  for (const modules of moduleFolders(notebookFolder)) {
    folder = path.join(folder, "cells");
    mkdirSync(folder);
    symlinkSync(modules, path.join(folder, "node_modules"), "junction");
  }
  writeFileSync(path.join(folder, CONFIGURATION), configuration(folder, notebookFolder));
  writeFileSync(path.join(folder, "globals.d.ts"), globals() + webGlobals());
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

/** The text of the workspace's tsconfig.json, which heeds what that of the notebook says of modules and JSX. */
export function configuration(folder: string, notebookFolder: string): string {
  const { jsx, jsxImportSource, jsxFactory, jsxFragmentFactory, experimentalDecorators, ...config } =
    readableTsconfigOf(notebookFolder) ?? NO_CONFIGURATION;
  const own = Object.entries(broughtDeclarations(notebookFolder)).map(
    ([name, file]) => [name, [file]] as const,
  );
  const base = config.baseUrl === undefined ? [] : [["*", [path.join(config.baseUrl, "*")]] as const];
  const compilerOptions = {
    target: "esnext",
    module: "esnext",
    moduleResolution: "bundler",
    customConditions: ["node"],
    moduleDetection: "force",
    lib: ["esnext"],
    types: ["node"],
    typeRoots: typeRoots(),
    rootDirs: [folder, notebookFolder],
    paths: Object.fromEntries([...base, ...own, ...importedPaths(notebookFolder), ...config.paths]),
    allowImportingTsExtensions: true,
    resolveJsonModule: true,
    jsx: jsx === "react" ? "react" : "react-jsx",
    jsxImportSource,
    jsxFactory,
    jsxFragmentFactory,
    experimentalDecorators,
    strict: true,
    // Plain JavaScript is welcome here.
    useUnknownInCatchVariables: false,
    noEmit: true,
    skipLibCheck: true,
  };
  return JSON.stringify({ compilerOptions, files: ["globals.d.ts", CHECKED, CURRENT, OFFERED] });
}

/** Changes when what the configuration is made of was edited. */
export function configurationStamp(notebookFolder: string): string {
  const project = projectFolder(notebookFolder);
  const manifest = project === undefined ? undefined : path.join(project, "package.json");
  const stat = manifest === undefined ? undefined : statSync(manifest, { throwIfNoEntry: false });
  return JSON.stringify([readableTsconfigOf(notebookFolder), manifest, stat?.mtimeMs]);
}

/** `imports` of the notebook's package.json, which do not reach the workspace, as paths. */
function importedPaths(notebookFolder: string): (readonly [string, readonly string[]])[] {
  const project = projectFolder(notebookFolder);
  if (project === undefined) return [];
  try {
    const { imports } = JSON.parse(readFileSync(path.join(project, "package.json"), "utf8")) as {
      imports?: Record<string, unknown>;
    };
    return Object.entries(imports ?? {}).flatMap(([name, target]) => {
      const found = targetOf(target);
      return found?.startsWith("./") ? [[name, [path.join(project, found)]] as const] : [];
    });
  } catch {
    // Whoever imports by it is told what is wrong with it.
    return [];
  }
}

/** What a target of package.json means to a module, by its conditions. */
function targetOf(target: unknown): string | undefined {
  if (typeof target === "string") return target;
  if (typeof target !== "object" || target === null) return undefined;
  const conditions = Array.isArray(target)
    ? target.map(each => ["default", each] as const)
    : Object.entries(target);
  for (const [condition, inner] of conditions) {
    if (!CONDITIONS.has(condition)) continue;
    const found = targetOf(inner);
    if (found !== undefined) return found;
  }
  return undefined;
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
  const display = fileURLToPath(new URL("../../display/display.js", import.meta.url));
  const progress = fileURLToPath(new URL("../../display/progress.js", import.meta.url));
  const prompt = fileURLToPath(new URL("../../evaluator/prompt.js", import.meta.url));
  const deno = fileURLToPath(new URL("../../compat/deno.js", import.meta.url));
  return `/** Shows a value, at once and as rich as the front end can. */
declare const display: import(${JSON.stringify(display)}).Display;
/** Iterates and shows how far it is. */
declare const progress: typeof import(${JSON.stringify(progress)}).progress;
/** Asks the user, and waits for the answer. */
declare const prompt: import(${JSON.stringify(prompt)}).Prompt;
/** Of Deno, the display functions of its kernel. */
declare const Deno: import(${JSON.stringify(deno)}).DenoInCells;
/** Removes what the cell has shown so far; with \`wait\`, only when its next output comes. */
declare function clearOutput(wait?: boolean): void;
/** The result of the last cell that had one. */
declare var _: any;
`;
}

/**
 * What Node shares with browsers and its own types leave out. The whole library of browsers would bring names that
 * are not there.
 */
function webGlobals(): string {
  const file = typescriptFile("lib.dom.d.ts");
  const library = file === undefined ? "" : readFileSync(file, "utf8");
  const namespace = /^declare namespace WebAssembly \{\n.*?^\}\n/ms.exec(library)?.[0];
  return `${namespace ?? "declare var WebAssembly: any;\n"}type BufferSource = ArrayBufferView | ArrayBuffer;
declare var Performance: { prototype: typeof performance; new (): typeof performance };
`;
}
