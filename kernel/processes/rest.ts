/**
 * Rest: what a process does when nothing has been asked of it for a while. Notebooks are left open for days, a dozen at a
 * time, and what a kernel holds only to be quick is worth nothing meanwhile.
 */

import { getHeapStatistics } from "node:v8";
import { setting } from "../hosts/hosts.js";

/** Seconds without a question after which a process rests, unless a setting says otherwise. */
const AFTER_S = 120;
/** setTimeout counts in 31 bits: after 24 days. */
const MOST_S = 2e6;
/** A larger heap is left as it is: to collect it takes long enough to be noticed, and most of it is what cells hold. */
const MOST_HEAP = 64e6;

/** Seconds without a question after which the kernel rests; what is no positive number counts as not set. */
export function restAfter(env: NodeJS.ProcessEnv = process.env): number {
  const seconds = Number(setting("REST_AFTER", env));
  return seconds > 0 ? Math.min(seconds, MOST_S) : AFTER_S;
}

/** Does its work once nothing has stirred for a while, and again after the next that does. */
export class Rest {
  readonly #timer: NodeJS.Timeout;

  constructor(work: () => void, seconds = restAfter()) {
    // One timer for good: it belongs to no cell, and to begin it anew costs nothing.
    this.#timer = setTimeout(work, seconds * 1000).unref();
  }

  /** Something is asked, or has ended. */
  stir(): void {
    this.#timer.refresh();
  }

  /** There will be no rest. */
  end(): void {
    clearTimeout(this.#timer);
  }
}

/**
 * Has V8 collect garbage and give back what it holds for objects to come, soon after this returns. That is 12 MB after a
 * hundred cells, for 40 ms of CPU time; V8 by itself waits for more garbage.
 */
export function collectGarbage(): void {
  if (getHeapStatistics().used_heap_size > MOST_HEAP) return;
  const { Session } = process.getBuiltinModule("node:inspector");
  const session = new Session();
  session.connect();
  // To disconnect while it answers would hang for ever.
  session.post("HeapProfiler.collectGarbage", () => setImmediate(() => session.disconnect()));
}
