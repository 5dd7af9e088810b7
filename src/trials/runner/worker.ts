/**
 * A sweep's worker process: trains the trials it is sent, one after the other, and owns one log.
 *
 * A trial's record is durable before the runner hears of it, so killing the runner loses nothing. When the
 * runner goes away, so does the worker.
 */
import { fileURLToPath } from "node:url";
import { isRevivable } from "../../architectures/stored.js";
import { loadDataset } from "../../training/datasets/index.js";
import type { TrainingResult } from "../../training/engine.js";
import { engineOn } from "../../training/engines/index.js";
import type { Device } from "../../training/engines/torch.js";
import { meterPower } from "./power-meter.js";
import { type Checkpoint, CheckpointError } from "../../training/checkpoints/checkpoint.js";
import { WeightsError } from "../../training/weights/weights.js";
import { dropCheckpoint, storeCheckpoint, storedCheckpoint } from "../store/checkpoints.js";
import { TrialLog } from "../store/store.js";
import { isSettled, type Trial, type TrialRecord } from "../trial.js";
import type { headOf } from "../trials-of.js";

/** From the runner: train this. A trial as data, with what its record will begin with. */
export interface Order {
  readonly trial: Pick<
    Trial,
    "network" | "dataset" | "recipe" | "seed" | "engine" | "precision" | "until" | "continues" | "stopAbove"
  >;
  readonly head: ReturnType<typeof headOf>;
  readonly threads: number;
  /** Where to train, and how many trainings share that device. */
  readonly device?: Device;
  readonly sharing?: number;
  /** Whether the test split is evaluated as often as the validation split. */
  readonly testAlong?: boolean | undefined;
}

/** To the runner. */
export type WorkerMessage =
  | { readonly type: "ready" }
  | { readonly type: "epoch"; readonly index: number; readonly epoch: number; readonly epochs: number }
  | { readonly type: "ended"; readonly record: TrialRecord };

const send = (message: WorkerMessage): void => {
  process.send?.(message);
};

/**
 * Trains one trial; how it ended is a record, also where it failed.
 *
 * @param folder the store's, where checkpoints lie. Default: none are kept, and every training begins at its start
 */
export async function trainTrial(
  { trial, head, threads, device = "cpu", sharing = 1, testAlong }: Order,
  report: (message: WorkerMessage) => void,
  folder?: string,
): Promise<TrialRecord> {
  const { network, recipe, seed, precision, until, continues, stopAbove } = trial;
  const { index } = head;
  const base = { version: 1, ...head, threads } as const;
  // What its architecture alone would not bring back is kept whole: reading a population runs no code.
  const built = isRevivable(head.architecture) ? {} : { network };
  try {
    const dataset = await loadDataset(trial.dataset);
    const onEpoch = ({ epoch }: { epoch: number }) =>
      report({ type: "epoch", index, epoch, epochs: until ?? recipe.epochs });
    const keepCheckpoint = folder !== undefined && until !== undefined;
    const options = {
      seed,
      precision,
      threads,
      onEpoch,
      ...(testAlong && { testAlong }),
      ...(until !== undefined && { until }),
      ...(keepCheckpoint && { keepCheckpoint }),
      ...(stopAbove && { stopAbove }),
    };
    const engine = engineOn(trial.engine, device);
    const before = process.cpuUsage();
    const meanPower = meterPower(device);
    let result: TrainingResult;
    let begun = 0;
    let watts: number | undefined;
    try {
      const from = folder && continues ? storedCheckpoint(folder, continues) : undefined;
      ({ result, begun } = await trainFrom(from, start =>
        engine.train(network, dataset, recipe, { ...options, ...(start && { from: start }) }),
      ));
    } finally {
      watts = meanPower();
    }
    const used = process.cpuUsage(before);
    // Not an outcome of the network: another machine, or a smaller batch, may give one.
    if (result.status === "out-of-memory") throw new Error(result.reason ?? "out of memory");
    if (result.status === "cancelled") throw new Error("the training was cancelled");
    const { status, error, validationError, epochs, divergedAt, stoppedAt } = result;
    const { seconds, images, imagesPerSecond, checkpoint } = result;
    if (folder && checkpoint) storeCheckpoint(folder, head.id, checkpoint);
    return {
      ...base,
      status,
      error,
      ...(validationError !== undefined && { validationError }),
      epochs,
      divergedAt,
      ...(stoppedAt !== undefined && { stoppedAt }),
      ...(continues !== undefined && { from: begun }),
      images,
      seconds,
      imagesPerSecond,
      ...(device !== "cpu" && { gpuSeconds: seconds / sharing }),
      ...(watts !== undefined && { gpuJoules: (watts * seconds) / sharing }),
      cpuSeconds: (used.user + used.system) / 1e6,
      // Linux, macOS and Windows alike: libuv gives kilobytes.
      peakMemory: process.resourceUsage().maxRSS * 1024,
      tensorMemory: result.peakMemory,
      engineVersion: engine.version?.(),
      endedAt: new Date().toISOString(),
      ...built,
    };
  } catch (error) {
    return { ...base, status: "failed", reason: (error as Error).message, endedAt: new Date().toISOString() };
  }
}

/** Goes on from a checkpoint where it is of this training; a foreign one is as good as none. */
async function trainFrom(
  from: Checkpoint | undefined,
  train: (from?: Checkpoint) => Promise<TrainingResult>,
): Promise<{ result: TrainingResult; begun: number }> {
  if (!from) return { result: await train(), begun: 0 };
  try {
    return { result: await train(from), begun: from.epochs };
  } catch (error) {
    if (!(error instanceof CheckpointError || error instanceof WeightsError)) throw error;
    return { result: await train(), begun: 0 };
  }
}

/** Serves jobs until the runner disconnects; `train` makes a trial's record. */
export function serve(folder: string, train: typeof trainTrial): void {
  const log = new TrialLog(folder);
  let queue = Promise.resolve();
  process.on("message", (order: Order) => {
    queue = queue.then(async () => {
      const record = await train(order, send, folder);
      log.append(record);
      // Who went on from it needs it no more, once that is in the store.
      if (record.continues !== undefined && isSettled(record)) dropCheckpoint(folder, record.continues);
      send({ type: "ended", record });
    });
    // A log that cannot be written (full disk) ends the worker; the runner reports it and stops.
    queue.catch((error: Error) => {
      process.stderr.write(`${error.message}\n`);
      process.exit(1);
    });
  });
  process.on("disconnect", () => process.exit(0));
  // The terminal's Ctrl-C reaches the whole process group; the runner alone decides what it means.
  process.on("SIGINT", () => {});
  send({ type: "ready" });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) serve(process.argv[2], trainTrial);
