/** Runs of searches as one table, a row an evaluation, for statistics of one's own. */
import { describe } from "../../architectures/build.js";
import { expectOptions } from "../../base/expect-options.js";
import { decisions } from "../../spaces/decisions/decisions-of.js";
import { type Table, tableOf } from "../../tables/table.js";
import type { SearchRun } from "../search-run.js";
import { checkedProposals, ProposalNames, type ProposingRuns } from "./proposals.js";

/** A row of `searchRuns`. */
export interface SearchRunRow {
  /** The name that the runs were given under. */
  readonly strategy: string;
  /** Which run of it, from 0, and its seed. */
  readonly run: number;
  readonly seed: number;
  /** From 1. */
  readonly evaluation: number;
  /** What the search was told of the proposal, NaN if it failed, and what it is judged by. */
  readonly told: number;
  readonly judged: number;
  /** What the best so far is judged by. */
  readonly best: number;
  /** Spent until then; NaN where it is not known. */
  readonly images: number;
  readonly seconds: number;
  /** Epochs after which it was told; NaN: all. */
  readonly epochs: number;
  /** A number that is the same for the same function in all runs, from 0 in the order in which they were met. */
  readonly function: number;
  /** The architecture in words, and its code; the words are empty where the run does not know its space. */
  readonly architecture: string;
  readonly code: string;
}

export interface SearchRunsOptions {
  /** Whether architectures are said in words, which takes longer. Default true. */
  readonly words?: boolean;
}

/**
 * The evaluations of all runs as one table.
 *
 * @example
 * ```
 * const all = searchRuns({ random: simulate(random(), table, { evaluations: 100, repeats: 20 }) });
 * await all.sql("select strategy, evaluation, median(best) as median from population group by all order by all");
 * ```
 */
export function searchRuns(runs: ProposingRuns, options: SearchRunsOptions = {}): Table<SearchRunRow> {
  const fn = "searchRuns";
  const entries = checkedProposals(fn, runs);
  expectOptions(fn, options, { words: "boolean?" });
  const { words = true } = options;
  const names = new ProposalNames();
  const all = entries.flatMap(([strategy, some]) => some.map((run, place) => ({ strategy, run, place })));
  const numbers = (of: (run: SearchRun, i: number, place: number) => number) =>
    Float64Array.from(all.flatMap(({ run, place }) => run.codes.map((_, i) => of(run, i, place))));
  const saying = new Map<string, string>();
  const say = (run: SearchRun, code: readonly number[], i: number) => {
    if (!words || !(run.space ?? run.architectures)) return "";
    const key = `${run.space?.name} ${code.join()}`;
    let text = saying.get(key);
    if (text === undefined) {
      const architecture = run.space ? decisions(run.space).decode(code).architecture : run.architectures![i];
      text = describe(architecture);
      saying.set(key, text);
    }
    return text;
  };
  return tableOf<SearchRunRow>({
    strategy: all.flatMap(({ strategy, run }) => run.codes.map(() => strategy)),
    run: numbers((_, __, place) => place),
    seed: numbers(run => run.seed),
    evaluation: numbers((_, i) => i + 1),
    told: numbers((run, i) => run.told[i]),
    judged: numbers((run, i) => run.own[i]),
    best: numbers((run, i) => run.judged[i]),
    images: numbers((run, i) => run.images[i]),
    seconds: numbers((run, i) => run.seconds[i]),
    epochs: numbers((run, i) => run.epochs[i]),
    function: Float64Array.from(all.flatMap(({ run }) => [...names.of(run)])),
    architecture: all.flatMap(({ run }) => run.codes.map((code, i) => say(run, code, i))),
    code: all.flatMap(({ run }) => run.codes.map(code => code.join("-"))),
  });
}
