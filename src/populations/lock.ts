/**
 * One runner a folder: a lock file that names its process, and that a dead process no longer holds.
 *
 * The file appears whole or not at all (it is linked into place), and is removed only by who knows what is in it.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { StoreError } from "./store.js";

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, as the system tells it; "" where it does not. Process numbers are used again. */
  readonly began: string;
}

let takes = 0;

/**
 * Takes the folder's lock, and makes the folder if need be; call the returned function to give the lock back.
 *
 * @throws StoreError if another living process holds it, or the folder cannot be written in
 */
export function lockFolder(folder: string): () => void {
  const file = join(folder, "runner.lock");
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), began: beginOf(process.pid) });
  const own = `${file}.${process.pid}.${++takes}`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(own, mine);
  } catch (error) {
    const problem = `sweep: expected a folder to write in, got ${folder} (${(error as Error).message}); make it writable, or choose another`;
    throw new StoreError(problem, { cause: error });
  }
  try {
    for (;;) {
      try {
        linkSync(own, file);
        return () => {
          if (contentOf(file) === mine) rmSync(file, { force: true });
        };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const found = contentOf(file);
      if (found !== undefined) removeStale(file, found, own);
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/** Takes away a lock whose process is gone. @throws StoreError if it is not */
function removeStale(file: string, found: string, own: string): void {
  const holder = parseHolder(found);
  if (!holder) {
    throw new StoreError(`sweep: ${file} is not a lock of netspace; remove it if no sweep runs there`);
  }
  if (isAlive(holder)) {
    throw new StoreError(
      `sweep: ${file} is held by process ${holder.pid} on ${holder.host}; wait for its sweep to end, or stop it` +
        (holder.host === hostname() ? "" : " (if that machine is gone, remove the file)"),
    );
  }
  // Another runner may have found it stale as well and taken the lock since: then this is theirs, and goes back.
  const aside = `${own}.stale`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  try {
    if (contentOf(aside) !== found) linkSync(aside, file);
  } finally {
    rmSync(aside, { force: true });
  }
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { pid, host, began = "" } = JSON.parse(text) as Partial<Holder>;
    return typeof pid === "number" && typeof host === "string" ? { pid, host, began } : undefined;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, host, began }: Holder): boolean {
  if (host !== hostname()) return true; // Nobody can tell from here.
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return began === beginOf(pid);
}

/** The boot and the tick at which a process began, where Linux tells them. */
function beginOf(pid: number): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field, the program's name in brackets, may hold spaces; the start time is the 22nd.
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    return `${boot} ${ticks}`;
  } catch {
    return "";
  }
}
