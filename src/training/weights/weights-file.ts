/** Weights in safetensors files. */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import type { Network } from "../../networks/network.js";
import type { Weights } from "../engine.js";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.js";
import { checkWeights, WeightsError } from "./weights.js";

/**
 * Writes weights to a safetensors file, whole or not at all.
 *
 * @param metadata texts to keep with them, for example the recipe
 * @throws the file system's error if the file cannot be written
 */
export function saveWeights(
  file: string,
  weights: Weights,
  metadata: Readonly<Record<string, string>> = {},
): void {
  const partial = `${file}.${process.pid}.partial`;
  try {
    writeFileSync(partial, encodeSafetensors(weights, metadata));
    renameSync(partial, file);
  } finally {
    rmSync(partial, { force: true });
  }
}

/**
 * Reads weights from a safetensors file.
 *
 * @param network whose weights they must be: names and shapes are compared
 * @throws WeightsError if the file cannot be read, is no safetensors file, or has the weights of another network
 */
export function loadWeights(file: string, network?: Network): Weights {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new WeightsError(`loadWeights: could not read ${file}: ${(cause as Error).message}`, { cause });
  }
  const { weights } = decodeSafetensors(bytes, file);
  if (network) checkWeights(`loadWeights: ${file}`, network, weights);
  return weights;
}
