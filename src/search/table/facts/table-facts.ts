/**
 * What a table of trainings can tell and what it cannot: its noise, what the best search of it finds, how alike seeds, splits
 * and epochs rank its functions, how well they are ranked without training, its ties and its local optima.
 */
import type { AnyArchitecture } from "../../../architectures/family.js";
import { expectOptions } from "../../../base/expect-options.js";
import { fixed } from "../../../base/fixed.js";
import { PrintedTable } from "../../../base/printed-table.js";
import type { Population } from "../../../populations/population.js";
import { type RankIntervals, spokenInterval, spokenP } from "../../../statistics/rank-intervals.js";
import { judgedRows } from "./judged-rows.js";
import { localOptima } from "./local-optima.js";
import { mean, SpaceTable, type TableRow, type TableTraining } from "../space-table.js";
import { type TableAgreement, tableAgreement } from "./table-agreement.js";
import {
  choosers,
  errorOf,
  finalOf,
  type RowNumber,
  type TableRanking,
  tableRanking,
} from "./table-rankings.js";

/** What a table is like; errors in per cent. */
export class TableFacts {
  declare readonly name: string;
  declare readonly functions: number;
  /** Architectures of the space: several may compute one function. */
  declare readonly architectures: number;
  declare readonly trainings: number;
  /** Functions that were trained at all, and at least twice. */
  declare readonly trained: number;
  declare readonly repeated: number;
  /** Mean test errors of the functions. */
  declare readonly errors: {
    readonly least: number;
    readonly median: number;
    readonly mean: number;
    readonly standardDeviation: number;
  };
  /** Standard deviation of the error between trainings of one function, pooled: of all, and of the best tenth. */
  declare readonly noise: readonly {
    readonly split: "test" | "validation";
    readonly all: number;
    readonly best: number;
  }[];
  /** What a search can find at most, of functions trained twice; undefined where none was. */
  declare readonly ceiling:
    | {
        /** Mean test error of the function whose is least: flattered, since its noise helped to choose it. */
        readonly least: number;
        /** Test error, in the other trainings, of the function that a perfect search finds which is told one training's errors. */
        readonly told: number;
        /** Test error, in trainings that did not choose it, of the function with the least test error in one. */
        readonly again: number;
      }
    | undefined;
  declare readonly rankings: readonly TableRanking[];
  /** How well the functions' mean test errors are ranked without training: by costs, and by what the table has. */
  declare readonly measures: readonly TableRanking[];
  /** How alike other populations rank the functions: `beside` in the options. */
  declare readonly agreements: readonly TableAgreement[];
  /** Share of the functions whose error, told by the first training, another has too; how many have the least. */
  declare readonly ties: { readonly share: number; readonly least: number };
  /** Plateaus none of whose neighbours is better: by what the first training tells, and by mean test errors. */
  declare readonly optima: { readonly told: number; readonly judged: number };

  /** @param facts all of them */
  constructor(facts: Omit<TableFacts, "toString" | "toMarkdown">) {
    Object.assign(this, facts);
  }

  /** Everything as tables in Markdown. */
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

  #tables(): Pick<PrintedTable<object>, "toMarkdown" | "toString">[] {
    const { errors, noise, ceiling, ties, optima } = this;
    const percent = (value: number) => (Number.isNaN(value) ? "–" : `${fixed(value, 2)} %`);
    const some = this.repeated < this.functions ? ` (${this.repeated} functions)` : "";
    const facts: [string, string | number][] = [
      ["functions", this.functions],
      ["architectures that compute them", this.architectures],
      ["trainings", this.trainings],
      ["functions trained at all, at least twice", `${this.trained}, ${this.repeated}`],
      ["mean test error: least, median", `${percent(errors.least)}, ${percent(errors.median)}`],
      ["mean, standard deviation of it", `${percent(errors.mean)}, ${percent(errors.standardDeviation)}`],
      ...noise.map(({ split, all, best }): [string, string] => [
        `noise between seeds, ${split}: all, best tenth${some}`,
        `${percent(all)}, ${percent(best)}`,
      ]),
      ...(ceiling
        ? ([
            [`ceiling: least mean test error${some}`, percent(ceiling.least)],
            [`what a perfect search of one training's errors finds${some}`, percent(ceiling.told)],
            [`best of one training, tested by the others${some}`, percent(ceiling.again)],
          ] as [string, string][])
        : []),
      ["functions with an error that another has", percent(100 * ties.share)],
      ["functions with the least error", ties.least],
      ["local optima: told, judged", `${optima.told}, ${optima.judged}`],
    ];
    const ranking = ({ what, intervals, n }: TableRanking) => ({
      ranking: what,
      "Spearman ρ": spokenInterval(intervals.spearman),
      "Kendall τ": spokenInterval(intervals.kendall),
      "ρ, best tenth": spokenInterval(intervals.best),
      n,
    });
    return [
      new PrintedTable(facts.map(([fact, value]) => ({ [this.name]: fact, value }))),
      new PrintedTable(this.rankings.map(ranking)),
      new PrintedTable(this.measures.map(ranking)),
      ...this.agreements.map(agreement => new PrintedTable(agreementRows(agreement))),
    ];
  }
}

/** What a population beside the table says, with intervals. */
function agreementRows({ images, one, mean: ofMeans, seeds, lost, best }: TableAgreement) {
  const row = (what: string, { spearman: rho, kendall: tau, n }: RankIntervals) => ({
    [`test errors here and on ${images}`]: what,
    "Spearman ρ": spokenInterval(rho),
    "Kendall τ": spokenInterval(tau),
    n,
  });
  return [
    row("one training and one there", one),
    ...(seeds ? [row("one training here and another, of the same functions", seeds)] : []),
    ...(lost
      ? [
          {
            ...row("the first minus the second", lost),
            "Spearman ρ": `${spokenInterval(lost.spearman)}, p ${spokenP(lost.spearman.p)}`,
            "Kendall τ": `${spokenInterval(lost.kendall)}, p ${spokenP(lost.kendall.p)}`,
          },
        ]
      : []),
    row("means of the trainings", ofMeans),
    row("means, among the best tenth here", best),
  ];
}

export interface TableFactsOptions {
  /** Populations of the same functions in another regime, such as `tablesBeside(name)`, with which `tableAgreement` compares it. */
  readonly beside?: readonly Population[];
}

/**
 * Describes a table.
 *
 * @throws RangeError for what is no table, and TableError for a population beside it that has too few of its functions
 * @example
 * ```
 * tableFacts(await table("SmallCells")).noise;
 * ```
 */
export function tableFacts<A extends AnyArchitecture>(
  given: SpaceTable<A>,
  options: TableFactsOptions = {},
): TableFacts {
  // What is said of a table does not depend on its kind of architecture.
  const table = given as unknown as SpaceTable;
  if (!(table instanceof SpaceTable)) {
    throw new RangeError('tableFacts: expected a table, such as await table("SmallCells")');
  }
  expectOptions("tableFacts", options, { beside: "list?" });
  const { beside = [] } = options;
  const { rows, errorOf: judgedOf, sorted, isBest } = judgedRows(table);
  const repeated = rows.filter(({ trainings }) => trainings.length > 1);
  const average = mean(sorted);
  const splits = (["test", "validation"] as const).filter(
    split => !Number.isNaN(finalOf(rows[0].trainings[0], split)),
  );
  const told = splits.at(-1)!;
  const repeats = Array.from({ length: table.repeats }, (_, repeat) => repeat);
  const others = (i: number) => repeats.filter(repeat => repeat !== i);
  const rankings = tableRankings(table, rows, splits);
  const first = (row: TableRow) => row.trainings.find(({ repeat }) => repeat === 0);
  // Of what is known without training, neither number is of the training that chooses.
  const measure = (name: string, of: RowNumber): TableRanking =>
    tableRanking(
      name,
      rows,
      [{ x: of, y: judgedOf }],
      repeats.length < 2
        ? []
        : repeats.map(i => ({ x: of, y: errorOf(others(i), "test"), by: errorOf([i], told) })),
    );
  // A file may have the counts among its measures as well.
  const names = [...new Set(rows.flatMap(row => Object.keys(row.measures)))].filter(
    name => !(counted as readonly string[]).includes(name),
  );
  const toldBy = (row: TableRow) => finalOf(first(row), told);
  const toldErrors = rows.map(toldBy).filter(error => !Number.isNaN(error));
  const least = toldErrors.reduce((a, b) => Math.min(a, b), Infinity);
  const frequency = new Map<number, number>();
  for (const error of toldErrors) frequency.set(error, (frequency.get(error) ?? 0) + 1);
  const known =
    <V>(value: (row: TableRow) => V | undefined) =>
    (architecture: TableRow["architecture"]) => {
      const row = table.find(architecture);
      return row && row.trainings.length > 0 ? value(row) : undefined;
    };
  return new TableFacts({
    name: table.name,
    functions: table.rows.length,
    architectures: table.rows.reduce((sum, row) => sum + row.architectures, 0),
    trainings: table.population.length,
    trained: rows.length,
    repeated: repeated.length,
    errors: {
      least: sorted[0],
      median: sorted[Math.floor(sorted.length / 2)],
      mean: average,
      standardDeviation: Math.sqrt(mean(sorted.map(error => (error - average) ** 2))),
    },
    noise: splits.map(split => ({
      split,
      all: pooled(repeated, split),
      best: pooled(repeated.filter(isBest), split),
    })),
    ceiling: repeated.length === 0 ? undefined : ceilingOf(repeated, told),
    rankings,
    measures: [
      ...counted.map(name => measure(name, row => row[name])),
      ...names.map(name => measure(name, row => row.measures[name])),
    ],
    agreements: beside.map(population => tableAgreement(table, population)),
    ties: {
      share: toldErrors.filter(error => frequency.get(error)! > 1).length / toldErrors.length,
      least: frequency.get(least) ?? 0,
    },
    optima: {
      told: localOptima(table.space, known(toldBy)),
      judged: localOptima(table.space, known(judgedOf)),
    },
  });
}

const counted = ["params", "flops", "acts"] as const;

/** Of trainings among each other, of the splits of one, and of its first epochs and the others. */
function tableRankings(
  { repeats: count, epochs: all }: SpaceTable,
  rows: readonly TableRow[],
  splits: readonly ("test" | "validation")[],
): TableRanking[] {
  const repeats = Array.from({ length: count }, (_, repeat) => repeat);
  const told = splits[splits.length - 1];
  const pairs = repeats.flatMap(i => repeats.slice(i + 1).map(j => [i, j] as const));
  const others = (i: number) => repeats.filter(repeat => repeat !== i);
  const between = splits.map(split => {
    const both = pairs.map(([i, j]) => ({ x: errorOf([i], split), y: errorOf([j], split) }));
    const best = pairs.flatMap(([i, j], k) =>
      choosers(repeats, i, j, split, splits).map(by => ({ ...both[k], by })),
    );
    return tableRanking(`${split}, one training and another`, rows, both, best);
  });
  const within = () => {
    const both = repeats.map(i => ({ x: errorOf([i], "validation"), y: errorOf([i], "test") }));
    const best = repeats.flatMap(i =>
      others(i).length === 0 ? [] : splits.map(split => ({ ...both[i], by: errorOf(others(i), split) })),
    );
    return tableRanking("validation and test, one training", rows, both, best);
  };
  const early = halvings(all).map(epoch => {
    const at: (i: number) => RowNumber = i => row =>
      after(
        row.trainings.find(({ repeat }) => repeat === i),
        told,
        epoch,
        all,
      );
    const both = count < 2 ? [] : repeats.map(i => ({ x: at(i), y: errorOf(others(i), "test") }));
    const best =
      splits.length < 2
        ? []
        : both.flatMap((pair, i) => [
            { ...pair, by: errorOf([i], "test") },
            { ...pair, by: errorOf(others(i), told) },
          ]);
    return tableRanking(
      `${told} after ${epoch} of ${all} epochs, one training, and test of the others`,
      rows,
      both,
      best,
    );
  });
  return [...between, ...(splits.length > 1 ? [within()] : []), ...early];
}

function after(
  training: TableTraining | undefined,
  split: "test" | "validation",
  epoch: number,
  all: number,
): number {
  if (epoch === all) return finalOf(training, split);
  const report = training?.epochs[epoch - 1];
  return (split === "test" ? report?.testError : report?.validationError) ?? Number.NaN;
}

/** 1, …, all / 4, all / 2, all: each rounded up. */
function halvings(all: number): number[] {
  const epochs = [all];
  while (epochs[0] > 1) epochs.unshift(Math.ceil(epochs[0] / 2));
  return epochs;
}

/** √ of the mean variance between the trainings of a function. */
function pooled(rows: readonly TableRow[], split: "test" | "validation"): number {
  let [squares, freedom] = [0, 0];
  for (const { trainings } of rows) {
    const errors = trainings.map(training => finalOf(training, split));
    const average = mean(errors);
    for (const error of errors) squares += (error - average) ** 2;
    freedom += errors.length - 1;
  }
  return Math.sqrt(squares / freedom);
}

/** Each training in turn chooses, by what it tells; the mean over trainings, and over functions that it cannot tell apart. */
function ceilingOf(rows: readonly TableRow[], told: "test" | "validation") {
  const repeats = [...new Set(rows.flatMap(({ trainings }) => trainings.map(({ repeat }) => repeat)))];
  const meanTest = (trainings: readonly TableTraining[]) => mean(trainings.map(({ error }) => error));
  const chosen = (split: "test" | "validation", judge: (row: TableRow, repeat: number) => number) =>
    mean(
      repeats.map(repeat => {
        const all = rows.flatMap(row => {
          const training = row.trainings.find(one => one.repeat === repeat);
          return training ? [{ row, error: finalOf(training, split) }] : [];
        });
        const least = all.reduce((a, { error }) => Math.min(a, error), Infinity);
        return mean(all.filter(({ error }) => error === least).map(({ row }) => judge(row, repeat)));
      }),
    );
  const others = ({ trainings }: TableRow, repeat: number) =>
    meanTest(trainings.filter(one => one.repeat !== repeat));
  return {
    least: rows.reduce((a, { trainings }) => Math.min(a, meanTest(trainings)), Infinity),
    told: chosen(told, others),
    again: chosen("test", others),
  };
}
