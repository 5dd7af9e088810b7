/**
 * Node's queue of immediates, when the callback of one is broken off in the middle.
 *
 * Node goes through it with a `try` and `finally` that termination passes by. What stands behind is dropped; or, if
 * others were done before in the same turn, the immediate stays at the head of the queue, marked as done, at which Node
 * fails each time that it looks, for ever.
 */

import { executionAsyncResource } from "node:async_hooks";
import { type Runtime, Session } from "node:inspector";
import { HOOK } from "../../cells/hook.js";

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
 * Has Node go on behind the immediate whose callback runs now, and is about to be broken off, if there is one.
 *
 * @param isOne whether Node is known to go through its immediates now
 */
export function passBrokenImmediate(isOne: boolean): void {
  const current: unknown = executionAsyncResource();
  const broken = isRunning(current) ? current : isOne ? all().find(isRunning) : undefined;
  if (!broken) return;
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
}

/** Once its callback has returned, Node has gone on by itself. */
function isRunning(resource: unknown): resource is NodeImmediate {
  if (!(resource instanceof Immediate)) return false;
  const { _destroyed, _onImmediate } = resource as NodeImmediate;
  return _destroyed && typeof _onImmediate === "function";
}

/**
 * All immediates that there are. The callback of one may run code as that of another resource, behind which Node does
 * not tell it any more; V8's heap has it.
 */
function all(): readonly unknown[] {
  const session = new Session();
  session.connect();
  let found: readonly unknown[] = [];
  const given = `${HOOK}.immediates`;
  const hooks = Reflect.get(globalThis, HOOK) as { immediates?: unknown };
  try {
    hooks.immediates = { prototype: Immediate.prototype, take: (list: readonly unknown[]) => (found = list) };
    const objectId = idOf(session, "Runtime.evaluate", { expression: `${given}.prototype` });
    const list = idOf(session, "Runtime.queryObjects", { prototypeObjectId: objectId });
    const functionDeclaration = `function () { ${given}.take(this) }`;
    session.post("Runtime.callFunctionOn", { objectId: list, functionDeclaration });
  } finally {
    delete hooks.immediates;
    session.disconnect();
  }
  return found;
}

function idOf(session: Session, method: string, parameters: object): string | undefined {
  let id: string | undefined;
  session.post(method, parameters, (_: Error | null, told?: object) => {
    const { result, objects } = (told ?? {}) as Record<string, Runtime.RemoteObject | undefined>;
    id = (result ?? objects)?.objectId;
  });
  return id;
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

function classOfImmediates(): new () => object {
  const example = setImmediate(() => {});
  clearImmediate(example);
  return example.constructor as new () => object;
}
