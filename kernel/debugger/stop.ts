/** One stop of the program: the functions that stand on the stack, why it stopped, and whether anybody wants it there. */

import type { Debugger as V8, Runtime } from "node:inspector";
import type { Position } from "../source/cell.js";
import { positionOf } from "./breakpoints.js";
import { isOwn, type Program, type Programs } from "./programs.js";

/** A function on the stack. */
export interface StackFrame {
  id: number;
  /** What V8 tells of it. */
  call: V8.CallFrame;
  /** Where it is in a program of the user's, if it is. */
  own: { program: Program; position: Position } | undefined;
}

/** The program, stopped. */
export interface Stop {
  reason: string;
  /** Innermost first. */
  frames: readonly StackFrame[];
  /** What was thrown, when an exception stopped it, and whether nothing catches it. */
  exception?: { thrown: Runtime.RemoteObject; uncaught: boolean };
  /** V8's ids of the breakpoints that stopped it. */
  hits: readonly string[];
}

/** How the program goes on for a little, and where it came from. */
export interface Step {
  command: "Debugger.stepOver" | "Debugger.stepInto" | "Debugger.stepOut";
  from: Stop;
}

/** What clients want of the program. */
export interface Wishes {
  /** The step that is under way. */
  step: Step | undefined;
  /** Whether it is to stop wherever it is. */
  pausing: boolean;
  /** Which exceptions stop it: `caught`, `uncaught`. */
  filters: ReadonlySet<string>;
  /** Whether stops are passed over, because the cell was interrupted. */
  released: boolean;
}

/**
 * Reads what V8 says when the program has stopped.
 *
 * @param scripts the names of scripts by V8's ids
 * @param nextId numbers the frames
 */
export function readStop(
  params: V8.PausedEventDataType,
  programs: Programs,
  scripts: ReadonlyMap<string, string>,
  nextId: () => number,
): Stop {
  const frames = params.callFrames.map(call => {
    const script = scripts.get(call.location.scriptId) ?? "";
    const program = isOwn(script) ? programs.ofScript(script) : undefined;
    const position = program?.locate(positionOf(call.location));
    return { id: nextId(), call, own: program && position ? { program, position } : undefined };
  });
  const hits = params.hitBreakpoints ?? [];
  const thrown = params.reason === "exception" || params.reason === "promiseRejection";
  if (!thrown) return { reason: hits.length > 0 ? "breakpoint" : "step", frames, hits };
  const data = params.data as (Runtime.RemoteObject & { uncaught?: boolean }) | undefined;
  const uncaught = data?.uncaught === true || !isCaught(frames);
  return {
    reason: "exception",
    frames,
    hits,
    exception: { thrown: data ?? { type: "undefined" }, uncaught },
  };
}

/**
 * Whether one of the functions on the stack catches what is thrown now. V8 takes every exception of a cell for
 * caught: the kernel waits for the cell's promise.
 */
function isCaught(frames: readonly StackFrame[]): boolean {
  return frames.some(({ own }) => own?.program.syntax.isCaught(own.position));
}

/** V8's method by which the program goes on from a place where nobody wants it; nothing when it is to stop there. */
export function howToGoOn(stop: Stop, { step, pausing, filters, released }: Wishes): string | undefined {
  const [top] = stop.frames;
  const { exception } = stop;
  if (exception) {
    const wanted = filters.has(exception.uncaught ? "uncaught" : "caught");
    const shown = stop.frames.some(({ own }) => own);
    // It has been seen where it was thrown first.
    const isAgain = top?.own?.program.isGuard(positionOf(top.call.location)) === true;
    return wanted && shown && !released && !isAgain ? undefined : (step?.command ?? "Debugger.resume");
  }
  if (stop.hits.length > 0) return undefined;
  // Between the user's own functions are those of packages and of Node.
  if (!top?.own) return step || pausing ? "Debugger.stepOut" : "Debugger.resume";
  if (!step) return undefined;
  if (top.own.program.isGuard(positionOf(top.call.location))) return step.command;
  return step.command !== "Debugger.stepOut" && isInSameLine(step.from, stop) ? step.command : undefined;
}

/** Whether a step has come no further than to another place of the line it began in. */
function isInSameLine(from: Stop, to: Stop): boolean {
  const [before, after] = [from.frames[0], to.frames[0]];
  if (!before?.own || !after?.own || from.frames.length !== to.frames.length) return false;
  if (before.call.location.scriptId !== after.call.location.scriptId) return false;
  const [start, end] = [before.own.position, after.own.position];
  // Where it began is a loop's next turn.
  return start.line === end.line && start.column !== end.column;
}
