/**
 * Modules of the user's in this process: loaded once for each source, so that a sweep, its resumption and whoever reads
 * its population afterwards have the same blocks.
 *
 * Only what runs sweeps loads: reading a folder or a file never does.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { later } from "../../base/node/later.js";
import { SpecError } from "../spec-error.js";
import { readSource, type Source } from "./read-source.js";

const mapping = later<typeof import("@jridgewell/trace-mapping")>(
  import.meta.url,
  "@jridgewell/trace-mapping",
);

/** What a module exports, by name. */
export type Exports = Readonly<Record<string, unknown>>;

interface Loaded {
  readonly source: Source;
  readonly exports: Exports;
}

/** By content. */
const loaded = new Map<string, Loaded>();
/** Modules on their way, by content. */
const loading = new Map<string, Promise<Loaded>>();
/** The content of the module that is being evaluated: one that sweeps itself would wait for itself for ever. */
const evaluated = new AsyncLocalStorage<string>();

/**
 * The source of a module as it is now, loaded.
 *
 * @param expected the content that it must have: what has another is not run
 * @throws SpecError if it cannot be read, is another than expected, or fails while it is loaded
 */
export async function loadSource(place: string, folder: string, expected?: string): Promise<Source> {
  const source = readSource(place, folder);
  const { content, file } = source;
  if (expected !== undefined && content !== expected) {
    throw new SpecError(
      `sweep spec: space: expected the source with the content that the spec names, ${expected}, got ${content} in ${file}, which has changed; put the source back as it was, or leave the content out and sweep what it is now into another folder`,
    );
  }
  const known = loaded.get(content);
  if (known) {
    // The files are taken from where they were read last.
    loaded.set(content, { source, exports: known.exports });
    return source;
  }
  if (evaluated.getStore() === content) {
    throw new SpecError(
      `sweep spec: space: ${file} runs a sweep of itself while it is loaded; put the space into a module of its own, which does nothing but export it`,
    );
  }
  const way = loading.get(content) ?? evaluate(source).then(exports => ({ source, exports }));
  loading.set(content, way);
  try {
    loaded.set(content, await way);
  } finally {
    loading.delete(content);
  }
  return source;
}

/** What a loaded module exports. @throws SpecError if no module of this content was loaded */
export function exportsOf(content: string, module: string): Exports {
  const found = loaded.get(content);
  if (found) return found.exports;
  throw new SpecError(
    `sweep: the code of ${module} (content ${content}) is not loaded here, and nothing that is stored is run by itself; netspace sweep FOLDER/spec.json --out FOLDER runs the copy in the sweep's folder`,
  );
}

/** A module's source, if it was loaded. */
export const sourceOf = (content: string): Source | undefined => loaded.get(content)?.source;

/** Evaluates the module once more, apart from the first time: what it remembers from then is not there. */
export const exportsAnew = (content: string): Promise<Exports> => evaluate(loaded.get(content)!.source);

async function evaluate({ file, content, bundle, map }: Source): Promise<Exports> {
  const folder = mkdtempSync(join(tmpdir(), "netspace-source-"));
  const code = join(folder, `${basename(file).replace(/\.[^.]*$/, "")}.mjs`);
  try {
    writeFileSync(code, bundle);
    return (await evaluated.run(content, () => import(pathToFileURL(code).href))) as Exports;
  } catch (error) {
    throw new SpecError(
      `sweep spec: space: ${file} fails while it is loaded: ${messageOf(error)}${placeIn(error, code, map, file)}; correct it: such a module does nothing but export spaces and blocks`,
      { cause: error },
    );
  } finally {
    // What was imported is in memory.
    rmSync(folder, { recursive: true, force: true });
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Where in the user's files it came from, as ` (ghost.ts:3)`. */
function placeIn(error: unknown, code: string, map: string, file: string): string {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const at = stack.slice(stack.indexOf(basename(code))).match(/^[^:]*:(\d+):(\d+)/);
  if (!stack.includes(basename(code)) || !at) return "";
  const { originalPositionFor, TraceMap } = mapping();
  const { source, line } = originalPositionFor(new TraceMap(map), {
    line: Number(at[1]),
    column: Number(at[2]) - 1,
  });
  return source === null ? "" : ` (${resolve(file, "..", source)}:${line})`;
}
