/** Errors of supernets at some functions of a table, as they are kept in a file. */
import type { AnyArchitecture } from "../../../architectures/family.js";
import { expectFields, expectList } from "../../../base/expect.js";
import type { Recipe } from "../../../training/recipe.js";
import type { SpaceTable } from "../../table/space-table.js";
import { type RankingByLength, rankingByLength } from "./ranking-by-length.js";
import { rankedSample, RankingQuality } from "./ranking-quality.js";

export interface RankingData {
  /** The table's name. */
  readonly table: string;
  /** Functions, and the seed by which `rankedSample` draws them. */
  readonly n: number;
  readonly seed: number;
  readonly split: "validation" | "test";
  /** Of that split. */
  readonly images: number;
  /** How the supernets were trained. */
  readonly recipe: Recipe;
  readonly runs: readonly {
    readonly strategy: string;
    readonly seed: number;
    /** Of the recipe, that were done then. */
    readonly epochs: number;
    readonly trainLoss: number;
    /** Images that each function got wrong, in the order of the sample. */
    readonly wrong: readonly number[];
  }[];
}

/** The rankings of all of them. */
export function rankingsOf<A extends AnyArchitecture>(
  data: RankingData,
  table: SpaceTable<A>,
  level = 0.95,
): RankingByLength {
  expectFields("rankingsOf", "what bench/shared-ranking.ts measured", data, {
    n: "number",
    seed: "number",
    images: "number",
    runs: "list",
  });
  expectList("rankingsOf", "runs", data.runs, {
    strategy: "text",
    seed: "number",
    epochs: "number",
    wrong: "list",
  });
  const { n, seed, images, runs } = data;
  const rows = rankedSample("rankingsOf", table, n, seed);
  return rankingByLength(
    runs.map(({ strategy, seed: trained, epochs, wrong }) => ({
      strategy,
      seed: trained,
      epochs,
      quality: new RankingQuality(
        table.name,
        rows,
        wrong.map(count => (100 * count) / images),
        level,
      ) as unknown as RankingQuality,
    })),
    { level },
  );
}
