/** How long a training in plain JavaScript would take: before it begins, since it may be days. */
import { complexity } from "../../../networks/complexity.js";
import type { Network } from "../../../networks/network.js";
import type { Dataset } from "../../dataset.js";
import type { Recipe } from "../../recipe.js";

/**
 * Multiply-adds a second of a training in plain tfjs, measured on one core: 0.08 to 0.14 GMAC/s, over small networks
 * of X blocks and MBConv.
 */
const RATE = 1e8;

/** Seconds that a training will take in plain JavaScript, within a factor of a few. A step costs three passes. */
export function estimatePortable(network: Network, dataset: Dataset, recipe: Recipe): number {
  const { flops } = complexity(network, dataset.resolution);
  const tests = recipe.testEvery ? Math.ceil(recipe.epochs / recipe.testEvery) : 1;
  const { train, validation, test } = dataset;
  const evaluated = validation ? tests * validation.count + test.count : tests * test.count;
  return (flops * (3 * recipe.epochs * train.count + evaluated)) / RATE;
}

/** A time for people: `"40 s"`, `"12 min"`, `"3.5 h"`, `"12 days"`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 120) return `${Math.ceil(seconds)} s`;
  if (seconds < 2 * 3600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${(seconds / 3600).toFixed(1)} h`;
  return `${Math.round(seconds / 86400)} days`;
}
