/** The engine's side of its training process. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Dataset, Split } from "../../dataset.js";
import type { TrainingResult, TrainOptions } from "../../engine.js";
import { EngineUnavailableError } from "../torch/addon.js";
import type { BackendKind } from "./backend-kind.js";
import type { DatasetHeader, DatasetPart, FromWorker, SplitName, ToWorker } from "./messages.js";
import type { TrainingJob } from "./trainer.js";

const WORKER = fileURLToPath(new URL("./worker.js", import.meta.url));

/** Bytes of a dataset a message. */
const PIECE = 2 ** 25;
/** Datasets that the process keeps, so that comparing two sends neither twice. */
const KEPT = 2;
/** A process that is idle for so long gives its memory back, milliseconds. */
const IDLE = 60_000;
/** What is kept of what the process writes to stderr, characters. */
const STDERR = 2000;

export type TrainingEvents = Pick<TrainOptions, "onEpoch" | "onStep" | "signal">;

/** Numbers for datasets, the same for the same object. */
const ids = new WeakMap<Dataset, number>();
let lastId = 0;

interface Listener {
  readonly heard: (message: FromWorker) => void;
  readonly died: (how: Error) => void;
}

export class TrainingProcess {
  readonly kind: BackendKind;
  readonly threads: number;
  /** What computes, once it is loaded; rejects with EngineUnavailableError when it does not load. */
  readonly ready: Promise<string>;
  readonly #child: ChildProcess;
  #listener: Listener | undefined;
  #sent: number[] = [];
  #stderr = "";
  #death: Error | undefined;
  #idle: NodeJS.Timeout | undefined;

  /** @param threads of TensorFlow's operators; fixed for the process's life */
  constructor(kind: BackendKind, threads: number) {
    this.kind = kind;
    this.threads = threads;
    const env = {
      ...process.env,
      TF_NUM_INTRAOP_THREADS: String(threads),
      TF_NUM_INTEROP_THREADS: "1",
      TF_CPP_MIN_LOG_LEVEL: process.env.TF_CPP_MIN_LOG_LEVEL ?? "2",
    };
    this.#child = fork(WORKER, [kind], {
      env,
      execArgv: [],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#child.stderr?.on("data", (text: Buffer) => {
      this.#stderr = (this.#stderr + text.toString()).slice(-STDERR);
    });
    this.#child.on("message", (message: FromWorker) => this.#listener?.heard(message));
    this.#child.on("error", error => this.#die(error.message));
    this.#child.on("close", (code, signal) =>
      this.#die(signal ? `was ended by ${signal}` : `exited with code ${code}`),
    );
    this.ready = this.#listen<string>((message, resolve) => {
      if (message.type === "ready") resolve(message.description);
    });
    // Whoever trains awaits it as well.
    this.ready.catch(() => {});
  }

  /** Whether it can still train. */
  get isAlive(): boolean {
    return this.#death === undefined;
  }

  /**
   * Trains to the end, or until the signal aborts.
   *
   * @throws Error when the process dies, with how
   */
  async train(job: TrainingJob, dataset: Dataset, events: TrainingEvents): Promise<TrainingResult> {
    const { signal, onStep, onEpoch } = events;
    clearTimeout(this.#idle);
    this.#hold(true);
    const cancel = () => this.#child.send({ type: "cancel" } satisfies ToWorker, () => {});
    try {
      await this.ready;
      const id = await this.#deliver(dataset);
      const ended = this.#listen<TrainingResult>((message, resolve) => {
        if (message.type === "ended") resolve(message.result);
        else if (message.type === "epoch") onEpoch?.(message.report);
        else if (message.type === "steps") {
          const { first, losses } = message;
          if (onStep) losses.forEach((loss, i) => onStep({ step: first + i, loss }));
        }
      });
      ended.catch(() => {});
      await this.#send({ type: "train", job, dataset: id, cancelled: signal?.aborted ?? false });
      if (signal?.aborted) cancel();
      signal?.addEventListener("abort", cancel);
      return await ended;
    } finally {
      signal?.removeEventListener("abort", cancel);
      this.#hold(false);
      this.#idle = setTimeout(() => this.stop(), IDLE).unref();
    }
  }

  /** Ends the process; a training under way is lost. */
  stop(): void {
    clearTimeout(this.#idle);
    this.#death ??= new Error("engine tensorflow: its process was stopped");
    if (this.#child.connected) this.#child.disconnect();
  }

  /** Whether the process keeps this one from leaving. */
  #hold(on: boolean): void {
    for (const one of [this.#child, this.#child.channel]) {
      if (on) one?.ref();
      else one?.unref();
    }
    (this.#child.stderr as { unref?: () => void } | null)?.unref?.();
  }

  /** The value that `on` resolves with among the next messages. An error that `on` throws is the result's. */
  #listen<T>(on: (message: FromWorker, resolve: (value: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#death) {
        reject(this.#death);
        return;
      }
      const done = () => {
        this.#listener = undefined;
      };
      this.#listener = {
        heard: message => {
          try {
            if (message.type === "failed") throw revive(message);
            on(message, value => {
              done();
              resolve(value);
            });
          } catch (error) {
            done();
            // An observer that throws must not leave the training running.
            if (message.type !== "failed") this.#child.send({ type: "cancel" } satisfies ToWorker, () => {});
            reject(error);
          }
        },
        died: reject,
      };
    });
  }

  #die(how: string): void {
    const memory = how.includes("SIGKILL")
      ? "; the operating system does that when memory runs out: a smaller batch or fewer workers need less"
      : "";
    const said = this.#stderr.trim();
    this.#death ??= new Error(
      `engine tensorflow: its process ${how}${memory}${said === "" ? "" : `; it said: ${said}`}`,
    );
    this.#listener?.died(this.#death);
  }

  /** Sends a dataset unless the process has it; returns its number. */
  async #deliver(dataset: Dataset): Promise<number> {
    const id = ids.get(dataset) ?? ++lastId;
    ids.set(dataset, id);
    const known = this.#sent.includes(id);
    this.#sent = [...this.#sent.filter(other => other !== id), id];
    if (known) return id;
    while (this.#sent.length > KEPT) await this.#send({ type: "forget", id: this.#sent.shift()! });
    const splits = splitsOf(dataset);
    await this.#send({ type: "dataset", id, header: headerOf(dataset, splits) });
    const parts = splits.flatMap(([name, { images, labels }]): [DatasetPart, Uint8Array][] => [
      [`${name}.images`, images],
      [`${name}.labels`, bytesOf(labels)],
    ]);
    for (const [part, bytes] of parts) {
      for (let offset = 0; offset < bytes.length; offset += PIECE) {
        await this.#send({ type: "bytes", id, part, offset, bytes: bytes.subarray(offset, offset + PIECE) });
      }
    }
    return id;
  }

  /** Sends, and waits until it has left: pieces of a dataset do not pile up. */
  #send(message: ToWorker): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#death) {
        reject(this.#death);
        return;
      }
      this.#child.send(message, error => {
        if (error) reject(this.#death ?? error);
        else resolve();
      });
    });
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Split["labels"]): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

const splitsOf = ({ train, validation, test }: Dataset): [SplitName, Split][] => [
  ["train", train],
  ...(validation ? [["validation", validation] as [SplitName, Split]] : []),
  ["test", test],
];

function headerOf(dataset: Dataset, splits: readonly [SplitName, Split][]): DatasetHeader {
  const { train: _train, validation: _validation, test: _test, ...rest } = dataset;
  return {
    ...rest,
    splits: splits.map(([name, { count, images, labels }]) => ({
      name,
      count,
      bytes: images.length,
      labelBytes: labels.BYTES_PER_ELEMENT,
    })),
  };
}

/** An error of the process as one of this one. */
function revive({ name, message }: { name: string; message: string }): Error {
  if (name === "EngineUnavailableError") return new EngineUnavailableError(message);
  return new Error(message.startsWith("engine tensorflow") ? message : `engine tensorflow: ${message}`);
}
