/**
 * Breaking off code that keeps the thread and looks at no flag: recursion, sorting, regular expressions, WebAssembly,
 * packages, chains of promises, whether or not the cell has awaited before.
 *
 * The thread that hears interrupts has V8 call `check` here, in the middle of whatever the main thread does. Only here
 * can be seen whose code that is, so an interrupt cannot hit another cell, nor the kernel's own bookkeeping. V8 then
 * terminates the code, which no `catch` and no `finally` of it can prevent; what the kernel awaits of it never comes.
 */

import { performance } from "node:perf_hooks";
import { type CallSiteObject, getCallSites } from "node:util";
import { passBrokenImmediate } from "./broken-immediate.js";
import { type Execution, executions } from "../execution.js";
import { forgetCallers } from "./fatal-errors.js";

/**
 * What a check found: nothing to stop; code to stop, but in the middle of the kernel's own, or perhaps about to hear
 * of the interrupt by itself; or code that has been broken off.
 */
export type Check = "free" | "later" | "broken";

/** What the listening thread has V8 evaluate. */
export const checkExpression = (hook: string): string => `${hook}.check()`;

/** As many frames as Node tells; deeper ones are those of a recursion. */
const FRAMES = 200;
/** Of these, so many at most are those of the call itself. */
const KERNELS_FRAMES = 10;
/** Where the kernel's own code lies. */
const KERNEL = new URL("../../", import.meta.url).href;
/** Where Node's loader lies, which runs a module's code. */
const LOADER = "node:internal/modules/";
const LIBRARY = /[\\/]node_modules[\\/]/;
/** Parts of the kernel that only format what they are given: breaking them off leaves nothing half done. */
const FORMATTING = ["display/", "magics/", "evaluator/output/capture-console.js"].map(part => KERNEL + part);
/** What only hands a call on to Node. */
const PASSING = `${KERNEL}evaluator/closed-stdin.js`;

/** What breaking off needs to know and to do. */
export interface BreakOffOptions {
  /** Whether the code of an execution, or code of unknown origin, is to be stopped. */
  mustStop: (execution: Execution | undefined) => boolean;
  /** Whether the thread was kept since long before this check, which V8 makes as soon as JavaScript runs. */
  wasKept: () => boolean;
  /** Whether the main thread has yet to hear of a Stop. */
  isUnheard: () => boolean;
  /** Whether the functions that run end by the flag that their loops read, and clean up as they do. */
  endsByItsLoop: () => boolean;
  /** Has V8 terminate what runs, as soon as the check returns; says whether it will. */
  terminate: () => boolean;
  /**
   * Told whose code is broken off, in the middle of that code, and whether callbacks of others that are due may be
   * dropped with it by Node.
   */
  breaking: (execution: Execution | undefined, dropped: boolean) => void;
}

/**
 * How often in a row a check may come upon Node between two callbacks before it breaks that off: a callback that Node has
 * noted down and not begun would stay noted, at which Node ends the process.
 */
const PATIENCE = 30;

/**
 * Once the main thread has heard of the Stop, the code of the cell that it gave up may keep it for so long in one go: it
 * may be putting its files in order, and what is broken off may take the promises of the next cell along.
 */
const IN_ORDER_MS = 1000;

/** Breaks off code in the main thread. */
export class BreakOff {
  readonly #options: BreakOffOptions;
  #lastTurn = -1;
  #turnSeen = 0;
  #between = 0;

  constructor(options: BreakOffOptions) {
    this.#options = options;
  }

  /** Looks at what the thread does now, and breaks it off if it is to be stopped. */
  check(): Check {
    const frames = interruptedFrames();
    const interrupted = frames.map(({ scriptName }) => scriptName);
    // V8 called from the event loop: the thread is free.
    if (interrupted.length === 0) {
      // The event loop counts what comes while it waits to the turn in which it began to wait.
      this.#lastTurn = -1;
      return "free";
    }
    const turn = performance.nodeTiming.uvMetricsInfo.loopCount;
    const same = turn === this.#lastTurn;
    // Between the callbacks of a turn Node may still have the context of one that was broken off.
    const between = interrupted.every(script => script.startsWith("node:"));
    const execution = between ? undefined : executions.getStore();
    // A chain of callbacks that is to be stopped is also come upon between two.
    if (!this.#options.mustStop(execution)) return between && same ? "later" : "free";
    // A thread that was merely slow hears the interrupt in its next turn, and ends what it does in good order.
    this.#lastTurn = turn;
    if (!same) this.#turnSeen = performance.now();
    if (!this.#options.isUnheard() && performance.now() - this.#turnSeen < IN_ORDER_MS) return "later";
    if (isKernels(interrupted, execution === undefined)) return "later";
    // What a native call has just returned to may be over before the next look.
    if (!same && (between || !this.#options.wasKept() || this.#options.endsByItsLoop())) return "later";
    if (between && ++this.#between < PATIENCE) return "later";
    this.#between = 0;
    if (!this.#options.terminate()) return "later";
    passBrokenImmediate(isInImmediate(frames));
    forgetCallers();
    this.#options.breaking(execution, between || mayDrop(frames));
    return "broken";
  }
}

/** The functions that were running when V8 called, the innermost first. */
function interruptedFrames(): CallSiteObject[] {
  const frames = getCallSites(FRAMES);
  // This call of the kernel's comes first, then the script of the expression that made it.
  const expression = frames.findIndex(({ scriptName }) => !scriptName.startsWith(KERNEL));
  return frames.slice(expression + 1);
}

/** Whether Node may drop callbacks of others with what is broken off; of what is deeper down, nobody knows. */
function mayDrop(frames: readonly CallSiteObject[]): boolean {
  // Word that a worker has ended comes behind its last messages, in one call.
  return frames.length >= FRAMES - KERNELS_FRAMES || frames.some(frame => isNodes(frame, "[kOnExit]"));
}

/** Whether an immediate's own callback is at work, rather than ticks and microtasks between two. */
function isInImmediate(frames: readonly CallSiteObject[]): boolean {
  const from = frames.findIndex(frame => isNodes(frame, "processImmediate"));
  return from >= 0 && !frames.slice(0, from).some(frame => isNodes(frame, "runNextTicks"));
}

function isNodes({ scriptName, functionName }: CallSiteObject, name: string): boolean {
  return functionName === name && scriptName.startsWith("node:");
}

/**
 * Whether the kernel's own code is at work: what it is in the middle of must not be torn. Libraries work for whoever
 * called them; a module that is being loaded works for nobody but itself.
 *
 * @param anywhere whether the kernel may be deeper down, because nothing says whose code this is
 */
function isKernels(scripts: readonly string[], anywhere: boolean): boolean {
  const own = (script: string): boolean =>
    script.startsWith(KERNEL) && script !== PASSING && !FORMATTING.some(part => script.startsWith(part));
  if (anywhere) return scripts.some(own);
  const code = scripts.findIndex(script => !script.startsWith("node:"));
  const caller = scripts.findIndex((script, depth) => {
    if (script.startsWith("node:")) return code >= 0 && depth > code && script.startsWith(LOADER);
    return !LIBRARY.test(script);
  });
  return caller >= 0 && own(scripts[caller] ?? "");
}
