/**
 * What was executed, in this session and before, for clients that ask.
 *
 * Cells are remembered here and written to the history file a moment after the last one ran, and at shutdown: no cell
 * waits for the disk. Whatever keeps the file from being written, a lock or a full disk, is tried again; no cell is
 * forgotten before it was stored.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { HistoryChange, HistoryQuery } from "./history-store.js";
import type { HistoryRequest, HistoryResponse } from "./history-thread.js";
import type { Log } from "../base/log.js";
import type { HistoryEntry } from "../protocol/messages.js";
import { ensureWorkingFolder } from "../base/working-folder.js";

/** Cells are written when none has run for so long, at the latest when one has waited for longer. */
const QUIET_MS = 1000;
const OVERDUE_MS = 3000;
/** A file that cannot be written is tried again after this, a locked one sooner. */
const RETRY_MS = 30_000;
const LOCKED_MS = 100;
/** A question waits so long for another kernel's lock; then this session's cells alone are told. */
const PATIENCE_MS = 5000;
/** How long the file stays open for the next question. */
const IDLE_MS = 5000;
/** A shutdown does not wait longer for the disk: Jupyter kills a kernel that takes more than 5 s. */
const CLOSE_MS = 4000;

/** Executed cells of all sessions. */
export class History {
  readonly #file: string;
  readonly #log: Log;
  /** What is not stored yet, by line. */
  readonly #changes = new Map<number, HistoryChange>();
  readonly #waiting = new Map<number, (response: HistoryResponse) => void>();
  #oldest = 0;
  #timer: NodeJS.Timeout | undefined;
  #idle: NodeJS.Timeout | undefined;
  #thread: Worker | undefined;
  #session: number | undefined;
  #lastId = 0;
  #last: Promise<unknown> = Promise.resolve();
  #closing = false;
  /** What was said about the file; it is said once. */
  #said: string | undefined;

  /** @param file where to keep it; `:memory:` for this session only */
  constructor(file: string, log: Log) {
    this.#file = file;
    this.#log = log;
  }

  /** Remembers a cell that is about to run. */
  add(line: number, input: string): void {
    this.#changes.set(line, { line, input });
    this.#schedule();
  }

  /** Remembers the plain form of a cell's result. */
  setOutput(line: number, output: string): void {
    this.#changes.set(line, { ...(this.#changes.get(line) ?? { line }), output });
    this.#schedule();
  }

  /** The cells that a client asks for, oldest first; those of this session alone when the file cannot be read. */
  async find(query: HistoryQuery): Promise<HistoryEntry[]> {
    return (await this.#ask(query)).entries ?? [];
  }

  /** Writes what is not written, and lets go of the file. */
  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#timer);
    const late = new AbortController();
    const timeout = sleep(CLOSE_MS, undefined, { signal: late.signal }).catch(() => {});
    await Promise.race([this.#writeAll(), timeout]);
    late.abort();
    if (this.#isKept() && this.#changes.size > 0) {
      const number = this.#changes.size;
      this.#log(`${number} cells are missing in the history, as ${this.#file} could not be written`);
    }
    await this.#end();
  }

  /** Writes until nothing has come meanwhile, or the file cannot be written. */
  async #writeAll(): Promise<void> {
    await this.#last;
    while (this.#isKept() && this.#changes.size > 0) {
      const { problem } = await this.#ask();
      if (problem !== undefined) return;
    }
  }

  #isKept(): boolean {
    return this.#file !== ":memory:";
  }

  #schedule(): void {
    if (!this.#isKept() || this.#closing) return;
    const now = Date.now();
    if (!this.#timer) this.#oldest = now;
    this.#wait(Math.max(0, Math.min(QUIET_MS, this.#oldest + OVERDUE_MS - now)));
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), ms).unref();
  }

  /** One request at a time: the first one learns the session's number for those that follow. */
  #ask(query?: HistoryQuery): Promise<HistoryResponse> {
    const answer = this.#last.then(() => this.#request(query));
    this.#last = answer;
    return answer;
  }

  async #request(query?: HistoryQuery): Promise<HistoryResponse> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      const changes = [...this.#changes.values()];
      const response = await this.#post({ id: ++this.#lastId, session: this.#session, changes, query });
      const { problem, busy = false } = response;
      if (problem === undefined) {
        this.#session = response.session;
        this.#stored(changes);
        return response;
      }
      if (!busy && this.#isKept()) this.#say(problem);
      if (!busy || Date.now() > deadline) {
        if (this.#isKept() && !this.#closing) this.#wait(busy ? LOCKED_MS : RETRY_MS);
        return response;
      }
      await sleep(LOCKED_MS * (0.5 + Math.random()));
    }
  }

  /** Forgets what was stored, and keeps what has been added to it meanwhile. */
  #stored(changes: readonly HistoryChange[]): void {
    this.#said = undefined;
    for (const change of changes) {
      const latest = this.#changes.get(change.line);
      if (latest === change) this.#changes.delete(change.line);
    }
  }

  #say(problem: string): void {
    if (this.#said === problem) return;
    this.#said = problem;
    this.#log(`history is kept for this session only: ${this.#file}: ${problem}; it is tried again`);
  }

  #post(request: { [K in keyof HistoryRequest]: HistoryRequest[K] | undefined }): Promise<HistoryResponse> {
    const thread = (this.#thread ??= this.#start());
    clearTimeout(this.#idle);
    return new Promise<HistoryResponse>(resolve => {
      this.#waiting.set(request.id ?? 0, resolve);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      thread.postMessage(request);
    }).finally(() => {
      this.#idle = setTimeout(() => void this.#end(), IDLE_MS).unref();
    });
  }

  #start(): Worker {
    ensureWorkingFolder();
    const thread = new Worker(new URL("./history-thread.js", import.meta.url), {
      workerData: { file: this.#file },
      // It says nothing. Handing its streams on would open this process's own, and a pipe that Node has opened does not
      // block any more, for others that write to it neither: lines of a server that shares it would be cut.
      stdout: true,
      stderr: true,
      // It holds a few rows at a time; heaps grow only when they must.
      resourceLimits: { maxYoungGenerationSizeMb: 2 },
    });
    thread.unref();
    thread.on("message", (response: HistoryResponse) => {
      this.#waiting.get(response.id)?.(response);
      this.#waiting.delete(response.id);
    });
    const failed = (problem: string) => {
      if (this.#thread === thread) this.#thread = undefined;
      for (const [id, answer] of this.#waiting) answer({ id, problem });
      this.#waiting.clear();
    };
    thread.on("error", error => failed(error.message));
    thread.on("exit", () => failed("its thread ended"));
    return thread;
  }

  async #end(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    clearTimeout(this.#idle);
    await thread?.terminate();
  }
}
