/**
 * One runner a folder: a lock that names its process, and that a dead process no longer holds.
 *
 * Who finds a lock whose process is gone takes a second lock before removing it, one that is named for the first one's
 * text, and looks again while holding it. No two locks have the same text, so whoever comes late finds another one, and
 * leaves it alone. The second lock is of the same kind: if its process dies as well, a third one frees it.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { lookAt, place, remove } from "./lock-file.js";
import { holderText, isAlive, parseHolder } from "./lock-holder.js";
import { StoreError } from "./store-error.js";

const LOCK = "runner.lock";

/** How long another process may take to remove a lock, milliseconds; it needs a few. */
const PATIENCE_MS = 10_000;
/** Between two looks at it. */
const LOOK_MS = 5;

/**
 * Takes the folder's lock, and makes the folder if need be; call the returned function to give the lock back.
 *
 * @throws StoreError if another living process holds it, or the folder cannot be written in
 */
export function lockFolder(folder: string): () => void {
  try {
    mkdirSync(folder, { recursive: true });
    const unlock = take(join(folder, LOCK));
    try {
      removeLeftovers(folder, LOCK);
    } catch (error) {
      unlock();
      throw error;
    }
    return unlock;
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const problem = `sweep: expected a folder to write in, got ${folder} (${(error as Error).message}); make it writable, or choose another`;
    throw new StoreError(problem, { cause: error });
  }
}

/**
 * Does a moment's work that one process may do at a time, such as changing a file: who comes meanwhile waits.
 *
 * @param path the lock, beside what it guards
 * @throws StoreError if another process does not give it back, or the folder cannot be written in
 */
export function whileLocked<T>(path: string, work: () => T): T {
  const folder = dirname(path);
  let release: () => void;
  try {
    release = takeInTurn(path)!;
  } catch (error) {
    if (error instanceof Held) {
      throw new StoreError(
        `sweep: ${path} is held by process ${error.pid} on ${error.host} for more than ${PATIENCE_MS / 1000} s; try again, or remove the file if nothing is at work there`,
        { cause: error },
      );
    }
    if (error instanceof StoreError) throw error;
    const problem = `sweep: expected a folder to write in, got ${folder} (${(error as Error).message}); make it writable`;
    throw new StoreError(problem, { cause: error });
  }
  try {
    removeLeftovers(folder, basename(path));
    return work();
  } finally {
    release();
  }
}

/** The living process that is at work in a folder; undefined where none is. Nothing is taken or removed. */
export function runnerOf(folder: string): { readonly pid: number; readonly host: string } | undefined {
  const text = textAt(join(folder, LOCK));
  const holder = text === undefined ? undefined : parseHolder(text);
  return holder && isAlive(holder) ? { pid: holder.pid, host: holder.host } : undefined;
}

/** Takes the lock at a path. @throws Held if a living process has it */
function take(path: string): () => void {
  const mine = holderText();
  const key = randomUUID();
  while (!place(mine, path, key)) {
    const found = lookAt(path);
    if (found === "nothing") continue;
    const holder = found === "foreign" ? undefined : parseHolder(found.text);
    if (holder && isAlive(holder)) throw new Held(path, holder.pid, holder.host);
    // Locks have their text before they have their place: one without any was emptied by a power cut.
    if (found === "foreign" || (!holder && /[^\0]/.test(found.text))) {
      throw new StoreError(`sweep: ${path} is not a lock of netspace; remove it if no sweep runs there`);
    }
    removeStale(path, found.text);
  }
  return () => {
    if (textAt(path) === mine) remove(path, key);
  };
}

/** Takes away a lock whose process is gone, unless another process has done so. */
function removeStale(path: string, text: string): void {
  const claim = `${path.replace(CLAIM, "")}.${createHash("sha256").update(text).digest("hex").slice(0, 32)}`;
  const release = takeInTurn(claim, () => textAt(path) === text);
  if (!release) return;
  try {
    if (textAt(path) === text) remove(path, randomUUID());
  } finally {
    release();
  }
}

/** Takes a lock that whoever has it gives back in a moment; undefined once it is not wanted any more. */
function takeInTurn(path: string, isWanted: () => boolean = () => true): (() => void) | undefined {
  const until = performance.now() + PATIENCE_MS;
  while (isWanted()) {
    try {
      return take(path);
    } catch (error) {
      if (!(error instanceof Held) || performance.now() > until) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_MS);
    }
  }
  return undefined;
}

const CLAIM = /\.[0-9a-f]{32}$/;

function textAt(path: string): string | undefined {
  const found = lookAt(path);
  return typeof found === "object" ? found.text : undefined;
}

/** A lock that a living process has. */
class Held extends StoreError {
  readonly pid: number;
  readonly host: string;

  constructor(path: string, pid: number, host: string) {
    super(
      `sweep: ${path} is held by process ${pid} on ${host}; wait for its sweep to end, or stop it` +
        (host === hostname() ? "" : " (if that machine is gone, remove the file)"),
    );
    this.pid = pid;
    this.host = host;
  }
}

/** What processes left behind that died while they took the lock: it means nothing to whom holds it now. */
function removeLeftovers(folder: string, lock: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${lock}.`)) continue;
    const path = join(folder, name);
    const text = textAt(path);
    const holder = text === undefined ? undefined : parseHolder(text);
    if (holder && !isAlive(holder)) rmSync(path, { recursive: true, force: true });
  }
}
