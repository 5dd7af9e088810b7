/** Worker processes that share a list of jobs, each taking the next one when it is free. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { StoreError } from "./store.js";
import type { TrialRecord } from "./trial.js";
import type { Job, WorkerMessage } from "./worker.js";

const WORKER = fileURLToPath(new URL("./worker.js", import.meta.url));

/** A job whose worker dies is given to a new worker this many times before it counts as failed. */
const RETRIES = 1;

export type PoolEvent =
  | { readonly type: "started"; readonly job: Job }
  | { readonly type: "epoch"; readonly index: number; readonly epoch: number; readonly epochs: number }
  | { readonly type: "ended"; readonly record: TrialRecord };

export interface PoolOptions {
  /** The store's folder, in which each worker opens a log of its own. */
  readonly folder: string;
  readonly size: number;
  readonly onEvent: (event: PoolEvent) => void;
  /** A job's outcome if it is stored: a worker may die between storing a record and reporting it. */
  readonly stored: (id: string) => TrialRecord | undefined;
  /** Keeps the record of a job that its workers did not survive. */
  readonly onFailure: (record: TrialRecord) => void;
}

export class WorkerPool {
  readonly #options: PoolOptions;
  readonly #children = new Set<ChildProcess>();

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /**
   * Runs the jobs. Returns when all have ended, or, on abort, when the workers are gone.
   *
   * @throws StoreError if a worker could not even start, with what it said
   */
  async run(jobs: readonly Job[], signal?: AbortSignal): Promise<void> {
    const queue = [...jobs];
    const stop = () => {
      queue.length = 0;
      for (const child of this.#children) child.kill("SIGKILL");
    };
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) stop();
    try {
      const lanes = Array.from({ length: Math.min(this.#options.size, queue.length) }, () =>
        this.#lane(queue, signal),
      );
      await Promise.all(lanes);
    } finally {
      // Where one lane gave up, the others must not go on alone.
      stop();
      signal?.removeEventListener("abort", stop);
    }
  }

  /** One worker's life, and that of the workers that replace it. */
  async #lane(queue: Job[], signal?: AbortSignal): Promise<void> {
    let worker: Worker | undefined;
    for (let job = queue.shift(); job; job = queue.shift()) {
      const deaths: string[] = [];
      let started = false;
      let record: TrialRecord | undefined;
      while (!record && deaths.length <= RETRIES) {
        worker ??= this.#start();
        this.#options.onEvent({ type: "started", job });
        const outcome = await worker.train(job);
        if (signal?.aborted) return;
        if (typeof outcome !== "string") {
          record = outcome;
          break;
        }
        deaths.push(outcome);
        record = this.#options.stored(job.id);
        started ||= worker.started;
        worker = undefined;
      }
      // Nothing wrong with the job if its workers never came up: the next ones would not either.
      if (!record && !started) throw new StoreError(`sweep: workers cannot start: ${deaths.at(-1)}`);
      this.#options.onEvent({ type: "ended", record: record ?? this.#fail(job, deaths.at(-1)!) });
    }
    worker?.stop();
  }

  /** Keeps the record of a job whose workers died. */
  #fail({ trial: _trial, ...job }: Job, reason: string): TrialRecord {
    const endedAt = new Date().toISOString();
    const record: TrialRecord = { version: 1, ...job, status: "failed", reason, endedAt };
    this.#options.onFailure(record);
    return record;
  }

  #start(): Worker {
    const worker = new Worker(this.#options.folder, this.#options.onEvent);
    this.#children.add(worker.child);
    worker.child.once("exit", () => this.#children.delete(worker.child));
    return worker;
  }
}

/** The runner's side of one worker process. */
class Worker {
  readonly child: ChildProcess;
  /** Whether it ever said that it is ready. */
  started = false;
  #stderr = "";
  #settle: ((outcome: TrialRecord | string) => void) | undefined;
  #death: string | undefined;

  constructor(folder: string, onEvent: (event: PoolEvent) => void) {
    this.child = fork(WORKER, [folder], { stdio: ["ignore", "ignore", "pipe", "ipc"] });
    this.child.stderr?.on("data", (text: Buffer) => {
      this.#stderr = (this.#stderr + text.toString()).slice(-2000);
    });
    this.child.on("message", (message: WorkerMessage) => {
      if (message.type === "ready") this.started = true;
      else if (message.type === "epoch") onEvent(message);
      else this.#finish(message.record);
    });
    this.child.on("close", (code, signal) => {
      const how = signal ? `was ended by ${signal}` : `exited with code ${code}`;
      this.#death = `worker ${how}${this.#stderr ? `: ${this.#stderr.trim()}` : ""}`;
      this.#finish(this.#death);
    });
  }

  /** The trial's record, or, if the worker dies first, how it died. */
  train(job: Job): Promise<TrialRecord | string> {
    return new Promise(resolve => {
      this.#settle = resolve;
      if (this.#death) this.#finish(this.#death);
      else this.child.send(job, error => error && this.#finish(`worker is gone: ${error.message}`));
    });
  }

  stop(): void {
    if (this.child.connected) this.child.disconnect();
  }

  #finish(outcome: TrialRecord | string): void {
    this.#settle?.(outcome);
    this.#settle = undefined;
  }
}
