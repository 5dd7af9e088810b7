/**
 * Stack traces in the user's terms: frames of cells carry the cell's own line and column, frames of the
 * kernel and of Node's internals are left out.
 */

import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { types } from "node:util";
import { messageOf } from "../../display/inspect-safely.js";
import { hosts } from "../../hosts/hosts.js";
import type { CellRegistry, Position, Source } from "../../source/cell.js";
import { plainMessage } from "../../cells/rewrite/inserted-text.js";
import { IMPORTER } from "../modules/modules.js";
import { nameOf, readError } from "./read-error.js";
import { type TextFrame, textFrames } from "./stack-text.js";

/** One frame worth showing. */
export interface Frame {
  /** The function, or an empty string at a cell's top level. */
  name: string;
  /** File as shown to the user. */
  file: string;
  position: Position | undefined;
  cell: Source | undefined;
}

/** Of what code has written in the place of a stack, so much is read. */
const MAX_WRITTEN = 10_000;
const FRAME_LINE = /^\s*at .*(?::\d+:\d+\)?|\)|<anonymous>)$/;

const KERNEL = new URL("../../", import.meta.url).href;

type Prepare = (error: Error, sites: NodeJS.CallSite[]) => unknown;

/** Formats stacks and remembers the frames of errors that were formatted. */
export class Stacks {
  readonly #cells: CellRegistry;
  readonly #frames = new WeakMap<object, Frame[]>();
  /** The stacks of errors as they were first read. */
  readonly #texts = new WeakMap<object, string>();
  /** Of errors that user code formats: their frames are made when they are asked for. */
  readonly #sites = new WeakMap<object, NodeJS.CallSite[]>();
  readonly #own: Prepare = (error, sites) => this.#prepare(error, sites);
  /** Functions of user code as they were put behind ours, by themselves and by what they became. */
  readonly #guarded = new WeakMap<Prepare, Prepare>();
  #current = this.#own;
  #installed = false;

  constructor(cells: CellRegistry) {
    this.#cells = cells;
  }

  /**
   * Makes `error.stack` of this process read in the user's terms. Whatever cells and libraries assign to
   * `Error.prepareStackTrace` formats stacks for them, but does not keep the kernel from seeing the frames.
   */
  install(): void {
    const found = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
    // Ours, or a library's that has taken its place for good; a cell may have deleted or overwritten ours.
    if (this.#installed && found && !("value" in found)) return;
    if (!this.#installed) Error.stackTraceLimit = Math.max(Error.stackTraceLimit, 30);
    const set = (prepare: unknown): void => {
      this.#current = typeof prepare === "function" ? this.#guard(prepare as Prepare) : this.#own;
    };
    set(this.#installed ? found?.value : undefined);
    this.#installed = true;
    Object.defineProperty(Error, "prepareStackTrace", {
      configurable: true,
      enumerable: false,
      get: () => this.#current,
      set,
    });
  }

  /** The frames of whatever was thrown, innermost first; empty when it has none. Does not throw. */
  frames(thrown: unknown): Frame[] {
    if (typeof thrown !== "object" || thrown === null || types.isProxy(thrown)) return [];
    // V8 formats a stack when it is first read, and that is when the frames are seen.
    const stack = readError(thrown, "stack");
    const sites = this.#sites.get(thrown);
    if (sites) this.#frames.set(thrown, this.#framesOf(sites));
    this.#sites.delete(thrown);
    const seen = this.#frames.get(thrown) ?? [];
    if (seen.some(({ cell }) => cell)) return seen;
    // A library may have amended the text by where it was called from, or another realm have made it.
    const told = this.framesIn(stack);
    return seen.length === 0 || told.some(({ cell }) => cell) ? told : seen;
  }

  /** The frames that are known of what was thrown, without asking it for its stack. */
  known(thrown: unknown): Frame[] {
    if (typeof thrown !== "object" || thrown === null) return [];
    return this.#frames.get(thrown) ?? this.#framesOf(this.#sites.get(thrown) ?? []);
  }

  /** The functions that run, whatever formats stacks now. */
  framesNow(): Frame[] {
    const found = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
    if (found?.configurable === false) return [];
    const here = new Error("where the thread is");
    Object.defineProperty(Error, "prepareStackTrace", { configurable: true, value: this.#own });
    try {
      return this.frames(here);
    } finally {
      if (found) Object.defineProperty(Error, "prepareStackTrace", found);
      else Reflect.deleteProperty(Error, "prepareStackTrace");
    }
  }

  /**
   * The lines that code has put in the place of an error's stack, or added to it: all but its headline and its frames.
   * Does not throw.
   */
  writtenBy(error: Error): string[] {
    const stack = readError(error, "stack");
    if (typeof stack !== "string" || this.#sites.has(error)) return [];
    const made = this.#texts.get(error);
    if (made === stack) return [];
    const { ename, evalue } = nameOf(error);
    const told = new Set([...(made?.split("\n") ?? []), ...evalue.split("\n"), ename]);
    return stack
      .slice(0, MAX_WRITTEN)
      .split("\n")
      .filter((line, i) => !told.has(line) && !FRAME_LINE.test(line) && !(i === 0 && isHeadline(line, ename)))
      .filter(line => line.trim() !== "");
  }

  /** The frames that a text names in the form of a stack. */
  framesIn(text: unknown): Frame[] {
    return textFrames(text).flatMap(frame => this.#textFrame(frame) ?? []);
  }

  #guard(prepare: Prepare): Prepare {
    if (prepare === this.#own) return prepare;
    const known = this.#guarded.get(prepare);
    if (known) return known;
    const guarded: Prepare = (error, sites) => {
      this.#sites.set(error, [...sites]);
      try {
        return Reflect.apply(prepare, Error, [error, sites]);
      } catch (failure) {
        return `${this.#prepare(error, sites)}\n(Error.prepareStackTrace failed: ${messageOf(failure)})`;
      }
    };
    this.#guarded.set(prepare, guarded);
    this.#guarded.set(guarded, guarded);
    return guarded;
  }

  #prepare(error: Error, sites: NodeJS.CallSite[]): string {
    const frames = this.#framesOf(sites);
    this.#frames.set(error, frames);
    const lines = [headline(error), ...frames.map(frame => `    at ${formatFrame(frame)}`)];
    const text = plainMessage(lines.join("\n"));
    this.#texts.set(error, text);
    return text;
  }

  #framesOf(sites: readonly NodeJS.CallSite[]): Frame[] {
    return sites.flatMap(site => {
      try {
        return this.#frame(site) ?? [];
      } catch {
        // What a function was called on may be a proxy that throws when V8 asks for its name.
        return [];
      }
    });
  }

  #frame(site: NodeJS.CallSite): Frame | undefined {
    const script = site.getScriptNameOrSourceURL() ?? "";
    if (isHidden(script)) return undefined;
    const line = site.getLineNumber();
    const position = line === null ? undefined : { line, column: site.getColumnNumber() ?? 1 };
    return this.#shown(functionName(site), script, position, () => site.getScriptHash());
  }

  #textFrame({ name, script, line, column }: TextFrame): Frame | undefined {
    if (isHidden(script)) return undefined;
    const position = { line, column };
    const labelled = this.#cells.labelled(script);
    if (labelled) return { name, file: script, position, cell: labelled };
    return this.#shown(name, script, position, () => "");
  }

  #shown(name: string, script: string, position: Position | undefined, hash: () => string): Frame {
    const cell = this.#cells.find(script, hash);
    if (!cell) return { name, file: displayFile(script), position, cell };
    return { name, file: cell.label, position: position && cell.locate(position), cell };
  }
}

/** `name (In [3]:2:5)`, or the place alone at top level. */
export function formatFrame({ name, file, position }: Frame): string {
  const place = position ? `${file}:${position.line}:${position.column}` : file;
  if (name === "async") return `async ${place}`;
  return name ? `${name} (${place})` : place;
}

function functionName(site: NodeJS.CallSite): string {
  const name = site.getFunctionName();
  const type = site.getTypeName();
  const method = site.getMethodName();
  const prefix = site.isAsync() ? "async " : site.isConstructor() ? "new " : "";
  if (!name) return prefix ? prefix.trim() : "";
  const onType =
    !site.isToplevel() && !site.isConstructor() && type && type !== "Object" && !name.includes(".");
  return `${prefix}${onType ? `${type}.` : ""}${method && !name.endsWith(method) ? `${name} [as ${method}]` : name}`;
}

function isHidden(script: string): boolean {
  return (
    script === "" ||
    script.startsWith("node:") ||
    script.startsWith(KERNEL) ||
    path.basename(script) === IMPORTER
  );
}

/** Paths below the working folder are shown relative to it, those of a host by its name. */
function displayFile(script: string): string {
  if (!script.startsWith("file:") && !path.isAbsolute(script)) return script;
  const file = pathOf(script);
  for (const { folder, name } of hosts()) {
    const own = path.relative(folder, file);
    if (!own.startsWith("..") && !path.isAbsolute(own) && !own.startsWith("node_modules"))
      return `${name}/${own}`;
  }
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith("..") ? file : relative;
}

function pathOf(script: string): string {
  try {
    return fileURLToPath(script.startsWith("file:") ? script : pathToFileURL(script));
  } catch {
    // The URL of another host, which is no path here.
    return script;
  }
}

/** Whether a line is an error's name, with what is or was its message behind it. */
function isHeadline(line: string, ename: string): boolean {
  return line.startsWith(`${ename}: `) || line.startsWith(`${ename} [`);
}

function headline(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}
