/**
 * Stack traces in the user's terms: frames of cells carry the cell's own line and column, frames of the
 * kernel and of Node's internals are left out.
 */

import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { packageRoot } from "../package-root.js";
import type { CellRegistry, Position, Source } from "./cell.js";
import { IMPORTER } from "./modules.js";
import { withPlainNames } from "./reserved-names.js";

/** One frame worth showing. */
export interface Frame {
  /** The function, or an empty string at a cell's top level. */
  name: string;
  /** File as shown to the user. */
  file: string;
  position: Position | undefined;
  cell: Source | undefined;
}

const KERNEL = new URL("../", import.meta.url).href;

/** Formats stacks and remembers the frames of errors that were formatted. */
export class Stacks {
  readonly #cells: CellRegistry;
  readonly #frames = new WeakMap<object, Frame[]>();

  constructor(cells: CellRegistry) {
    this.#cells = cells;
  }

  /** Makes `error.stack` of this process read in the user's terms. */
  install(): void {
    Error.stackTraceLimit = Math.max(Error.stackTraceLimit, 30);
    Error.prepareStackTrace = (error, sites) => this.#prepare(error, sites);
  }

  /** The frames of an error, innermost first; empty when it has none. */
  frames(error: object): Frame[] {
    // V8 formats a stack when it is first read, and that is when the frames are seen.
    void (error as { stack?: unknown }).stack;
    return this.#frames.get(error) ?? [];
  }

  #prepare(error: Error, sites: NodeJS.CallSite[]): string {
    const frames = sites.flatMap(site => this.#frame(site) ?? []);
    this.#frames.set(error, frames);
    return withPlainNames(
      [headline(error), ...frames.map(frame => `    at ${formatFrame(frame)}`)].join("\n"),
    );
  }

  #frame(site: NodeJS.CallSite): Frame | undefined {
    const script = site.getScriptNameOrSourceURL() ?? "";
    if (isHidden(script)) return undefined;
    const line = site.getLineNumber();
    const position = line === null ? undefined : { line, column: site.getColumnNumber() ?? 1 };
    const cell = this.#cells.find(script, () => site.getScriptHash());
    const name = functionName(site);
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
    script === "netspace:enter" ||
    script.startsWith(KERNEL) ||
    path.basename(script) === IMPORTER
  );
}

/** Paths below the working folder are shown relative to it, those of this package by its name. */
function displayFile(script: string): string {
  if (!script.startsWith("file:") && !path.isAbsolute(script)) return script;
  const file = fileURLToPath(script.startsWith("file:") ? script : pathToFileURL(script));
  const own = path.relative(packageRoot, file);
  if (!own.startsWith("..") && !own.startsWith("node_modules")) return `netspace/${own}`;
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith("..") ? file : relative;
}

function headline(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}
