/** Weights that all architectures of a space share: what a supernet's training gives, and what is done with them. */
import type { AnyArchitecture } from "../../../architectures/family.js";
import { duration } from "../../../base/duration.js";
import { escapeHtml } from "../../../base/escape-html.js";
import { expectOptions } from "../../../base/expect-options.js";
import { checkSignal, expectFields } from "../../../base/expect.js";
import { fixed } from "../../../base/fixed.js";
import { say } from "../../../base/say.js";
import type { Figure } from "../../../figures/figure.js";
import { epochsPanel } from "../../../figures/panels/epochs-panel.js";
import { row } from "../../../figures/panels.js";
import type { Mixture } from "../../../networks/mixture.js";
import { evaluationBatches, type LabelledBatch, trainingBatches } from "../../../training/batches.js";
import type { Dataset } from "../../../training/dataset.js";
import { DatasetError } from "../../../training/datasets/dataset-error.js";
import type { Weights } from "../../../training/engine.js";
import type { ImageBatch, Session } from "../../../training/session.js";
import { factsOf } from "../../objectives/details.js";
import type { MeasuredObjective } from "../../objective.js";
import { inherit } from "../path-network.js";
import type { Supernet } from "../supernet.js";
import { wrongAnswers } from "../answers.js";
import type { SharedEpoch, SharingFacts, SharingStanding } from "./facts.js";

export interface SharedErrorOptions {
  /** Default: `"validation"`, or `"test"` of a dataset without such a split. */
  readonly split?: "validation" | "test";
  /**
   * Training images, augmented as the recipe says, over which the running statistics of normalisations are taken anew for the
   * architecture: those of the supernet are of all paths together, and mean nothing for one. They are taken in equal batches of at
   * most 250, which may leave out a few. 0 keeps them. Default 500.
   */
  readonly recalibrate?: number;
  /** Aborting rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** What they were trained on, and by. */
interface Trained<A extends AnyArchitecture> {
  readonly supernet: Supernet<A>;
  readonly facts: SharingFacts;
  readonly standing: SharingStanding;
  readonly session: SharingSession;
  readonly dataset: Dataset;
}

/** A session that can do what shared weights need. */
export type SharingSession = Session & Required<Pick<Session, "recalibrate" | "snapshot" | "rewind">>;

const RECALIBRATED = 500;
/** Images a batch of those at most. */
const BATCH = 250;
/** An epoch that no training has: what statistics are taken of is drawn apart. */
const APART = 2 ** 31;

/** The weights of a supernet, in a session that is open until `dispose`. */
export class SharedWeights<A extends AnyArchitecture = AnyArchitecture> {
  readonly supernet: Supernet<A>;
  /** What decides them. */
  readonly facts: SharingFacts;
  readonly status: SharingStanding["status"];
  readonly epochs: readonly SharedEpoch[];
  readonly divergedAt: SharingStanding["divergedAt"];
  readonly #session: SharingSession;
  readonly #dataset: Dataset;
  /** Questions are several calls of the session each, and come one after the other. */
  #before: Promise<unknown> = Promise.resolve();
  #statistics: { readonly images: number; readonly batches: readonly ImageBatch[] } | undefined;

  constructor({ supernet, facts, standing, session, dataset }: Trained<A>) {
    this.supernet = supernet;
    this.facts = facts;
    this.status = standing.status;
    this.epochs = standing.epochs;
    this.divergedAt = standing.divergedAt;
    this.#session = session;
    this.#dataset = dataset;
  }

  /**
   * The error of an architecture with the shared weights, per cent. It leaves no trace: any order of questions has the same answers.
   *
   * @throws RangeError for an architecture that the supernet does not hold, or an option that is not what it must be
   * @throws DatasetError for a split that the dataset does not have
   */
  async error(architecture: A, options: SharedErrorOptions = {}): Promise<number> {
    const { split, recalibrate, signal } = this.#checked("SharedWeights.error", options);
    const mixture = this.supernet.mixture(architecture);
    const batches = evaluationBatches(this.#dataset, split);
    return this.#inTurn(() =>
      this.#recalibrated(mixture, recalibrate, signal, () => this.#errorOn(batches, mixture, signal)),
    );
  }

  /**
   * The error on one batch alone, its own statistics in place of running ones, per cent: ENAS' reward is made of it.
   *
   * @throws RangeError for an architecture that the supernet does not hold, and for what is no batch with its labels
   */
  async errorOnBatch(architecture: A, batch: LabelledBatch, signal?: AbortSignal): Promise<number> {
    const fn = "SharedWeights.errorOnBatch";
    expectFields(fn, "a batch with its labels", batch, {
      images: "object",
      labels: "any",
    });
    checkSignal(fn, "signal", signal);
    const { images, labels } = batch;
    const count = images.shape?.[0];
    if (!(labels instanceof Int32Array && labels.length === count)) {
      throw new RangeError(
        `${fn}: expected an Int32Array with a label for each of ${say(count)} images, got ${labels instanceof Int32Array ? labels.length : say(labels)}`,
      );
    }
    const mixture = this.supernet.mixture(architecture);
    return this.#inTurn(() =>
      this.#untouched(() => batchError(this.#session, this.supernet, mixture, { images, labels }, signal)),
    );
  }

  /**
   * The weights of an architecture by the names of its own network, with statistics of its own: what a training of it alone begins
   * with (`train(architecture, { weights })`).
   *
   * @throws RangeError for an architecture whose network the supernet has otherwise; see `inherit`
   */
  async weightsOf(
    architecture: A,
    options: Pick<SharedErrorOptions, "recalibrate" | "signal"> = {},
  ): Promise<Weights> {
    const fn = "SharedWeights.weightsOf";
    expectOptions(fn, options, { recalibrate: "number?", signal: "any?" });
    const { recalibrate, signal } = this.#checked(fn, options);
    const mixture = this.supernet.mixture(architecture);
    const stored = await this.#inTurn(() =>
      this.#recalibrated(mixture, recalibrate, signal, () => this.#session.weights()),
    );
    const { resolution, classes } = this.#dataset;
    return inherit(this.supernet, stored, {
      ...architecture,
      classes: architecture.classes ?? classes,
      resolution,
    });
  }

  /**
   * The error with shared weights as what a search makes small: `search(space, { strategy: evolution(), objective: shared.objective(), budget: 1000 })` is
   * evolution on a supernet. It costs no images that are trained on.
   */
  objective(options: Omit<SharedErrorOptions, "signal"> = {}): MeasuredObjective<A> {
    expectOptions("SharedWeights.objective", options, { split: "text?", recalibrate: "number?" });
    const { split, recalibrate } = this.#checked("SharedWeights.objective", options);
    return {
      name: `${split} error with shared weights`,
      settings: { supernet: this.facts.id, epochs: this.epochs.length, split, recalibrate },
      unit: "%",
      split,
      measure: async (architecture, { seed: _drawsNothing, ...fidelity }, { signal } = {}) => {
        if (fidelity.epochs !== undefined) {
          throw new RangeError(
            `SharedWeights.objective: expected to be asked for no epochs, since nothing is trained, got ${say(fidelity.epochs)}`,
          );
        }
        const began = performance.now();
        const value = await this.error(architecture, { split, recalibrate, ...(signal && { signal }) });
        return {
          value,
          cost: { images: 0, seconds: (performance.now() - began) / 1000 },
          details: { ...factsOf(split, {}), seed: null },
        };
      },
    };
  }

  /** By epoch, the loss of the paths that were trained; of ENAS' controller see `controllersFigure`. */
  figure(): Figure {
    const values = this.epochs.map(({ trainLoss }) => trainLoss);
    const { recipe, strategy } = this.facts;
    return row([
      epochsPanel([{ name: `${strategy.name} paths`, values }], {
        label: "loss (nats)",
        epochs: recipe.epochs,
      }),
    ]);
  }

  /** How it was trained and ended, in a line. */
  summary(): string {
    const { strategy, recipe } = this.facts;
    const last = this.epochs.at(-1);
    const seconds = this.epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
    const { reward } = last?.controller ?? {};
    const parts = [
      `${strategy.name} paths`,
      `${this.status === "finished" ? "" : `${this.status} after `}${this.epochs.length} of ${recipe.epochs} epochs`,
      ...(this.divergedAt
        ? [`diverged in step ${this.divergedAt.step} of epoch ${this.divergedAt.epoch}`]
        : []),
      ...(last ? [`loss ${fixed(last.trainLoss, 3)}`] : []),
      ...(reward === undefined ? [] : [`reward ${fixed(reward, 3)}`]),
      duration(seconds),
    ];
    return parts.join(", ");
  }

  toString(): string {
    return `${this.supernet.network.name} on ${this.#dataset.name}: ${this.summary()}`;
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    const text = this.toString();
    return { "text/html": `<p>${escapeHtml(text)}</p>`, "text/plain": text };
  }

  /** Frees the session's memory; later questions are rejected. */
  dispose(): void {
    this.#session.dispose();
  }

  #checked(fn: string, options: SharedErrorOptions) {
    expectOptions(fn, options, { split: "text?", recalibrate: "number?", signal: "any?" });
    const {
      split = this.#dataset.validation ? "validation" : "test",
      recalibrate = Math.min(RECALIBRATED, this.#dataset.train.count),
      signal,
    } = options;
    if (split !== "validation" && split !== "test")
      throw new RangeError(`${fn}: split must be "validation" or "test", got ${say(split)}`);
    if (!this.#dataset[split]) {
      throw new DatasetError(
        `${fn}: expected a ${split} split in ${this.#dataset.name}, which has none; load it with one, or part its training images: partTraining(dataset)`,
      );
    }
    const { count } = this.#dataset.train;
    if (!(Number.isSafeInteger(recalibrate) && recalibrate >= 0 && recalibrate <= count)) {
      throw new RangeError(
        `${fn}: recalibrate must be a whole number of training images from 0 to ${count}, got ${say(recalibrate)}`,
      );
    }
    return { split, recalibrate, signal } as const;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const asked = this.#before.then(work);
    this.#before = asked.catch(() => undefined);
    return asked;
  }

  /** Does some work with statistics of one path. */
  async #recalibrated<T>(
    mixture: Mixture,
    images: number,
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    if (images === 0) return work();
    return this.#untouched(async () => {
      await this.#session.recalibrate(this.supernet.network, this.#statisticsOf(images), {
        mixture,
        ...(signal && { signal }),
      });
      return work();
    });
  }

  /** Does some work, after which the store is as it was before. */
  async #untouched<T>(work: () => Promise<T>): Promise<T> {
    const before = await this.#session.snapshot();
    try {
      return await work();
    } finally {
      await this.#session.rewind(before);
      before.dispose();
    }
  }

  #statisticsOf(images: number): readonly ImageBatch[] {
    if (this.#statistics?.images !== images) {
      // Of one size, since each counts as much.
      const parts = Math.ceil(images / BATCH);
      const batch = Math.floor(images / parts);
      const { recipe, seed } = this.facts;
      const drawn = trainingBatches(this.#dataset, { ...recipe, batch }, { seed, epoch: APART });
      const batches = Array.from({ length: parts }, (_, i) => drawn.at(i).images);
      this.#statistics = { images, batches };
    }
    return this.#statistics.batches;
  }

  async #errorOn(batches: Iterable<LabelledBatch>, mixture: Mixture, signal: AbortSignal | undefined) {
    let [wrong, count] = [0, 0];
    for (const { images, labels } of batches) {
      signal?.throwIfAborted();
      const logits = await this.#session.evaluate(this.supernet.network, images, { mixture });
      wrong += wrongAnswers(logits, labels);
      count += labels.length;
    }
    return (100 * wrong) / count;
  }
}

/** Error of a path on a batch by the batch's own statistics, which stay behind in the store: nobody trains by them. */
export async function batchError<A extends AnyArchitecture>(
  session: SharingSession,
  { network }: Supernet<A>,
  mixture: Mixture,
  { images, labels }: LabelledBatch,
  signal?: AbortSignal,
): Promise<number> {
  const options = { mixture, ...(signal && { signal }) };
  await session.recalibrate(network, [images], options);
  const logits = await session.evaluate(network, images, options);
  return (100 * wrongAnswers(logits, labels)) / labels.length;
}
