/** What engine tensorflow does when it is asked to: a training, in the process of the last one where that fits. */
import { refuseUnknown } from "../../../base/expect-options.js";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type Network, withoutAuxiliary } from "../../../networks/network.js";
import { requireUnmixed } from "../../../networks/mixture.js";
import { inferShapes, NetworkError } from "../../../networks/shapes.js";
import type { Dataset } from "../../dataset.js";
import { engineOptionNames, type TrainingResult, type TrainOptions } from "../../engine.js";
import { say } from "../../../base/say.js";
import { checkRecipe, type Recipe, RecipeError } from "../../recipe.js";
import { checkWeights } from "../../weights/weights.js";
import { checkCrop } from "../check-crop.js";
import { checkFit } from "../check-fit.js";
import { checkDataset } from "../check-dataset.js";
import { EngineUnavailableError } from "../torch/addon.js";
// From a file of its own: what declares the backend names types of tfjs, which few programs can check.
import type { BackendKind } from "./backend-kind.js";
import { estimatePortable, formatSeconds } from "./estimate.js";
import { refuses } from "./refuses.js";
import type { TensorflowOptions } from "../tensorflow.js";
import type { TrainingProcess } from "./training-process.js";
import { later } from "../../../base/node/later.js";

export { refuses } from "./refuses.js";

const backends = later<typeof import("./backend.js")>(import.meta.url, "./backend.js");
const processes = later<typeof import("./training-process.js")>(import.meta.url, "./training-process.js");

/** The process of the last training, for the next one of its kind. */
let worker: TrainingProcess | undefined;
/** What computed last, by kind. */
const descriptions = new Map<BackendKind, string>();

/** Trains a network in a process of its own, as `Engine.train` says. */
export async function run(
  network: Network,
  dataset: Dataset,
  recipe: Recipe,
  options: TrainOptions,
  engine: TensorflowOptions,
): Promise<TrainingResult> {
  const { seed = 0, threads = availableParallelism(), weights, keepWeights, testAlong } = options;
  check(network, dataset, recipe, options);
  const kind = kindOf(engine);
  if (kind === "portable")
    refuseLong(withoutAuxiliary(network), dataset, recipe, engine.portableLimit ?? 600);
  if (!worker?.isAlive || worker.kind !== kind || worker.threads !== threads) {
    worker?.stop();
    worker = new (processes().TrainingProcess)(kind, threads);
  }
  descriptions.set(kind, await worker.ready);
  return worker.train({ network, recipe, seed, weights, keepWeights, testAlong }, dataset, options);
}

const kindOf = ({ backend }: TensorflowOptions): BackendKind =>
  backend ?? (backends().findTfjsNode() === undefined ? "portable" : "node");

function check(network: Network, dataset: Dataset, recipe: Recipe, options: TrainOptions): void {
  refuseUnknown("train", options, engineOptionNames);
  const { seed = 0, threads = 1, weights } = options;
  if (!(Number.isSafeInteger(seed) && seed >= 0 && Number.isSafeInteger(threads) && threads > 0)) {
    throw new RangeError(
      `train: expected a seed of at least 0 and at least 1 thread, both integers, got seed ${seed}, threads ${threads}`,
    );
  }
  checkRecipe(recipe);
  const refusal = refuses(recipe, options);
  if (refusal) {
    const { field, expected, got } = refusal;
    if (field in recipe) throw new RecipeError(field, expected, got);
    throw new RangeError(`train: ${field} must be ${expected}, got ${say(got)}`);
  }
  checkDataset(dataset);
  checkCrop(recipe, dataset);
  inferShapes(withoutAuxiliary(network), dataset.resolution);
  requireUnmixed("train", network);
  const dropping = network.layers.find(({ op }) => op === "dropout" || op === "droppath");
  if (dropping) {
    throw new NetworkError(
      `layer "${dropping.name}" (${dropping.op}): engine tensorflow drops nothing; leave it out, or use engine torch`,
    );
  }
  checkFit(network, dataset, recipe);
  if (weights) checkWeights("train", network, weights);
}

function refuseLong(network: Network, dataset: Dataset, recipe: Recipe, limit: number): void {
  const seconds = estimatePortable(network, dataset, recipe);
  if (seconds <= limit) return;
  throw new EngineUnavailableError(
    `engine tensorflow: without TensorFlow, plain JavaScript would train "${network.name}" for about ${formatSeconds(seconds)} (limit ${formatSeconds(limit)}); ${backends().remedy}; or use engine torch, a smaller network, or tensorflowOn({ portableLimit })`,
  );
}

/** What computes: TensorFlow's version is known once it was loaded. */
export function version(options: TensorflowOptions): string {
  const kind = kindOf(options);
  const known = descriptions.get(kind);
  if (known !== undefined) return known;
  const read = (manifest: string): string =>
    (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
  if (kind === "node") return `tfjs-node ${read(join(backends().findTfjsNode() ?? "", "package.json"))}`;
  return `plain tfjs ${read(createRequire(import.meta.url).resolve("@tensorflow/tfjs-core/package.json"))}`;
}
