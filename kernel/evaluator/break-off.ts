/**
 * Breaking off code that keeps the thread and looks at no flag: recursion, sorting, regular expressions, WebAssembly,
 * packages, chains of promises, whether or not the cell has awaited before.
 *
 * The thread that hears interrupts has V8 call `check` here, in the middle of whatever the main thread does. Only here
 * can be seen whose code that is, so an interrupt cannot hit another cell, nor the kernel's own bookkeeping. V8 then
 * terminates the code, which no `catch` and no `finally` of it can prevent; what the kernel awaits of it never comes.
 */

import inspector from "node:inspector";
import { performance } from "node:perf_hooks";
import { getCallSites } from "node:util";
import { type Execution, executions } from "./execution.js";

/**
 * What a check found: nothing to stop; code to stop, but in the middle of the kernel's own, or perhaps about to hear
 * of the interrupt by itself; or code that has been broken off.
 */
export type Check = "free" | "later" | "broken";

/** Names the script of a check, so that the frames below it are those of the code it came upon. */
const CHECK_SCRIPT = "netspace:check";

/** What the listening thread has V8 evaluate. */
export const checkExpression = (hook: string): string => `${hook}.check()\n//# sourceURL=${CHECK_SCRIPT}`;

/** As many frames as Node tells; deeper ones are those of a recursion. */
const FRAMES = 200;
/** Where the kernel's own code lies. */
const KERNEL = new URL("../", import.meta.url).href;
/** Parts of the kernel that only format what they are given: breaking them off leaves nothing half done. */
const FORMATTING = ["display/", "magics/", "evaluator/capture-console.js"].map(part => KERNEL + part);

/** Breaks off code in the main thread. */
export class BreakOff {
  readonly #mustStop: (execution: Execution | undefined) => boolean;
  readonly #broken: (execution: Execution | undefined) => void;
  /** Of the main thread itself: other sessions are in the middle of the call that runs the cell. */
  readonly #session = new inspector.Session();
  #lastTurn = -1;

  /**
   * @param mustStop whether the code of an execution, or code of unknown origin, is to be stopped
   * @param broken told whose code was broken off; called in the middle of that code
   */
  constructor(
    mustStop: (execution: Execution | undefined) => boolean,
    broken: (execution: Execution | undefined) => void,
  ) {
    this.#mustStop = mustStop;
    this.#broken = broken;
    this.#session.connect();
  }

  /** Looks at what the thread does now, and breaks it off if it is to be stopped. */
  check(): Check {
    const interrupted = interruptedFrames();
    // V8 called from the event loop: the thread is free.
    if (interrupted.length === 0) return "free";
    const execution = executions.getStore();
    if (!this.#mustStop(execution)) return "free";
    // A thread that was merely slow hears the interrupt in its next turn, and ends what it does in good order.
    const turn = performance.nodeTiming.uvMetricsInfo.loopCount;
    const same = turn === this.#lastTurn;
    this.#lastTurn = turn;
    if (!same || isKernels(interrupted, execution === undefined)) return "later";
    this.#broken(execution);
    this.#session.post("Runtime.terminateExecution", () => {});
    return "broken";
  }
}

/** The scripts of the functions that were running when V8 called, the innermost first. */
function interruptedFrames(): string[] {
  const scripts = getCallSites(FRAMES).map(({ scriptName }) => scriptName);
  const check = scripts.indexOf(CHECK_SCRIPT);
  return scripts.slice(check + 1);
}

/**
 * Whether the kernel's own code is at work: what it is in the middle of must not be torn. Libraries work for whoever
 * called them.
 *
 * @param anywhere whether the kernel may be deeper down, because nothing says whose code this is
 */
function isKernels(scripts: readonly string[], anywhere: boolean): boolean {
  const own = (script: string): boolean =>
    script.startsWith(KERNEL) && !FORMATTING.some(part => script.startsWith(part));
  const callers = scripts.filter(
    script => !script.startsWith("node:") && !/[\\/]node_modules[\\/]/.test(script),
  );
  return anywhere ? callers.some(own) : callers[0] !== undefined && own(callers[0]);
}
