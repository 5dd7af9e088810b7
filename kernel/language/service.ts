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
import { type Diagnostic, typeErrors } from "./diagnostics.js";
import { completeness } from "./completeness.js";
import { type CompletionItem, completeReply, fitting } from "./completion.js";
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
import { createWorkspace, type Workspace } from "./workspace.js";

/** A server that keeps ending is not started again. */
const MAX_STARTS = 3;
/** Details are fetched for so many items only: a list that long is typed on, not read. */
const MAX_DETAILED = 12;
/** Of a name declared many times over, like a function with overloads, the source of so many is shown. */
const MAX_DECLARATIONS = 5;

/** After a pause this long, the server gets ready for the next cell to be checked. */
const PRIME_MS = 50;

/** What the service needs from its surroundings. */
export interface LanguageOptions {
  /** The notebook's folder. */
  folder: string;
  log: Log;
}

/** Answers questions about code. */
export class LanguageService {
  readonly #options: LanguageOptions;
  readonly #modules = new CellModules();
  /** Executed, but not yet made modules: that can wait for the first question. */
  #unread: { code: string; complete: boolean }[] = [];
  #workspace: Workspace | undefined;
  #server: LanguageServer | undefined;
  #starts = 0;
  readonly #local: LocalFiles;
  #primeTimer: NodeJS.Timeout | undefined;

  constructor(options: LanguageOptions) {
    this.#options = options;
    this.#local = new LocalFiles(options.folder);
  }

  /** Takes note of an executed cell, and whether it came to its end. */
  executed(code: string, complete = true): void {
    this.#unread.push({ code, complete });
    this.#local.add(code);
    clearTimeout(this.#primeTimer);
    if (this.#server) this.#primeTimer = setTimeout(() => void this.prepare(), PRIME_MS).unref();
  }

  /** Finds the type errors of a cell that is about to run; none when the server cannot tell. */
  async check(code: string): Promise<Diagnostic[]> {
    return this.#answer("type check", [], async server => {
      const found = await this.#diagnose(server, () => this.#modules.checked(code));
      return typeErrors(found, code.split("\n").length);
    });
  }

  /** Makes the next check quick: starts the server, lets it read the cells executed so far. */
  async prepare(): Promise<void> {
    await this.#answer("preparation", undefined, async server => {
      await this.#diagnose(server, () => this.#modules.prime());
    });
  }

  /** Forgets all executed cells: their variables are gone. */
  forget(): void {
    this.#unread = [];
    this.#modules.forget();
  }

  /** Completes at a cursor given in code points. */
  async complete(code: string, cursor: number): Promise<CompleteReply> {
    const empty = { matches: [], cursor_start: cursor, cursor_end: cursor, metadata: {} };
    return this.#answer("completion", empty, async server => {
      const offset = utf16Offset(code, cursor);
      const result = await this.#ask(server, "textDocument/completion", code, offset);
      const items = Array.isArray(result) ? result : ((result as { items?: unknown[] } | null)?.items ?? []);
      const found = fitting(code, offset, items as CompletionItem[]);
      if (found.items.length <= MAX_DETAILED) {
        const resolve = (item: CompletionItem) => server.request("completionItem/resolve", item);
        found.items = (await Promise.all(found.items.map(resolve))) as CompletionItem[];
      }
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
    this.#starts = MAX_STARTS;
    clearTimeout(this.#primeTimer);
    this.#server?.stop();
    this.#workspace?.remove();
  }

  async #answer<T>(what: string, fallback: T, work: (server: LanguageServer) => Promise<T>): Promise<T> {
    try {
      const server = this.#start();
      return server ? await work(server) : fallback;
    } catch (error) {
      this.#options.log(`${what} without answer: ${error instanceof Error ? error.message : String(error)}`);
      return fallback;
    }
  }

  #start(): LanguageServer | undefined {
    if (this.#server) return this.#server;
    if (this.#starts++ >= MAX_STARTS) return undefined;
    this.#workspace ??= createWorkspace(this.#options.folder);
    const server = new LanguageServer(this.#workspace.folder, reason => {
      if (this.#starts < MAX_STARTS) this.#options.log(`language server ${reason}`);
      if (this.#server === server) this.#server = undefined;
    });
    this.#server = server;
    return server;
  }

  /** Asks what is wrong with a module, which is made when all executed cells are known. */
  async #diagnose(server: LanguageServer, make: () => CellModule): Promise<Diagnostic[]> {
    const writes = [server.changed(this.#read(), this.#local.changed())];
    const { name, text } = make();
    writes.push(server.write(name, text));
    const answer = server.request("textDocument/diagnostic", { textDocument: { uri: server.uri(name) } });
    await Promise.all(writes);
    return ((await answer) as { items?: Diagnostic[] } | null)?.items ?? [];
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
   * Makes modules of the cells executed since the last question; returns their files. They lie on disk, where
   * the server reads those that are imported: opening a hundred in its memory takes seconds.
   */
  #read(): string[] {
    const modules = this.#unread.map(({ code, complete }) => this.#modules.add(code, complete));
    this.#unread = [];
    for (const { name, text } of modules) writeFileSync(path.join(this.#workspace?.folder ?? "", name), text);
    return modules.map(({ name }) => name);
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

/** The text of a file that the server names, which need not be there: it has some in its memory. */
function sourceOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
