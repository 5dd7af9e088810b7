/**
 * One training, from initial weights to the last test. Runs in a process of its own; see worker.ts.
 */
import type { Network } from "../../../networks/network.js";
import { residualNorms } from "../../../networks/residual-norms.js";
import type { Dataset, Split } from "../../dataset.js";
import type { EpochReport, TrainingResult, TrainOptions, Weights } from "../../engine.js";
import { learningRateAt, type Recipe } from "../../recipe.js";
import { mixSeed } from "../seeds.js";
import type { Backend } from "./backend.js";
import { crossEntropy } from "./kernels/cross-entropy.js";
import { EpochPlan, testBatch } from "../../batches/epoch-plan.js";
import type { Shape4D } from "./kernels/kernels.js";
import { TensorflowModel } from "./model.js";

/** Everything about a training but its dataset; checked by the engine. */
export interface TrainingJob extends Pick<TrainOptions, "weights" | "keepWeights" | "testAlong"> {
  readonly network: Network;
  readonly recipe: Recipe;
  readonly seed: number;
}

export interface TrainingHooks {
  /** Asked before every step and every batch of a test. */
  readonly isCancelled: () => boolean;
  /** Losses of steps, with the 1-based number of the first. */
  readonly onSteps: (first: number, losses: Float32Array) => void;
  readonly onEpoch: (report: EpochReport) => void;
}

/** Images a batch when testing; as in engine torch. */
const TEST_BATCH = 250;
/** Least time between two reports of losses, milliseconds. */
const REPORT_EVERY = 100;

/** Trains; the event loop turns between two steps, so that a request to stop is heard. */
export async function runTraining(
  backend: Backend,
  { network, recipe, seed, weights, keepWeights, testAlong }: TrainingJob,
  dataset: Dataset,
  hooks: TrainingHooks,
): Promise<TrainingResult> {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const model = new TensorflowModel(network, backend, mixSeed(seed, 0));
  if (weights) model.parameters.setWeights(weights);
  else if (recipe.zeroInitResidual) zeroResiduals(model);
  const steps = Math.floor(dataset.train.count / recipe.batch);
  const chance = 100 * (1 - 1 / dataset.classes);
  const epochs: EpochReport[] = [];
  const progress: Progress = { done: 0, trainSeconds: 0 };
  let kept: Weights | undefined;
  let least = Infinity;
  const { validation } = dataset;
  const looked = validation ?? dataset.test;
  let lastLooked: number | undefined;
  let lastTested: number | undefined;
  const result = (status: TrainingResult["status"], error: number, divergedAt?: number): TrainingResult => ({
    status,
    error,
    ...(validation && { validationError: (status === "diverged" ? undefined : lastLooked) ?? chance }),
    epochs,
    seconds: seconds(),
    imagesPerSecond: progress.trainSeconds > 0 ? (progress.done * recipe.batch) / progress.trainSeconds : 0,
    ...(divergedAt === undefined ? {} : { divergedAt }),
    ...(kept && { weights: kept }),
  });
  try {
    for (let epoch = 0; epoch < recipe.epochs; epoch++) {
      const outcome = await trainEpoch(model, { recipe, seed, epoch, steps }, dataset, hooks, progress);
      if (outcome.diverged) return result("diverged", chance, progress.done);
      const isLast = epoch === recipe.epochs - 1;
      const isTested = isLast || (recipe.testEvery && (epoch + 1) % recipe.testEvery === 0);
      let test: Awaited<ReturnType<typeof countErrors>> | undefined;
      let final: typeof test;
      if (isTested && !outcome.cancelled) {
        // The averages, where there are any, are what is tested and kept.
        model.parameters.exchangeAverages();
        test = await countErrors(model, dataset, looked, hooks);
        // With a validation split, the test split is read at the end alone, unless it is asked for.
        if (validation && (isLast || testAlong) && typeof test === "number") {
          final = await countErrors(model, dataset, dataset.test, hooks);
        }
      }
      if (outcome.cancelled || test === "cancelled" || final === "cancelled") {
        // Before the first test there is nothing to choose by, but what was learned is there.
        if (keepWeights) kept ??= model.parameters.weights();
        return result("cancelled", lastTested ?? chance);
      }
      // The loss is looked at before each update, so the last update of all shows only here.
      if (test === "not finite" || final === "not finite") return result("diverged", chance, progress.done);
      let errors: Pick<EpochReport, "validationError" | "testError"> = {};
      if (test !== undefined) {
        lastLooked = (100 * test) / looked.count;
        if (!validation) lastTested = lastLooked;
        else if (final !== undefined) lastTested = (100 * final) / dataset.test.count;
        errors = {
          ...(validation && { validationError: lastLooked }),
          ...(lastTested !== undefined && { testError: lastTested }),
        };
        if (keepWeights === "last" || (keepWeights && lastLooked < least)) kept = model.parameters.weights();
        least = Math.min(least, lastLooked);
        if (!isLast) model.parameters.exchangeAverages();
      }
      const report: EpochReport = {
        epoch: epoch + 1,
        trainLoss: outcome.loss / steps,
        trainError: (100 * outcome.wrong) / (steps * recipe.batch),
        ...errors,
        learningRate: learningRateAt(recipe, epoch + 1),
        seconds: seconds(),
      };
      epochs.push(report);
      hooks.onEpoch(report);
    }
    return result("finished", lastTested!);
  } finally {
    model.dispose();
  }
}

/** Over the whole training. */
interface Progress {
  /** Steps taken. */
  done: number;
  /** Wall time of the steps. */
  trainSeconds: number;
}

interface EpochOutcome {
  /** Sum over the steps taken. */
  readonly loss: number;
  readonly wrong: number;
  readonly diverged: boolean;
  readonly cancelled: boolean;
}

async function trainEpoch(
  model: TensorflowModel,
  { recipe, seed, epoch, steps }: { recipe: Recipe; seed: number; epoch: number; steps: number },
  dataset: Dataset,
  hooks: TrainingHooks,
  progress: Progress,
): Promise<EpochOutcome> {
  const plan = new EpochPlan(dataset, dataset.train, recipe, {
    steps,
    seed: mixSeed(seed, epoch + 1),
    layout: "channels last",
  });
  const shape = shapeOf(dataset, recipe.batch);
  let loss = 0;
  let wrong = 0;
  let unreported: number[] = [];
  let reported = performance.now();
  const report = () => {
    const first = progress.done - unreported.length + 1;
    if (unreported.length > 0) hooks.onSteps(first, Float32Array.from(unreported));
    unreported = [];
    reported = performance.now();
  };
  for (let step = 0; step < steps; step++) {
    await turn();
    if (hooks.isCancelled()) {
      report();
      return { loss, wrong, diverged: false, cancelled: true };
    }
    const started = performance.now();
    const { values, ...target } = plan.batch(step, recipe.batch);
    const logits = model.forward({ values, shape }, true);
    const smoothed = { ...target, smoothing: recipe.labelSmoothing };
    const own = crossEntropy(logits, smoothed, model.network.classes);
    const diverged = !Number.isFinite(own.value);
    if (!diverged) {
      model.backward(own.gradient);
      const learningRate = learningRateAt(recipe, epoch + step / steps);
      model.parameters.update({ ...recipe, learningRate });
    }
    progress.done++;
    progress.trainSeconds += (performance.now() - started) / 1000;
    loss += own.value;
    wrong += own.wrong;
    unreported.push(own.value);
    if (diverged || step === steps - 1 || performance.now() - reported > REPORT_EVERY) report();
    if (diverged) return { loss, wrong, diverged, cancelled: false };
  }
  return { loss, wrong, diverged: false, cancelled: false };
}

/** Misclassified images of a split. */
async function countErrors(
  model: TensorflowModel,
  dataset: Dataset,
  split: Split,
  hooks: TrainingHooks,
): Promise<number | "cancelled" | "not finite"> {
  const { count } = split;
  let wrong = 0;
  for (let first = 0; first < count; first += TEST_BATCH) {
    await turn();
    if (hooks.isCancelled()) return "cancelled";
    const some = Math.min(TEST_BATCH, count - first);
    const { values, ...target } = testBatch(dataset, split, { first, count: some, layout: "channels last" });
    const images = { values, shape: shapeOf(dataset, some) };
    const loss = crossEntropy(model.forward(images, false), target, model.network.classes);
    if (!loss.finite) return "not finite";
    wrong += loss.wrong;
  }
  return wrong;
}

const shapeOf = ({ resolution }: Dataset, count: number): Shape4D => [count, resolution, resolution, 3];

function zeroResiduals(model: TensorflowModel): void {
  const shapes = new Map(model.parameters.tensors().map(({ name, shape }) => [name, shape]));
  for (const norm of residualNorms(model.network)) {
    const name = `${norm}.weight`;
    model.parameters.set(name, new Float32Array(shapes.get(name)![0]));
  }
}

/** One turn of the event loop, in which messages arrive. */
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
