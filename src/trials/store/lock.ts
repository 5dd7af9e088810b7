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
import { join } from "node:path";
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
      removeLeftovers(folder);
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
  const until = performance.now() + PATIENCE_MS;
  let release: (() => void) | undefined;
  while (!release) {
    // Who is at it will be done in a moment.
    if (textAt(path) !== text) return;
    try {
      release = take(claim);
    } catch (error) {
      if (!(error instanceof Held) || performance.now() > until) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_MS);
    }
  }
  try {
    if (textAt(path) === text) remove(path, randomUUID());
  } finally {
    release();
  }
}

const CLAIM = /\.[0-9a-f]{32}$/;

function textAt(path: string): string | undefined {
  const found = lookAt(path);
  return typeof found === "object" ? found.text : undefined;
}

/** A lock that a living process has. */
class Held extends StoreError {
  constructor(path: string, pid: number, host: string) {
    super(
      `sweep: ${path} is held by process ${pid} on ${host}; wait for its sweep to end, or stop it` +
        (host === hostname() ? "" : " (if that machine is gone, remove the file)"),
    );
  }
}

/** What processes left behind that died while they took the lock: it means nothing to whom holds it now. */
function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${LOCK}.`)) continue;
    const path = join(folder, name);
    const text = textAt(path);
    const holder = text === undefined ? undefined : parseHolder(text);
    if (holder && !isAlive(holder)) rmSync(path, { recursive: true, force: true });
  }
}
