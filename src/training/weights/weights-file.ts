/** Weights in safetensors files. */
import { readFileSync } from "node:fs";
import { fileProblem } from "../../base/node/file-problem.js";
import { requireRegular } from "../../base/node/regular-file.js";
import type { Network } from "../../networks/network.js";
import { replaceFile } from "../../base/node/replace-file.js";
import { say } from "../../base/say.js";
import type { Weights } from "../engine.js";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.js";
import { checkWeights, WeightsError } from "./weights.js";

/**
 * Writes weights to a safetensors file, whole or not at all. A link is followed: its target is written.
 *
 * @param metadata texts to keep with them, for example the recipe
 * @throws WeightsError if the file cannot be written, naming it, or no reader would take it
 * @example
 * ```ts
 * const network = regNet({ depth: 4, w0: 8, wa: 8, wm: 2, bottleneck: 1, groupWidth: 8 });
 * const dataset = proceduralDataset({ resolution: 16, train: 128, test: 50, seed: 1 });
 * const run = await train(network, { dataset, recipe: "tiny" });
 * saveWeights("mine.safetensors", run.weights!, { recipe: "tiny" });
 * loadWeights("mine.safetensors", run.network).size === run.weights!.size; // => true
 * ```
 */
export function saveWeights(
  file: string,
  weights: Weights,
  metadata: Readonly<Record<string, string>> = {},
): void {
  requireName("saveWeights", file);
  if (!(weights instanceof Map)) {
    throw new WeightsError(`saveWeights: expected weights, a Map of tensors by name, got ${say(weights)}`);
  }
  const bytes = encodeSafetensors(weights, metadata);
  try {
    replaceFile(file, bytes);
  } catch (cause) {
    throw new WeightsError(`saveWeights: could not write ${file}: ${fileProblem(cause)}`, { cause });
  }
}

function requireName(caller: string, file: unknown): void {
  if (typeof file === "string" && file !== "") return;
  throw new WeightsError(`${caller}: expected the name of a file, got ${say(file)}`);
}

/**
 * Reads weights from a safetensors file.
 *
 * @param network whose weights they must be: names and shapes are compared
 * @throws WeightsError if the file cannot be read, is no safetensors file, or has the weights of another network
 * @example
 * ```ts
 * const architecture = regNet({ depth: 4, w0: 8, wa: 8, wm: 2, bottleneck: 1, groupWidth: 8 });
 * const dataset = proceduralDataset({ resolution: 16, train: 128, test: 50, seed: 1 });
 * const run = await train(architecture, { dataset, recipe: "tiny" });
 * run.save("run.safetensors");
 * loadWeights("run.safetensors", run.network).get("stem.conv.weight")?.shape; // => [32, 3, 3, 3]
 * ```
 */
export function loadWeights(file: string, network?: Network): Weights {
  requireName("loadWeights", file);
  let bytes: Uint8Array;
  try {
    requireRegular(file);
    bytes = readFileSync(file);
  } catch (cause) {
    throw new WeightsError(`loadWeights: could not read ${file}: ${fileProblem(cause)}`, { cause });
  }
  const { weights } = decodeSafetensors(bytes, file);
  if (network) checkWeights(`loadWeights: ${file}`, network, weights);
  return weights;
}
