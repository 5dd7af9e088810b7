/** A training by engine torch, epoch by epoch. */
import { refuseUnknown } from "../../../base/expect-options.js";
import { availableParallelism } from "node:os";
import { type Network, withoutAuxiliary } from "../../../networks/network.js";
import { requireUnmixed } from "../../../networks/mixture.js";
import { residualNorms } from "../../../networks/residual-norms.js";
import { inferShapes } from "../../../networks/shapes.js";
import { withDropout, withDropPath } from "../../../networks/with-dropout.js";
import { say } from "../../../base/say.js";
import type { Dataset, Split } from "../../dataset.js";
import {
  engineOptionNames,
  type EpochReport,
  type TrainingResult,
  type TrainOptions,
  type Weights,
} from "../../engine.js";
import type { Checkpoint, TrainingIdentity } from "../../checkpoints/checkpoint.js";
import { partOfSchedule, tests } from "../../checkpoints/part-of-schedule.js";
import { wholeSettings } from "../../recipe/optimisers.js";
import { checkRecipe, learningRateAt, type Recipe } from "../../recipe.js";
import { checkWeights } from "../../weights/weights.js";
import { checkAuxiliary } from "../check-auxiliary.js";
import { checkCrop } from "../check-crop.js";
import { checkFit } from "../check-fit.js";
import { checkDataset } from "../check-dataset.js";
import { mixSeed } from "../seeds.js";
import { mostThreads } from "../threads.js";
import { type DatasetHandle, loadAddon, type NativeAugmentation, type NativeUpdate } from "./addon.js";
import { restoreState, stateOf } from "./checkpoint.js";
import { memoryOf } from "./memory.js";
import { type Device, Model, requireDevice } from "./model.js";

/** Images a batch when testing; larger than training's because nothing is kept for a backward pass. */
const testBatch = 250;

/** Trains a network on a device, as `Engine.train` says. */
export async function train(
  network: Network,
  dataset: Dataset,
  recipe: Recipe,
  options: TrainOptions,
  device: Device,
): Promise<TrainingResult> {
  refuseUnknown("train", options, engineOptionNames);
  const { seed = 0, precision, threads = availableParallelism(), signal, onEpoch, onStep } = options;
  const fewThreads = Number.isSafeInteger(threads) && threads > 0 && threads <= mostThreads();
  if (!(Number.isSafeInteger(seed) && seed >= 0 && fewThreads)) {
    throw new RangeError(
      `train: expected a seed of at least 0 and from 1 to ${mostThreads()} threads, both integers, got seed ${say(seed)}, threads ${say(threads)}`,
    );
  }
  checkRecipe(recipe);
  checkDataset(dataset);
  checkCrop(recipe, dataset);
  checkAuxiliary(recipe, network);
  const auxiliary = (recipe.auxiliaryWeight ?? 0) > 0;
  inferShapes(auxiliary ? network : withoutAuxiliary(network), dataset.resolution);
  requireUnmixed("train", network);
  const stepsPerEpoch = Math.floor(dataset.train.count / recipe.batch);
  checkFit(network, dataset, recipe);
  if (options.weights) checkWeights("train", network, options.weights, { auxiliary });
  const { memoryLimit = memoryOf(device) } = options;
  if (!(Number.isSafeInteger(memoryLimit) && memoryLimit >= 0)) {
    throw new RangeError(
      `train: memoryLimit must be an integer of at least 0 (0: none), got ${say(memoryLimit)}`,
    );
  }
  const identity: TrainingIdentity = {
    recipe,
    seed,
    precision: precision ?? "float32",
    images: dataset.train.count,
  };
  const part = partOfSchedule(options, identity);
  const { update, augmentation } = nativeSettings(recipe);
  const regularised = withDropPath(withDropout(network, recipe.dropout ?? 0), recipe.dropPath ?? 0);
  const addon = loadAddon();
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  requireDevice(addon, device);
  addon.limitMemory(device, memoryLimit);
  let model: Model | undefined;
  const cancel = () => model && addon.cancel(model.handle);
  let thrown: { error: unknown } | undefined;
  const listen = (before: number, losses: Float32Array) => {
    try {
      for (const [i, loss] of thrown ? [] : losses.entries()) onStep?.({ step: before + i + 1, loss });
    } catch (error) {
      // Node-API would drop it. It ends the training, as one of onEpoch does.
      thrown = { error };
      cancel();
    }
  };
  const epochs: EpochReport[] = [];
  let kept: Weights | undefined;
  let checkpoint: Checkpoint | undefined;
  let least = Infinity;
  let trainSeconds = 0;
  let images = 0;
  const chance = 100 * (1 - 1 / dataset.classes);
  const { validation } = dataset;
  const looked = validation ?? dataset.test;
  const { testAlong = false } = options;
  const result = (
    status: TrainingResult["status"],
    error: number,
    rest: Partial<TrainingResult> = {},
  ): TrainingResult => {
    const imagesPerSecond = trainSeconds > 0 ? images / trainSeconds : 0;
    const peakMemory = addon.peakMemory(device);
    return {
      status,
      error,
      ...(validation && { validationError: validationErrorOf(status, epochs, chance) }),
      epochs,
      images,
      seconds: seconds(),
      imagesPerSecond,
      ...(peakMemory > 0 && { peakMemory }),
      ...rest,
      ...(kept && { weights: kept }),
    };
  };
  const cancelled = async (stopped: Model): Promise<TrainingResult> => {
    // Before the first test there is nothing to choose by, but what was learned is there.
    if (options.keepWeights) kept ??= await stopped.weights();
    return result("cancelled", lastError(epochs) ?? chance);
  };
  try {
    const created = { seed: mixSeed(seed, 0), precision, threads, device, auxiliary };
    model = await Model.create(regularised, created);
    if (part.from) await restoreState(addon, model, part.from);
    else if (options.weights) await model.setWeights(options.weights);
    else if (recipe.zeroInitResidual) await zeroResiduals(model, residualNorms(network));
    if (signal?.aborted) cancel();
    signal?.addEventListener("abort", cancel);
    const { cropPadding } = recipe;
    const data = await upload(
      dataset,
      { name: "training", trained: dataset.train, tested: looked, padding: cropPadding },
      device,
      threads,
    );
    // The binding's data sets have two splits; the third is in one of its own, whose training image is never trained on.
    const testData = validation
      ? await upload(
          dataset,
          { name: "final test", trained: firstOf(dataset), tested: dataset.test, padding: 0 },
          device,
          threads,
        )
      : data;
    let stoppedAt: number | undefined;
    for (let epoch = part.begin; epoch < part.end && stoppedAt === undefined; epoch++) {
      const first = epoch * stepsPerEpoch;
      const learningRates = Float64Array.from({ length: stepsPerEpoch }, (_, i) =>
        learningRateAt(recipe, (first + i) / stepsPerEpoch),
      );
      const all = recipe.epochs * stepsPerEpoch;
      const dropPathScales =
        recipe.dropPath && recipe.dropPathSchedule === "linear"
          ? learningRates.map((_, i) => (first + i) / all)
          : new Float64Array();
      const { batch, labelSmoothing = 0, auxiliaryWeight = 0, recalibrate = 0 } = recipe;
      const outcome = await addon.epoch(
        model.handle,
        data,
        {
          ...update,
          ...augmentation,
          learningRates,
          dropPathScales,
          batch,
          labelSmoothing,
          auxiliaryWeight,
          seed: mixSeed(seed, epoch + 1),
        },
        onStep && ((from, losses) => listen(first + from, losses)),
      );
      if (thrown) throw thrown.error;
      const steps = outcome.losses.length;
      trainSeconds += outcome.seconds;
      images += steps * batch;
      if (outcome.divergedAt >= 0) {
        return result("diverged", chance, { divergedAt: first + outcome.divergedAt + 1 });
      }
      if (outcome.cancelled) return await cancelled(model);
      const done = epoch + 1;
      const isScheduled = tests(recipe, done);
      const keeps = part.keepCheckpoint && done === part.end;
      const capture = async (): Promise<Checkpoint> => ({
        epochs: done,
        training: identity,
        ...(await stateOf(addon, model!)),
      });
      // A test may change running statistics: one that the whole schedule would not have done leaves no trace in what goes on.
      if (keeps && !isScheduled) checkpoint = await capture();
      let errors: Pick<EpochReport, "validationError" | "testError"> = {};
      if (isScheduled || done === part.end) {
        if (update.averageDecay > 0) await model.exchangeAverages();
        if (recalibrate > 0) {
          const batches = Math.min(stepsPerEpoch, Math.ceil(recalibrate / batch));
          const draw = { batch, batches, seed: mixSeed(seed, -done) };
          const calibrated = await addon.recalibrate(model.handle, data, { ...augmentation, ...draw });
          if (!calibrated) return await cancelled(model);
        }
        const wrong = await addon.countErrors(model.handle, data, testBatch);
        const seen = (100 * wrong) / looked.count;
        if (done < part.end && wrong >= 0 && seen > part.ceiling(done)) stoppedAt = done;
        const last = done === part.end || stoppedAt !== undefined;
        const final =
          validation && (last || testAlong) && wrong >= 0
            ? await addon.countErrors(model.handle, testData, testBatch)
            : wrong;
        if (final === -1) return await cancelled(model);
        // The loss is looked at before each update, so the last update of all shows only here.
        if (final === -2) return result("diverged", chance, { divergedAt: done * steps });
        errors = validation ? { validationError: seen } : { testError: seen };
        if (validation && (last || testAlong))
          errors = { ...errors, testError: (100 * final) / dataset.test.count };
        if (options.keepWeights && (options.keepWeights === "last" || seen < least)) {
          kept = await model.weights();
        }
        least = Math.min(least, seen);
        if (update.averageDecay > 0 && !(last && !keeps)) await model.exchangeAverages();
      }
      if (keeps && isScheduled) checkpoint = await capture();
      const report: EpochReport = {
        epoch: done,
        trainLoss: outcome.losses.reduce((sum, loss) => sum + loss, 0) / steps,
        trainError: (100 * outcome.wrong) / (steps * batch),
        ...errors,
        learningRate: learningRateAt(recipe, done),
        seconds: seconds(),
      };
      epochs.push(report);
      onEpoch?.(report);
    }
    return result("finished", lastError(epochs)!, {
      ...(stoppedAt !== undefined && { stoppedAt }),
      ...(checkpoint && { checkpoint }),
    });
  } catch (error) {
    if ((error as { code?: unknown }).code !== "NETSPACE_OUT_OF_MEMORY") throw error;
    // The allocator and whoever turned its error into JavaScript's both say so.
    const reason = (error as Error).message.replace(/^(out of memory: )+/, "out of memory: ");
    return result("out-of-memory", chance, { reason });
  } finally {
    signal?.removeEventListener("abort", cancel);
    model?.dispose();
    addon.limitMemory(device, memoryOf(device));
    addon.trimCache(device);
  }
}

/** A recipe's optimiser and augmentation, as native code takes them. */
function nativeSettings(recipe: Recipe): { update: NativeUpdate; augmentation: NativeAugmentation } {
  const { learningRate: _ofEachStep, ...update } = wholeSettings(recipe);
  return {
    update,
    augmentation: {
      flip: recipe.flip,
      cropArea: recipe.randomSizedCrop ?? 0,
      colour: recipe.colourPca ?? 0,
      mixup: recipe.mixup ?? 0,
      cutout: recipe.cutout ?? 0,
    },
  };
}

async function zeroResiduals(model: Model, norms: readonly string[]): Promise<void> {
  const shapes = new Map(model.tensors().map(({ name, shape }) => [name, shape]));
  for (const norm of norms) {
    const name = `${norm}.weight`;
    await model.set(name, new Float32Array(shapes.get(name)![0]));
  }
}

const lastError = (epochs: readonly EpochReport[]): number | undefined =>
  epochs.findLast(report => report.testError !== undefined)?.testError;

/** On the validation split at the end; that of guessing for a training that did not get there. */
const validationErrorOf = (
  status: TrainingResult["status"],
  epochs: readonly EpochReport[],
  chance: number,
): number =>
  status === "finished" || status === "cancelled"
    ? (epochs.findLast(report => report.validationError !== undefined)?.validationError ?? chance)
    : chance;

/** The training split's first image alone. */
function firstOf({ train: { images, labels }, channels, resolution }: Dataset): Split {
  const size = channels * resolution * resolution;
  return { count: 1, images: images.subarray(0, size), labels: labels.subarray(0, 1) };
}

/** Data sets already on a device: uploaded once per process, freed with the Dataset itself. */
const uploads = new WeakMap<Dataset, Map<string, Promise<DatasetHandle>>>();

/** What is uploaded together: images to train on, and those whose errors are counted. */
interface Upload {
  /** Tells it from the dataset's others. */
  readonly name: string;
  readonly trained: Split;
  readonly tested: Split;
  readonly padding: number;
}

function upload(
  dataset: Dataset,
  { name, trained, tested, padding }: Upload,
  device: Device,
  threads: number,
): Promise<DatasetHandle> {
  const byPlace = uploads.get(dataset) ?? new Map<string, Promise<DatasetHandle>>();
  uploads.set(dataset, byPlace);
  const key = `${device} ${padding} ${name}`;
  const known = byPlace.get(key);
  if (known) return known;
  const { channels, resolution } = dataset;
  const handle = loadAddon().createDataset({
    trainImages: trained.images,
    trainLabels: Int32Array.from(trained.labels),
    testImages: tested.images,
    testLabels: Int32Array.from(tested.labels),
    channels,
    resolution,
    mean: Float32Array.from(dataset.mean),
    std: Float32Array.from(dataset.std),
    padding,
    device,
    threads,
  });
  byPlace.set(key, handle);
  // A failed upload (out of memory) may be tried again.
  handle.catch(() => byPlace.delete(key));
  return handle;
}
