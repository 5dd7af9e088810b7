/** Notices edits of the files that cells import, for a language server that does not watch folders itself. */

import { readdirSync, statSync } from "node:fs";
import path from "node:path";

const SOURCE = /\.(?:[cm]?[jt]s|[jt]sx|json)$/;
const RELATIVE = /\b(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"']*)["']/g;

/** Folders that cells import from, with the times at which their files were last changed. */
export class LocalFiles {
  readonly #folder: string;
  readonly #times = new Map<string, number>();
  readonly #folders = new Set<string>();

  /** @param folder the notebook's */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Looks out for the files that a cell imports, and for those beside them. */
  add(code: string): void {
    for (const [, specifier = ""] of code.matchAll(RELATIVE)) {
      const folder = path.dirname(path.resolve(this.#folder, specifier));
      if (this.#folders.has(folder)) continue;
      this.#folders.add(folder);
      for (const [file, time] of modified(folder)) this.#times.set(file, time);
    }
  }

  /** The files that were changed or added since the last call. */
  changed(): string[] {
    const found: string[] = [];
    for (const folder of this.#folders) {
      for (const [file, time] of modified(folder)) {
        if (this.#times.get(file) === time) continue;
        this.#times.set(file, time);
        found.push(file);
      }
    }
    return found;
  }
}

function modified(folder: string): [string, number][] {
  try {
    return readdirSync(folder)
      .filter(name => SOURCE.test(name))
      .map(name => path.join(folder, name))
      .map(file => [file, statSync(file).mtimeMs]);
  } catch {
    return [];
  }
}
