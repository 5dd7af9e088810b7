/** `netspace analyze POPULATION`: the numbers of a population, finished or still running. */
import { existsSync } from "node:fs";
import { Command } from "commander";
import { errorDigits, fixed } from "../../base/fixed.js";
import { oneLine } from "../../base/say.js";
import type { Population } from "../../populations/population.js";
import { trainedPopulation } from "../../populations/population-from.js";
import { openSearch } from "../../search/runs/open-search.js";
import { holdsSearch } from "../../search/runs/search-folder.js";
import { specFile } from "../../trials/spec-file.js";
import { bySelection } from "../../trials/selection-error.js";
import { spaceName } from "../../trials/space-spec.js";
import { bestValue } from "../../statistics/best-value.js";
import { edf } from "../../statistics/edf.js";
import { printJson, printLine, printNote, printTable } from "../print.js";
import { printFound } from "../search/found.js";

/** What a population comes to, as JSON; its best network is chosen by the validation split where there is one. */
export function summary(population: Population) {
  const { spec, members } = population;
  const diverged = members.filter(member => member.row.status === "diverged").length;
  const base = {
    space: spaceName(spec.space),
    n: members.length,
    of: spec.n * (spec.repeats ?? 1),
    diverged,
  };
  if (members.length === 0) return base;
  const { min, mean } = edf(population.errors);
  // Records of other tools may lack the time.
  const times = Array.from(population.column("seconds"), Number).filter(Number.isFinite);
  const seconds = times.length > 0 ? times.reduce((a, b) => a + b, 0) : undefined;
  const best = members.reduce((a, b) => (bySelection(b.row, a.row) < 0 ? b : a)).row;
  return { ...base, min, mean, seconds, timed: times.length, best };
}

export function summaryLine(population: Population): string {
  const said = summary(population);
  if (!("min" in said)) return `${oneLine(said.space)}: no network has finished yet, of ${said.of}`;
  const { space, n, of, min, mean, seconds, timed } = said;
  const digits = errorDigits([min, mean]);
  const errors = `errors [${fixed(min, digits)} | ${fixed(mean, digits)}] %`;
  const whose = timed === n ? "" : ` of the ${timed} with a time`;
  const training = seconds === undefined ? "" : `, ${seconds.toFixed(0)} s of training${whose}`;
  return `${oneLine(space)}: ${n} of ${of} networks, ${errors}${training}`;
}

/** The parameters for which a best value is told. */
const PARAMETERS = ["depth", "w1", "w2", "w3", "w4", "d1", "d2", "d3", "d4"];

export const analyzeCommand = (): Command =>
  new Command("analyze")
    .description("errors of a population, and where its best networks lie")
    .argument(
      "<population>",
      "a sweep's or a search's folder (finished or running), a compact file, or a shipped population",
    )
    .option("--json", "print JSON")
    .action(async (source: string, { json }: { json?: boolean }) => {
      // What trains no networks has no population, but a best and a curve.
      if (holdsSearch(source) && !existsSync(specFile(source))) return printFound(openSearch(source), json);
      const population = await trainedPopulation("analyze", source);
      for (const note of population.notes) printNote(note);
      const enough = population.members.length >= 2;
      const parameters = PARAMETERS.filter(name => enough && name in population.rows[0]);
      const best = parameters.map(parameter => ({
        parameter,
        ...bestValue(population.column(parameter), population.errors),
      }));
      if (json) return printJson({ ...summary(population), bestValues: best });
      printLine(summaryLine(population));
      if (best.length > 0) printLine("best values (median and 95 % interval of the empirical bootstrap):");
      printTable(best);
    });
