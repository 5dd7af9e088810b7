/** A module that is nowhere to be found. */

import { statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { isLocal } from "./resolve-local.js";

/** What npm lets a package be called, with what may stand behind it. */
const PACKAGE = /^((?:@[a-z\d-][\w.~-]*\/)?[a-z\d-][\w.~-]*)(?:\/|$)/i;

/** What comes from a value that is none. */
const NO_NAME = /^(?:undefined|null|NaN)$/;

/** Says which module, from where, and what can be done. */
export class ModuleNotFound extends Error {
  readonly code = "ERR_MODULE_NOT_FOUND";
  readonly #specifier: string;
  readonly #folder: string;

  /**
   * @param specifier as it was written
   * @param folder of the code that asks for it
   * @param reason what is known beyond that it is not there
   */
  constructor(specifier: string, folder: string, reason: Reason = {}) {
    super(said(specifier, folder, reason));
    this.#specifier = specifier;
    this.#folder = folder;
  }

  /** As it was written. */
  get specifier(): string {
    return this.#specifier;
  }

  /** Of the code that asks for it. */
  get folder(): string {
    return this.#folder;
  }
}

/** Why a module is not found. */
export interface Reason {
  /** The local file that asks for it, rather than a cell. */
  importer?: string | undefined;
  /** Whether its package is there, without the file. */
  isInstalled?: boolean;
  /** Whether it is a folder of the package, which stands for no file. */
  isFolder?: boolean;
  /** What Node's loader says. */
  said?: string;
}

function said(specifier: string, folder: string, reason: Reason): string {
  const { importer, isInstalled, said: by, isFolder = isLocalFolder(specifier, folder) } = reason;
  if (by !== undefined) return by;
  if (specifier === "") return 'Cannot import "": expected the name of a package or the path of a file';
  const from = importer === undefined ? `from ${folder}` : `imported from ${importer}`;
  const name = NO_NAME.test(specifier) ? undefined : PACKAGE.exec(specifier)?.[1];
  if (name !== undefined && !isInstalled) {
    return `Cannot find package "${name}" ${from}; install it: %npm install ${name}`;
  }
  const what = `Cannot find module "${specifier}" ${from}`;
  if (isFolder) return `${what}; it is a folder without index`;
  // A path was looked for; other names that no package can have are meant to stand for one.
  return /^[@~]/.test(specifier) && !isInstalled
    ? `${what}; no package has such a name, and "paths" of tsconfig.json do not have it either`
    : what;
}

function isLocalFolder(specifier: string, folder: string): boolean {
  if (!isLocal(specifier)) return false;
  const file = specifier.startsWith("file:") ? fileURLToPath(specifier) : path.resolve(folder, specifier);
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
}
