/** `netspace sweep compare A B …`: error distributions beside each other, and which differences the data support. */
import { Command, InvalidArgumentError } from "commander";
import { errorDigits, fixed } from "../../base/fixed.js";
import { edfPanel } from "../../figures/panels/edf-panel.js";
import { row } from "../../figures/panels.js";
import { pairDigits, sayDifference } from "../../populations/compare-pair.js";
import {
  comparePopulations,
  describePair,
  type PopulationPair,
} from "../../populations/compare-populations.js";
import { Population } from "../../populations/population.js";
import { populationWith, requireDistinctSources } from "../../populations/population-from.js";
import { figureHtml, paragraphs, tableHtml, writePage } from "../../report/page.js";
import { printJson, printLine, printNote, printTable } from "../print.js";
import { requireFile } from "../writable.js";

export const sweepCompareCommand = (): Command =>
  new Command("compare")
    .description(
      "compare populations' errors: on average, in the lower tail, as distributions; what the data support",
    )
    .argument("<populations...>", "sweeps' folders, files, or names of shipped populations")
    .option("--margin <points>", "means this close are the same (default: 2)", points)
    .option(
      "--differ <fields>",
      "fields of the specs whose difference is the question, with commas",
      fieldList,
    )
    .option("--out <page>", "write a page with the EDFs, HTML")
    .option("--json", "print JSON")
    .action(async (sources: string[], { out, json, margin, differ }: CompareOptions) => {
      requireDistinctSources("sweep compare", sources);
      const found = await Promise.all(
        sources.map(source => populationWith("sweep compare", source, ["error"])),
      );
      for (const { name, population } of found) {
        for (const note of population.notes) printNote(`${name}: ${note}`);
      }
      const named = found.map(({ name, population }, i) => {
        const taken = found.filter(other => other.name === name).length > 1;
        // Two sweeps of one space are told apart by where they lie.
        return {
          name: taken ? `${name} (${sources[i]})` : name,
          errors: population.complete("error").errors,
          spec: population instanceof Population ? population.spec : undefined,
        };
      });
      const comparison = comparePopulations(named, { margin, differ });
      const said = comparison.pairs.map(describePair);
      // Of errors in fractions two decimals say little.
      const digits = Math.max(2, errorDigits(comparison.populations.map(({ mean }) => mean)));
      const summaries = comparison.populations.map(({ name, n, min, mean }) => ({
        population: name,
        n,
        "min (%)": Number(fixed(min, digits)),
        "mean (%)": Number(fixed(mean, digits)),
      }));
      if (out) {
        requireFile("sweep compare", out);
        const figure = row([edfPanel(named)], { width: 720, height: 460 });
        const pairs = comparison.pairs.map(rowOf);
        const tested = comparison.pairs.filter(({ compared }) => compared).length;
        const how = `The first minus the second, with intervals of 95 %. Means by Welch's t test, "the same" by two one-sided tests within the margin, distributions by Kolmogorov and Smirnov's test; p values adjusted by Holm's method for ${tested} pairs; level ${comparison.level}.`;
        const body = [figureHtml(figure.toJSON()), tableHtml(summaries), paragraphs([how]), tableHtml(pairs)];
        writePage(out, "Populations compared", body);
      }
      if (json) return printJson(comparison);
      printTable(summaries);
      for (const line of said) printLine(line);
      const tested = comparison.pairs.filter(({ compared }) => compared).length;
      printLine(`p values adjusted by Holm for ${tested} pairs; level ${comparison.level}`);
      if (out) printLine(out);
    });

interface CompareOptions {
  readonly out?: string;
  readonly json?: boolean;
  readonly margin?: number;
  readonly differ?: readonly string[];
}

function points(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("expected a number above zero");
}

const fieldList = (text: string): string[] => text.split(",").map(field => field.trim());

/** A pair as a row of the page's table. */
function rowOf({ a, b, verdict, compared, tests, notes }: PopulationPair): Record<string, string> {
  const pair = `${a} – ${b}`;
  const columns = ["mean", "median", "P10", "best of 32", "p means", "p same", "p KS", "failures"] as const;
  if (!compared || !tests) {
    return { pair, ...Object.fromEntries(columns.map(name => [name, "–"])), "the data support": verdict };
  }
  const { mean, median, p10, bestOf, failures } = compared;
  const digits = pairDigits(compared);
  const p = (value: number) => (value < 0.001 ? "< 0.001" : value.toFixed(3));
  const share = (part: number) => `${(100 * part).toFixed(0)} %`;
  const shown = [
    sayDifference(mean, digits),
    sayDifference(median, digits),
    sayDifference(p10, digits),
    bestOf ? sayDifference(bestOf, digits) : "–",
    p(tests.mean),
    p(tests.same),
    p(tests.ks),
    failures ? `${share(failures.a.share)}, ${share(failures.b.share)}` : "–",
  ];
  return {
    pair,
    ...Object.fromEntries(columns.map((name, i) => [name, shown[i]])),
    "the data support": [verdict, ...notes].join("; "),
  };
}
