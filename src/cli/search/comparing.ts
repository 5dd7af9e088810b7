/** What the commands that compare searches have in common: their options, and what they print. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { writeSearchReport, type SearchReportOptions } from "../../report/search-report.js";
import type { SearchRun } from "../../search/search-run.js";
import { compareSearches } from "../../search/statistics/compare-searches.js";
import type { Along } from "../../search/statistics/curves-along.js";
import { pointsOf } from "../../search/statistics/points.js";
import { searchPower } from "../../search/statistics/search-power.js";
import { printJson, printLine, printTable } from "../print.js";
import { requireFile } from "../writable.js";

export interface Comparing {
  readonly at?: readonly number[];
  readonly along: Along;
  readonly best?: number;
  readonly out?: string;
  readonly json?: boolean;
}

/** Adds the options that decide a comparison. */
export const addComparing = (command: Command): Command =>
  command
    .option("--at <budgets>", "budgets to compare by, with commas (default: what all runs have)", budgets)
    .addOption(
      new Option("--along <what>", "what budgets count")
        .choices(["evaluations", "images", "seconds"])
        .default("evaluations"),
    )
    .option("--best <error>", "what the best architecture is judged by, for regrets", number)
    .option("--out <page>", "write a page with curves, comparison and proposals, HTML")
    .option("--json", "print JSON");

export function number(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw new InvalidArgumentError("Expected a number, for example 5.4.");
}

function budgets(text: string): number[] {
  const values = text.split(",").map(part => (part.trim() === "" ? Number.NaN : Number(part)));
  if (values.every(value => value > 0 && value < Infinity)) return values;
  throw new InvalidArgumentError("Expected budgets above zero, for example 50,100,200.");
}

type Runs = Readonly<Record<string, readonly SearchRun[]>>;

/** Writes the page, if one is asked for, and prints what the runs come to. */
export function printComparison(
  command: string,
  runs: Runs,
  about: Omit<SearchReportOptions, "at" | "along">,
  { at, along, best: given, out, json }: Comparing,
): void {
  const best = given ?? about.best;
  const names = Object.keys(runs);
  const single = names.filter(name => runs[name].length < 2);
  if (names.length < 2 || single.length > 0) {
    const got =
      names.length < 2
        ? `${names.join("")} alone`
        : `one search by ${single.join(" and one by ")}; search report shows single ones`;
    throw new RangeError(
      `${command}: expected two strategies or more with two searches or more each, got ${got}; run more seeds`,
    );
  }
  const how = { along, ...(at && { at }), ...(best !== undefined && { best }) };
  const compared = compareSearches(runs, how);
  if (out !== undefined) {
    requireFile(command, out);
    writeSearchReport(runs, out, { ...about, ...how });
  }
  if (json) return printJson(compared);
  const print = pointsOf(compared.strategies.map(({ standardDeviation }) => standardDeviation));
  printTable(
    compared.strategies.map(
      ({ name, at: budget, repeats, ended: byThemselves, mean, standardDeviation, median, regret }) => ({
        strategy: name,
        [along]: budget,
        runs: repeats,
        ...(compared.strategies.some(({ ended }) => ended > 0) && { "ended by themselves": byThemselves }),
        mean: Number(print(mean)),
        "± between runs": Number(print(standardDeviation)),
        median: Number(print(median)),
        ...(best !== undefined && { regret: Number(print(regret)) }),
      }),
    ),
  );
  const repeats = Math.min(...Object.values(runs).map(some => some.length));
  const { statement } = searchPower(runs, {
    repeats,
    along,
    at: compared.at,
    comparisons: compared.pairs.length,
    test: "rank-sum",
    unit: about.unit === undefined || about.unit === "%" ? "points" : about.unit,
  });
  printLine(`as the runs spread by ${compared.at} ${along}: ${statement}`);
  for (const { verdict } of compared.pairs) printLine(verdict);
  printLine(
    `rank-sum tests, p values corrected by Holm for ${compared.pairs.length} ${compared.pairs.length === 1 ? "comparison" : "comparisons"}; intervals of ${100 * compared.level} %, each by itself`,
  );
}
