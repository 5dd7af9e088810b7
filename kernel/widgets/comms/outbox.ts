/**
 * Changes on their way out, so that a loop which moves a progress bar a million times sends as many messages as can
 * be seen.
 *
 * The first change goes out at once, later ones of the same widget at most every 16 ms, the last at the latest when
 * the cell or message that made it ends. A computation that keeps the event loop busy keeps timers from running, so
 * each change looks at the clock.
 */

import { widgetHost } from "./host.js";

const INTERVAL_MS = 16;

/** Outboxes with something in them. */
const full = new Set<Outbox>();
let timer: NodeJS.Timeout | undefined;
let settles = false;

/** What one widget has to send. */
export class Outbox {
  readonly #send: (names: string[]) => void;
  readonly #names = new Set<string>();
  #sent = -Infinity;

  /** @param send sends the present values of these traits */
  constructor(send: (names: string[]) => void) {
    this.#send = send;
  }

  /** Has these traits sent, soon. */
  add(names: readonly string[]): void {
    for (const name of names) this.#names.add(name);
    if (performance.now() - this.#sent >= INTERVAL_MS) return this.flush();
    full.add(this);
    timer ??= setTimeout(flushAll, INTERVAL_MS).unref();
    if (settles) return;
    settles = true;
    widgetHost().onSettle(flushAll);
  }

  /** Sends what there is. */
  flush(): void {
    full.delete(this);
    if (this.#names.size === 0) return;
    const names = [...this.#names];
    this.#names.clear();
    this.#sent = performance.now();
    this.#send(names);
  }

  /** Drops what there is. */
  clear(): void {
    this.#names.clear();
    full.delete(this);
  }
}

function flushAll(): void {
  clearTimeout(timer);
  timer = undefined;
  const failures: unknown[] = [];
  for (const outbox of full) {
    try {
      outbox.flush();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
