/**
 * What was executed, in this session and before, for clients that ask.
 *
 * Cells are remembered here and written to the history file when nothing was run for a while, at the latest
 * after half a minute, before a question and at shutdown: no cell waits for the disk.
 */

import { Worker } from "node:worker_threads";
import type { HistoryChange, HistoryQuery } from "./history-store.js";
import type { HistoryRequest, HistoryResponse } from "./history-thread.js";
import type { Log } from "./log.js";
import type { HistoryEntry } from "./messages.js";

const QUIET_MS = 10_000;
const OVERDUE_MS = 30_000;
/** How long the file stays open for the next question. */
const IDLE_MS = 5000;
/** A shutdown does not wait longer for the disk: Jupyter kills a kernel that takes more than 5 s. */
const CLOSE_MS = 4500;

/** Executed cells of all sessions. */
export class History {
  #file: string;
  readonly #log: Log;
  readonly #changes = new Map<number, HistoryChange>();
  readonly #waiting = new Map<number, (response: HistoryResponse) => void>();
  #oldest = 0;
  #timer: NodeJS.Timeout | undefined;
  #idle: NodeJS.Timeout | undefined;
  #thread: Worker | undefined;
  #session: number | undefined;
  #lastId = 0;
  #last: Promise<unknown> = Promise.resolve();

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

  /** The cells that a client asks for, oldest first; none when the file cannot be read. */
  async find(query: HistoryQuery): Promise<HistoryEntry[]> {
    return (await this.#ask(query)).entries ?? [];
  }

  /** Writes what is not written, and lets go of the file. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise(resolve => {
      timer = setTimeout(resolve, CLOSE_MS);
    });
    await Promise.race([this.#changes.size > 0 ? this.#ask() : this.#last, late]);
    clearTimeout(timer);
    await this.#end();
  }

  #schedule(): void {
    const now = Date.now();
    if (!this.#timer) this.#oldest = now;
    clearTimeout(this.#timer);
    const wait = Math.max(0, Math.min(QUIET_MS, this.#oldest + OVERDUE_MS - now));
    this.#timer = setTimeout(() => void this.#ask(), wait).unref();
  }

  /** One request at a time: the first one learns the session's number for those that follow. */
  #ask(query?: HistoryQuery): Promise<HistoryResponse> {
    const answer = this.#last.then(() => this.#request(query));
    this.#last = answer;
    return answer;
  }

  async #request(query?: HistoryQuery): Promise<HistoryResponse> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const changes = [...this.#changes.values()];
    this.#changes.clear();
    const response = await this.#post({ id: ++this.#lastId, session: this.#session, changes, query });
    if (response.problem === undefined || this.#file === ":memory:") {
      this.#session = response.session;
      return response;
    }
    this.#log(`history is kept for this session only: ${this.#file}: ${response.problem}`);
    this.#file = ":memory:";
    this.#session = undefined;
    await this.#end();
    for (const change of changes) this.#changes.set(change.line, change);
    return this.#request(query);
  }

  #post(request: { [K in keyof HistoryRequest]: HistoryRequest[K] | undefined }): Promise<HistoryResponse> {
    const thread = (this.#thread ??= this.#start());
    clearTimeout(this.#idle);
    return new Promise<HistoryResponse>(resolve => {
      this.#waiting.set(request.id ?? 0, resolve);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      thread.postMessage(request);
    }).finally(() => {
      // A history in memory lives as long as its thread.
      if (this.#file !== ":memory:") this.#idle = setTimeout(() => void this.#end(), IDLE_MS).unref();
    });
  }

  #start(): Worker {
    const thread = new Worker(new URL("./history-thread.js", import.meta.url), {
      workerData: { file: this.#file },
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
    await thread?.terminate();
  }
}
