/** Where the user wants the program to stop: lines of cells and files, which V8 is told as places in scripts. */

import type { Debugger as V8 } from "node:inspector";
import type { Position } from "../source/cell.js";
import { type BreakpointRequest, ProcessEndedError } from "../protocol/dap.js";
import type { InspectorClient } from "./inspector-client.js";
import type { Program, Programs } from "./programs.js";
import { toJavaScript } from "./typescript.js";

/** A breakpoint as clients see it. */
export interface Breakpoint {
  id: number;
  verified: boolean;
  line: number;
  source: { path: string };
  /** Why it cannot be set. */
  message?: string;
}

interface Entry {
  requests: BreakpointRequest[];
  breakpoints: Breakpoint[];
  /** V8's ids, where V8 knows the breakpoint. */
  ids: (string | undefined)[];
  /** The text they were set for; files are edited. */
  text: string | undefined;
}

/** The breakpoints of one debugger. */
export class Breakpoints {
  readonly #inspector: InspectorClient;
  readonly #programs: Programs;
  readonly #entries = new Map<string, Entry>();
  /** Changes are made one after the other: each consists of several calls. */
  #changing: Promise<unknown> = Promise.resolve();
  #lastId = 0;

  constructor(inspector: InspectorClient, programs: Programs) {
    this.#inspector = inspector;
    this.#programs = programs;
  }

  /** Replaces all breakpoints of a source. @throws ProcessEndedError when the process ends first */
  set(path: string, requests: BreakpointRequest[]): Promise<Breakpoint[]> {
    return this.#change(() => this.#set(path, requests));
  }

  /** Sets again what concerns files that were edited since. */
  refresh(): Promise<void> {
    return this.#change(async () => {
      for (const [path, { text, requests }] of this.#entries) {
        if (this.#programs.text(path) !== text) await this.#set(path, requests);
      }
    });
  }

  /** Tells a new process of all breakpoints. */
  renew(): Promise<void> {
    return this.#change(async () => {
      for (const [path, entry] of this.#entries) {
        entry.ids = [];
        await this.#set(path, entry.requests);
      }
    });
  }

  /** Forgets all breakpoints; V8 does so itself when the debugger disconnects. */
  clear(): void {
    this.#entries.clear();
  }

  /** All breakpoints, as `debugInfo` lists them. */
  list(): { source: string; breakpoints: BreakpointRequest[] }[] {
    return [...this.#entries]
      .filter(([, { requests }]) => requests.length > 0)
      .map(([source, { requests, breakpoints }]) => ({
        source,
        breakpoints: requests.map((request, i) => ({
          ...request,
          line: breakpoints[i]?.line ?? request.line,
        })),
      }));
  }

  /** The breakpoint with one of V8's ids. */
  find(v8Id: string): Breakpoint | undefined {
    for (const { ids, breakpoints } of this.#entries.values()) {
      const i = ids.indexOf(v8Id);
      if (i >= 0) return breakpoints[i];
    }
    return undefined;
  }

  /** V8 knows better where a breakpoint is once it has seen the script. @returns the breakpoint if its line changed */
  moved(v8Id: string, location: V8.Location): Breakpoint | undefined {
    const breakpoint = this.find(v8Id);
    const program = breakpoint && this.#programs.at(breakpoint.source.path);
    const line = program && lineAt(program, location);
    if (!breakpoint || line === undefined || line === breakpoint.line) return undefined;
    breakpoint.line = line;
    return breakpoint;
  }

  async #set(path: string, requests: BreakpointRequest[]): Promise<Breakpoint[]> {
    for (const breakpointId of this.#entries.get(path)?.ids ?? []) {
      if (breakpointId !== undefined)
        await this.#inspector.call("Debugger.removeBreakpoint", { breakpointId });
    }
    const entry: Entry = { requests, breakpoints: [], ids: [], text: this.#programs.text(path) };
    this.#entries.set(path, entry);
    for (const request of requests) {
      const breakpoint = { id: ++this.#lastId, verified: false, line: request.line, source: { path } };
      try {
        const { line, id } = await this.#setOne(path, request, entry);
        entry.ids.push(id);
        entry.breakpoints.push({ ...breakpoint, line, verified: true });
      } catch (error) {
        if (error instanceof ProcessEndedError) throw error;
        entry.ids.push(undefined);
        entry.breakpoints.push({
          ...breakpoint,
          message: error instanceof Error ? error.message : String(error),
        });
      }
    }
    return entry.breakpoints;
  }

  async #setOne(
    path: string,
    { line, condition }: BreakpointRequest,
    { ids, breakpoints }: Entry,
  ): Promise<{ line: number; id: string }> {
    const program = this.#programs.at(path);
    if (!program) throw new Error(`${path} is neither a cell that was dumped nor a module on disk`);
    const stop = program.stopFrom(line);
    if (!stop) throw new Error(`no line from ${line} on can be stopped at`);
    // Two lines may come to one place, which V8 refuses.
    const same = breakpoints.findIndex(each => each.verified && each.line === stop.line);
    if (same >= 0 && ids[same] !== undefined) return { line: stop.line, id: ids[same] };
    const { breakpointId, locations } = await this.#inspector.call<V8.SetBreakpointByUrlReturnType>(
      "Debugger.setBreakpointByUrl",
      {
        ...program.scripts,
        lineNumber: stop.script.line - 1,
        columnNumber: stop.script.column - 1,
        ...(condition !== undefined && { condition: await toJavaScript(condition) }),
      },
    );
    return { line: lineAt(program, locations[0]) ?? stop.line, id: breakpointId };
  }

  #change<T>(change: () => Promise<T>): Promise<T> {
    const changed = this.#changing.then(change);
    this.#changing = changed.catch(() => {});
    return changed;
  }
}

/** A place in a script as V8 gives it, counted from 1. */
export function positionOf({ lineNumber, columnNumber = 0 }: V8.Location): Position {
  return { line: lineNumber + 1, column: columnNumber + 1 };
}

function lineAt(program: Program, location: V8.Location | undefined): number | undefined {
  return location && program.locate(positionOf(location))?.line;
}
