/** The processes of this machine, as Linux tells them; elsewhere none is known. */

import { readdirSync, readFileSync } from "node:fs";

/** One process. */
export interface ProcessEntry {
  pid: number;
  parent: number;
  /** The process group. */
  group: number;
  /** CPU time so far, in clock ticks. */
  ticks: number;
  /** When it was started, in clock ticks since the system's start. */
  started: number;
}

/** All processes; none where there is no /proc. */
export function processTable(): ProcessEntry[] {
  let names: string[];
  try {
    names = readdirSync("/proc").filter(name => /^\d+$/.test(name));
  } catch {
    return [];
  }
  return names.flatMap(name => {
    try {
      // The command in parentheses may hold anything, spaces and parentheses too.
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const fields = stat
        .slice(stat.lastIndexOf(")") + 2)
        .split(" ")
        .map(Number);
      const [, parent = 0, group = 0] = fields;
      const ticks = (fields[11] ?? 0) + (fields[12] ?? 0);
      return [{ pid: Number(name), parent, group, ticks, started: fields[19] ?? 0 }];
    } catch {
      // It ended meanwhile.
      return [];
    }
  });
}

/** What this process's main thread has started and not yet seen end; nothing where the system does not tell. */
export function ownChildren(): number[] | undefined {
  try {
    const told = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, "utf8");
    return told.split(" ").filter(Boolean).map(Number);
  } catch {
    return undefined;
  }
}

/** A process and all below it; the process must be in the table. */
export function descendants(root: number, table: readonly ProcessEntry[]): ProcessEntry[] {
  const found = table.filter(({ pid }) => pid === root);
  for (const each of found) found.push(...table.filter(({ parent }) => parent === each.pid));
  return found;
}

/** Whether there is a process of this id, be it another user's. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
