/**
 * Completion of names that a cell has not imported.
 *
 * A front end can only put a text in the place of the one at the cursor, so an import cannot be added above it.
 * Two ways lead to one: behind `import`, a name completes to the rest of its statement; elsewhere the item is the
 * name alone, and says which module exports it.
 */

import { OFFERED } from "./cell-modules.js";
import type { CompletionItem } from "./completion.js";
import { type ImportableName, importClause } from "./importable-names.js";
import { type Hover, hoverText } from "./inspection.js";
import type { LanguageServer } from "./server/language-server.js";

/** Fewer letters fit too many names. */
const MIN_LETTERS = 2;

/** Behind all that is in scope: the server's own sort texts are numbers below. */
const LAST = "~";

/** A statement that has come to its first name, alone at the end of its line. */
const STATEMENT = /^[ \t]*import[ \t]+([\p{ID_Start}$_][\p{ID_Continue}$]*)$/mu;

const NAME = /(?<![\p{ID_Continue}$.#@])[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** What is asked about: the name begun before the cursor, and whether `import` stands before it. */
export interface Begun {
  name: string;
  statement: boolean;
}

/** Reads what stands before a cursor; nothing where no import could help. */
export function begun(code: string, offset: number): Begun | undefined {
  const lineStart = code.lastIndexOf("\n", offset - 1) + 1;
  const line = code.slice(lineStart, offset);
  const rest = code.slice(offset).split("\n", 1)[0] ?? "";
  const statement = rest.trim() === "" ? STATEMENT.exec(line)?.[1] : undefined;
  const name = statement ?? NAME.exec(line)?.[0] ?? "";
  return name.length < MIN_LETTERS ? undefined : { name, statement: statement !== undefined };
}

/** Items that complete an import statement. */
export function statementItems(names: readonly ImportableName[]): CompletionItem[] {
  return names.map(name => ({
    label: importClause(name),
    filterText: name.name,
    sortText: LAST + name.name,
    detail: `import ${importClause(name)}`,
    module: name.module,
  }));
}

/**
 * Items for names that are not among those in scope, one a name.
 *
 * @param inScope the server's items; of a place that has no globals, such as a string, none is completed
 */
export function nameItems(
  names: readonly ImportableName[],
  inScope: readonly CompletionItem[],
): CompletionItem[] {
  const known = new Set(inScope.map(({ label }) => label));
  if (!known.has("globalThis")) return [];
  const items = new Map<string, CompletionItem>();
  for (const name of names) {
    if (known.has(name.name) || items.has(name.name)) continue;
    items.set(name.name, {
      label: name.name,
      sortText: LAST + name.name,
      detail: `import ${importClause(name)}`,
      module: name.module,
    });
  }
  return [...items.values()];
}

/** The name at an offset that is nobody's member; nothing where there is none. */
export function nameAt(code: string, offset: number): string | undefined {
  const before = NAME.exec(code.slice(0, offset))?.[0] ?? "";
  const name = before + (/^[\p{ID_Continue}$]*/u.exec(code.slice(offset))?.[0] ?? "");
  return before === "" ? undefined : name;
}

/** Says what is known of offered names, by importing them in a file of their own. */
export class OfferedNames {
  /** All modules so far: each further one costs the server 100 ms, and so does each that goes. */
  readonly #modules = new Set<string>();

  /** Markdown by item, of those about which it comes within `patience` ms: modules may yet have to be read. */
  async describe(
    server: Pick<LanguageServer, "write" | "request" | "uri">,
    items: readonly CompletionItem[],
    patience: number,
  ): Promise<Map<CompletionItem, string>> {
    const found = new Map<CompletionItem, string>();
    if (items.length === 0) return found;
    for (const { module } of items) if (module !== undefined) this.#modules.add(module);
    const header = [...this.#modules].map(module => `import "${module}";`).join(" ");
    const textDocument = { uri: server.uri(OFFERED) };
    const written = server.write(OFFERED, [header, ...items.map(({ detail }) => detail), ""].join("\n"));
    const asked = items.map(async (item, i) => {
      const character = item.detail?.indexOf(item.filterText ?? item.label, "import".length) ?? 0;
      const position = { line: i + 1, character };
      const hover = (await server.request("textDocument/hover", { textDocument, position })) as Hover | null;
      if (hover) found.set(item, hoverText(hover) ?? "");
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise(resolve => {
      timer = setTimeout(resolve, patience);
    });
    await Promise.race([Promise.allSettled([written, ...asked]), late]);
    clearTimeout(timer);
    return new Map(found);
  }
}
