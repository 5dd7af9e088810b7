/**
 * What Node does about an error that nobody has caught, and Stop in the middle of it.
 *
 * An exception from code that is told of such an error (listeners of `process`, a capture callback, a domain) ends the
 * process. When it is the interrupt, it is no such failure.
 */

import type Domains from "node:domain";
import { Interrupted } from "../../protocol/interrupted.js";

type Fatal = (error: unknown, fromPromise?: boolean) => boolean;
type Capture = ((error: Error) => void) | null;

const fatal = Reflect.get(process, "_fatalException") as Fatal;
// Loading node:domain may replace it by one that throws.
const setCapture: (capture: Capture) => void = Reflect.get(process, "setUncaughtExceptionCaptureCallback");

/** What a cell has set to capture errors. */
let captured: Capture = null;

/** Has an interrupt of code that is told of errors be none itself. Called once, before any cell runs. */
export function keepFromFatalInterrupts(): void {
  const kept: Fatal = (error, fromPromise) => {
    try {
      return Reflect.apply(fatal, process, [error, fromPromise]);
    } catch (thrown) {
      if (!Interrupted.is(thrown)) throw thrown;
      forgetCallers();
      return true;
    }
  };
  const set = (capture: Capture): void => {
    setCapture(capture);
    captured = capture;
  };
  for (const [name, value] of Object.entries({
    _fatalException: kept,
    setUncaughtExceptionCaptureCallback: set,
  })) {
    const found = Object.getOwnPropertyDescriptor(process, name);
    Object.defineProperty(process, name, { ...found, value });
  }
}

/**
 * Forgets whose callbacks Node is in the middle of. Those that it keeps account of in JavaScript (`AsyncResource`, and
 * with it node:test and database drivers) never come to strike themselves off, at which Node would end the process.
 * Node forgets them when an error has gone all the way up, so it is told of one, and nobody else.
 */
export function forgetCallers(): void {
  const emit = Object.getOwnPropertyDescriptor(process, "emit");
  leaveDomains();
  if (process.hasUncaughtExceptionCaptureCallback()) setCapture(null);
  Object.defineProperty(process, "emit", { configurable: true, writable: true, value: () => true });
  try {
    Reflect.apply(fatal, process, [new Interrupted()]);
  } finally {
    if (emit) Object.defineProperty(process, "emit", emit);
    else Reflect.deleteProperty(process, "emit");
    if (captured && !process.hasUncaughtExceptionCaptureCallback()) setCapture(captured);
  }
}

/** Leaves the domains that were entered, where node:domain was loaded: loading it has effects. */
function leaveDomains(): void {
  const loaded = Reflect.get(process, "moduleLoadList") as readonly string[];
  if (!loaded.includes("NativeModule domain")) return;
  const domains = process.getBuiltinModule("node:domain") as typeof Domains & { _stack: Domains.Domain[] };
  for (let outermost = domains._stack[0]; outermost; outermost = domains._stack[0]) outermost.exit();
}
