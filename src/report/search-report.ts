/**
 * The page of searches: what strategies found against what they spent, which differ and what so many repeats can tell, and
 * what they proposed. All figures are live, and the page needs nothing but itself.
 */
import { escapeHtml } from "../base/escape-html.js";
import { edfPanel } from "../figures/panels/edf-panel.js";
import { overlapPanel } from "../figures/panels/search/overlap-panel.js";
import { proposalsPanel } from "../figures/panels/search/proposals-panel.js";
import { regretPanel } from "../figures/panels/search/regret-panel.js";
import { grid, type Panel } from "../figures/panels.js";
import type { SearchRun } from "../search/search-run.js";
import { type ComparedSearches, compareSearches } from "../search/statistics/compare-searches.js";
import { endedEarly, type Along, valuesAt } from "../search/statistics/curves-along.js";
import { proposalDiversity, shortestRun } from "../search/statistics/diversity.js";
import { proposalOverlap } from "../search/statistics/overlap.js";
import { pointsOf } from "../search/statistics/points.js";
import { proposalDistribution } from "../search/statistics/proposal-distribution.js";
import { regretCurves } from "../search/statistics/regret-curves.js";
import { searchPower } from "../search/statistics/search-power.js";
import { randomDrawsFor, type SpaceErrors, spaceQuantile } from "../search/statistics/space-errors.js";
import { figureHtml, paragraphs, tableHtml, writePage } from "./page.js";

export interface SearchReportOptions {
  /** The page's heading. Default `"Searches compared"`, of a single strategy its name. */
  readonly title?: string;
  /** What the runs are of, above everything: names and texts. */
  readonly facts?: readonly (readonly [name: string, text: string])[];
  /** Budgets of the comparison. Default: all that every run has. */
  readonly at?: readonly number[];
  /** Default `"evaluations"`. */
  readonly along?: Along;
  /** What the best architecture is judged by, where that is known: the curves are then of regret. */
  readonly best?: number;
  /** Of what runs are judged by. Default `"%"`. */
  readonly unit?: string;
  /** The space's own errors, where a table knows them. */
  readonly space?: SpaceErrors;
}

/** Proposals in a row whose distance is shown. */
const WINDOW = 20;

type Runs = Readonly<Record<string, readonly SearchRun[]>>;

/**
 * Writes the page of some runs, of one strategy or several.
 *
 * @throws RangeError for no runs
 */
export function writeSearchReport(runs: Runs, file: string, options: SearchReportOptions = {}): void {
  const names = Object.keys(runs);
  const {
    title = names.length > 1 ? "Searches compared" : `Searches: ${names[0]}`,
    facts = [],
    space,
  } = options;
  const compared = names.length > 1 && Object.values(runs).every(some => some.length > 1);
  writePage(file, title, [
    factList([["runs", Object.entries(runs).map(runsText).join("; ")], ...facts]),
    section("What so many repeats can tell", paragraphs([powerText(runs, options)])),
    section("Found against spent", curves(runs, options)),
    ...(compared
      ? [section("Which differ", comparison(compareSearches(runs, comparing(options)), options))]
      : []),
    section("What was proposed", proposed(runs, space)),
  ]);
}

const section = (title: string, body: string): string =>
  `<section><h2>${escapeHtml(title)}</h2>\n${body}</section>`;

const runsText = ([name, some]: readonly [string, readonly SearchRun[]]): string => {
  const counts = [...new Set(some.map(({ codes }) => codes.length))].sort((a, b) => a - b);
  const evaluations = counts.length === 1 ? `${counts[0]}` : `${counts[0]} to ${counts[counts.length - 1]}`;
  return `${name}: ${some.length} × ${evaluations} evaluations${endedText(some)}`;
};

/** How many ended by themselves, if any did. */
const endedText = (some: readonly SearchRun[]): string => {
  const ended = some.filter(endedEarly);
  if (ended.length === 0) return "";
  const who = ended.length === some.length ? "all" : `${ended.length}`;
  return `, of which ${who} ended by themselves before ${ended[0].budget}`;
};

function factList(list: readonly (readonly [string, string])[]): string {
  const rows = list.map(([name, text]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(text)}</dd>`);
  return `<dl class="facts">${rows.join("\n")}</dl>`;
}

const comparing = ({ at, along, best }: SearchReportOptions) => ({
  ...(at && { at }),
  ...(along && { along }),
  ...(best !== undefined && { best }),
});

/** Of as many repeats as the strategy with the fewest has, which is the weakest of the comparisons. */
function powerText(runs: Runs, { at, along, unit }: SearchReportOptions): string {
  const counts = Object.values(runs).map(some => some.length);
  const repeats = Math.min(...counts);
  if (repeats < 2) {
    return "A single run of a strategy says nothing of how much its runs differ, and nothing is compared: repeat the searches with other seeds.";
  }
  const pairs = (counts.length * (counts.length - 1)) / 2;
  const budgets = at ?? [undefined];
  const statements = budgets.map(budget => {
    const { statement } = searchPower(runs, {
      repeats,
      comparisons: Math.max(1, pairs * budgets.length),
      test: "rank-sum",
      ...(budget !== undefined && { at: budget }),
      ...(along && { along }),
      unit: unit === undefined || unit === "%" ? "points" : unit,
    });
    return budgets.length > 1 ? `By ${budget} ${along ?? "evaluations"}: ${statement}` : statement;
  });
  return `As the runs spread here: ${statements.join(" ")}`;
}

/** Curves along all that every run says it spent. */
function curves(runs: Runs, { best, unit }: SearchReportOptions): string {
  const all = Object.values(runs).flat();
  const known = (["evaluations", "images", "seconds"] as const).filter(
    along => along === "evaluations" || all.every(run => run[along][run[along].length - 1] > 0),
  );
  const panels = known.map(along => {
    const found = regretCurves(runs, { along, ...(best !== undefined && { best }) });
    const isLog = best !== undefined && found.curves.some(({ centre }) => centre[0] > 0);
    return regretPanel(found, { log: isLog, ...(best === undefined && unit !== undefined && { unit }) });
  });
  const note =
    "Step curves of the mean over runs, as far as all runs of a strategy go; bands hold the mean at each point by itself, not the whole curve.";
  return pictures(panels) + paragraphs([note]);
}

const pictures = (panels: readonly Panel[]): string =>
  figureHtml(grid([panels], { width: Math.min(1000, 420 * panels.length), height: 400 }).toJSON());

function comparison(
  compared: ComparedSearches,
  { space, along = "evaluations" }: SearchReportOptions,
): string {
  const number = pointsOf(compared.strategies.map(({ standardDeviation }) => standardDeviation));
  const summaries = compared.strategies.map(
    ({ name, at, repeats, mean, standardDeviation, median, regret }) => ({
      strategy: name,
      [along]: at,
      runs: repeats,
      mean: number(mean),
      "± between runs": number(standardDeviation),
      median: number(median),
      regret: number(regret),
      ...(space && {
        "quantile of the space": `${Number((100 * spaceQuantile(mean, space).share).toPrecision(2))} %`,
        "random draws for it": drawsText(randomDrawsFor(mean, space)),
      }),
    }),
  );
  const pairs = compared.pairs.map(pair => ({
    pair: `${pair.a} – ${pair.b}`,
    [along]: pair.at,
    difference: `${number(pair.difference)} (${number(pair.low)} to ${number(pair.high)})`,
    superiority: `${pair.superiority.toFixed(2)} (${pair.superiorityLow.toFixed(2)} to ${pair.superiorityHigh.toFixed(2)})`,
    ties: `${Math.round(100 * pair.ties)} %`,
    p: chance(pair.p),
    "p, Holm": chance(pair.pHolm),
  }));
  const how = `The first minus the second, with Welch's intervals of ${100 * compared.level} %, each by itself; superiority is the share of pairs of runs in which the second found better, with Newcombe's interval. Two-sided rank-sum tests, corrected by Holm's method for all ${pairs.length} comparisons together.`;
  const verdicts = paragraphs(compared.pairs.map(({ verdict }) => verdict));
  return [tableHtml(summaries), verdicts, paragraphs([how]), tableHtml(pairs)].join("\n");
}

const drawsText = (draws: number): string => (draws === Infinity ? "over a million" : String(draws));

const chance = (p: number): string => (p < 0.001 ? "< 0.001" : p.toFixed(3));

function proposed(runs: Runs, space: SpaceErrors | undefined): string {
  const entries = Object.entries(runs);
  const shortest = shortestRun(entries);
  const overlap = proposalOverlap(runs);
  const best = Math.min(10, shortest);
  const found = valuesAt("writeSearchReport", entries, "evaluations", undefined).values[0];
  const ends = edfPanel(entries.map(([name]) => ({ name, errors: [...found.get(name)!] })));
  const first: Panel[] = [{ ...ends, title: "what runs found" }];
  const parts: string[] = [];
  if (space) {
    const distribution = proposalDistribution(runs, space);
    first.push(proposalsPanel(distribution));
    if (distribution.errors.length > 20) first.push(proposalsPanel(distribution, { upTo: 0.1 }));
    parts.push(
      tableHtml(
        distribution.strategies.map(each => ({
          strategy: each.name,
          "distance to the space, D": each.distance.toFixed(3),
          ahead: each.ahead.toFixed(3),
          behind: each.behind.toFixed(3),
          "D of as many random draws": each.byChance.toFixed(3),
          "95 of 100 below": each.byChanceMost.toFixed(3),
        })),
      ),
      paragraphs([
        "Proposals depend on those before them, so that distances are means over runs and no test of them is made; the space is weighted as random search draws it.",
      ]),
    );
  }
  const shared = pictures([overlapPanel(overlap), overlapPanel(proposalOverlap(runs, { best }))]);
  const unlike =
    shortest >= WINDOW
      ? pictures([
          regretPanel(proposalDiversity(runs, { window: WINDOW }), {
            label: `mean distance of ${WINDOW} proposals`,
            unit: "of choices",
          }),
        ])
      : "";
  const repeated = overlap.repeated.map(({ name, distinct, duplicates }) => ({
    strategy: name,
    "functions a run": distinct.toFixed(1),
    "proposed again": `${(100 * duplicates).toFixed(1)} %`,
  }));
  return [pictures(first), ...parts, shared, tableHtml(repeated), unlike].join("\n");
}
