/** What was measured of supernets and comes with netspace: read for the notebooks that tell it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readJsonFile } from "../../../base/node/json-file.js";
import { packageRoot } from "../../../base/node/paths.js";
import { say } from "../../../base/say.js";
import type { Recipe } from "../../../training/recipe.js";
import type { RankingData } from "./ranking-data.js";

/** Images that a study is made on. */
export type StudiedImages = "procedural" | "fashion-mnist";

/** Layers that grew on supernets of SmallAssignments (`bench/shared-growth.ts`). */
export interface GrowthData {
  /** The table's name. */
  readonly table: string;
  readonly dataset: string;
  /** Of the validation split. */
  readonly images: number;
  readonly recipe: Recipe;
  readonly runs: readonly {
    /** Growth that trains nothing but its candidates, or growth by the weights of a supernet with uniform paths. */
    readonly paths: "growth" | "uniform";
    readonly seed: number;
    /** What was kept, step by step: `"1-1-2"`. */
    readonly chain: readonly string[];
    /** Images that each assignment got wrong, when it was a candidate, or after all epochs. */
    readonly wrong: Readonly<Record<string, number>>;
  }[];
}

const rankings = {
  procedural: ["tables", "SmallCells", "shared-ranking.json"],
  "fashion-mnist": ["studies", "shared-ranking", "fashion-mnist.json"],
};
const growths = {
  procedural: ["studies", "layer-growth", "procedural.json"],
  "fashion-mnist": ["studies", "layer-growth", "fashion-mnist.json"],
};

/**
 * How supernets rank functions of SmallCells, for `rankingsOf`; undefined on images that none was trained on yet.
 *
 * @throws RangeError for other images
 * @example
 * ```ts
 * import { rankingsOf, shippedRanking, table } from "netspace/search";
 *
 * rankingsOf(shippedRanking()!, await table("SmallCells")).lengths.length > 9; // => true
 * ```
 */
export const shippedRanking = (images: StudiedImages = "procedural"): RankingData | undefined =>
  shipped("shippedRanking", rankings, images) as RankingData | undefined;

/**
 * Layers that grew on supernets of SmallAssignments; undefined on images that none was trained on yet.
 *
 * @throws RangeError for other images
 */
export const shippedGrowth = (images: StudiedImages = "procedural"): GrowthData | undefined =>
  shipped("shippedGrowth", growths, images) as GrowthData | undefined;

function shipped(fn: string, files: Readonly<Record<string, readonly string[]>>, images: string): unknown {
  if (typeof images !== "string" || !Object.hasOwn(files, images)) {
    throw new RangeError(
      `${fn}: images must be one of ${Object.keys(files).map(say).join(", ")}, got ${say(images)}`,
    );
  }
  const file = join(packageRoot, "data", ...files[images]);
  return existsSync(file) ? readJsonFile(file) : undefined;
}
