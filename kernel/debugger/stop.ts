/** One stop of the program: the functions that stand on the stack, and why it stopped. */

import type { Debugger as V8, Runtime } from "node:inspector";
import type { Position } from "../evaluator/cell.js";
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
