/** The thread in which the history file is open: it waits for other kernels' locks and for the disk. */

import { statSync } from "node:fs";
import path from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { makeFolder } from "../base/make-folder.js";
import { type HistoryChange, type HistoryQuery, HistoryStore } from "./history-store.js";
import type { HistoryEntry } from "../protocol/messages.js";

/** What to do: first store the changes, then answer the query. */
export interface HistoryRequest {
  id: number;
  /** Nothing until the session's first change was stored. */
  session: number | undefined;
  changes: HistoryChange[];
  query?: HistoryQuery;
}

/** What was done. */
export interface HistoryResponse {
  id: number;
  /** That of the request, or a new one, when the changes were stored. */
  session?: number;
  entries?: HistoryEntry[];
  /** Why the file could not be used; then a query was answered from the changes alone. */
  problem?: string;
  /** Whether that is only because another kernel has locked the file. */
  busy?: boolean;
}

/** SQLite's numbers for a lock that another process, or another connection, holds. */
const LOCKED = new Set([5, 6]);

const { file } = workerData as { file: string };
let store: HistoryStore | undefined;
/** Tells the open file from another that has taken its name. */
let inode: number | undefined;

parentPort?.on("message", (request: HistoryRequest) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
  parentPort?.postMessage(respond(request));
});

function respond(request: HistoryRequest): HistoryResponse {
  const { id, changes, query } = request;
  try {
    const moved = store !== undefined && inodeNow() !== inode;
    if (moved) close();
    store ??= open();
    // Another file counts its sessions for itself.
    const number = store.write(moved ? undefined : request.session, changes);
    return { id, session: number, ...(query && { entries: store.read(number, query) }) };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    // The low byte; the others say more.
    const code = Number((error as { errcode?: number }).errcode) & 0xff;
    // Opened anew the next time: the file may have been replaced, or removed.
    close();
    return { id, problem, busy: LOCKED.has(code), ...(query && { entries: fromMemory(request, query) }) };
  }
}

function open(): HistoryStore {
  makeFolder(path.dirname(file));
  const opened = new HistoryStore(file);
  inode = inodeNow();
  return opened;
}

function close(): void {
  store?.close();
  store = undefined;
}

function inodeNow(): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.ino;
}

/** What this session has yet to store is known whatever becomes of the file. */
function fromMemory({ session, changes }: HistoryRequest, query: HistoryQuery): HistoryEntry[] {
  const memory = new HistoryStore(":memory:");
  try {
    return memory.read(memory.write(session, changes), query);
  } finally {
    memory.close();
  }
}
