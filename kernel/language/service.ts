/**
 * Completion and inspection for a session's cells, types and all.
 *
 * The language server starts with the first question, and reads executed cells only then; it runs in a
 * process of its own, so that it answers while a cell runs. When it cannot answer, the reply is empty:
 * editing goes on without it.
 */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Log } from "../base/log.js";
import type { CompleteReply, InspectReply, IsCompleteReply } from "../protocol/messages.js";
import { type CellModule, CellModules, CURRENT, HEADER_LINES } from "./cell-modules.js";
import { exactType, type Diagnostic, isSyntax, question, typeErrors, unknownName } from "./diagnostics.js";
import { completeness, hasJsx } from "./completeness.js";
import { type CompletionItem, completeReply, fitting, withoutWorkspace } from "./completion.js";
import {
  calledAt,
  extendedTypes,
  fieldNames,
  fieldsText,
  isFunction,
  namesIn,
  optionsType,
} from "./option-fields.js";
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
import { LanguageServer } from "./server/language-server.js";
import { type FileChange, LocalFiles } from "./server/local-files.js";
import { Outage } from "./server/outage.js";
import { type LspPosition, lspPosition, utf16Offset } from "./positions.js";
import { isBrought, offeredDeclarations } from "../modules/brought.js";
import {
  CONFIGURATION,
  configuration,
  configurationStamp,
  createWorkspace,
  type Workspace,
} from "./server/workspace.js";

/** A server that has been started so often within a while is not started again before that has passed. */
const MAX_STARTS = 3;
const RESTART_AFTER_MS = 60_000;
/** Details of so many items are always fetched: a list longer than that is typed on, not read. */
const MAX_DETAILED = 12;
/** A list of names to import waits no longer for their documentation, and an inspection of one no longer. */
const OFFER_MS = 150;
const INSPECT_MS = 3000;
/** Of a name declared many times over, like a function with overloads, the source of so many is shown. */
const MAX_DECLARATIONS = 5;
/** Of the type of a function's options and those that it extends, the fields of so many are shown. */
const MAX_OPTION_TYPES = 4;

/** After a pause this long, the server gets ready for the next cell to be checked. */
const PRIME_MS = 50;

/** So long after the start, when the first cell is likely to have run, names to import are looked up. */
const LOOK_UP_MS = 2000;

/** What the service needs from its surroundings. */
export interface LanguageOptions {
  /** The notebook's folder. */
  folder: string;
  log: Log;
  /** Told in a sentence for the user why there are neither type checks nor completion, and when they are back. */
  unavailable?: (sentence: string) => void;
  /** Milliseconds after which a server that kept ending gets another chance. */
  restartAfter?: number;
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
  /** Cells that run now. */
  readonly #running = new Set<Cell>();
  /** Modules of cells that are yet to be written to disk, by their names. */
  readonly #unwritten = new Map<string, CellModule>();
  #workspace: Workspace | undefined;
  /** What its configuration was made of. */
  #configured = "";
  #server: LanguageServer | undefined;
  /** When servers were started, of late. */
  #starts: number[] = [];
  /** How the last server ended. */
  #end = "";
  #stopped = false;
  /** How many questions wait for their answers. */
  #asking = 0;
  readonly #outage: Outage;
  readonly #local: LocalFiles;
  readonly #importable: ImportableNames;
  readonly #offered = new OfferedNames();
  #primeTimer: NodeJS.Timeout | undefined;
  #lookUpTimer: NodeJS.Timeout | undefined;

  constructor(options: LanguageOptions) {
    this.#options = options;
    const { folder, log } = options;
    this.#outage = new Outage(sentence => {
      log(sentence);
      options.unavailable?.(sentence);
    });
    this.#local = new LocalFiles(folder);
    this.#importable = new ImportableNames(folder, offeredDeclarations(folder), log);
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
      return typeErrors(found, code.split("\n").length).map(error => this.#withHint(error));
    });
  }

  /** Makes the next check quick: starts the server, lets it read the cells executed so far. */
  async prepare(): Promise<void> {
    await this.#answer("preparation", undefined, async server => {
      this.#read();
      const checked = this.#modules.prime();
      const writes = this.#tell(server, checked);
      // With it, or opening it would have all modules looked up once more.
      writes.push(...this.#tell(server, this.#modules.current("")));
      this.#forgetUnused();
      const textDocument = { uri: server.uri(checked.name) };
      await Promise.all([...writes, server.request("textDocument/diagnostic", { textDocument })]);
      this.#lookUpTimer ??= setTimeout(() => void this.#importable.load(), LOOK_UP_MS).unref();
    });
  }

  /** Forgets all executed cells: their variables are gone. */
  forget(): void {
    this.#unread = [];
    this.#unwritten.clear();
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
      const result = await this.#ask(
        server,
        "textDocument/completion",
        code,
        offset,
        !isMember(code, offset),
      );
      const list = Array.isArray(result) ? result : ((result as { items?: unknown[] } | null)?.items ?? []);
      const items = withoutWorkspace(list as CompletionItem[], name => this.#isBeside(code, offset, name));
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
      markdown ??= await this.#type(server, code, offset, detail);
      markdown ??= await this.#unimported(server, code, offset);
      if (markdown === undefined) {
        const help = await this.#ask(server, "textDocument/signatureHelp", code, offset);
        markdown = help ? signatureText(help as SignatureHelp) : undefined;
      }
      if (detail === 0 && markdown !== undefined && isFunction(markdown))
        markdown += await this.#optionFields(server, code, offset);
      return markdown === undefined ? none : { found: true, data: inspectionBundle(markdown), metadata: {} };
    });
  }

  /** Tells whether code is ready to run. */
  isComplete(code: string): IsCompleteReply {
    return completeness(code);
  }

  /**
   * Ends the server, which holds as much memory as all else of the kernel. The next question starts it again, and it
   * reads all executed cells anew, which lie on disk.
   *
   * @returns whether it has ended, or none ran; not while a question waits for its answer
   */
  rest(): boolean {
    if (this.#asking > 0) return false;
    clearTimeout(this.#primeTimer);
    const server = this.#server;
    this.#server = undefined;
    // It has not failed.
    if (server) this.#starts.pop();
    server?.stop();
    return true;
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
    this.#asking++;
    try {
      const server = this.#start();
      if (!server) return fallback;
      const answer = await work(server);
      this.#outage.ended();
      return answer;
    } catch (error) {
      const { message, syscall, code }: NodeJS.ErrnoException =
        error instanceof Error ? error : new Error(String(error));
      this.#options.log(`${what} without answer: ${message}`);
      // Files could not be written: a full disk, or a temporary folder that is not there.
      if (syscall !== undefined && !this.#stopped)
        this.#outage.began(
          code ?? syscall,
          `${message}; the temporary folder (TMPDIR) needs space for a few files`,
        );
      return fallback;
    } finally {
      this.#asking--;
    }
  }

  #start(): LanguageServer | undefined {
    if (this.#server) return this.#server;
    if (this.#stopped) return undefined;
    const { folder, restartAfter = RESTART_AFTER_MS, log } = this.#options;
    const now = performance.now();
    this.#starts = this.#starts.filter(start => now - start < restartAfter);
    if (this.#starts.length >= MAX_STARTS) {
      const wait = Math.ceil((restartAfter - now + (this.#starts[0] ?? now)) / 1000);
      this.#outage.began(
        "server",
        `the language server ${this.#end}, ${MAX_STARTS} times in a row; it is started again in ${wait} s at the latest`,
      );
      return undefined;
    }
    if (!this.#workspace) {
      this.#configured = configurationStamp(folder);
      this.#workspace = createWorkspace(folder);
    }
    this.#starts.push(now);
    const server = new LanguageServer(this.#workspace.folder, reason => {
      // Otherwise it was sent to rest.
      if (this.#server !== server) return;
      this.#end = reason;
      if (!this.#stopped) log(`language server ${reason}`);
      this.#server = undefined;
    });
    this.#server = server;
    return server;
  }

  /** Asks what is wrong with a module, which is made when all executed cells are known. */
  async #diagnose(server: LanguageServer, make: () => CellModule, waits = false): Promise<Diagnostic[]> {
    this.#read();
    const module = make();
    const { name } = module;
    const writes = this.#tell(server, module);
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

  /** Markdown about a name that is a type alone, which the server knows where types stand. */
  async #type(
    server: LanguageServer,
    code: string,
    offset: number,
    detail: number,
  ): Promise<string | undefined> {
    const name = nameAt(code, offset);
    if (name === undefined) return undefined;
    const asked = `${code}\ntype $$ = ${name};`;
    const at = asked.length - 1;
    const hover = (await this.#ask(server, "textDocument/hover", asked, at)) as Hover | null;
    const said = hover ? hoverText(hover) : undefined;
    if (said === undefined || said.includes("/*unresolved*/")) return undefined;
    return detail === 0 ? said : said + (await this.#declaration(server, asked, at));
  }

  /** The fields of what a function takes as options, with their documentation. */
  async #optionFields(server: LanguageServer, code: string, offset: number): Promise<string> {
    const at = calledAt(code, offset);
    if (at === undefined) return "";
    const [found] = ((await this.#ask(server, "textDocument/definition", code, at)) ?? []) as Declaration[];
    const text = found && this.#textOf(server, found.targetUri, code);
    if (!found || text === undefined) return "";
    const first = optionsType(text, found);
    const all = (_name: string): boolean => true;
    const asked = first ? [{ uri: found.targetUri, position: first, has: all }] : [];
    const parts: string[] = [];
    // A field that an interface declares anew is not said again by the one it extends.
    const said = new Set<string>();
    for (let next = asked.shift(); next && parts.length < MAX_OPTION_TYPES; next = asked.shift()) {
      const { uri, position, has } = next;
      const request = { textDocument: { uri }, position };
      const answer = server.request("textDocument/definition", request).catch(() => undefined);
      const [type] = ((await answer) ?? []) as Declaration[];
      const source = type && this.#textOf(server, type.targetUri, code);
      if (!type || source === undefined) continue;
      const own = fieldNames(source, type);
      const fields = fieldsText(source, type, name => has(name) && !said.has(name));
      for (const name of own) if (has(name)) said.add(name);
      if (fields !== undefined && !parts.includes(fields)) parts.push(fields);
      for (const each of extendedTypes(source, type)) {
        const names = new Set(each.part?.names);
        for (const other of each.others) {
          for (const name of await this.#namesOf(server, type.targetUri, other)) names.add(name);
        }
        const partly = each.part?.kind;
        const isPart = (name: string): boolean =>
          partly === undefined || (partly === "only") === names.has(name);
        asked.push({ uri: type.targetUri, position: each.position, has: name => has(name) && isPart(name) });
      }
    }
    return parts.map(part => `\n\n${part}`).join("");
  }

  /** The texts that a named type is a union of. */
  async #namesOf(server: LanguageServer, uri: string, position: LspPosition): Promise<string[]> {
    const request = { textDocument: { uri }, position };
    const hover = (await server.request("textDocument/hover", request).catch(() => null)) as Hover | null;
    return namesIn(hover ? (hoverText(hover) ?? "") : "");
  }

  /** The text of what the server names: a file, or the cell that is being typed. */
  #textOf(server: LanguageServer, uri: string, code: string): string | undefined {
    if (!uri.startsWith("file:")) return undefined;
    return uri === server.uri(CURRENT) ? "\n".repeat(HEADER_LINES) + code : sourceOf(fileURLToPath(uri));
  }

  /** Markdown about a name that would have to be imported. */
  async #unimported(server: LanguageServer, code: string, offset: number): Promise<string | undefined> {
    const found = this.#importable.named(nameAt(code, offset) ?? "");
    if (!found) return undefined;
    const [item] = statementItems([found]);
    const said = item && (await this.#offered.describe(server, [item], INSPECT_MS)).get(item);
    return ["```typescript", `import ${importClause(found)}`, "```", "", said ?? ""].join("\n").trimEnd();
  }

  /** A finding with what may mend it: how to import a name that it does not know, or what the server asks. */
  #withHint(error: Diagnostic): Diagnostic {
    const name = unknownName(error);
    const found = name === undefined ? undefined : this.#importable.named(name);
    const hint = found ? `import ${importClause(found)}` : (question(error) ?? exactType(error));
    return hint === undefined ? error : { ...error, message: `${error.message}\nhint: ${hint}` };
  }

  /** What the server has to be told of files, its own configuration among them when that of the notebook was edited. */
  #changed(): FileChange[] {
    const changes = this.#local.changed();
    if (!this.#workspace) return changes;
    const stamp = configurationStamp(this.#options.folder);
    if (stamp === this.#configured) return changes;
    const file = path.join(this.#workspace.folder, CONFIGURATION);
    writeFileSync(file, configuration(this.#workspace.folder, this.#options.folder));
    this.#configured = stamp;
    return [...changes, { file, type: 2 }];
  }

  /** Whether the folder of the path that is being typed has a name, with or without an extension. */
  #isBeside(code: string, offset: number, name: string): boolean {
    const typed = /["'`]([^"'`\n]*)$/.exec(code.slice(0, offset))?.[1] ?? "";
    const folder = path.resolve(this.#options.folder, typed.slice(0, typed.lastIndexOf("/") + 1));
    try {
      return readdirSync(folder).some(
        each => each === name || each.replace(/(?:\.d)?\.[cm]?[jt]sx?$/, "") === name,
      );
    } catch {
      return false;
    }
  }

  /**
   * Asks about an offset of code that is being typed.
   *
   * @param anyName whether the answer may be of names that the code does not have
   */
  async #ask(
    server: LanguageServer,
    method: string,
    code: string,
    offset: number,
    anyName = false,
  ): Promise<unknown> {
    // No awaiting in between: messages of one question must not mix with those of another.
    this.#read();
    const module = this.#modules.current(code, anyName);
    const writes = this.#tell(server, module);
    const { line, character } = lspPosition(code, offset);
    const position: LspPosition = { line: line + HEADER_LINES, character };
    const answer = server.request(method, { textDocument: { uri: server.uri(module.name) }, position });
    await Promise.all(writes);
    return answer;
  }

  /** Makes modules of the cells executed since the last question, and of those that run. */
  #read(): void {
    for (const cell of [...this.#unread, ...this.#running]) {
      if (!cell.module) {
        cell.module = this.#modules.add(cell.code, cell.complete);
        this.#unwritten.set(cell.module.name, cell.module);
      } else if (cell.complete) this.#modules.completed(cell.module, cell.code);
    }
    this.#unread = [];
  }

  /** Of cells that have ended, nothing imports any more what nothing has imported so far. */
  #forgetUnused(): void {
    const running = new Set([...this.#running, ...this.#unread].map(({ module }) => module));
    for (const [name, module] of this.#unwritten) if (!running.has(module)) this.#unwritten.delete(name);
  }

  /** Tells the server of a module that is asked about, and of all that it leads to. */
  #tell(server: LanguageServer, { name, text, imports }: CellModule): Promise<void>[] {
    const added = this.#write(imports);
    return [server.changed(added, this.#changed()), server.write(name, text)];
  }

  /**
   * Writes modules that are imported, and those that they import; returns their files. They lie on disk, where the server
   * reads those that are imported: opening a hundred in its memory takes seconds.
   */
  #write(imports: readonly string[]): string[] {
    const written: string[] = [];
    const wanted = [...imports];
    for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
      const module = this.#unwritten.get(`${name}.ts`);
      if (!module) continue;
      writeFileSync(path.join(this.#workspace?.folder ?? "", module.name), module.text);
      // One that cannot be written is tried again with the next question.
      this.#unwritten.delete(module.name);
      written.push(module.name);
      wanted.push(...module.imports);
    }
    return written;
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
 * Node already, and what the kernel brings is what its notebooks import. Of other packages, inspection tells.
 */
function isLight({ module }: CompletionItem): boolean {
  return module !== undefined && (module.startsWith("node:") || isBrought(module));
}

/** Whether what is typed at an offset is a member of something, so that its name is none of a variable. */
function isMember(code: string, offset: number): boolean {
  return /(?<!\.\.)\.[^\S\n\r]*[\p{ID_Continue}$]*$/u.test(code.slice(0, offset));
}

/** The text of a file that the server names, which need not be there: it has some in its memory. */
function sourceOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
