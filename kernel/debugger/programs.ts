/**
 * The programs that can be debugged, cells and local files: where each place of a program is in the script that V8
 * runs, and the other way round.
 *
 * The front compiles a program once more to know: compilation is a function of the text, and few programs are ever
 * debugged. A cell is known to clients by a path made from the hash of its text, under which `dumpCell` writes it.
 */

import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Position, Source } from "../source/cell.js";
import { type CellScript, cellScriptPattern, parseCellScript } from "../source/cell-script.js";
import { HOOK } from "../cells/hook.js";
import { describedError } from "../base/described.js";
import type { Log } from "../base/log.js";
import { sourceHash } from "../source/source-hash.js";
import { hosts } from "../hosts/hosts.js";
import { codeFolder } from "../hosts/package.js";
import { temporaryName } from "../base/temporary.js";
import { readSyntax, type Syntax } from "./syntax.js";

/** Texts of cells that are remembered; the oldest are forgotten first. */
const REMEMBERED = 1000;
/** What a cell's path ends with. */
const SUFFIX = ".ts";
/** What the kernel puts before a cell's last expression, and before the first statement of a loop. */
const VALUE = new RegExp(`^${HOOK}\\.value\\(\\d+,\\(`);
const VALUE_BEFORE = new RegExp(`${HOOK}\\.value\\(\\d+,\\($`);
const GUARD = new RegExp(`^(?:\\(?${HOOK}_flags\\[|(?:throw )?${HOOK}\\.plain\\()`);
/** Where code lies that is the kernel's or its hosts', and no notebook's own. */
const brought = (): string[] =>
  [codeFolder, ...hosts().flatMap(({ code }) => code)].map(
    folder => pathToFileURL(path.join(folder, path.sep)).href,
  );

/** How V8 is told which scripts a breakpoint is for. */
export type ScriptName = { url: string } | { urlRegex: string };

/** What a program is made from. */
interface ProgramOptions {
  path: string;
  text: string;
  /** The text as the parser takes it, each line in its place. */
  parsed: string;
  scripts: ScriptName;
  /** The way from the script to the text. */
  source: Source;
  /** The script. */
  code: string;
}

/** A program as V8 runs it. */
export class Program {
  /** How clients know it. */
  readonly path: string;
  readonly text: string;
  readonly scripts: ScriptName;
  readonly #source: Source;
  readonly #parsed: string;
  readonly #lines: string[];
  #syntax: Syntax | undefined;
  #places: { script: Position; source: Position }[] | undefined;

  constructor(is: ProgramOptions) {
    ({ path: this.path, text: this.text, scripts: this.scripts } = is);
    this.#source = is.source;
    this.#parsed = is.parsed;
    this.#lines = is.code.split("\n");
  }

  /** Where the program can stop, and where it catches exceptions. */
  get syntax(): Syntax {
    return (this.#syntax ??= readSyntax(this.#parsed, this.path));
  }

  /** The first line from `line` on where the program can stop, with the place in the script to stop at. */
  stopFrom(line: number): { line: number; script: Position } | undefined {
    this.#places ??= this.#source.places();
    for (const stop of this.syntax.stops) {
      if (stop.line < line) continue;
      const found = this.#places.find(
        ({ source }) => source.line === stop.line && source.column >= stop.column,
      );
      if (found) return { line: stop.line, script: this.#beforeHook(found.script) };
    }
    return undefined;
  }

  /** The place in the program of a place in the script; nothing for what the kernel added. */
  locate(script: Position): Position | undefined {
    const rest = this.#rest(script);
    const value = VALUE.exec(rest);
    return this.#source.locate(value ? { ...script, column: script.column + value[0].length } : script);
  }

  /** Whether a place in the script is where a loop asks whether it should stop, or an error is thrown on. */
  isGuard(script: Position): boolean {
    return GUARD.test(this.#rest(script));
  }

  #rest({ line, column }: Position): string {
    return (this.#lines[line - 1] ?? "").slice(column - 1);
  }

  /** A statement that the kernel wrapped begins before its own text. */
  #beforeHook({ line, column }: Position): Position {
    const before = VALUE_BEFORE.exec((this.#lines[line - 1] ?? "").slice(0, column - 1));
    return { line, column: column - (before?.[0].length ?? 0) };
  }
}

/** Whether a script is a program of the user's, rather than a package's, Node's or the kernel's own. */
export function isOwn(script: string): boolean {
  if (parseCellScript(script)) return true;
  if (!script.startsWith("file:") || script.includes("/node_modules/")) return false;
  return !brought().some(folder => script.startsWith(folder));
}

/** What V8 passes over when it steps: everything that is not the user's own. */
export const FOREIGN = ["^node:", "/node_modules/"];
/** What V8 passes over also when it looks for exceptions. */
export const broughtPatterns = (): string[] =>
  brought().map(folder => `^${folder.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`);

/** What compiles programs; it takes 10 MB and a tenth of a second to load, which only a debugger is worth. */
type Compilers = typeof import("../cells/compile.js") &
  typeof import("../cells/compile-file.js") &
  Pick<typeof import("../source/cell.js"), "Source"> &
  typeof import("../cells/expand-magics.js");

/** Finds programs by what clients and V8 call them. */
export class Programs {
  readonly #texts = new Map<number, string>();
  readonly #compiled = new Map<string, { text: string; program: Program }>();
  /** Made when the first cell is written to it. */
  readonly #folder = temporaryName("cells");
  readonly #log: Log;
  #compilers: Compilers | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Loads what compiles programs; without it none is found. */
  async load(): Promise<void> {
    this.#compilers ??= {
      ...(await import("../cells/compile.js")),
      ...(await import("../cells/compile-file.js")),
      ...(await import("../source/cell.js")),
      ...(await import("../cells/expand-magics.js")),
    };
  }

  /** What the path of a cell begins with, up to the hash. */
  get prefix(): string {
    return this.#folder + path.sep;
  }

  /** What the path of a cell ends with. */
  get suffix(): string {
    return SUFFIX;
  }

  /** Remembers the text of a cell. @returns its hash */
  remember(text: string): number {
    const hash = sourceHash(text);
    this.#texts.delete(hash);
    this.#texts.set(hash, text);
    for (const oldest of this.#texts.keys()) {
      if (this.#texts.size <= REMEMBERED) break;
      this.#texts.delete(oldest);
    }
    return hash;
  }

  /**
   * Writes a cell where clients look for it; those that ask for the text by its path get it also when the disk is full.
   *
   * @returns the path
   */
  dump(text: string): string {
    const file = this.#cellPath(this.remember(text));
    try {
      // Again, if it was cleared away meanwhile.
      makeFolder(path.dirname(this.#folder));
      makeFolder(this.#folder);
      writeFileSync(file, text, { mode: 0o600 });
    } catch (error) {
      this.#log(`a cell could not be written for the debugger: ${describedError(error)}`);
    }
    return file;
  }

  /** The program at a path. @throws CellSyntaxError or SyntaxError when it cannot be compiled */
  at(file: string): Program | undefined {
    const hash = this.#hashOf(file);
    if (hash !== undefined) return this.#cell({ hash, id: 0, own: [] });
    return path.isAbsolute(file) ? this.#file(file) : undefined;
  }

  /** The program that V8 runs as a script of this name; nothing when its text is not known. */
  ofScript(script: string): Program | undefined {
    const cell = parseCellScript(script);
    try {
      if (cell) return this.#cell(cell);
      return isOwn(script) ? this.#file(fileURLToPath(script)) : undefined;
    } catch {
      // The text has changed since it ran, and cannot be compiled any more.
      return undefined;
    }
  }

  /** The text at a path. */
  text(file: string): string | undefined {
    const hash = this.#hashOf(file);
    if (hash !== undefined) return this.#texts.get(hash);
    return path.isAbsolute(file) && isFile(file) ? readFileSync(file, "utf8") : undefined;
  }

  /** Removes what was written. */
  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #cellPath(hash: number): string {
    return `${this.prefix}${hash}${SUFFIX}`;
  }

  #hashOf(file: string): number | undefined {
    if (!file.startsWith(this.prefix) || !file.endsWith(SUFFIX)) return undefined;
    const name = file.slice(this.prefix.length, -SUFFIX.length);
    return /^\d+$/.test(name) ? Number(name) : undefined;
  }

  #cell({ hash, id, own }: CellScript): Program | undefined {
    const text = this.#texts.get(hash);
    const compilers = this.#compilers;
    if (text === undefined || !compilers) return undefined;
    const file = this.#cellPath(hash);
    return this.#once(`${hash}/${id}/${own.join(",")}`, text, () => {
      const names = { isOwn: (name: string) => own.includes(name) };
      const { cell, script } = compilers.compile(text, { id, count: 0 }, names);
      const scripts = { urlRegex: cellScriptPattern(hash) };
      const parsed = compilers.expandMagics(text, HOOK).code;
      return new Program({ path: file, text, parsed, scripts, source: cell, code: script });
    });
  }

  #file(file: string): Program | undefined {
    const text = this.text(file);
    const compilers = this.#compilers;
    if (text === undefined || !compilers) return undefined;
    if (file.endsWith(".json") || !compilers.isModule(file, text)) return undefined;
    return this.#once(file, text, () => {
      const { code, source } = compilers.compileFile(file, text);
      const scripts = { url: pathToFileURL(file).href };
      return new Program({
        path: file,
        text,
        parsed: text,
        scripts,
        source: new compilers.Source(source),
        code,
      });
    });
  }

  #once(key: string, text: string, make: () => Program): Program {
    const known = this.#compiled.get(key);
    if (known?.text === text) return known.program;
    const program = make();
    this.#compiled.set(key, { text, program });
    for (const oldest of this.#compiled.keys()) {
      if (this.#compiled.size <= REMEMBERED) break;
      this.#compiled.delete(oldest);
    }
    return program;
  }
}

/** Makes a folder that may be there; Node's own way to make all above it, too, never ends in some file systems. */
function makeFolder(folder: string): void {
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}
