/** A compiled cell as errors need it: what the user wrote, and the way back to it from what V8 ran. */

import { LEAST_UPPER_BOUND, originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";

/** A place in a cell's own text; both numbers count from 1, columns in UTF-16 units. */
export interface Position {
  line: number;
  column: number;
}

/** What a cell is called in V8's stack frames. */
const SCRIPT_PREFIX = "netspace:cell/";

/** The way back from a compiled cell to what the user wrote; kept as long as its functions may run. */
export class Cell {
  readonly id: number;
  /** The execution count shown to the user. */
  readonly count: number;
  readonly source: string;
  readonly #makeMaps: () => string[];
  #maps: TraceMap[] | undefined;

  /**
   * @param maps makes the source maps from the script back to the source, the last step of compilation first.
   *   Few cells ever need them: making them anew costs less than keeping them.
   */
  constructor(cell: { id: number; count: number; source: string; maps: () => string[] }) {
    this.id = cell.id;
    this.count = cell.count;
    this.source = cell.source;
    this.#makeMaps = cell.maps;
  }

  /** What to append to the script, so that V8's frames name this cell. */
  get sourceUrl(): string {
    return `\n//# sourceURL=${SCRIPT_PREFIX}${this.id}`;
  }

  /** How the user knows this cell. */
  get label(): string {
    return `In [${this.count}]`;
  }

  /** The place in the user's text that a place in the script came from. */
  locate(position: Position): Position | undefined {
    let { line, column } = position;
    this.#maps ??= this.#makeMaps().map(map => new TraceMap(map));
    for (const map of this.#maps) {
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

/** A function of a cell this far back is shown with its place in the compiled script. */
const REMEMBERED = 10_000;

/** The cells whose code may still run, by the name V8 gives their frames. */
export class CellRegistry {
  readonly #cells = new Map<string, Cell>();

  add(cell: Cell): void {
    this.#cells.set(`${SCRIPT_PREFIX}${cell.id}`, cell);
    this.#cells.delete(`${SCRIPT_PREFIX}${cell.id - REMEMBERED}`);
  }

  /** The cell of a stack frame, from the frame's script name. */
  find(scriptName: string): Cell | undefined {
    return this.#cells.get(scriptName);
  }
}
