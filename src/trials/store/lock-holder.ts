/** Who holds a lock: a process, distinguished from all others that have its number, here and elsewhere. */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";

export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, as the system tells it; "" where it does not. Process numbers are used again. */
  readonly began: string;
}

/** This process as the holder of one more lock, as text: no two locks ever have the same. */
export const holderText = (): string =>
  JSON.stringify({ pid: process.pid, host: hostname(), began: beginOf(process.pid), key: randomUUID() });

/** The holder in a lock's text; undefined for anything else. */
export function parseHolder(text: string): Holder | undefined {
  try {
    const { pid, host, began = "" } = JSON.parse(text) as Partial<Holder>;
    const isProcess = Number.isSafeInteger(pid) && pid! > 0;
    return isProcess && typeof host === "string" && typeof began === "string"
      ? { pid: pid!, host, began }
      : undefined;
  } catch {
    return undefined;
  }
}

export function isAlive({ pid, host, began }: Holder): boolean {
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
