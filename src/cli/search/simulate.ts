/** `netspace search simulate TABLE`: strategies on a table, many times over, and what the comparison comes to. */
import { Command, InvalidArgumentError } from "commander";
import type { SearchRun } from "../../search/search-run.js";
import { type StrategySpec, strategyByName } from "../../search/spec/strategy-by-name.js";
import { searchPower } from "../../search/statistics/search-power.js";
import { spaceErrors } from "../../search/statistics/space-errors.js";
import { table } from "../../search/table/open-table.js";
import { requireSimulable, simulate } from "../../search/table/simulate.js";
import { count, natural } from "../options.js";
import { printLine } from "../print.js";
import { addComparing, type Comparing, printComparison } from "./comparing.js";

interface Options extends Comparing {
  readonly strategies: readonly NamedSpec[];
  readonly evaluations: number;
  readonly repeats: number;
  readonly seed: number;
  readonly partial?: boolean;
}

interface NamedSpec {
  readonly name: string;
  readonly spec: StrategySpec;
}

/** Runs of the pilot, whose seeds no run of the comparison has. */
const PILOT = 10;

export const searchSimulateCommand = (): Command =>
  addComparing(
    new Command("simulate")
      .description("run strategies on a table, each many times, and compare what they find")
      .argument("<table>", "a table that comes with netspace, a file, or the folder that it is trained in")
      .requiredOption(
        "--strategies <list>",
        "with commas; settings in brackets, such as random,evolution[population=20,sample=5]",
        strategyList,
      )
      .option("--evaluations <count>", "architectures that a run evaluates", count, 200)
      .option("--repeats <count>", "runs of each strategy", count, 30)
      .option("--seed <seed>", "of the first run; the others count on", natural, 1)
      .option("--partial", "take what there is where functions, or trainings of them, are missing"),
  ).action(async (source: string, options: Options) => {
    const { strategies, evaluations, repeats, seed, partial = false, at, along } = options;
    if (repeats < 2) {
      throw new RangeError(
        `search simulate: repeats must be at least 2, got ${repeats}; one run says nothing of how runs differ`,
      );
    }
    const made = strategies.map(({ name, spec }) => ({ name, strategy: strategyByName(spec) }));
    const twice = made.find(({ name }, i) => made.findIndex(other => other.name === name) !== i);
    if (twice) throw new RangeError(`search simulate: expected each strategy once, got ${twice.name} twice`);
    const known = (await table(source, { partial })).search();
    const late =
      along === undefined || along === "evaluations" ? at?.find(budget => budget > evaluations) : undefined;
    if (late !== undefined) {
      throw new RangeError(
        `search simulate: expected budgets of at most the ${evaluations} evaluations of a run, got ${late}; give it --evaluations ${late}`,
      );
    }
    // What does not fit is named before the first run of any.
    for (const each of made) requireSimulable(each.strategy, known, evaluations);
    const [{ name, strategy }] = made;
    const pilot = simulate(strategy, known, { evaluations, repeats: PILOT, seed: seed + repeats });
    const comparisons = ((made.length * (made.length - 1)) / 2) * (options.at?.length ?? 1);
    const { statement } = searchPower(
      { [name]: pilot },
      { repeats, comparisons: Math.max(1, comparisons), test: "rank-sum", along: options.along },
    );
    if (!options.json) printLine(`before, from ${PILOT} other runs of ${name}: ${statement}`);
    const runs: Record<string, SearchRun[]> = {};
    for (const each of made) runs[each.name] = simulate(each.strategy, known, { evaluations, repeats, seed });
    const facts: [string, string][] = [
      ["table", source],
      ["before the comparison", statement],
    ];
    const about = { best: known.best, space: spaceErrors(known), facts, unit: "%" };
    printComparison("search simulate", runs, about, options);
    if (options.out !== undefined && !options.json) printLine(options.out);
  });

/** `random,evolution[population=20,sample=5]` → names and specs; a value is JSON, or a text. */
function strategyList(text: string): NamedSpec[] {
  const parts = text.match(/[^,[\]]+(\[[^\]]*\])?/g) ?? [];
  if (parts.length === 0 || parts.join(",") !== text) {
    throw new InvalidArgumentError(
      "Expected names with commas, settings in brackets: random,evolution[population=20].",
    );
  }
  return parts.map(part => {
    const [, name, settings] = /^([^[]+)(?:\[(.*)\])?$/.exec(part)!;
    if (settings === undefined) return { name: part, spec: name };
    const given = settings.split(",").map(setting => {
      const at = setting.indexOf("=");
      if (at < 1) throw new InvalidArgumentError(`Expected setting=value in ${part}, got ${setting}.`);
      return [setting.slice(0, at).trim(), valueOf(setting.slice(at + 1))] as const;
    });
    const said = given.map(([setting, value]) => `${setting} ${String(value)}`).join(", ");
    return { name: `${name} (${said})`, spec: { name, ...Object.fromEntries(given) } };
  });
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
