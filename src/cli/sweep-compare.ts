/** `netspace sweep compare A B …`: error distributions beside each other, and which differences the data support. */
import { Command } from "commander";
import { errorDigits, fixed } from "../fixed.js";
import { edfPanel } from "../figures/edf-panel.js";
import { row } from "../figures/panels.js";
import { comparePopulations, describePair } from "../populations/compare-populations.js";
import { populationWith } from "../populations/population-from.js";
import { figureHtml, paragraphs, tableHtml, writePage } from "../report/page.js";
import { printJson, printLine, printTable } from "./print.js";
import { requireFile } from "./writable.js";

export const sweepCompareCommand = (): Command =>
  new Command("compare")
    .description("compare populations' error distributions: EDFs, KS tests, and what the data support")
    .argument("<populations...>", "sweeps' folders, files, or names of shipped populations")
    .option("--out <page>", "write a page with the EDFs, HTML")
    .option("--json", "print JSON")
    .action(async (sources: string[], { out, json }: { out?: string; json?: boolean }) => {
      const found = await Promise.all(
        sources.map(source => populationWith("sweep compare", source, ["error"])),
      );
      for (const { name, population } of found) {
        for (const note of population.notes) process.stderr.write(`note: ${name}: ${note}\n`);
      }
      const named = found.map(({ name, population }, i) => {
        const taken = found.filter(other => other.name === name).length > 1;
        // Two sweeps of one space are told apart by where they lie.
        return {
          name: taken ? `${name} (${sources[i]})` : name,
          errors: population.complete("error").errors,
        };
      });
      const comparison = comparePopulations(named);
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
        const pairs = comparison.pairs.map(({ a, b, d, adjusted, difference, differ, better }) => {
          const { value, low, high } = difference;
          const decimals = errorDigits([low, high]);
          return {
            pair: `${a} – ${b}`,
            D: d.toFixed(3),
            "p (Holm)": adjusted < 0.001 ? "< 0.001" : adjusted.toFixed(3),
            "mean difference (%)": fixed(value, decimals),
            "95 % interval": `${fixed(low, decimals)} to ${fixed(high, decimals)}`,
            "the data support": better ? `${better} is better` : differ ? "they differ" : "no difference",
          };
        });
        const how = `Kolmogorov–Smirnov tests of every pair, adjusted by Holm's method for ${pairs.length} pairs; level ${comparison.level}. Mean difference: the first less the second, with the bootstrap's interval.`;
        const body = [figureHtml(figure.toJSON()), tableHtml(summaries), paragraphs([how]), tableHtml(pairs)];
        writePage(out, "Populations compared", body);
      }
      if (json) return printJson(comparison);
      printTable(summaries);
      for (const line of said) printLine(line);
      printLine(`KS tests, adjusted by Holm for ${said.length} pairs; level ${comparison.level}`);
      if (out) printLine(out);
    });
