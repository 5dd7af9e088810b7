/**
 * Calls that keep the thread while another program runs. No flag is read meanwhile, and what follows such a call may be
 * over before the listening thread looks again: a cell that was asked to stop ends where the call returns, with an
 * exception, so that its `finally` blocks run.
 */

import childProcess from "node:child_process";
import { syncBuiltinESMExports } from "node:module";

const BLOCKING = ["spawnSync", "execSync", "execFileSync"] as const;

/** What is told of such calls; either throws when the code that runs is asked to stop. */
interface Waiting {
  begins(): void;
  /** Rather than the program's failure: the interrupt may be what has ended it. */
  ends(): void;
}

/** Has such calls tell of themselves, and heed a Stop where they begin and return. */
export function heedStopAtPrograms(waiting: Waiting): void {
  for (const name of BLOCKING) {
    const native = childProcess[name] as (...values: unknown[]) => unknown;
    const heeding = function (this: unknown, ...values: unknown[]): unknown {
      try {
        waiting.begins();
        return Reflect.apply(native, this, values);
      } finally {
        waiting.ends();
      }
    };
    Object.defineProperties(heeding, Object.getOwnPropertyDescriptors(native));
    Reflect.set(childProcess, name, heeding);
  }
  syncBuiltinESMExports();
}
