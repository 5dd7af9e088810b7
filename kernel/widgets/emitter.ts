/**
 * Events as callbacks and as async iterators.
 *
 * An event that stands for a state ("the value is now 7") is told by its latest occurrence only: a listener that is
 * still busy with an earlier one gets what is true when it is done, and nothing in between. Events that stand for
 * themselves, such as clicks, are all told.
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { expectKnown } from "../display/known-options.js";

/** Where callbacks run. */
export interface CallbackHost {
  bind<A extends unknown[]>(callback: (...values: A) => unknown): (...values: A) => Promise<boolean>;
  post(work: () => void, key?: object): void;
  hold?(work: Promise<unknown>): void;
}

/** How to listen. */
export interface ListenOptions {
  /** Ends the listening when aborted. */
  signal?: AbortSignal;
}

type Callback = (event: never) => unknown;

interface Listener {
  callback: Callback;
  call: (event: unknown) => Promise<boolean>;
  /** Pending while the callback is busy, and what comes next has its turn. */
  busy: Promise<void> | undefined;
  next: (() => Promise<boolean>) | undefined;
}

/** Something that tells listeners of events; `E` has the event types by name. */
export class Emitter<E extends object> {
  readonly #host: CallbackHost;
  readonly #listeners = new Map<PropertyKey, Set<Listener>>();
  readonly #keys = new Map<PropertyKey, object>();
  readonly #ends = new Set<() => void>();

  constructor(host: CallbackHost) {
    this.#host = host;
  }

  /**
   * Calls back for every event of a name. The callback prints under the cell that sets it, and what it throws is
   * shown there.
   */
  on<K extends keyof E>(name: K, callback: (event: E[K]) => unknown, options: ListenOptions = {}): void {
    expectKnown("on", options, { signal: true });
    this.listen(name, callback, options.signal);
  }

  /** Calls back no more. */
  off<K extends keyof E>(name: K, callback: (event: E[K]) => unknown): void {
    this.unlisten(name, callback);
  }

  /**
   * Iterates over the events of a name from now on, until the cell is stopped or there can be no more. Of a state,
   * each step gives what is true when it is asked for.
   *
   * @example for await (const width of slider.events("value")) draw(width);
   */
  events<K extends keyof E>(name: K): AsyncIterableIterator<E[K]> {
    return this.iterate(name) as AsyncIterableIterator<E[K]>;
  }

  /** Tells an event that stands for itself. */
  protected emit<K extends keyof E>(name: K, event: E[K]): void {
    const listeners = this.#listeners.get(name);
    if (!listeners || listeners.size === 0) return;
    this.#host.post(() => {
      for (const listener of listeners) this.#hold(listener.call(event));
    });
  }

  /**
   * Tells that a state has changed.
   *
   * @param now gives the state when a listener's turn comes
   * @param atOnce calls listeners before returning; otherwise in the next turn, once for all changes until then
   */
  protected emitState(name: PropertyKey, now: () => unknown, atOnce: boolean): void {
    const listeners = this.#listeners.get(name);
    if (!listeners || listeners.size === 0) return;
    const tell = (): void => {
      for (const listener of listeners) this.#tell(listener, now);
    };
    if (atOnce) tell();
    else this.#host.post(tell, this.#key(name));
  }

  /** Ends all listening and iterating. */
  protected end(): void {
    this.#listeners.clear();
    for (const end of this.#ends) end();
    this.#ends.clear();
  }

  protected listen(name: PropertyKey, callback: Callback, signal?: AbortSignal): void {
    if (typeof callback !== "function") {
      throw new TypeError(`on: expected a function for "${String(name)}", got ${typeof callback}`);
    }
    if (signal?.aborted) return;
    const call = this.#host.bind(callback as (event: unknown) => unknown);
    const found = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, found);
    found.add({ callback, call, busy: undefined, next: undefined });
    signal?.addEventListener("abort", () => this.unlisten(name, callback), { once: true });
  }

  protected unlisten(name: PropertyKey, callback: Callback): void {
    const listeners = this.#listeners.get(name);
    for (const listener of listeners ?? []) {
      if (listener.callback === callback) listeners?.delete(listener);
    }
  }

  /** @param now gives the state, for events that stand for one */
  protected iterate(name: PropertyKey, now?: () => unknown): AsyncIterableIterator<unknown> {
    const waiting: unknown[] = [];
    let wake: (() => void) | undefined;
    let ended = false;
    const take = (event: unknown): void => {
      if (now) waiting.length = 0;
      waiting.push(event);
      wake?.();
    };
    const end = (): void => {
      ended = true;
      this.unlisten(name, take);
      this.#ends.delete(end);
      wake?.();
    };
    this.listen(name, take);
    this.#ends.add(end);
    const stop = (globalThis as { [SIGNAL]?: AbortSignal })[SIGNAL];
    stop?.addEventListener("abort", end, { once: true });
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      async next() {
        await new Promise<void>(resolve => {
          wake = resolve;
          if (waiting.length > 0 || ended) resolve();
        });
        if (stop?.aborted) throw stop.reason;
        if (waiting.length === 0) return { done: true, value: undefined };
        return { done: false, value: waiting.shift() };
      },
      async return() {
        end();
        stop?.removeEventListener("abort", end);
        return { done: true, value: undefined };
      },
    };
  }

  #tell(listener: Listener, now: () => unknown): void {
    const run = (): Promise<boolean> => listener.call(now());
    if (listener.busy) {
      // What comes next belongs to the message or cell that asked for it last.
      const here = AsyncLocalStorage.snapshot();
      listener.next = () => here(run);
    } else {
      listener.busy = this.#runs(listener, run);
    }
    this.#hold(listener.busy);
  }

  async #runs(listener: Listener, first: () => Promise<boolean>): Promise<void> {
    for (let run: (() => Promise<boolean>) | undefined = first; run; ) {
      listener.next = undefined;
      const mayGoOn = await run();
      run = mayGoOn ? listener.next : undefined;
    }
    listener.busy = undefined;
  }

  #hold(work: Promise<unknown>): void {
    this.#host.hold?.(work);
  }

  #key(name: PropertyKey): object {
    const key = this.#keys.get(name) ?? {};
    this.#keys.set(name, key);
    return key;
  }
}

/** By this name the kernel offers the signal that is aborted when the cell that asks is stopped. */
const SIGNAL = Symbol.for("Jupyter.signal");
