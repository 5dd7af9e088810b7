/**
 * How well shared weights rank architectures: their errors held against those of trainings from scratch, which a table has. What
 * weight sharing is judged by (Yu et al., ICLR 2020; Zela et al., ICLR 2020): a search on a supernet finds what that ranks first.
 */
import type { AnyArchitecture } from "../../../architectures/family.js";
import { seededAt } from "../../../base/random.js";
import { say } from "../../../base/say.js";
import { expectOptions } from "../../../base/expect-options.js";
import { checkSignal } from "../../../base/expect.js";
import { type Figure } from "../../../figures/figure.js";
import { row } from "../../../figures/panels.js";
import { rankingPanel } from "../../../figures/panels/search/ranking-panel.js";
import {
  noRanks,
  rankIntervals,
  type RankIntervals,
  spokenInterval,
} from "../../../statistics/rank-intervals.js";
import { PrintedTable } from "../../../base/printed-table.js";
import { mean, SpaceTable, type TableRow } from "../../table/space-table.js";
import { type SharedErrorOptions, SharedWeights } from "./shared-weights.js";

export interface RankingQualityOptions extends SharedErrorOptions {
  /** Functions of the table that are drawn; all where it has no more. Default 200; below 100 intervals say little. */
  readonly n?: number;
  /** Decides which, so that several supernets are held against the same ones. Default 0. */
  readonly seed?: number;
  /** Probability that an interval holds. Default 0.95. */
  readonly level?: number;
}

/** A function of the table, judged twice. */
export interface RankedFunction<A extends AnyArchitecture = AnyArchitecture> {
  readonly function: string;
  readonly architecture: A;
  /** Error with shared weights, per cent. */
  readonly shared: number;
  /** Mean test error of its trainings from scratch, per cent. */
  readonly alone: number;
  readonly params: number;
}

/** Rank correlations of all functions that were drawn, and of the better half of them by their trainings from scratch. */
export interface RankedParts {
  readonly all: RankIntervals;
  readonly best: RankIntervals;
}

/** What gives an error with shared weights, of each architecture. */
export type SharedErrors<A extends AnyArchitecture> =
  | SharedWeights<A>
  | ((architecture: A) => number | Promise<number>);

/** Shared errors held against a table. */
export class RankingQuality<A extends AnyArchitecture = AnyArchitecture> {
  /** The table's. */
  readonly name: string;
  readonly functions: readonly RankedFunction<A>[];
  /** Shared errors and mean test errors. */
  readonly ranking: RankedParts;
  /** One training from scratch and another: what a measure could come to that cost a training each. */
  readonly ceiling: RankedParts;
  /** The negative of the number of parameters and mean test errors: what counting comes to. */
  readonly params: RankedParts;

  constructor(name: string, rows: readonly TableRow<A>[], shared: readonly number[], level: number) {
    this.name = name;
    this.functions = rows.map(({ function: form, architecture, trainings, params }, i) => ({
      function: form,
      architecture,
      shared: shared[i],
      alone: mean(trainings.map(({ error }) => error)),
      params,
    }));
    const alone = this.functions.map(each => each.alone);
    const order = Array.from(rows, (_, i) => i).sort((a, b) => alone[a] - alone[b] || a - b);
    const best = order.slice(0, Math.ceil(order.length / 2));
    const parts = (x: readonly number[], y: readonly number[]): RankedParts => ({
      all: ranked(x, y, order, level),
      best: ranked(x, y, best, level),
    });
    this.ranking = parts(shared, alone);
    const training = (repeat: number) => rows.map(({ trainings }) => trainings[repeat]?.error ?? Number.NaN);
    this.ceiling = parts(training(0), training(1));
    this.params = parts(
      rows.map(({ params }) => -params),
      alone,
    );
  }

  /** Shared errors against errors from scratch, a marker each. */
  figure(): Figure {
    return row([rankingPanel(this)]);
  }

  toMarkdown(): string {
    return this.#table().toMarkdown();
  }

  toString(): string {
    return this.#table().toString();
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return { "text/markdown": this.toMarkdown(), "text/plain": this.toString() };
  }

  #table() {
    const line = (what: string, { all, best }: RankedParts) => ({
      [`${this.name}, ${this.functions.length} functions`]: what,
      "Kendall τ": spokenInterval(all.kendall),
      "Spearman ρ": spokenInterval(all.spearman),
      "τ, best half": spokenInterval(best.kendall),
    });
    return new PrintedTable([
      line("shared weights", this.ranking),
      line("params", this.params),
      line("one training and another", this.ceiling),
    ]);
  }
}

/** Of some of the values, those that both have; nothing is said where one of them does not vary. */
function ranked(
  x: readonly number[],
  y: readonly number[],
  places: readonly number[],
  level: number,
): RankIntervals {
  const both = places.filter(i => Number.isFinite(x[i]) && Number.isFinite(y[i]));
  const [a, b] = [both.map(i => x[i]), both.map(i => y[i])];
  const varies = (values: readonly number[]) => values.some(value => value !== values[0]);
  return both.length > 2 && varies(a) && varies(b) ? rankIntervals(a, b, level) : noRanks(both.length);
}

/**
 * How well shared weights rank the functions of a table, or a sample of them: Kendall's τ-b and Spearman's ρ of their errors and the mean test
 * errors of trainings from scratch, with intervals, over all and over the better half.
 *
 * @param shared the weights, or a function that gives an architecture's error
 * @throws RangeError for what is no table, or for options that are not what they must be
 * @example
 * ```
 * const quality = await rankingQuality(await trainSupernet(…), await table("SmallCells"), { n: 200 });
 * quality.ranking.all.kendall.value;
 * ```
 */
export async function rankingQuality<A extends AnyArchitecture>(
  shared: SharedErrors<A>,
  table: SpaceTable<A>,
  options: RankingQualityOptions = {},
): Promise<RankingQuality<A>> {
  const fn = "rankingQuality";
  if (!(shared instanceof SharedWeights || typeof shared === "function")) {
    throw new RangeError(
      `${fn}: expected shared weights, or a function from an architecture to its error, got ${say(shared)}; await trainSupernet(…) gives weights`,
    );
  }
  expectOptions(fn, options, {
    n: "number?",
    seed: "number?",
    level: "number?",
    split: "text?",
    recalibrate: "number?",
    signal: "any?",
  });
  const { n = 200, seed = 0, level = 0.95, ...asked } = options;
  checkSignal(fn, "signal", options.signal);
  const errorOf = (architecture: A): number | Promise<number> =>
    typeof shared === "function" ? shared(architecture) : shared.error(architecture, asked);
  const rows = rankedSample(fn, table, n, seed);
  const errors: number[] = [];
  for (const { architecture, function: form } of rows) {
    options.signal?.throwIfAborted();
    const error: unknown = await errorOf(architecture);
    if (typeof error !== "number")
      throw new RangeError(`${fn}: expected a number as the error of ${form}, got ${say(error)}`);
    errors.push(error);
  }
  return new RankingQuality(table.name, rows, errors, level);
}

/**
 * Functions of a table that were trained twice or more, drawn without replacement: the same for the same seed.
 *
 * @throws RangeError for fewer than three, or a number of them or seed that is none
 */
export function rankedSample<A extends AnyArchitecture>(
  fn: string,
  table: SpaceTable<A>,
  n: number,
  seed: number,
): readonly TableRow<A>[] {
  if (!(table instanceof SpaceTable))
    throw new RangeError(`${fn}: expected a table, such as await table("SmallCells"), got ${say(table)}`);
  if (!(Number.isSafeInteger(n) && n >= 3))
    throw new RangeError(`${fn}: n must be an integer of at least 3, got ${say(n)}`);
  if (!(Number.isSafeInteger(seed) && seed >= 0 && seed < 2 ** 32))
    throw new RangeError(`${fn}: seed must be an integer from 0, below 2³², got ${say(seed)}`);
  const rows = table.rows.filter(({ trainings }) => trainings.length > 1);
  if (rows.length < 3) {
    throw new RangeError(
      `${fn}: expected a table with at least 3 functions that were trained twice, got ${rows.length} of ${table.name}`,
    );
  }
  const random = seededAt(seed, 0);
  for (let i = rows.length - 1; i > 0; i--) {
    const other = Math.floor(random() * (i + 1));
    [rows[i], rows[other]] = [rows[other], rows[i]];
  }
  return rows.slice(0, n);
}
