/**
 * What a table of trainings can tell and what it cannot: its noise, what the best search of it finds, how alike seeds, splits
 * and epochs rank its functions, how well they are ranked without training, its ties and its local optima.
 */
import type { AnyArchitecture } from "../../architectures/family.js";
import { expectOptions } from "../../base/expect-options.js";
import { fixed } from "../../base/fixed.js";
import { PrintedTable } from "../../base/printed-table.js";
import type { Population } from "../../populations/population.js";
import { kendall, spearman } from "../../statistics/correlation.js";
import { type RankIntervals, spokenInterval, spokenP } from "../../statistics/rank-intervals.js";
import { judgedRows } from "./judged-rows.js";
import { localOptima } from "./local-optima.js";
import { mean, SpaceTable, type TableRow, type TableTraining } from "./space-table.js";
import { type TableAgreement, tableAgreement } from "./table-agreement.js";

/** How alike two numbers of each function rank the functions. */
export interface TableRanking {
  readonly what: string;
  readonly spearman: number;
  readonly kendall: number;
  /** Spearman's ρ among the best tenth of the functions, by mean test error. */
  readonly best: number;
  /** Functions that have both. */
  readonly n: number;
}

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
        /** Mean test error of the function that a perfect search finds which is told one training's errors. */
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
    const ranking = ({ what, spearman: rho, kendall: tau, best, n }: TableRanking) => ({
      ranking: what,
      "Spearman ρ": number(rho),
      "Kendall τ": number(tau),
      "ρ, best tenth": number(best),
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
            ...row("the first less the second", lost),
            "Spearman ρ": `${spokenInterval(lost.spearman)}, p ${spokenP(lost.spearman.p)}`,
            "Kendall τ": `${spokenInterval(lost.kendall)}, p ${spokenP(lost.kendall.p)}`,
          },
        ]
      : []),
    row("means of the trainings", ofMeans),
    row("means, among the best tenth here", best),
  ];
}

const number = (value: number): string => (Number.isNaN(value) ? "–" : fixed(value, 2));

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
  const ranking = (
    what: string,
    a: (row: TableRow) => number | undefined,
    b: (row: TableRow) => number | undefined,
  ): TableRanking => {
    const both = rows.flatMap(row => {
      const [x = Number.NaN, y = Number.NaN] = [a(row), b(row)];
      return Number.isFinite(x) && Number.isFinite(y) ? [{ x, y, best: isBest(row) }] : [];
    });
    const of = (some: typeof both, by: typeof spearman): number => {
      const [x, y] = [some.map(one => one.x), some.map(one => one.y)];
      return x.length < 3 || isConstant(x) || isConstant(y) ? Number.NaN : by(x, y).value;
    };
    return {
      what,
      spearman: of(both, spearman),
      kendall: of(both, kendall),
      best: of(
        both.filter(({ best }) => best),
        spearman,
      ),
      n: both.length,
    };
  };
  const first = (row: TableRow) => row.trainings.find(({ repeat }) => repeat === 0);
  const second = (row: TableRow) => row.trainings.find(({ repeat }) => repeat === 1);
  const epochs = halvings(table.epochs);
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
    rankings: [
      ...splits.map(split =>
        ranking(
          `${split}, one training and another`,
          row => finalOf(first(row), split),
          row => finalOf(second(row), split),
        ),
      ),
      ...(splits.length > 1
        ? [ranking("validation and test, one training", toldBy, row => first(row)?.error)]
        : []),
      ...epochs.map(epoch =>
        ranking(
          `${told} after ${epoch} of ${table.epochs} epochs, one training, and mean test`,
          row => after(first(row), told, epoch, table.epochs),
          judgedOf,
        ),
      ),
    ],
    measures: [
      ...counted.map(name => ranking(name, row => row[name], judgedOf)),
      ...names.map(name => ranking(name, row => row.measures[name], judgedOf)),
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

const isConstant = (values: readonly number[]): boolean => values.every(value => value === values[0]);

const finalOf = (training: TableTraining | undefined, split: "test" | "validation"): number =>
  (split === "test" ? training?.error : training?.validationError) ?? Number.NaN;

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
  return {
    least: rows.reduce((a, { trainings }) => Math.min(a, meanTest(trainings)), Infinity),
    told: chosen(told, ({ trainings }) => meanTest(trainings)),
    again: chosen("test", ({ trainings }, repeat) =>
      meanTest(trainings.filter(one => one.repeat !== repeat)),
    ),
  };
}
