/**
 * Node's queue of immediates, when the callback of one is broken off in the middle.
 *
 * Node goes through it with a `try` and `finally` that termination passes by. What stands behind is dropped; or, if
 * others were done before in the same turn, the immediate stays at the head of the queue, marked as done, at which Node
 * fails each time that it looks, for ever.
 */

import { executionAsyncResource } from "node:async_hooks";

/** What Node notes on an immediate. */
interface NodeImmediate {
  _destroyed: boolean;
  _onImmediate: (() => void) | null;
  _argv: unknown;
  _idleNext: NodeImmediate | null;
  _idlePrev: NodeImmediate | null;
  unref(): void;
}

const Immediate = classOfImmediates();

/**
 * Has Node go on behind the immediate whose callback runs now, and is about to be broken off.
 *
 * @returns whether there is one
 */
export function passBrokenImmediate(): boolean {
  const broken = executionAsyncResource() as unknown as NodeImmediate;
  // Once its callback has returned, Node has gone on by itself.
  if (!(broken instanceof Immediate) || !broken._destroyed || typeof broken._onImmediate !== "function") {
    return false;
  }
  // If it is still at the head, it is done once more.
  let again = false;
  broken._onImmediate = () => (again = true);
  broken._argv = undefined;
  broken._destroyed = false;
  const first = immediate(() => {
    if (again) link(first, second._idleNext);
    else putBehind(first, broken._idleNext);
  });
  // Counted by Node, and not done if another was done twice: with a count too low, Node would leave one waiting.
  const second = immediate(() => {});
  // Or Node would not sleep any more.
  second.unref();
  return true;
}

function immediate(callback: () => void): NodeImmediate {
  return setImmediate(callback) as unknown as NodeImmediate;
}

function link(before: NodeImmediate, next: NodeImmediate | null): void {
  before._idleNext = next;
  if (next) next._idlePrev = before;
}

/** Puts a chain of immediates behind one that is in the queue. */
function putBehind(before: NodeImmediate, chain: NodeImmediate | null): void {
  if (!chain) return;
  let last = chain;
  while (last._idleNext) last = last._idleNext;
  link(last, before._idleNext);
  link(before, chain);
}

function classOfImmediates(): new () => unknown {
  const example = setImmediate(() => {});
  clearImmediate(example);
  return example.constructor as new () => unknown;
}
