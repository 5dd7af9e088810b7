/**
 * One training of one network: what went in, the curves, the weights. Shows itself as its curves.
 */
import { expectFields, expectList } from "../base/expect.js";
import type { Figure } from "../figures/figure.js";
import { later } from "../base/node/later.js";
import { duration } from "../base/duration.js";
import type { Network } from "../networks/network.js";
import type { EpochReport, Precision, TrainingResult, Weights } from "./engine.js";
import type { Dataset } from "./dataset.js";
import type { EvaluateOptions } from "./evaluation/evaluate.js";
import type { Evaluation } from "./evaluation/evaluation.js";
import type { Recipe } from "./recipe.js";
import { WeightsError } from "./weights/weights.js";

const ambient = later<typeof import("../notebook/ambient-signal.js")>(
  import.meta.url,
  "../notebook/ambient-signal.js",
);
const evaluation = later<typeof import("./evaluation/evaluate.js")>(
  import.meta.url,
  "./evaluation/evaluate.js",
);
const looked = later<typeof import("./looked-error.js")>(import.meta.url, "./looked-error.js");
const curves = later<typeof import("./training-curves.js")>(import.meta.url, "./training-curves.js");
const files = later<typeof import("./weights/weights-file.js")>(import.meta.url, "./weights/weights-file.js");

/** What decides a training. */
export interface TrainingSetting {
  readonly network: Network;
  /** The dataset's name, which tells all that decides it. */
  readonly dataset: string;
  readonly recipe: Recipe;
  readonly seed: number;
  readonly engine: string;
  readonly precision: Precision;
  /** Threads of the operators, where it is known. The same number gives the same bits. */
  readonly threads?: number | undefined;
  /** Steps an epoch: whole batches in the training split. */
  readonly stepsPerEpoch: number;
}

/** ` with 2 threads`, or nothing where it is not known. */
export const withThreads = (threads: number | undefined): string =>
  threads === undefined ? "" : ` with ${threads} thread${threads === 1 ? "" : "s"}`;

/** A training that has ended: what was trained on what, how it went, and its weights; shows its curves in a notebook. */
export class TrainingRun implements TrainingSetting, TrainingResult {
  readonly network: Network;
  readonly dataset: string;
  readonly recipe: Recipe;
  readonly seed: number;
  readonly engine: string;
  readonly precision: Precision;
  /** Threads of the operators, where it is known. The same number gives the same bits. */
  readonly threads: number | undefined;
  readonly stepsPerEpoch: number;
  readonly status: TrainingResult["status"];
  /** Top-1 error at the end on the test split, per cent; that of guessing when diverged. */
  readonly error: number;
  /** The same on the validation split; undefined where the dataset has none. */
  readonly validationError: number | undefined;
  readonly epochs: readonly EpochReport[];
  /** Mean cross-entropy of every step, nats. */
  readonly losses: readonly number[];
  /**
   * The tested epoch with the least error (on the validation split where there is one), the first such: `weights` are
   * its.
   */
  readonly best: EpochReport | undefined;
  /**
   * The best epoch's weights where the recipe tests along the way (`testEvery`), else the last. None if the training
   * diverged before a test. Without a validation split they are chosen by the test split, so the best error is a little
   * flattering; `error` is not.
   */
  readonly weights: Weights | undefined;
  readonly divergedAt: number | undefined;
  /** Why it could not continue, when out of memory. */
  readonly reason: string | undefined;
  /** The most memory that tensors held at once, bytes, where the engine can tell. */
  readonly peakMemory: number | undefined;
  readonly seconds: number;
  readonly imagesPerSecond: number;
  /** What it was trained on, where that is still in memory. */
  readonly #images: Dataset | undefined;
  /** The cell in which the curves have been shown already. */
  readonly #shownIn: AbortSignal | undefined;

  constructor(
    setting: TrainingSetting,
    result: TrainingResult,
    losses: readonly number[],
    shownIn?: AbortSignal,
    images?: Dataset,
  ) {
    expectFields("TrainingRun", "the setting", setting, { network: "object", recipe: "object" });
    expectFields("TrainingRun", "the result", result, { epochs: "list" });
    expectList("TrainingRun", "epochs", result.epochs, { epoch: "number" });
    this.network = setting.network;
    this.dataset = setting.dataset;
    this.recipe = setting.recipe;
    this.seed = setting.seed;
    this.engine = setting.engine;
    this.precision = setting.precision;
    this.threads = setting.threads;
    this.stepsPerEpoch = setting.stepsPerEpoch;
    this.status = result.status;
    this.error = result.error;
    this.validationError = result.validationError;
    this.epochs = result.epochs;
    this.losses = losses;
    this.best = bestEpoch(result.epochs);
    this.weights = result.weights;
    this.divergedAt = result.divergedAt;
    this.reason = result.reason;
    this.peakMemory = result.peakMemory;
    this.seconds = result.seconds;
    this.imagesPerSecond = result.imagesPerSecond;
    this.#shownIn = shownIn;
    this.#images = images;
  }

  /** The curves of loss and error. */
  figure(): Figure {
    const { network, dataset, recipe, stepsPerEpoch, losses, epochs, best, status } = this;
    // What was not trained takes no room.
    const begun = Math.max(1, Math.ceil(losses.length / stepsPerEpoch));
    return curves().trainingFigure({
      title: `${network.name} on ${dataset}`,
      subtitle: this.summary(),
      totalEpochs: status === "finished" ? recipe.epochs : begun,
      stepsPerEpoch,
      losses,
      epochs,
      best,
    });
  }

  /**
   * What its `weights` predict of a split, image by image: confusion, errors of each class, the worst images. The weights
   * are those of the best epoch, so the error may be below `error`, which is the last epoch's.
   *
   * @param options.split `"test"` unless another is asked for
   * @param options.dataset where the run was not made in this process, or other images are asked about
   * @throws WeightsError if there are no weights
   * @throws EngineUnavailableError without engine torch
   * @example `(await run.evaluate()).confusion`
   */
  async evaluate(options: EvaluateOptions & { readonly dataset?: Dataset } = {}): Promise<Evaluation> {
    return evaluation().evaluateRun(this, this.#images, options);
  }

  /** How it ended, in a line: `14.2 % error after 8 epochs (best 13.9 % after 7), 1 min 20 s, 4,210 images/s with 1 thread`. */
  summary(): string {
    const { best, epochs, recipe } = this;
    const last = epochs.at(-1);
    const tested = last?.testError !== undefined ? this.#errors() : "not tested";
    const { validationError } = this;
    const on = validationError === undefined ? "" : "validation ";
    const least = best && `best ${on}${looked().lookedError(best)!.toFixed(1)} % after ${best.epoch}`;
    const done =
      this.status === "finished" ? `${epochs.length} epochs` : `${epochs.length} of ${recipe.epochs} epochs`;
    const better = best && best !== last ? ` (${least})` : "";
    const outcomes: Record<TrainingResult["status"], string> = {
      finished: `${tested} after ${done}${better}`,
      cancelled: `stopped after ${done}${best ? `, ${least}` : ""}`,
      diverged: `diverged at step ${this.divergedAt}, in epoch ${epochs.length + 1}`,
      "out-of-memory": `out of memory: ${this.reason?.replace(/^out of memory: /, "")}`,
    };
    return `${outcomes[this.status]}, ${duration(this.seconds)}, ${Math.round(this.imagesPerSecond).toLocaleString("en")} images/s${withThreads(this.threads)}`;
  }

  /** `14.2 % error`, or `14.2 % test and 13.8 % validation error`. */
  #errors(): string {
    const { error, validationError } = this;
    if (validationError === undefined) return `${error.toFixed(1)} % error`;
    return `${error.toFixed(1)} % test and ${validationError.toFixed(1)} % validation error`;
  }

  /** Network, dataset and the summary, a line each. */
  toString(): string {
    return `${this.network.name} on ${this.dataset}\n${this.summary()}`;
  }

  /**
   * Writes the weights to a safetensors file, with the network, recipe and result as texts next to them.
   *
   * @throws WeightsError if there are none
   */
  save(file: string): void {
    if (!this.weights)
      throw new WeightsError(
        `save: the training has no weights to save: ${this.summary()}; train again, for at least one epoch, by a recipe whose loss stays finite`,
      );
    const { network, ...facts } = this.toJSON();
    files().saveWeights(file, this.weights, {
      network: JSON.stringify(this.network),
      training: JSON.stringify({ network, ...facts }),
    });
  }

  /** All but the layers, the weights and the steps' losses. */
  toJSON() {
    const { dataset, recipe, seed, engine, precision, status, error, validationError, epochs } = this;
    const { divergedAt, reason, peakMemory, seconds, imagesPerSecond } = this;
    return {
      network: this.network.name,
      dataset,
      recipe,
      seed,
      engine,
      precision,
      status,
      error,
      validationError,
      best: this.best && { epoch: this.best.epoch, error: looked().lookedError(this.best) },
      divergedAt,
      reason,
      peakMemory,
      epochs,
      seconds,
      imagesPerSecond,
    };
  }

  /** The curves; only the summary in the cell that has shown them live. */
  async [Symbol.for("Jupyter.display")](): Promise<Record<string, unknown>> {
    if (this.#shownIn && ambient().ambientSignal() === this.#shownIn)
      return { "text/plain": this.toString() };
    return this.bundle();
  }

  /** The curves as a MIME bundle, with the summary as text. */
  async bundle(): Promise<Record<string, unknown>> {
    const show = this.figure() as unknown as Record<symbol, () => Promise<Record<string, unknown>>>;
    return { ...(await show[Symbol.for("Jupyter.display")]()), "text/plain": this.toString() };
  }
}

/** Of the tested epochs, the first with the least error. */
function bestEpoch(epochs: readonly EpochReport[]): EpochReport | undefined {
  let best: EpochReport | undefined;
  let least = Infinity;
  for (const report of epochs) {
    const error = looked().lookedError(report) ?? Infinity;
    if (error < least) [best, least] = [report, error];
  }
  return best;
}
