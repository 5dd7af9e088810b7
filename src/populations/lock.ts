/** One runner a folder: a lock file that names its process, and that a dead process no longer holds. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { StoreError } from "./store.js";

interface Holder {
  readonly pid: number;
  readonly host: string;
}

/**
 * Takes the folder's lock; call the returned function to give it back.
 *
 * @throws StoreError if another living process holds it
 */
export function lockFolder(folder: string): () => void {
  const file = join(folder, "runner.lock");
  const me: Holder = { pid: process.pid, host: hostname() };
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(file, JSON.stringify(me), { flag: "wx" });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = readHolder(file);
    if (holder && (holder.host !== me.host || isAlive(holder.pid))) {
      throw new StoreError(
        `sweep: ${folder} is in use by process ${holder.pid} on ${holder.host}; ` +
          `wait for it, or remove ${file} if that process is gone`,
      );
    }
    rmSync(file, { force: true });
  }
  throw new StoreError(`sweep: could not take ${file}; another runner was faster`);
}

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Holder;
  } catch {
    return undefined; // Gone meanwhile, or torn by a kill: nobody holds it.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
