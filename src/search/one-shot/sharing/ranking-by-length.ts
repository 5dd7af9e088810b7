/** How well supernets rank by how long and on which paths they were trained: runs with several seeds, as curves and as a table. */
import { expectOptions } from "../../../base/expect-options.js";
import { expectList } from "../../../base/expect.js";
import { PrintedTable } from "../../../base/printed-table.js";
import { say } from "../../../base/say.js";
import type { Figure } from "../../../figures/figure.js";
import { row } from "../../../figures/panels.js";
import { plotlyText } from "../../../figures/plotly-text.js";
import { rankingLengthsPanel } from "../../../figures/panels/search/ranking-lengths-panel.js";
import { studentQuantile } from "../../../statistics/distributions.js";
import { type RankInterval, spokenInterval } from "../../../statistics/rank-intervals.js";
import { type Table, tableOf } from "../../../tables/table.js";
import { mean } from "../../table/space-table.js";
import { RankingQuality } from "./ranking-quality.js";

/** One supernet after some epochs. */
export interface RankingRun {
  /** How its paths were chosen. */
  readonly strategy: string;
  /** The training's. */
  readonly seed: number;
  readonly epochs: number;
  readonly quality: RankingQuality;
}

/** Supernets of one strategy and length: the mean of Kendall's τ over their seeds, with Student's interval. */
export interface RankingLength {
  readonly strategy: string;
  readonly epochs: number;
  readonly runs: number;
  readonly all: RankInterval;
  readonly best: RankInterval;
}

export class RankingByLength {
  /** The table's. */
  readonly name: string;
  readonly runs: readonly RankingRun[];
  readonly lengths: readonly RankingLength[];
  /** Kendall's τ of counting parameters, and of one training from scratch and another, for the same functions. */
  readonly params: { readonly all: number; readonly best: number };
  readonly ceiling: { readonly all: number; readonly best: number };

  constructor(runs: readonly RankingRun[], level: number) {
    const [{ quality }] = runs;
    this.name = quality.name;
    this.runs = runs;
    const tau = (parts: RankingQuality["ranking"]) => ({
      all: parts.all.kendall.value,
      best: parts.best.kendall.value,
    });
    this.params = tau(quality.params);
    this.ceiling = tau(quality.ceiling);
    const groups = new Map<string, RankingRun[]>();
    for (const run of runs) {
      const key = JSON.stringify([run.strategy, run.epochs]);
      groups.set(key, [...(groups.get(key) ?? []), run]);
    }
    this.lengths = [...groups.values()].map(group => ({
      strategy: group[0].strategy,
      epochs: group[0].epochs,
      runs: group.length,
      all: meanOf(
        group.map(run => run.quality.ranking.all.kendall.value),
        level,
      ),
      best: meanOf(
        group.map(run => run.quality.ranking.best.kendall.value),
        level,
      ),
    }));
  }

  /** τ against epochs: of all functions, and of the better half. */
  figure(): Figure {
    return row([rankingLengthsPanel(this), rankingLengthsPanel(this, { of: "best" })], {
      title: `${plotlyText(this.name)}: shared weights' ranking against trainings from scratch`,
    });
  }

  /** A row for each run: τ and ρ with their intervals over functions. */
  toTable(): Table {
    return tableOf(
      this.runs.map(({ strategy, seed, epochs, quality: { ranking, functions } }) => ({
        strategy,
        seed,
        epochs,
        functions: functions.length,
        kendall: ranking.all.kendall.value,
        kendallLow: ranking.all.kendall.low,
        kendallHigh: ranking.all.kendall.high,
        spearman: ranking.all.spearman.value,
        spearmanLow: ranking.all.spearman.low,
        spearmanHigh: ranking.all.spearman.high,
        kendallBest: ranking.best.kendall.value,
        kendallBestLow: ranking.best.kendall.low,
        kendallBestHigh: ranking.best.kendall.high,
      })),
    );
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
    const none = { low: Number.NaN, high: Number.NaN };
    const line = (supernet: string, epochs: string, runs: string, all: RankInterval, best: RankInterval) => ({
      [this.name]: supernet,
      epochs,
      supernets: runs,
      "Kendall τ": spoken(all),
      "τ, best half": spoken(best),
    });
    const { params, ceiling } = this;
    return new PrintedTable([
      ...this.lengths.map(({ strategy, epochs, runs, all, best }) =>
        line(`${strategy} paths`, `${epochs}`, `${runs}`, all, best),
      ),
      line("params", "–", "–", { value: params.all, ...none }, { value: params.best, ...none }),
      line(
        "one training and another",
        "–",
        "–",
        { value: ceiling.all, ...none },
        { value: ceiling.best, ...none },
      ),
    ]);
  }
}

const spoken = (interval: RankInterval): string =>
  Number.isNaN(interval.low) && !Number.isNaN(interval.value)
    ? interval.value.toFixed(2)
    : spokenInterval(interval);

/** The mean of some runs; of one run no interval is known. */
function meanOf(values: readonly number[], level: number): RankInterval {
  const value = mean(values);
  const n = values.length;
  if (n < 2) return { value, low: Number.NaN, high: Number.NaN };
  const deviation = Math.sqrt(values.reduce((sum, one) => sum + (one - value) ** 2, 0) / (n - 1));
  const reach = (studentQuantile((1 - level) / 2, n - 1) * deviation) / Math.sqrt(n);
  return { value, low: value - reach, high: value + reach };
}

/**
 * Puts rankings of several supernets side by side: Kendall's τ by strategy and epochs, the mean over seeds with Student's interval.
 *
 * @param runs of one table, each held against the same functions
 * @param options.level probability that an interval holds. Default 0.95
 * @throws RangeError for no runs, and for runs that were held against different functions
 * @example
 * ```ts
 * import { rankingByLength, rankingQuality, table } from "netspace/search";
 *
 * const cells = await table<NasBench201Architecture>("SmallCells");
 * // In place of supernets: guesses of the error by the number of parameters, better ones after more "epochs".
 * const runs = [1, 2].flatMap(seed =>
 *   [1, 10].map(async epochs => {
 *     const random = seeded(seed);
 *     const guess = (architecture: NasBench201Architecture) =>
 *       (random() * 3) / epochs - Math.log10(countArchitecture(architecture).params);
 *     return { strategy: "guess", seed, epochs, quality: await rankingQuality(guess, cells, { n: 50 }) };
 *   }),
 * );
 * const { lengths } = rankingByLength(await Promise.all(runs));
 * lengths.map(({ epochs, all }) => [epochs, all.value.toFixed(2)]); // => [[1, "0.12"], [10, "0.54"]]
 * ```
 */
export function rankingByLength(
  runs: readonly RankingRun[],
  options: { readonly level?: number } = {},
): RankingByLength {
  const fn = "rankingByLength";
  expectList(fn, "runs", runs, { strategy: "text", seed: "number", epochs: "number", quality: "object" });
  expectOptions(fn, options, { level: "number?" });
  const { level = 0.95 } = options;
  if (!(level > 0 && level < 1))
    throw new RangeError(`${fn}: level must be a number between 0 and 1, got ${say(level)}`);
  if (runs.length === 0) throw new RangeError(`${fn}: expected at least one run, got none`);
  const of = ({ quality }: RankingRun) => {
    if (!(quality instanceof RankingQuality))
      throw new RangeError(
        `${fn}: expected runs with what rankingQuality() gives as quality, got ${say(quality)}`,
      );
    return quality.functions.map(each => each.function).join("\n");
  };
  const first = of(runs[0]);
  const other = runs.find(run => of(run) !== first);
  if (other) {
    throw new RangeError(
      `${fn}: expected runs that were held against the same functions, got others of ${say(other.strategy)} with seed ${other.seed}; give rankingQuality the same table, n and seed`,
    );
  }
  return new RankingByLength(runs, level);
}
