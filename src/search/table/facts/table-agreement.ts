/** Are functions ranked alike on other images, or by another recipe? A table's errors against those of other trainings of them. */
import { reviveArchitecture } from "../../../architectures/stored.js";
import type { AnyArchitecture } from "../../../architectures/family.js";
import { expectOptions } from "../../../base/expect-options.js";
import { say } from "../../../base/say.js";
import { Population } from "../../../populations/population.js";
import {
  noRanks,
  rankDifferences,
  type RankDifferences,
  rankIntervals,
  type RankIntervals,
} from "../../../statistics/rank-intervals.js";
import { requireLevel } from "../../../statistics/statistics-error.js";
import { TableError } from "../../../tables/table-error.js";
import { datasetFacts } from "../../../training/datasets/dataset-facts.js";
import { heldRecord } from "../../../trials/store/logged-record.js";
import { judgedRows } from "./judged-rows.js";
import { mean, SpaceTable, type TableRow } from "../space-table.js";

/** How alike a table and another population rank the functions that both trained, by errors on their test splits. */
export interface TableAgreement {
  /** What the other population was trained on: the identity of its images. */
  readonly images: string;
  /** Trainings of the other population, and those of functions that the table lacks, which were left out. */
  readonly trainings: number;
  readonly unmatched: number;
  /** One training of each: what is to be held against `seeds`. */
  readonly one: RankIntervals;
  /** The mean of all trainings of each. */
  readonly mean: RankIntervals;
  /** The first and the second training that the table has of the same functions; undefined where it lacks some. */
  readonly seeds: RankIntervals | undefined;
  /** `one` minus `seeds`: below zero where other images change the order more than another seed does; undefined where that is. */
  readonly lost: RankDifferences | undefined;
  /** `mean` among the table's best tenth; NaN, with n, where both trained fewer than ten of it, of which ranks say nothing. */
  readonly best: RankIntervals;
}

export interface TableAgreementOptions {
  /** Probability that an interval holds. Default 0.95. */
  readonly level?: number;
}

/** Functions of the best tenth without which nothing is said of it: of ten only a |ρ| above 0.65 is not chance. */
const FEWEST = 10;

/**
 * Compares a table with trainings of its functions in another regime, such as a sample of its space on other images. Number of classes
 * and resolution may be others: functions are the same if what is between them is. Intervals are the jackknife's over functions, as in
 * `measureCorrelations`.
 *
 * @throws RangeError for what is no table, or no population
 * @throws TableError for fewer than three functions in common, or errors that do not vary
 * @example
 * ```
 * const cells = await table("SmallCells");
 * tableAgreement(cells, (await tablesBeside("SmallCells"))[0]).mean.spearman;
 * ```
 */
export function tableAgreement<A extends AnyArchitecture>(
  given: SpaceTable<A>,
  other: Population,
  options: TableAgreementOptions = {},
): TableAgreement {
  const fn = "tableAgreement";
  const table = given as unknown as SpaceTable;
  if (!(table instanceof SpaceTable)) {
    throw new RangeError(`${fn}: expected a table, such as await table("SmallCells"), got ${say(given)}`);
  }
  if (!(other instanceof Population)) {
    throw new RangeError(`${fn}: expected a population, such as openPopulation(folder), got ${say(other)}`);
  }
  expectOptions(fn, options, { level: "number?" });
  const { level = 0.95 } = options;
  requireLevel(fn, level);
  const { rows, errorOf, isBest } = judgedRows(table);
  const errors = new Map<TableRow, number[]>();
  let unmatched = 0;
  for (const record of other.trials) {
    const { architecture, error = Number.NaN } = heldRecord(record);
    const row = likeIn(table, reviveArchitecture(architecture));
    if (!row || row.trainings.length === 0 || !Number.isFinite(error)) unmatched++;
    else errors.set(row, [...(errors.get(row) ?? []), error]);
  }
  const both = rows.filter(row => errors.has(row));
  const images = datasetFacts(other.spec.dataset).identity;
  if (both.length < 3) {
    throw new TableError(
      `${fn}: expected at least 3 functions of ${table.name} that both trained, got ${both.length} of ${other.length} trainings on ${images}; a sweep of the same space has them`,
    );
  }
  const meanOther = (row: TableRow) => mean(errors.get(row)!);
  const valuesOf = (some: readonly TableRow[], of: (row: TableRow) => number) => {
    const values = some.map(of);
    if (values.some(value => value !== values[0])) return values;
    throw new TableError(
      `${fn}: expected errors that vary between functions, got ${values[0]} % for all ${values.length}`,
    );
  };
  const ranks = (some: readonly TableRow[], a: (row: TableRow) => number, b: (row: TableRow) => number) =>
    rankIntervals(valuesOf(some, a), valuesOf(some, b), level);
  const first = (row: TableRow) => row.trainings[0].error;
  const second = (row: TableRow) => row.trainings[1].error;
  const elsewhere = (row: TableRow) => errors.get(row)![0];
  const twice = both.every(({ trainings }) => trainings.length > 1);
  const best = both.filter(isBest);
  return {
    images,
    trainings: other.length,
    unmatched,
    one: ranks(both, first, elsewhere),
    mean: ranks(both, errorOf, meanOther),
    seeds: twice ? ranks(both, first, second) : undefined,
    lost: twice
      ? rankDifferences(valuesOf(both, elsewhere), valuesOf(both, second), valuesOf(both, first), level)
      : undefined,
    best: best.length < FEWEST ? noRanks(best.length) : ranks(best, errorOf, meanOther),
  };
}

/** The row of an architecture as it would be for the table's images. */
function likeIn(table: SpaceTable, architecture: AnyArchitecture): TableRow | undefined {
  const { classes, resolution } = table.rows[0].architecture;
  const placed = { ...architecture, classes, ...(resolution !== undefined && { resolution }) };
  return table.find(architecture) ?? table.find(placed);
}
