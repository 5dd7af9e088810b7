/**
 * The training process: loads tfjs, and trains what it is sent, one training after the other.
 *
 * TensorFlow's operations block the thread that calls them and read their number of threads once per process, and what
 * crashes or runs out of memory here costs one training and not the notebook.
 */
import type { Dataset, Split } from "../../dataset.js";
import { type Backend, loadBackend } from "./backend.js";
import type { BackendKind } from "./backend-kind.js";
import type { DatasetHeader, DatasetPart, FromWorker, SplitName, ToWorker } from "./messages.js";
import { runTraining } from "./trainer.js";

const send = (message: FromWorker): void => {
  process.send?.(message);
};

const failure = (error: unknown): FromWorker => {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { type: "failed", name, message };
};

/** A dataset as its pieces arrive. */
class Arriving {
  readonly dataset: Dataset;
  readonly #bytes = new Map<DatasetPart, Uint8Array>();

  constructor({ splits, ...header }: DatasetHeader) {
    const arrays = splits.map(({ name, count, bytes, labelBytes }): [SplitName, Split] => {
      const images = new Uint8Array(bytes);
      const labels = new Uint8Array(count * labelBytes);
      this.#bytes.set(`${name}.images`, images);
      this.#bytes.set(`${name}.labels`, labels);
      return [name, { count, images, labels: labelBytes === 1 ? labels : new Uint16Array(labels.buffer) }];
    });
    this.dataset = { ...header, ...(Object.fromEntries(arrays) as Pick<Dataset, SplitName>) };
  }

  put(part: DatasetPart, offset: number, bytes: Uint8Array): void {
    this.#bytes.get(part)!.set(bytes, offset);
  }
}

function serve(backend: Backend): void {
  const datasets = new Map<number, Arriving>();
  let cancelled = false;
  process.on("message", (message: ToWorker) => {
    if (message.type === "dataset") datasets.set(message.id, new Arriving(message.header));
    else if (message.type === "bytes") {
      datasets.get(message.id)!.put(message.part, message.offset, message.bytes);
    } else if (message.type === "forget") datasets.delete(message.id);
    else if (message.type === "cancel") cancelled = true;
    else {
      ({ cancelled } = message);
      const { dataset } = datasets.get(message.dataset)!;
      runTraining(backend, message.job, dataset, {
        isCancelled: () => cancelled,
        onSteps: (first, losses) => send({ type: "steps", first, losses }),
        onEpoch: report => send({ type: "epoch", report }),
      }).then(
        result => send({ type: "ended", result }),
        (error: unknown) => send(failure(error)),
      );
    }
  });
  send({ type: "ready", description: backend.description });
}

process.on("disconnect", () => process.exit(0));
// The terminal's Ctrl-C reaches the whole process group; the engine alone decides what it means.
process.on("SIGINT", () => {});
const [kind] = process.argv.slice(2) as [BackendKind];
loadBackend(kind).then(serve, (error: unknown) => {
  process.send?.(failure(error), undefined, undefined, () => process.exit(1));
});
