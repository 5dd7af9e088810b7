/** Modules that cells import wherever they are: the kernel's own, and its hosts'. */

import { createRequire } from "node:module";
import path from "node:path";
import { type HostPackage } from "../hosts/host-package.js";
import { hosts } from "../hosts/hosts.js";
import { codeFolder, NAME } from "../hosts/package.js";

/** The kernel's own modules, as files of its code without their extensions. */
const OWN: Readonly<Record<string, string>> = {
  [NAME]: "index",
  [`${NAME}/display`]: "display/index",
  [`${NAME}/widgets`]: "widgets/index",
  tslab: "compat/tslab",
};

/** The host of which a specifier names a module, be it there or not. */
export function hostOf(specifier: string): HostPackage | undefined {
  return hosts().find(({ name }) => specifier === name || specifier.startsWith(`${name}/`));
}

/** The file of a module of the kernel's own. */
export function ownModule(specifier: string, extension = ".js"): string | undefined {
  const file = Object.hasOwn(OWN, specifier) ? OWN[specifier] : undefined;
  return file === undefined ? undefined : path.join(codeFolder, file + extension);
}

/** Whether a specifier names a module of the kernel's or its hosts'. */
export const isBrought = (specifier: string): boolean =>
  hostOf(specifier) !== undefined || ownModule(specifier) !== undefined;

/** The module that cells import display functions from: a host's, if it passes the kernel's on. */
export function displayModule(): string {
  const passedOn = hosts()
    .map(({ name }) => `${name}/display`)
    .find((module, i) => hosts()[i]?.declarations[module] !== undefined);
  return passedOn ?? `${NAME}/display`;
}

/** Declaration files of all modules that cells import wherever they are. */
export function broughtDeclarations(folder: string): Record<string, string> {
  const own = Object.keys(OWN)
    .filter(module => module !== "tslab" || !has(folder, module))
    .map(module => [module, ownModule(module, ".d.ts") ?? ""] as const);
  return Object.assign({}, ...hosts().map(({ declarations }) => declarations), Object.fromEntries(own));
}

/** Those of modules whose names are offered for import; what a host passes on is offered as the host's. */
export function offeredDeclarations(folder: string): Record<string, string> {
  const all = broughtDeclarations(folder);
  const offered = hosts().flatMap(({ offers }) => offers);
  const passedOn = new Set(offered.map(module => all[module]));
  const own = Object.keys(OWN).filter(module => module !== NAME && !passedOn.has(all[module]));
  return Object.fromEntries(
    [...offered, ...own].flatMap(module => (all[module] ? [[module, all[module]]] : [])),
  );
}

function has(folder: string, module: string): boolean {
  try {
    createRequire(path.join(folder, "notebook.cjs")).resolve(module);
    return true;
  } catch {
    return false;
  }
}
