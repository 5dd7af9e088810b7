/**
 * Notices edits of the files that cells import, and of those that these import in turn, for a language server that
 * does not watch folders itself.
 *
 * Only these files are looked at, whatever lies beside them: a folder may hold tens of thousands.
 */

import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { isLocal } from "../../modules/resolve-local.js";
import { isUrl, resolveModule } from "../../modules/resolve-module.js";

/** What became of a file, in the numbering of the language server's protocol. */
export interface FileChange {
  file: string;
  type: 1 | 2 | 3;
}

const CREATED = 1;
const CHANGED = 2;
const DELETED = 3;

/** What comes behind `from`, `import` and `require`, be it in a comment. */
const SPECIFIER = /\b(?:from|import|require)\b\s*\(?\s*(?:"([^"\n]+)"|'([^'\n]+)')/g;

const DECLARATIONS = [".d.ts", ".d.mts", ".d.cts"];

/** The files that cells lead to, as they were when last looked at. */
export class LocalFiles {
  readonly #folder: string;
  /** Time of change and size by file; empty when it is gone. */
  readonly #stamps = new Map<string, string>();
  /** Imports that have led nowhere yet, with the folder of the file that has them. */
  readonly #missing = new Map<string, readonly [specifier: string, folder: string]>();
  /** Cells that were not read yet. */
  #cells: string[] = [];

  /** @param folder the notebook's */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Looks out for the files that a cell imports. */
  add(code: string): void {
    if (/\b(?:import|from|require)\b/.test(code)) this.#cells.push(code);
  }

  /** The files that were changed, added or removed since the last call. */
  changed(): FileChange[] {
    for (const code of this.#cells.splice(0)) this.#follow(code, this.#folder);
    const found: FileChange[] = [];
    for (const [file, before] of this.#stamps) {
      const stamp = stampOf(file);
      if (stamp === before) continue;
      this.#stamps.set(file, stamp);
      found.push({ file, type: stamp === "" ? DELETED : before === "" ? CREATED : CHANGED });
      if (stamp !== "") this.#read(file);
    }
    for (const [key, [specifier, folder]] of this.#missing) {
      const file = locate(specifier, folder);
      if (file === undefined) continue;
      this.#missing.delete(key);
      if (!this.#stamps.has(file)) found.push({ file, type: CREATED });
      this.#track(file);
    }
    return found;
  }

  #follow(code: string, folder: string): void {
    for (const [, double, single] of code.matchAll(SPECIFIER)) {
      const specifier = double ?? single ?? "";
      if (isUrl(specifier) && !specifier.startsWith("file:")) continue;
      const file = locate(specifier, folder);
      if (file !== undefined) this.#track(file);
      else if (isLocal(specifier)) this.#missing.set(`${folder}\0${specifier}`, [specifier, folder]);
    }
  }

  #track(file: string): void {
    if (this.#stamps.has(file)) return;
    this.#stamps.set(file, stampOf(file));
    this.#read(file);
  }

  #read(file: string): void {
    if (file.endsWith(".json")) return;
    try {
      this.#follow(readFileSync(file, "utf8"), path.dirname(file));
    } catch {
      // It has gone meanwhile, which the next look will tell.
    }
  }
}

/** The user's own file that a specifier means, be it of declarations; nothing when there is none. */
function locate(specifier: string, folder: string): string | undefined {
  try {
    const located = resolveModule(specifier, folder);
    if (located) return located.own ? located.file : undefined;
  } catch {
    // A package.json that is no JSON: whoever runs the import is told so.
    return undefined;
  }
  if (!isLocal(specifier)) return undefined;
  const base = specifier.startsWith("file:") ? fileURLToPath(specifier) : path.resolve(folder, specifier);
  const stems = [base, base.replace(/(?:\.d)?\.[cm]?[jt]sx?$/, ""), path.join(base, "index")];
  return stems.flatMap(stem => DECLARATIONS.map(each => stem + each)).find(file => stampOf(file) !== "");
}

function stampOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat?.isFile() ? `${stat.mtimeMs} ${stat.size}` : "";
}
