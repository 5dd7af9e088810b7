/** What the user wrote, cells and local files, as errors need it. */

import { createHash } from "node:crypto";
import { eachMapping, LEAST_UPPER_BOUND, originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { cellScriptName, parseCellScript } from "./cell-script.js";

/** A place in a cell's own text; both numbers count from 1, columns in UTF-16 units. */
export interface Position {
  line: number;
  column: number;
}

/** What a source is made from. */
export interface SourceOptions {
  /** How the user knows it. */
  label: string;
  /** What the user wrote. */
  source: string;
  /**
   * Makes the source maps from the script back to the source, the last step of compilation first. Few sources
   * ever need them: making them anew costs less than keeping them.
   */
  maps: () => string[];
}

/** What the user wrote, and the way back to it from what V8 runs. */
export class Source {
  readonly label: string;
  readonly source: string;
  readonly #makeMaps: () => string[];
  #maps: TraceMap[] | undefined;

  constructor({ label, source, maps }: SourceOptions) {
    this.label = label;
    this.source = source;
    this.#makeMaps = maps;
  }

  /** The place in the user's text that a place in the script came from. */
  locate(position: Position): Position | undefined {
    return this.#carry(position, this.#traceMaps);
  }

  /** The same, of a place in the JavaScript that the last step of compilation was given. */
  locateBeforeLast(position: Position): Position | undefined {
    return this.#carry(position, this.#traceMaps.slice(1));
  }

  /** Every place in the script that is known to come from a place in the user's text, in the script's order. */
  places(): { script: Position; source: Position }[] {
    const [outermost, ...rest] = this.#traceMaps;
    const places: { script: Position; source: Position }[] = [];
    if (!outermost) return places;
    eachMapping(outermost, ({ generatedLine, generatedColumn, originalLine, originalColumn }) => {
      if (originalLine === null) return;
      const source = this.#carry({ line: originalLine, column: originalColumn + 1 }, rest);
      if (source) places.push({ script: { line: generatedLine, column: generatedColumn + 1 }, source });
    });
    return places;
  }

  get #traceMaps(): TraceMap[] {
    return (this.#maps ??= this.#makeMaps().map(map => new TraceMap(map)));
  }

  #carry({ line, column }: Position, maps: readonly TraceMap[]): Position | undefined {
    for (const map of maps) {
      const generated = { line, column: column - 1 };
      let found = originalPositionFor(map, generated);
      // What the kernel put at the head of the line belongs to the first thing behind it.
      if (found.line === null) found = originalPositionFor(map, { ...generated, bias: LEAST_UPPER_BOUND });
      if (found.line === null) return undefined;
      line = found.line;
      column = found.column + 1;
    }
    return { line, column };
  }
}

/** A cell as errors need it. */
export class Cell extends Source {
  readonly id: number;
  /** What V8's frames call it. */
  readonly scriptName: string;

  /**
   * @param cell its `count` is the execution count shown to the user; `own` are the reserved names that mean bindings of
   *   earlier cells
   */
  constructor({
    id,
    count,
    own,
    ...cell
  }: { id: number; count: number; own: readonly string[] } & Omit<SourceOptions, "label">) {
    super({ ...cell, label: `In [${count}]` });
    this.id = id;
    this.scriptName = cellScriptName(cell.source, id, own);
  }

  /** What to append to the script, so that V8's frames name this cell. */
  get sourceUrl(): string {
    return `\n//# sourceURL=${this.scriptName}`;
  }
}

/** A function of a cell this far back is shown with its place in the compiled script. */
const REMEMBERED = 1000;
/** Of a file that was edited so often since, with the place in the file as it is now. */
const VERSIONS = 20;

/** The cells and files whose code may still run, by the names V8 gives their frames. */
export class CellRegistry {
  readonly #cells = new Map<number, Cell>();
  /** Each file as it was at the times it was loaded, the latest last, by the hash of what V8 ran. */
  readonly #files = new Map<string, Map<string, Source>>();

  /**
   * @param name the file's URL
   * @param code what V8 runs
   */
  addFile(name: string, file: Source, code: string): void {
    const versions = this.#files.get(name) ?? new Map<string, Source>();
    const hash = createHash("sha256").update(code).digest("hex");
    versions.delete(hash);
    versions.set(hash, file);
    this.#files.set(name, versions);
    const [oldest] = versions.keys();
    if (versions.size > VERSIONS && oldest !== undefined) versions.delete(oldest);
  }

  /** The URLs of all local files that were loaded. */
  get files(): string[] {
    return [...this.#files.keys()];
  }

  add(cell: Cell): void {
    this.#cells.set(cell.id, cell);
    this.#cells.delete(cell.id - REMEMBERED);
  }

  /** The latest cell that the user knows by a label. */
  labelled(label: string): Cell | undefined {
    return [...this.#cells.values()].findLast(cell => cell.label === label);
  }

  /**
   * The cell or file of a stack frame, from the frame's script name.
   *
   * @param hash V8's hash of the script: functions of a file live on when it was edited and loaded again
   */
  find(scriptName: string, hash: () => string): Source | undefined {
    const cell = parseCellScript(scriptName);
    if (cell) return this.#cells.get(cell.id);
    const versions = this.#files.get(scriptName);
    return versions && (versions.get(hash()) ?? [...versions.values()].at(-1));
  }
}
