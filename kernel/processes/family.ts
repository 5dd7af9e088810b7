/**
 * Ends a process together with all that it has started: programs hold ports and memory, and nobody would know them any
 * more.
 *
 * What stays in the process's group is reached everywhere. On Linux also what has left it: what still descends from the
 * process, and what carries its mark in the environment, which programs hand on to what they start.
 */

import { readFileSync } from "node:fs";
import { descendants, type ProcessEntry, processTable } from "./process-table.js";

/** What ends may start something just before it does. */
const ROUNDS = 5;

/** A process that leads a group of its own. */
export interface Family {
  leader: number;
  /** The mark as the leader's environment has it, `NAME=value`. */
  mark: string;
}

/** Ends a family, the leader as well if it is alive. The process that calls this comes last, if it is a member. */
export function endFamily({ leader, mark }: Family): void {
  const ended = new Set([process.pid]);
  for (let round = 0; round < ROUNDS; round++) {
    const table = processTable();
    const found = members(table, leader, mark).filter(pid => !ended.has(pid));
    if (round > 0 && found.length === 0) break;
    for (const pid of found) {
      kill(pid);
      ended.add(pid);
    }
    if (leader !== process.pid) kill(-leader);
  }
  if (leader === process.pid) kill(-leader);
}

/** Ends all that descends from a process, but not the process. */
export function endDescendants(root: number): void {
  for (const { pid } of descendants(root, processTable())) if (pid !== root) kill(pid);
}

function members(table: readonly ProcessEntry[], leader: number, mark: string): number[] {
  const found = new Set(descendants(leader, table).map(({ pid }) => pid));
  for (const { pid, group } of table) if (group === leader) found.add(pid);
  const byPid = new Map(table.map(each => [each.pid, each]));
  const own = ancestors(process.pid, byPid);
  const marked = new Set(table.filter(({ pid }) => carries(pid, mark)).map(({ pid }) => pid));
  for (const pid of marked) if (isAdopted(pid, byPid, marked, own)) found.add(pid);
  return [...found];
}

/**
 * Whether a marked process is an orphan, or stands below one: orphans are adopted by an ancestor of ours. A batch system
 * hands on the environment, too, but what it starts descends from a service of its own.
 */
function isAdopted(
  pid: number,
  byPid: ReadonlyMap<number, ProcessEntry>,
  marked: ReadonlySet<number>,
  own: ReadonlySet<number>,
): boolean {
  let at = pid;
  while (marked.has(at)) at = byPid.get(at)?.parent ?? 0;
  return own.has(at);
}

function ancestors(pid: number, byPid: ReadonlyMap<number, ProcessEntry>): Set<number> {
  const found = new Set([0, 1]);
  for (let at = pid; !found.has(at); at = byPid.get(at)?.parent ?? 0) found.add(at);
  return found;
}

function carries(pid: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").includes(mark);
  } catch {
    // It is another user's, or has ended.
    return false;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended, or belongs to another user by now.
  }
}
