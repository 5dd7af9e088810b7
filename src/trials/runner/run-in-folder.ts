/** Work on a folder that whoever asked for it may stop: a notebook's cell, a command, a program. */
import { ambientSignal } from "../../notebook/ambient-signal.js";

/** What is at work in this process, by folder. */
const running = new Map<string, { readonly signal: AbortSignal; readonly ended: Promise<unknown> }>();

/**
 * Does some work that a signal stops. Work that was aborted on the same folder needs a moment to end its workers, and is waited
 * for.
 *
 * @param folder an absolute path; undefined where nothing is kept
 * @param signal default: that of the notebook cell that called
 * @param work is given the controller that the signal aborts, and may abort it itself
 */
export async function runInFolder<T>(
  folder: string | undefined,
  signal: AbortSignal | undefined,
  work: (stop: AbortController) => Promise<T>,
): Promise<T> {
  const before = folder === undefined ? undefined : running.get(folder);
  if (before?.signal.aborted) await before.ended;
  const stop = new AbortController();
  const asked = signal ?? ambientSignal();
  const abort = () => stop.abort();
  asked?.addEventListener("abort", abort);
  if (asked?.aborted) abort();
  const done = work(stop);
  const entry = { signal: stop.signal, ended: done.catch(() => {}) };
  if (folder !== undefined && !running.has(folder)) running.set(folder, entry);
  try {
    return await done;
  } finally {
    asked?.removeEventListener("abort", abort);
    if (folder !== undefined && running.get(folder) === entry) running.delete(folder);
  }
}
