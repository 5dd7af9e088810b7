/** What supernets say of some functions of a table, as it is kept in a file. */
import type { AnyArchitecture } from "../../../architectures/family.js";
import { expectFields, expectList } from "../../../base/expect.js";
import { say } from "../../../base/say.js";
import type { Recipe } from "../../../training/recipe.js";
import type { SpaceTable, TableRow } from "../../table/space-table.js";
import type { ControllerEpoch } from "./facts.js";
import { type RankingByLength, rankingByLength } from "./ranking-by-length.js";
import { rankedSample, RankingQuality } from "./ranking-quality.js";

export interface RankingData {
  /** The table's name. */
  readonly table: string;
  /** Functions, and the seed by which `rankedSample` draws them. */
  readonly n: number;
  readonly seed: number;
  /** Those functions, where the table of other images may have them in another order. */
  readonly functions?: readonly string[];
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
    readonly wrong?: readonly number[];
    /** In place of them what else ranks the functions, less for better ones: of DARTS the negative logarithm of their likelihood under α. */
    readonly scores?: readonly number[];
  }[];
  /** What searches ended with, and how their controllers came there. */
  readonly found?: readonly {
    readonly strategy: string;
    readonly seed: number;
    /** The function of the architecture. */
    readonly function: string;
    /** By epoch; of strategies with a controller. */
    readonly controller?: readonly ControllerEpoch[];
  }[];
}

/**
 * The rankings of all of them.
 *
 * @example
 * ```ts
 * import { rankingsOf, shippedRanking, table } from "netspace/search";
 *
 * const { lengths } = rankingsOf(shippedRanking()!, await table("SmallCells"));
 * const { strategy, epochs, runs, all } = lengths.at(-1)!;
 * [strategy, epochs, runs, all.value.toFixed(2)]; // => ["darts", 60, 3, "0.31"]
 * ```
 */
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
    wrong: "list?",
    scores: "list?",
  });
  const { n, seed, images, runs } = data;
  const rows = data.functions ? rowsOf(data.functions, table) : rankedSample("rankingsOf", table, n, seed);
  for (const { strategy, seed: trained, wrong, scores } of runs) {
    const found = (wrong ?? scores)?.length;
    if (found === rows.length) continue;
    throw new RangeError(
      `rankingsOf: expected wrong, or scores, of ${rows.length} functions from ${strategy} with seed ${trained}, got ${found ?? "none"}`,
    );
  }
  return rankingByLength(
    runs.map(({ strategy, seed: trained, epochs, wrong, scores = [] }) => ({
      strategy,
      seed: trained,
      epochs,
      quality: new RankingQuality(
        table.name,
        rows,
        wrong?.map(count => (100 * count) / images) ?? scores,
        level,
      ) as unknown as RankingQuality,
    })),
    { level },
  );
}

/** @throws RangeError for a function that the table does not have */
function rowsOf<A extends AnyArchitecture>(
  functions: readonly string[],
  table: SpaceTable<A>,
): readonly TableRow<A>[] {
  const known = new Map(table.rows.map(row => [row.function, row]));
  return functions.map(each => {
    const row = known.get(each);
    if (row) return row;
    throw new RangeError(`rankingsOf: expected functions of ${table.name}, got ${say(each)}`);
  });
}
