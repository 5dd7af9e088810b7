/**
 * Callbacks that cells leave behind: what a widget's events and comms call, possibly long after the cell has ended.
 *
 * A callback prints under the cell that set it, and is stopped with the message that called it. Callbacks wait for
 * the next turn of the event loop, so that of many messages that came together the latest alone is acted on.
 */

import { Comms } from "../../widgets/comms/comms.js";
import { type KnownWidgets, serveControlChannel } from "../../widgets/comms/control-channel.js";
import type { CommMessage } from "../../widgets/comms/comm-message.js";
import type { CaughtOutput, WidgetHost } from "../../widgets/comms/host.js";
import { type Execution, executions, NOBODY } from "../execution.js";
import { Interrupted } from "../../protocol/interrupted.js";
import type { OutputEvent } from "../../protocol/evaluator.js";

/** What callbacks need of the evaluator. */
export interface CallbacksOptions {
  /** Does work of an execution. @throws what the work throws, or Interrupted when the user stops it */
  call: (execution: Execution, work: () => void) => void;
  /** Told what a callback threw. */
  failed: (thrown: unknown) => void;
  /** Sends a comm's message to the front ends. */
  send: (message: CommMessage) => void;
  /** Sends text that waits to be sent. */
  flush: () => void;
}

interface Posted {
  key: object | undefined;
  execution: Execution;
  work: () => void;
}

/** The evaluator's side of comms and widgets. */
export class Callbacks implements WidgetHost {
  readonly comms: Comms;
  readonly widgets: KnownWidgets = new Map();
  readonly #options: CallbacksOptions;
  #posted: Posted[] = [];
  #scheduled = false;
  readonly #sinks = new Map<number, (output: CaughtOutput) => void>();
  #lastSink = 0;
  readonly #settling = new Set<() => void>();

  constructor(options: CallbacksOptions) {
    this.#options = options;
    this.comms = new Comms(options.send, this);
    serveControlChannel(this.comms, this.widgets);
  }

  /** Ties a callback to the cell that runs now. */
  bind<A extends unknown[]>(callback: (...values: A) => unknown): (...values: A) => Promise<boolean> {
    const owner = executions.getStore();
    return async (...values) => {
      const caller = executions.getStore() ?? owner ?? NOBODY;
      const execution = owner ? caller.redirected(owner.outputTo) : caller;
      return executions.run(execution, async () => {
        try {
          const result = callback(...values);
          if (isPromiseLike(result)) await unlessAborted(result, execution.signal);
          return true;
        } catch (thrown) {
          this.#options.failed(thrown);
          return !Interrupted.is(thrown) && !execution.abandoned;
        }
      });
    };
  }

  /** Does work in the next turn; of work with the same key, once. */
  post(work: () => void, key?: object): void {
    const execution = executions.getStore() ?? NOBODY;
    const waiting = key && this.#posted.find(each => each.key === key);
    if (waiting) Object.assign(waiting, { execution, work });
    else this.#posted.push({ key, execution, work });
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#run());
  }

  /** Makes the message or cell that calls now last until work is done. */
  hold(work: Promise<unknown>): void {
    executions.getStore()?.await(work);
  }

  /** Calls a function whose output goes to `sink`, and that of all it starts. */
  capture<R>(sink: (output: CaughtOutput) => void, work: () => R): R {
    const execution = executions.getStore() ?? NOBODY;
    const id = --this.#lastSink;
    this.#options.flush();
    this.#sinks.set(id, sink);
    return executions.run(execution.redirected(id), work);
  }

  /** Output that was caught. */
  caught(event: OutputEvent): void {
    const sink = this.#sinks.get(event.id);
    if (sink && event.type !== "input") sink(event);
  }

  /** Has work done whenever a cell or a message ends: what was put off must not come after the end. */
  onSettle(work: () => void): void {
    this.#settling.add(work);
  }

  /** Does what was put off. */
  settle(): void {
    this.#options.flush();
    for (const work of this.#settling) {
      try {
        work();
      } catch (thrown) {
        // The end of the cell or message, which this is part of, must come.
        this.#options.failed(thrown);
      }
    }
  }

  #run(): void {
    this.#scheduled = false;
    const posted = this.#posted;
    this.#posted = [];
    for (const { execution, work } of posted) {
      if (execution.abandoned) continue;
      try {
        this.#options.call(execution, work);
      } catch (thrown) {
        executions.run(execution, () => this.#options.failed(thrown));
      }
    }
  }
}

/** Settles as the work does, or rejects when the signal is aborted before. */
function unlessAborted(work: PromiseLike<unknown>, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new Interrupted());
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
    const settled = (): void => signal.removeEventListener("abort", stop);
    // Not every thenable gives a promise in turn.
    Promise.resolve(work).then(resolve, reject).then(settled, settled);
  });
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}
