/**
 * The thread in which the history file is open: SQLite as WebAssembly takes a quarter of a second to load and
 * 35 MB, so it is there only while it is needed.
 */

import { mkdirSync } from "node:fs";
import path from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { type HistoryChange, type HistoryQuery, HistoryStore } from "./history-store.js";
import type { HistoryEntry } from "./messages.js";

/** What to do: first store the changes, then answer the query. */
export interface HistoryRequest {
  id: number;
  /** Nothing until the session's first change was stored. */
  session: number | undefined;
  changes: HistoryChange[];
  query?: HistoryQuery;
}

/** What was done; the session is that of the request, or a new one. */
export interface HistoryResponse {
  id: number;
  session?: number;
  entries?: HistoryEntry[];
  /** Why it could not be done. */
  problem?: string;
}

const { file } = workerData as { file: string };
let store: HistoryStore | undefined;

parentPort?.on("message", (request: HistoryRequest) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
  parentPort?.postMessage(respond(request));
});

function respond({ id, session, changes, query }: HistoryRequest): HistoryResponse {
  try {
    store ??= open();
    const number = session ?? store.begin();
    if (changes.length > 0) store.write(number, changes);
    return { id, session: number, ...(query && { entries: store.read(number, query) }) };
  } catch (error) {
    return { id, problem: error instanceof Error ? error.message : String(error) };
  }
}

function open(): HistoryStore {
  if (file !== ":memory:") mkdirSync(path.dirname(file), { recursive: true });
  return new HistoryStore(file);
}
