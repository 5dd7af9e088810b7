/**
 * How well measures without training rank a table's functions, and whether any ranks them better than a count that costs nothing
 * (params, flops): rank correlations with intervals, over all functions and among the best tenth, and paired differences.
 */
import type { AnyArchitecture } from "../../../architectures/family.js";
import { expectList, expectText } from "../../../base/expect.js";
import { expectOptions } from "../../../base/expect-options.js";
import { PrintedTable } from "../../../base/printed-table.js";
import { say } from "../../../base/say.js";
import { holm } from "../../../statistics/holm.js";
import {
  noRanks,
  rankDifferences,
  type RankInterval,
  rankIntervals,
  type RankIntervals,
  spokenInterval,
  spokenP,
} from "../../../statistics/rank-intervals.js";
import { requireLevel } from "../../../statistics/statistics-error.js";
import { judgedRows } from "./judged-rows.js";
import { SpaceTable, type TableRow } from "../space-table.js";

export interface MeasureCorrelationsOptions {
  /** The count, or measure, that the others have to beat. Default `"params"`. */
  readonly baseline?: string;
  /** Which measures, counts among them. Default: params, flops, acts and all that the table has. */
  readonly measures?: readonly string[];
  /** Probability that an interval holds. Default 0.95. */
  readonly level?: number;
}

/** τ of a measure minus that of the baseline, over the functions that have both. */
export interface MeasureDifference extends RankInterval {
  /** Two-sided; and by Holm's method, of all differences of the table together. */
  readonly p: number;
  readonly adjusted: number;
}

/** How well a measure ranks some functions: 1 where the greater is always of the less error. NaN where it does not vary. */
export interface MeasureRank extends RankIntervals {
  /** Undefined for the baseline itself, and where either does not vary. */
  readonly versus: MeasureDifference | undefined;
}

/** A measure with its rank correlations; plain data. */
export interface RankedMeasure {
  readonly measure: string;
  /** Over all functions that have a value of it. */
  readonly all: MeasureRank;
  /** Among those of the best tenth by mean test error. */
  readonly best: MeasureRank;
}

/** What `measureCorrelations` gives: data, and a table to look at. */
export class MeasureCorrelations {
  /** The table's. */
  readonly name: string;
  readonly baseline: string;
  readonly level: number;
  /** In the order asked for. */
  readonly measures: readonly RankedMeasure[];

  constructor({ name, baseline, level, measures }: Omit<MeasureCorrelations, "toString" | "toMarkdown">) {
    [this.name, this.baseline, this.level, this.measures] = [name, baseline, level, measures];
  }

  /** Two tables in Markdown: over all functions, and among the best tenth. */
  toMarkdown(): string {
    return this.#tables()
      .map(table => table.toMarkdown())
      .join("\n\n");
  }

  toString(): string {
    return this.#tables().join("\n\n");
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return { "text/markdown": this.toMarkdown(), "text/plain": this.toString() };
  }

  #tables() {
    const of = (title: string, rank: (measure: RankedMeasure) => MeasureRank) =>
      new PrintedTable(
        this.measures.map(one => {
          const { kendall, spearman, versus, n } = rank(one);
          return {
            [title]: one.measure,
            "Kendall τ": spokenInterval(kendall),
            "Spearman ρ": spokenInterval(spearman),
            [`τ minus that of ${this.baseline}`]: versus ? spokenInterval(versus) : "–",
            "p (Holm)": versus ? spokenP(versus.adjusted) : "–",
            n,
          };
        }),
      );
    return [of("all functions", ({ all }) => all), of("best tenth", ({ best }) => best)];
  }
}

const counts = ["params", "flops", "acts"] as const;

/**
 * Ranks a table's functions by measures without training, the greater the better, against their mean test errors.
 *
 * Intervals and p values are of the functions as a sample of such functions, each with the noise of its trainings: they are the
 * jackknife's, without one function at a time, with Student's t. The best tenth is taken as it is, chosen by errors that are noisy
 * themselves. Differences are of Kendall's τ over the functions that have both measures, and Holm's family is all of them, whole
 * space and best tenth.
 *
 * @throws RangeError for what is no table, and for a measure that it does not have
 * @throws StatisticsError for a level that is no probability
 * @example
 * ```
 * measureCorrelations(await table("SmallCells"));
 * ```
 */
export function measureCorrelations<A extends AnyArchitecture>(
  given: SpaceTable<A>,
  options: MeasureCorrelationsOptions = {},
): MeasureCorrelations {
  const fn = "measureCorrelations";
  const table = given as unknown as SpaceTable;
  if (!(table instanceof SpaceTable)) {
    throw new RangeError(`${fn}: expected a table, such as await table("SmallCells"), got ${say(given)}`);
  }
  expectOptions(fn, options, { baseline: "text?", measures: "list?", level: "number?" });
  const { rows, errorOf, isBest } = judgedRows(table);
  const known = [...new Set([...counts, ...rows.flatMap(row => Object.keys(row.measures))])];
  const { baseline = "params", measures = known, level = 0.95 } = options;
  requireLevel(fn, level);
  expectList(fn, "measures", measures);
  for (const name of measures) expectText(fn, "a measure", name);
  for (const name of [baseline, ...measures]) {
    if (known.includes(name)) continue;
    throw new RangeError(
      `${fn}: expected measures that the table of ${table.name} has, ${known.join(", ")}, got ${say(name)}; netspace table pack --measures adds some`,
    );
  }
  const scopes = [rows, rows.filter(isBest)];
  const names = [...new Set(measures)];
  const ranks = names.map(name => scopes.map(some => rankOf(some, name, baseline, errorOf, level)));
  // In Holm's family only what could be compared.
  const compared = ranks.flat().flatMap(({ versus }) => (versus ? [versus.p] : []));
  const adjusted = holm(compared);
  let next = 0;
  const corrected = (rank: Ranked): MeasureRank => ({
    ...rank,
    versus: rank.versus && { ...rank.versus, adjusted: adjusted[next++] },
  });
  return new MeasureCorrelations({
    name: table.name,
    baseline,
    level,
    measures: names.map((measure, i) => {
      const [all, best] = ranks[i].map(corrected);
      return { measure, all, best };
    }),
  });
}

type Ranked = RankIntervals & { readonly versus: Omit<MeasureDifference, "adjusted"> | undefined };

/** What a measure, or a count, says of a function. */
const valueOf = (row: TableRow, name: string): number =>
  row.measures[name] ?? (row as unknown as Readonly<Record<string, number | undefined>>)[name] ?? Number.NaN;

function rankOf(
  rows: readonly TableRow[],
  name: string,
  baseline: string,
  errorOf: (row: TableRow) => number,
  level: number,
): Ranked {
  const having = rows.filter(row => Number.isFinite(valueOf(row, name)));
  const of = (some: readonly TableRow[], what: string) => some.map(row => valueOf(row, what));
  // Where less is better, the greater is the less error.
  const good = (some: readonly TableRow[]) => some.map(row => -errorOf(row));
  const both = having.filter(row => Number.isFinite(valueOf(row, baseline)));
  const isTold = (some: readonly TableRow[], what: string) =>
    some.length > 2 && varies(of(some, what)) && varies(good(some));
  const found = isTold(having, name) ? rankIntervals(of(having, name), good(having), level) : undefined;
  const versus =
    name !== baseline && isTold(both, name) && isTold(both, baseline)
      ? rankDifferences(of(both, name), of(both, baseline), good(both), level).kendall
      : undefined;
  return { ...(found ?? noRanks(having.length)), versus };
}

const varies = (values: readonly number[]): boolean => values.some(value => value !== values[0]);
