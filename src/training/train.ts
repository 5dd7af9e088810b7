/**
 * Training one network, from a notebook cell or a script: the dataset and recipe by name or as data, the curves live,
 * the Stop button heeded, the best weights kept.
 */
import { type OptionNames, refuseUnknown } from "../base/expect-options.js";
import { checkSignal, expectFields } from "../base/expect.js";
import { liveSvg } from "../figures/rendering/live-svg.js";
import { trainingFigure } from "./training-curves.js";
import { duration } from "../base/duration.js";
import { lossText } from "../base/fixed.js";
import { zoo, zooNames } from "../architectures/zoo.js";
import { ambientSignal } from "../notebook/ambient-signal.js";
import { completes } from "../notebook/completes.js";
import { type LiveOutput, liveOutput } from "../notebook/live-output.js";
import type { Dataset } from "./dataset.js";
import { askedDataset } from "./datasets/asked-dataset.js";
import { datasetWords } from "./datasets/dataset-by-name.js";
import type { DatasetSpec } from "./datasets/index.js";
import {
  engineOptionNames,
  type EpochReport,
  type PartOption,
  type TrainOptions as EngineOptions,
} from "./engine.js";
import { checkDataset } from "./engines/check-dataset.js";
import { checkPrecision } from "./engines/check-precision.js";
import { threadsFor } from "./engines/threads.js";
import { lookedError } from "./looked-error.js";
import { checkModel, networkFor, type TrainableModel } from "./network-for.js";
import { type EngineChoice, pickEngine } from "./pick-engine.js";
import { checkRecipe, type Recipe } from "./recipe.js";
import { recipeByName, type RecipeName, recipeNames } from "./recipes.js";
import { TrainingRun, type TrainingSetting, withThreads } from "./training-run.js";

export interface TrainOptions
  extends Omit<EngineOptions, "keepWeights" | "threads" | PartOption>,
    EngineChoice {
  /**
   * Threads of this training's operators. Default: 1 for a small network, whose sums are then the same on every machine;
   * otherwise as many as there are cores that nothing else uses when it begins. The run says how many it had; the same
   * number gives the same bits.
   */
  readonly threads?: number;
  /** The images, the description of a set (`{ kind: "procedural", resolution: 32, … }`), or a text for `datasetByName`. */
  readonly dataset: Dataset | DatasetSpec | string;
  /** A recipe, or the name of one. */
  readonly recipe: Recipe | RecipeName;
  /**
   * Aborting stops training between two steps. Default: the signal of the notebook cell that called, so that its Stop
   * button stops the training.
   */
  readonly signal?: AbortSignal;
  /** Whether curves are shown in a notebook and a line on a terminal while training. Default true. */
  readonly live?: boolean;
}

// Parts of a schedule are for engines.
const {
  keepWeights: _k,
  until: _u,
  from: _f,
  keepCheckpoint: _c,
  stopAbove: _s,
  ...shared
} = engineOptionNames;
const trainNames: OptionNames<TrainOptions> = {
  ...shared,
  engine: true,
  device: true,
  dataset: true,
  recipe: true,
  live: true,
};

let latest: TrainingRun | undefined;

/**
 * The training of this process that ended last. A cell that is stopped never gets the value it waits for; what was
 * learned until then is here.
 */
export const lastTraining = (): TrainingRun | undefined => latest;

/**
 * Trains a network. A training that diverges or is stopped gives a result like any other, with what there is.
 *
 * @param model a Network, an Architecture, or the name of a published network, such as `zooNames()` lists
 * @throws RangeError, NetworkError, RecipeError, DatasetError or WeightsError for what cannot be trained, naming it
 * @throws EngineUnavailableError when no engine, or not the device asked for, can be used here
 * @example
 * ```ts
 * const run = await train("RegNetX-200MF", { dataset: "procedural:32", recipe: "section3" });
 * run.save("regnetx.safetensors");
 * ```
 */
export async function train(model: TrainableModel, options: TrainOptions): Promise<TrainingRun> {
  if (!options?.dataset || !options.recipe) {
    throw new RangeError(
      `train: expected a dataset and a recipe, got ${options?.dataset ? "no recipe" : "no dataset"}; for example train(network, { dataset: "procedural:32", recipe: "tiny" })`,
    );
  }
  refuseUnknown("train", options, trainNames);
  const { recipe: asked, seed = 0, precision = "float32", live = true, onEpoch, onStep, ...rest } = options;
  const { weights, memoryLimit } = rest;
  const recipe = typeof asked === "string" ? recipeByName(asked) : asked;
  checkRecipe(recipe);
  checkPrecision("train", precision);
  checkModel("train", model);
  checkSignal("train", "signal", options.signal);
  // What is none would be found out after an epoch, and the training be lost.
  expectFields("train", "options", options, { onEpoch: "function?", onStep: "function?" });
  const engine = pickEngine(options);
  const cell = ambientSignal();
  const signal = options.signal ?? cell;
  // A name that the zoo does not have is reported before a dataset is loaded.
  if (typeof model === "string") zoo(model);
  const dataset = await askedDataset("train", options.dataset);
  checkDataset(dataset);
  const network = networkFor(model, dataset.classes, dataset.resolution);
  const { batch } = recipe;
  const step = { network, batch, resolution: dataset.resolution };
  const threads = await threadsFor(engine, step, rest.threads);
  const setting: TrainingSetting = {
    network,
    dataset: dataset.name,
    recipe,
    seed,
    engine: engine.name,
    precision,
    threads,
    stepsPerEpoch: Math.max(1, Math.floor(dataset.train.count / recipe.batch)),
  };
  const losses: number[] = [];
  const view = new LiveCurves(setting, losses, live ? liveOutput() : undefined);
  const result = await engine.train(network, dataset, recipe, {
    seed,
    precision,
    threads,
    memoryLimit,
    weights,
    signal,
    keepWeights: "best",
    onStep: report => {
      losses.push(report.loss);
      view.changed();
      onStep?.(report);
    },
    onEpoch: report => {
      view.epoch(report);
      onEpoch?.(report);
    },
  });
  const run = new TrainingRun(setting, result, losses, live ? cell : undefined, dataset);
  latest = run;
  view.end(run);
  return run;
}

/** How often the curves are redrawn, milliseconds: a notebook's picture takes some work to show, a line none. */
const INTERVAL = { notebook: 400, terminal: 100, none: Infinity } as const;

/** The curves while they grow. */
class LiveCurves {
  readonly #setting: TrainingSetting;
  readonly #losses: readonly number[];
  readonly #epochs: EpochReport[] = [];
  readonly #output: LiveOutput | undefined;
  readonly #began = performance.now();
  #shown = Number.NEGATIVE_INFINITY;

  constructor(setting: TrainingSetting, losses: readonly number[], output: LiveOutput | undefined) {
    this.#setting = setting;
    this.#losses = losses;
    this.#output = output;
  }

  changed(): void {
    const now = performance.now();
    if (!this.#output || now - this.#shown < INTERVAL[this.#output.kind]) return;
    this.#shown = now;
    this.#output.show(this.#value());
  }

  epoch(report: EpochReport): void {
    this.#epochs.push(report);
    this.changed();
  }

  end(run: TrainingRun): void {
    const { network, dataset } = this.#setting;
    this.#output?.end({
      [Symbol.for("Jupyter.display")]: () => run.bundle(),
      toString: () => `${network.name} on ${dataset}: ${run.summary()}`,
    });
  }

  /** A notebook draws it, a terminal prints it. */
  #value(): object {
    const { network, dataset, recipe, stepsPerEpoch } = this.#setting;
    const title = `${network.name} on ${dataset}`;
    const subtitle = this.#standing();
    const curves = { title, subtitle, totalEpochs: recipe.epochs, stepsPerEpoch };
    return {
      [Symbol.for("Jupyter.display")]: () => ({
        "text/html": liveSvg(trainingFigure({ ...curves, losses: this.#losses, epochs: this.#epochs })),
        "text/plain": `${title}\n${subtitle}`,
      }),
      toString: () => `${title}: ${subtitle}`,
    };
  }

  /** `epoch 3 of 8, loss 1.234, test error 43.1 %, 2,310 images/s with 1 thread, 1 min 3 s left`. */
  #standing(): string {
    const { recipe, stepsPerEpoch, threads } = this.#setting;
    const steps = this.#losses.length;
    const total = recipe.epochs * stepsPerEpoch;
    const seconds = (performance.now() - this.#began) / 1000;
    const looked = this.#epochs.findLast(report => lookedError(report) !== undefined);
    const split = looked?.validationError === undefined ? "test" : "validation";
    const parts = [
      `epoch ${Math.min(recipe.epochs, Math.floor(steps / stepsPerEpoch) + 1)} of ${recipe.epochs}`,
      `loss ${steps > 0 ? lossText(this.#losses[steps - 1]) : "–"}`,
      ...(looked ? [`${split} error ${lookedError(looked)!.toFixed(1)} %`] : []),
      `${Math.round((steps * recipe.batch) / seconds).toLocaleString("en")} images/s${withThreads(threads)}`,
      `${duration((seconds / Math.max(1, steps)) * (total - steps))} left`,
    ];
    return parts.join(", ");
  }
}

completes(train, zooNames, { dataset: datasetWords, recipe: recipeNames });
