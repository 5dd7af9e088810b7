/**
 * Keeps out of sight what Node and this kernel note down on other people's objects: the run of a cell that a timer or
 * another resource belongs to, and the numbers that `async_hooks` gives promises.
 *
 * Node stores these as enumerable properties named by symbols, which every way of looking at a value shows. They stop
 * being enumerable when a value is first looked at, so that timers cost what they cost before.
 */

import { AsyncResource } from "node:async_hooks";
import { inspect, type InspectOptions, types } from "node:util";
import { executions } from "./execution.js";

interface Inspected {
  [inspect.custom]?: (this: object, depth: number, options: InspectOptions, again: typeof inspect) => unknown;
}

/** The names under which things are noted down, by prototype of what they are noted on. */
const notes = new Map<object, readonly symbol[]>();

/** Hides them on all objects. Called once, before any cell runs. */
export function hideInternals(): void {
  const timer = setTimeout(() => {}, 0);
  const immediate = setImmediate(() => {});
  const resource = new AsyncResource("kernel");
  // Where contexts are propagated by hooks, each kind of resource, promises included, carries the store itself.
  const { kResourceStore: store } = executions as { kResourceStore?: unknown };
  const stores = typeof store === "symbol" ? [store] : [];
  for (const each of [timer, immediate, resource]) {
    hideWhenSeen(Object.getPrototypeOf(each) as Inspected, [...symbols(each, /context_?frame/i), ...stores]);
  }
  // Only while something has hooks do promises have numbers. Node reads them where no script may run, so that they must
  // be stored as Node stores them.
  hideWhenSeen(Promise.prototype as Inspected, [...symbols(resource, /async_id/), ...stores]);
  clearTimeout(timer);
  clearImmediate(immediate);
}

/** Values that are searched for notes before one value is looked at. */
const MAX_SEARCHED = 1000;

/** Hides what is noted on a value, and on what is stored in it, before it is looked at as it is. */
export function hideIn(value: unknown): void {
  const found = new Set([value]);
  for (const each of found) {
    if (typeof each !== "object" || each === null || types.isProxy(each) || ArrayBuffer.isView(each))
      continue;
    hideNotes(each);
    if (found.size > MAX_SEARCHED) continue;
    const stored = Array.isArray(each)
      ? Object.getOwnPropertyDescriptors(each.slice(0, 100))
      : Object.getOwnPropertyDescriptors(each);
    for (const property of Object.values(stored).slice(0, 100)) found.add(property.value);
  }
}

const symbols = (example: object, name: RegExp): symbol[] =>
  Object.getOwnPropertySymbols(example).filter(({ description = "" }) => name.test(description));

/** Has the objects of a class drop what is noted on them from what `inspect` shows. */
function hideWhenSeen(prototype: Inspected, names: readonly symbol[]): void {
  notes.set(prototype, names);
  const before = prototype[inspect.custom];
  Object.defineProperty(prototype, inspect.custom, {
    configurable: true,
    writable: true,
    enumerable: false,
    value(this: object, depth: number, options: InspectOptions, again: typeof inspect) {
      hideNotes(this);
      // Shown as it is, by whoever asked.
      return before ? before.call(this, depth, options, again) : this;
    },
  });
}

function hideNotes(value: object): void {
  for (const [prototype, names] of notes) {
    if (!Object.prototype.isPrototypeOf.call(prototype, value)) continue;
    for (const name of names) {
      const note = Object.getOwnPropertyDescriptor(value, name);
      if (note?.configurable) Object.defineProperty(value, name, { enumerable: false });
    }
  }
}
