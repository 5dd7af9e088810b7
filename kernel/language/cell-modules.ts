/**
 * Cells as modules: each imports from earlier cells what it uses and exports what it declares, so that
 * names declared again with another type confuse neither the old cell nor the new.
 *
 * Line 0 of a module is made here, the cell's own text starts at line 1.
 */

import { CLOSE, isObjectLiteral, OPEN } from "../cells/rewrite/object-literal.js";
import { isGlobal } from "../cells/rewrite/reserved-names.js";
import { declarations } from "./declarations.js";

const MAX_PRIMED = 200;

/** Lines a module has before the cell's text. */
export const HEADER_LINES = 1;

/** The file of the cell that is being typed. */
export const CURRENT = "current.ts";

/** The file of the cell that is being run. */
export const CHECKED = "checked.ts";

/** The file that imports names which are offered for import, to learn about them. */
export const OFFERED = "offered.ts";

/** A module made from a cell. */
export interface CellModule {
  name: string;
  text: string;
  /** The modules of other cells that it imports, by their names. */
  imports: readonly string[];
}

/** The executed cells of a session. */
export class CellModules {
  /** The module that declared each name last. */
  readonly #owners = new Map<string, string>();
  #count = 0;
  /** The modules that all later ones import, because they change types beyond their names; the latest last. */
  #ambient: string[] = [];
  /** Modules that the checked cell imports whether it uses them or not; see `prime`. */
  #primed: readonly string[] = [];
  /** Those that the typed cell imports in any case: what it has come to import, it keeps. */
  readonly #typed = new Set<string>();

  /**
   * The module of a cell that was executed; later cells see its names. Of a cell that failed on its way, or has yet
   * to come to its end, they see those that were not known before: what it declared again may or may not be there.
   */
  add(code: string, complete = true): CellModule {
    const name = `cell${++this.#count}`;
    const module = this.#module(`${name}.ts`, code, identifiers(code));
    const { names, isAmbient } = declarations(code);
    for (const declared of names) {
      // A global whose declaration failed is still the global.
      const isNew = !this.#owners.has(declared) && !isGlobal(declared);
      if (complete || isNew) this.#owners.set(declared, name);
    }
    if (isAmbient) this.#ambient = [...this.#ambient, name].slice(-MAX_PRIMED);
    return module;
  }

  /** The cell of a module that was made while it ran has come to its end. */
  completed({ name }: CellModule, code: string): void {
    for (const declared of declarations(code).names) this.#owners.set(declared, name.replace(/\.ts$/, ""));
  }

  /** Later cells no longer see what cells so far declared. */
  forget(): void {
    this.#owners.clear();
    this.#ambient = [];
  }

  /**
   * The module of a cell that is being typed.
   *
   * @param any whether it may come to use any name, rather than those that it has already
   */
  current(code: string, any = true): CellModule {
    const module = this.#module(CURRENT, code, any ? undefined : identifiers(code), [...this.#typed]);
    for (const name of module.imports) this.#typed.add(name);
    return module;
  }

  /** The module of a cell that is being run. */
  checked(code: string): CellModule {
    return this.#module(CHECKED, code, identifiers(code), this.#primed);
  }

  /**
   * Makes the cell that is checked, and the one that is typed, import every module in reach from now on. The server takes
   * up a file whose imports lead to the same files as before in 2 ms, and needs 15 ms otherwise.
   */
  prime(): CellModule {
    this.#primed = [...new Set(this.#owners.values())].slice(-MAX_PRIMED);
    this.#typed.clear();
    for (const name of this.#primed) this.#typed.add(name);
    return this.checked("");
  }

  /** @param used identifiers that occur in the code, or nothing when all names should be in reach */
  #module(
    file: string,
    code: string,
    used: Set<string> | undefined,
    always: readonly string[] = [],
  ): CellModule {
    const { names, exported, misleading } = declarations(code);
    const own = new Set(names);
    const imports = new Map<string, string[]>([...always, ...this.#ambient].map(module => [module, []]));
    for (const [declared, owner] of this.#owners) {
      if (own.has(declared) || (used && !used.has(declared))) continue;
      const list = imports.get(owner) ?? [];
      list.push(declared);
      imports.set(owner, list);
    }
    const header = [...imports]
      .map(([owner, list]) => `import { ${list.join(", ")} } from "./${owner}";`)
      .join(" ");
    const rest = names.filter(name => !exported.has(name));
    // The bracket stands in the header, so that the cell's columns stay what they are.
    const [open, close] = isObjectLiteral(code) ? [OPEN, CLOSE] : ["", ""];
    const text = `${header}${open}\n${blank(code, misleading)}${close}\nexport { ${rest.join(", ")} };\n`;
    return { name: file, text, imports: [...imports.keys()] };
  }
}

/** Code without some of its ranges; the rest stays in its place. */
function blank(code: string, ranges: readonly (readonly [number, number])[]): string {
  return ranges.reduce(
    (text, [start, end]) =>
      text.slice(0, start) + text.slice(start, end).replace(/[^\n]/g, " ") + text.slice(end),
    code,
  );
}

function identifiers(code: string): Set<string> {
  return new Set(code.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu));
}
