/**
 * Completion and inspection for a session's cells, types and all.
 *
 * The language server starts with the first question, and reads executed cells only then; it runs in a
 * process of its own, so that it answers while a cell runs. When it cannot answer, the reply is empty:
 * editing goes on without it.
 */

import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Log } from "../log.js";
import type { CompleteReply, InspectReply, IsCompleteReply } from "../messages.js";
import { type CellModule, CellModules, CURRENT, HEADER_LINES } from "./cell-modules.js";
import { type Diagnostic, isSyntax, typeErrors, unknownName } from "./diagnostics.js";
import { completeness, hasJsx } from "./completeness.js";
import { type CompletionItem, completeReply, fitting } from "./completion.js";
import { ImportableNames, importClause } from "./importable-names.js";
import { begun, nameAt, nameItems, OfferedNames, statementItems } from "./import-offers.js";
import {
  type Declaration,
  declarationText,
  type Hover,
  hoverText,
  inspectionBundle,
  type SignatureHelp,
  signatureText,
} from "./inspection.js";
import { LanguageServer } from "./language-server.js";
import { LocalFiles } from "./local-files.js";
import { type LspPosition, lspPosition, utf16Offset } from "./positions.js";
import { createWorkspace, ownModules, type Workspace } from "./workspace.js";

/** A server that keeps ending is not started again. */
const MAX_STARTS = 3;
/** Details of so many items are always fetched: a list longer than that is typed on, not read. */
const MAX_DETAILED = 12;
/** A list of names to import waits no longer for their documentation, and an inspection of one no longer. */
const OFFER_MS = 150;
const INSPECT_MS = 3000;
/** Of a name declared many times over, like a function with overloads, the source of so many is shown. */
const MAX_DECLARATIONS = 5;

/** After a pause this long, the server gets ready for the next cell to be checked. */
const PRIME_MS = 50;

/** So long after the start, when the first cell is likely to have run, names to import are looked up. */
const LOOK_UP_MS = 2000;

/** What the service needs from its surroundings. */
export interface LanguageOptions {
  /** The notebook's folder. */
  folder: string;
  log: Log;
  /** Told in a sentence for the user why there are neither type checks nor completion; each reason once. */
  unavailable?: (sentence: string) => void;
}

/** A cell that was executed, or runs. */
interface Cell {
  code: string;
  /** Whether it came to its end. */
  complete: boolean;
  /** Made when the first question comes after it began. */
  module?: CellModule;
}

/** Answers questions about code. */
export class LanguageService {
  readonly #options: LanguageOptions;
  readonly #modules = new CellModules();
  /** Executed, but not yet made modules: that can wait for the first question. */
  #unread: Cell[] = [];
  /** Modules whose files are yet to be written, also because the disk was full. */
  #unwritten: CellModule[] = [];
  /** Cells that run now. */
  readonly #running = new Set<Cell>();
  #workspace: Workspace | undefined;
  #server: LanguageServer | undefined;
  #starts = 0;
  #stopped = false;
  /** For which reasons the user has been told that there are no types. */
  readonly #told = new Set<string>();
  readonly #local: LocalFiles;
  readonly #importable: ImportableNames;
  readonly #offered = new OfferedNames();
  #primeTimer: NodeJS.Timeout | undefined;
  #lookUpTimer: NodeJS.Timeout | undefined;

  constructor(options: LanguageOptions) {
    this.#options = options;
    const { folder, log } = options;
    this.#local = new LocalFiles(folder);
    this.#importable = new ImportableNames(folder, ownModules(folder), log);
  }

  /**
   * Takes note of a cell that begins to run: cells of other shells, and whoever types meanwhile, see its names.
   *
   * @returns to be called when the cell has ended, with whether it came to its end
   */
  executing(code: string): (complete: boolean) => void {
    const cell: Cell = { code, complete: false };
    this.#running.add(cell);
    return complete => {
      // Otherwise it was forgotten meanwhile.
      if (this.#running.delete(cell)) this.#ended(Object.assign(cell, { complete }));
    };
  }

  /** Takes note of an executed cell that came to its end. */
  executed(code: string): void {
    this.#ended({ code, complete: true });
  }

  #ended(cell: Cell): void {
    this.#unread.push(cell);
    this.#local.add(cell.code);
    clearTimeout(this.#primeTimer);
    if (this.#server) this.#primeTimer = setTimeout(() => void this.prepare(), PRIME_MS).unref();
  }

  /**
   * Finds the type errors of a cell that is about to run; none when the server cannot tell.
   *
   * @param waits for a server that is busy, because the cell must not run with errors
   */
  async check(code: string, waits = false): Promise<Diagnostic[]> {
    return this.#answer("type check", [], async server => {
      const found = await this.#diagnose(server, () => this.#modules.checked(code), waits);
      // The server takes cells for TypeScript without JSX; of what it could not parse it knows no types.
      if (found.some(isSyntax) && hasJsx(code)) return [];
      return typeErrors(found, code.split("\n").length).map(error => this.#withImport(error));
    });
  }

  /** Makes the next check quick: starts the server, lets it read the cells executed so far. */
  async prepare(): Promise<void> {
    await this.#answer("preparation", undefined, async server => {
      await this.#diagnose(server, () => this.#modules.prime());
      this.#lookUpTimer ??= setTimeout(() => void this.#importable.load(), LOOK_UP_MS).unref();
    });
  }

  /** Forgets all executed cells: their variables are gone. */
  forget(): void {
    this.#unread = [];
    this.#unwritten = [];
    this.#running.clear();
    this.#modules.forget();
  }

  /** Completes at a cursor given in code points. */
  async complete(code: string, cursor: number): Promise<CompleteReply> {
    const empty = { matches: [], cursor_start: cursor, cursor_end: cursor, metadata: {} };
    return this.#answer("completion", empty, async server => {
      const offset = utf16Offset(code, cursor);
      const start = begun(code, offset);
      const loaded = start ? this.#importable.load() : undefined;
      const result = await this.#ask(server, "textDocument/completion", code, offset);
      const list = Array.isArray(result) ? result : ((result as { items?: unknown[] } | null)?.items ?? []);
      const items = list as CompletionItem[];
      await loaded;
      if (start) {
        const names = this.#importable.find(start.name);
        items.push(...(start.statement ? statementItems(names) : nameItems(names, items)));
      }
      const found = fitting(code, offset, items);
      if (found.items.length <= MAX_DETAILED) found.items = await this.#detailed(server, found.items);
      return completeReply(code, found);
    });
  }

  /** Tells about the name at a cursor given in code points; `detail` 1 adds the source of its declaration. */
  async inspect(code: string, cursor: number, detail: number): Promise<InspectReply> {
    const none: InspectReply = { found: false, data: {}, metadata: {} };
    return this.#answer("inspection", none, async server => {
      const offset = utf16Offset(code, cursor);
      let markdown: string | undefined;
      // A cursor behind a name is still at it, and one behind the bracket of a call is at the call.
      for (const at of [offset, offset - 1]) {
        if (markdown !== undefined || at < 0) break;
        const hover = (await this.#ask(server, "textDocument/hover", code, at)) as Hover | null;
        if (hover) markdown = hoverText(hover);
        if (markdown !== undefined && detail > 0) markdown += await this.#declaration(server, code, at);
      }
      markdown ??= await this.#unimported(server, code, offset);
      if (markdown === undefined) {
        const help = await this.#ask(server, "textDocument/signatureHelp", code, offset);
        markdown = help ? signatureText(help as SignatureHelp) : undefined;
      }
      return markdown === undefined ? none : { found: true, data: inspectionBundle(markdown), metadata: {} };
    });
  }

  /** Tells whether code is ready to run. */
  isComplete(code: string): IsCompleteReply {
    return completeness(code);
  }

  /** Ends the server and removes its folder. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#primeTimer);
    clearTimeout(this.#lookUpTimer);
    this.#server?.stop();
    this.#workspace?.remove();
  }

  async #answer<T>(what: string, fallback: T, work: (server: LanguageServer) => Promise<T>): Promise<T> {
    try {
      const server = this.#start();
      return server ? await work(server) : fallback;
    } catch (error) {
      this.#options.log(`${what} without answer: ${error instanceof Error ? error.message : String(error)}`);
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== undefined && !this.#stopped) {
        this.#tell(
          code,
          `types are not checked and names not completed: ${message}; the temporary folder (TMPDIR) needs space for a few files`,
        );
      }
      return fallback;
    }
  }

  #tell(reason: string, sentence: string): void {
    if (this.#told.has(reason)) return;
    this.#told.add(reason);
    this.#options.unavailable?.(sentence);
  }

  #start(): LanguageServer | undefined {
    if (this.#stopped) return undefined;
    if (this.#server) return this.#server;
    this.#workspace ??= createWorkspace(this.#options.folder);
    if (this.#starts++ >= MAX_STARTS) return undefined;
    const server = new LanguageServer(this.#workspace.folder, reason => {
      if (!this.#stopped) this.#options.log(`language server ${reason}`);
      if (this.#server === server) this.#server = undefined;
    });
    this.#server = server;
    return server;
  }

  /** Asks what is wrong with a module, which is made when all executed cells are known. */
  async #diagnose(server: LanguageServer, make: () => CellModule, waits = false): Promise<Diagnostic[]> {
    const writes = [server.changed(this.#read(), this.#local.changed())];
    const { name, text } = make();
    writes.push(server.write(name, text));
    const textDocument = { uri: server.uri(name) };
    const answer = server.request("textDocument/diagnostic", { textDocument }, waits);
    await Promise.all(writes);
    return ((await answer) as { items?: Diagnostic[] } | null)?.items ?? [];
  }

  /** The items with their types and documentation. */
  async #detailed(server: LanguageServer, items: CompletionItem[]): Promise<CompletionItem[]> {
    const said = this.#offered.describe(server, items.filter(isLight), OFFER_MS);
    return Promise.all(
      items.map(async item =>
        item.module === undefined
          ? ((await server.request("completionItem/resolve", item)) as CompletionItem)
          : { ...item, documentation: (await said).get(item) ?? "" },
      ),
    );
  }

  /** Markdown about a name that would have to be imported. */
  async #unimported(server: LanguageServer, code: string, offset: number): Promise<string | undefined> {
    const found = this.#importable.named(nameAt(code, offset) ?? "");
    if (!found) return undefined;
    const [item] = statementItems([found]);
    const said = item && (await this.#offered.describe(server, [item], INSPECT_MS)).get(item);
    return ["```typescript", `import ${importClause(found)}`, "```", "", said ?? ""].join("\n").trimEnd();
  }

  /** A finding that says how to import the name it does not know. */
  #withImport(error: Diagnostic): Diagnostic {
    const name = unknownName(error);
    const found = name === undefined ? undefined : this.#importable.named(name);
    if (!found) return error;
    return { ...error, message: `${error.message}\nhint: import ${importClause(found)}` };
  }

  /** Asks about an offset of code that is being typed. */
  async #ask(server: LanguageServer, method: string, code: string, offset: number): Promise<unknown> {
    // No awaiting in between: messages of one question must not mix with those of another.
    const writes = [server.changed(this.#read(), this.#local.changed())];
    const module = this.#modules.current(code);
    writes.push(server.write(module.name, module.text));
    const { line, character } = lspPosition(code, offset);
    const position: LspPosition = { line: line + HEADER_LINES, character };
    const answer = server.request(method, { textDocument: { uri: server.uri(module.name) }, position });
    await Promise.all(writes);
    return answer;
  }

  /**
   * Makes modules of the cells executed since the last question, and of those that run; returns their files. They
   * lie on disk, where the server reads those that are imported: opening a hundred in its memory takes seconds.
   */
  #read(): string[] {
    const made = this.#unwritten;
    for (const cell of [...this.#unread, ...this.#running]) {
      if (!cell.module) made.push((cell.module = this.#modules.add(cell.code, cell.complete)));
      else if (cell.complete) this.#modules.completed(cell.module, cell.code);
    }
    this.#unread = [];
    for (const { name, text } of made) writeFileSync(path.join(this.#workspace?.folder ?? "", name), text);
    this.#unwritten = [];
    return made.map(({ name }) => name);
  }

  /** The source of what declares the name at an offset, under the file's name unless that is a cell. */
  async #declaration(server: LanguageServer, code: string, offset: number): Promise<string> {
    const result = await this.#ask(server, "textDocument/definition", code, offset);
    const found = (result ?? []) as Declaration[];
    return found
      .filter(({ targetUri }) => targetUri.startsWith("file:"))
      .slice(0, MAX_DECLARATIONS)
      .map(declaration => {
        const { targetUri, targetRange } = declaration;
        const inCell = targetUri.startsWith(server.uri(""));
        const file = fileURLToPath(targetUri);
        const text = targetUri === server.uri(CURRENT) ? "\n".repeat(HEADER_LINES) + code : sourceOf(file);
        const place = inCell ? "" : `\n\nDeclared in ${file}:${targetRange.start.line + 1}`;
        return text === undefined ? place : `${place}\n\n${declarationText(text, declaration)}`;
      })
      .join("");
  }
}

/**
 * Whether what a name means can be told without the server reading much that the session may never need: it knows
 * Node already, and netspace is what notebooks here import. Of other packages, inspection tells.
 */
function isLight({ module }: CompletionItem): boolean {
  return module !== undefined && /^(?:node:|netspace(?:\/|$))/.test(module);
}

/** The text of a file that the server names, which need not be there: it has some in its memory. */
function sourceOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
