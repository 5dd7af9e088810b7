/**
 * Cells as modules: each imports from earlier cells what it uses and exports what it declares, so that
 * names declared again with another type confuse neither the old cell nor the new.
 *
 * Line 0 of a module is made here, the cell's own text starts at line 1.
 */

import { declarations } from "./declarations.js";

/** Lines a module has before the cell's text. */
export const HEADER_LINES = 1;

/** The file of the cell that is being typed. */
export const CURRENT = "current.ts";

/** A module made from a cell. */
export interface CellModule {
  name: string;
  text: string;
}

/** The executed cells of a session. */
export class CellModules {
  /** The module that declared each name last. */
  readonly #owners = new Map<string, string>();
  #count = 0;

  /** The module of a cell that was executed; later cells see its names. */
  add(code: string): CellModule {
    const name = `cell${++this.#count}`;
    const text = this.#text(code, identifiers(code));
    for (const declared of declarations(code).names) this.#owners.set(declared, name);
    return { name: `${name}.ts`, text };
  }

  /** Later cells no longer see what cells so far declared. */
  forget(): void {
    this.#owners.clear();
  }

  /** The module of a cell that is being typed, which may come to use any name. */
  current(code: string): CellModule {
    return { name: CURRENT, text: this.#text(code, undefined) };
  }

  /** @param used identifiers that occur in the code, or nothing when all names should be in reach */
  #text(code: string, used: Set<string> | undefined): string {
    const { names, exported } = declarations(code);
    const own = new Set(names);
    const imports = new Map<string, string[]>();
    for (const [name, owner] of this.#owners) {
      if (own.has(name) || (used && !used.has(name))) continue;
      const list = imports.get(owner) ?? [];
      list.push(name);
      imports.set(owner, list);
    }
    const header = [...imports]
      .map(([owner, list]) => `import { ${list.join(", ")} } from "./${owner}";`)
      .join(" ");
    const rest = names.filter(name => !exported.has(name));
    return `${header}\n${code}\nexport { ${rest.join(", ")} };\n`;
  }
}

function identifiers(code: string): Set<string> {
  return new Set(code.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu));
}
