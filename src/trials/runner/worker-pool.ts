/** Worker processes that share a row of trials, each taking the next one when it is free. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Device } from "../../training/engines/torch.js";
import { residentMemory } from "./resident-memory.js";
import { StoreError } from "../store/store-error.js";
import type { TrialRecord, Trial } from "../trial.js";
import { headOf } from "../trials-of.js";
import type { Order, WorkerMessage } from "./worker.js";

const WORKER = fileURLToPath(new URL("./worker.js", import.meta.url));

export type PoolEvent =
  | { readonly type: "started"; readonly index: number }
  | { readonly type: "epoch"; readonly index: number; readonly epoch: number; readonly epochs: number }
  | { readonly type: "ended"; readonly record: TrialRecord };

/** What a trial may take. */
export interface Limits {
  /** How often a trial whose worker crashed is given to a new one before it counts as failed. */
  readonly retries: number;
  /** Longest time of one training, seconds. */
  readonly timeLimit?: number;
  /** Most memory of a worker process, bytes. */
  readonly memoryLimit?: number;
}

/** How trials are stopped: abort ends the workers at once, drain lets them end what they are at. */
export interface Stops {
  readonly abort?: AbortSignal;
  readonly drain?: AbortSignal;
}

export interface PoolOptions {
  /** The store's folder, in which each worker opens a log of its own. */
  readonly folder: string;
  /** One worker for each: the device on which it trains. */
  readonly devices: readonly Device[];
  /** Threads of each training. */
  readonly threads: number;
  /** Whether each evaluates the test split as often as the validation split. */
  readonly testAlong?: boolean | undefined;
  readonly limits: Limits;
  readonly onEvent: (event: PoolEvent) => void;
  /** A trial's outcome if it is stored: a worker may die between storing a record and reporting it. */
  readonly stored: (id: string) => TrialRecord | undefined;
  /** Keeps the record of a trial that its workers did not survive. */
  readonly onFailure: (record: TrialRecord) => void;
  /** The worker's program. */
  readonly program?: string;
}

/** Gives the next trial; see `WorkerPool.run`. */
type NextTrial = () => Trial | "later" | Promise<void> | undefined;

/** What the workers take their trials from; who finds none yet waits until one ends. */
class Queue {
  readonly #next: NextTrial;
  #closed = false;
  #underWay = 0;
  #waiting: (() => void)[] = [];

  constructor(next: NextTrial) {
    this.#next = next;
  }

  /** @throws Error if there is to be one later, and none is under way that could bring it */
  async take(): Promise<Trial | undefined> {
    while (!this.#closed) {
      const trial = this.#next();
      if (trial instanceof Promise) {
        await Promise.race([trial, this.#woken()]);
        continue;
      }
      if (trial !== "later") {
        if (trial) this.#underWay++;
        return trial;
      }
      if (this.#underWay === 0) {
        throw new Error("sweep: the next trial waits for an outcome, expected one to be under way, got none");
      }
      await this.#woken();
    }
    return undefined;
  }

  #woken(): Promise<void> {
    return new Promise<void>(resolve => this.#waiting.push(resolve));
  }

  ended(): void {
    this.#underWay--;
    this.#wake();
  }

  /** No more trials are taken. */
  close(): void {
    this.#closed = true;
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

export class WorkerPool {
  readonly #options: PoolOptions;
  readonly #children = new Set<ChildProcess>();

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /**
   * Trains until there is nothing left. Returns when all have ended; on drain, when those under way have; on abort, when
   * the workers are gone.
   *
   * @param next the next trial; `"later"` where it is known once one that is under way has ended, a promise where it is once that
   *   is fulfilled
   * @param most how many there are at most: more workers than that are not started
   * @throws StoreError if a worker could not even start, with what it said
   */
  async run(next: NextTrial, most: number, { abort, drain }: Stops = {}): Promise<void> {
    const queue = new Queue(next);
    const stop = () => {
      queue.close();
      for (const child of this.#children) child.kill("SIGKILL");
    };
    const close = () => queue.close();
    drain?.addEventListener("abort", close);
    abort?.addEventListener("abort", stop);
    if (drain?.aborted || abort?.aborted) close();
    try {
      const devices = this.#options.devices.slice(0, most);
      await Promise.all(devices.map(device => this.#lane(queue, device, abort)));
    } finally {
      // Where one lane gave up, the others must not go on alone.
      stop();
      drain?.removeEventListener("abort", close);
      abort?.removeEventListener("abort", stop);
    }
  }

  /** One worker's life, and that of the workers that replace it. */
  async #lane(queue: Queue, device: Device, abort?: AbortSignal): Promise<void> {
    const { limits, devices, threads, testAlong, onEvent, stored } = this.#options;
    const sharing = devices.filter(other => other === device).length;
    let worker: Worker | undefined;
    for (let trial = await queue.take(); trial; trial = await queue.take()) {
      const deaths: Death[] = [];
      let started = false;
      let record: TrialRecord | undefined;
      while (!record && deaths.length <= limits.retries && !deaths.at(-1)?.final) {
        worker ??= this.#start();
        onEvent({ type: "started", index: trial.index });
        const outcome = await worker.train(orderOf(trial, { threads, device, sharing, testAlong }), limits);
        if (abort?.aborted) return;
        if (!("died" in outcome)) {
          record = outcome;
          break;
        }
        deaths.push(outcome);
        record = stored(trial.id);
        started ||= worker.started;
        worker = undefined;
      }
      // Nothing wrong with the trial if its workers never came up: the next ones would not either.
      if (!record && !started && !deaths.at(-1)!.final)
        throw new StoreError(
          `sweep: workers cannot start: ${deaths.at(-1)!.died}; netspace doctor says what is missing`,
        );
      onEvent({ type: "ended", record: record ?? this.#fail(trial, deaths.at(-1)!.died) });
      queue.ended();
    }
    worker?.stop();
  }

  /** Keeps the record of a trial whose workers died. */
  #fail(trial: Trial, reason: string): TrialRecord {
    const { threads } = this.#options;
    const endedAt = new Date().toISOString();
    const record: TrialRecord = { version: 1, ...headOf(trial), threads, status: "failed", reason, endedAt };
    this.#options.onFailure(record);
    return record;
  }

  #start(): Worker {
    const worker = new Worker(this.#options);
    this.#children.add(worker.child);
    worker.child.once("exit", () => this.#children.delete(worker.child));
    return worker;
  }
}

/** A trial as a message: its parts that are data. */
function orderOf(trial: Trial, how: Omit<Order, "trial" | "head">): Order {
  const { network, dataset, recipe, seed, engine, precision, until, continues, stopAbove } = trial;
  return {
    trial: { network, dataset, recipe, seed, engine, precision, until, continues, stopAbove },
    head: headOf(trial),
    ...how,
  };
}

/** How a worker came to its end before its trial did. */
interface Death {
  readonly died: string;
  /** It was ended for breaking a limit, and so would the next. */
  readonly final: boolean;
}

/** How often a worker's memory is looked at, milliseconds. */
const LOOK_MS = 250;

/** The runner's side of one worker process. */
class Worker {
  readonly child: ChildProcess;
  /** Whether it ever said that it is ready. */
  started = false;
  #stderr = "";
  #settle: ((outcome: TrialRecord | Death) => void) | undefined;
  #death: Death | undefined;
  /** Which limit it was ended for breaking. */
  #broke: string | undefined;

  constructor({ folder, onEvent, program = WORKER }: PoolOptions) {
    this.child = fork(program, [folder], { execArgv: [], stdio: ["ignore", "ignore", "pipe", "ipc"] });
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
      const said = this.#stderr ? `: ${this.#stderr.trim()}` : "";
      this.#death = { died: this.#broke ?? `worker ${how}${said}`, final: this.#broke !== undefined };
      this.#finish(this.#death);
    });
  }

  /** The trial's record, or, if the worker dies first, how it died. */
  async train(order: Order, { timeLimit, memoryLimit }: Limits): Promise<TrialRecord | Death> {
    const end = (broke: string) => {
      this.#broke = broke;
      this.child.kill("SIGKILL");
    };
    const timer =
      timeLimit === undefined
        ? undefined
        : setTimeout(() => end(`took longer than its limit of ${timeLimit} s`), timeLimit * 1000);
    const look =
      memoryLimit === undefined
        ? undefined
        : setInterval(() => {
            const used = this.child.pid === undefined ? undefined : residentMemory(this.child.pid);
            if (used === undefined || used <= memoryLimit) return;
            end(`needed more memory than its limit of ${memory(memoryLimit)}: ${memory(used)}`);
          }, LOOK_MS);
    try {
      return await new Promise(resolve => {
        this.#settle = resolve;
        const gone = (error: Error | null) =>
          error && this.#finish({ died: `worker is gone: ${error.message}`, final: false });
        if (this.#death) this.#finish(this.#death);
        else this.child.send(order, gone);
      });
    } finally {
      clearTimeout(timer);
      clearInterval(look);
    }
  }

  stop(): void {
    if (this.child.connected) this.child.disconnect();
  }

  #finish(outcome: TrialRecord | Death): void {
    this.#settle?.(outcome);
    this.#settle = undefined;
  }
}

const memory = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
