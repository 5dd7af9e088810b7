/** The cells of one shell run one at a time, in order; an error can abort those that wait. */

/** One queued cell. */
export interface Job {
  /** Runs the cell; tells whether those behind it should be aborted. */
  run(): Promise<{ abortRest: boolean; finish: () => void }>;
  /** Answers the cell without running it. */
  abort(): void;
}

/** Runs jobs in order. */
export class ExecutionQueue {
  #waiting: Job[] = [];
  #running = false;
  readonly #received: () => Promise<void>;

  /** @param received resolves when every request that has arrived by now was added */
  constructor(received: () => Promise<void>) {
    this.#received = received;
  }

  /** Adds a cell. The promise resolves when the queue has run dry; it rejects only if a job does. */
  async add(job: Job): Promise<void> {
    this.#waiting.push(job);
    if (this.#running) return;
    this.#running = true;
    try {
      for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) await this.#run(next);
    } finally {
      this.#running = false;
    }
  }

  /** Answers all cells that wait, without running them. */
  abort(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const each of waiting) each.abort();
  }

  async #run(job: Job): Promise<void> {
    const { abortRest, finish } = await job.run();
    // "Run all" queues every cell: those sent before the client could know of the error go with it, those
    // sent in answer to the reply do not. So the reply waits until what has arrived is read.
    if (abortRest) await this.#received();
    finish();
    if (abortRest) this.abort();
  }
}
