/** What came of a search, and what is known of one that still runs: its outcomes, its best, and how it came to that. */
import { columnsOf, listing, reviveArchitecture } from "../../architectures/stored.js";
import type { AnyArchitecture } from "../../architectures/family.js";
import { duration } from "../../base/duration.js";
import { escapeHtml } from "../../base/escape-html.js";
import type { Figure } from "../../figures/figure.js";
import { bestSoFarPanel } from "../../figures/panels/best-so-far-panel.js";
import { liveSvg } from "../../figures/rendering/live-svg.js";
import { row } from "../../figures/panels.js";
import { populationIn, type Population } from "../../populations/population.js";
import { type Columns, type Table, tableOf } from "../../tables/table.js";
import type { Way } from "../../spaces/decisions/way.js";
import { addCosts, type Cost } from "../cost.js";
import { bestAfterEach, comparable, rankOf, shownBy } from "./best.js";
import { madeSmall } from "./evaluation.js";
import type { OutcomeRecord } from "./outcome-log.js";
import { foundText, valueText } from "./shown/progress.js";
import { type SearchFacts, titleOf } from "./search-folder.js";

/** An architecture that a search found. */
export interface Found<A extends AnyArchitecture = AnyArchitecture> {
  readonly architecture: A;
  /** How it is decided, where the search's space is at hand. */
  readonly way?: Way<A>;
  /** Which of the proposals, from 0. */
  readonly place: number;
  /** What the objectives say of it, by name, each in its own unit. */
  readonly values: Readonly<Record<string, number>>;
  /** All that is kept of its evaluation. */
  readonly record: OutcomeRecord;
}

const DISPLAY = Symbol.for("Jupyter.display");

export class SearchResult<A extends AnyArchitecture = AnyArchitecture> {
  /** What the search is. */
  readonly search: SearchFacts;
  /** All evaluations, in the order in which the strategy was told of them. */
  readonly records: readonly OutcomeRecord[];
  /** Where it lies, if anywhere. */
  readonly folder: string | undefined;
  /** What had to be passed over when it was read, in words. */
  readonly notes: readonly string[];
  readonly #decode: ((code: readonly number[]) => Way<A>) | undefined;
  #outcomes: Table | undefined;

  /** @param decode of the search's space, where that is at hand */
  constructor(
    search: SearchFacts,
    records: readonly OutcomeRecord[],
    folder: string | undefined,
    notes: readonly string[] = [],
    decode?: (code: readonly number[]) => Way<A>,
  ) {
    this.search = search;
    this.records = records;
    this.folder = folder;
    this.notes = notes;
    this.#decode = decode;
  }

  /**
   * One row for each evaluation: its place, the objectives by their names (NaN where one failed), the parameters of its
   * architecture, and what it cost.
   */
  get outcomes(): Table {
    return (this.#outcomes ??= outcomeTable(this.search, this.records));
  }

  /**
   * The best by the first objective, or by what the strategy makes of several, as a reward: of what was evaluated with most epochs,
   * where a strategy spends more on some. Undefined before there is one.
   */
  get best(): Found<A> | undefined {
    const record = bestAfterEach(this.search, this.records).at(-1);
    return record && this.#found(record);
  }

  /** Those that no other is better than in every objective; by one objective the best. The first objective's best first. */
  get front(): Found<A>[] {
    const points = comparable(this.records).map(record => ({ record, errors: this.#errors(record) }));
    return points
      .filter(({ errors }) => !points.some(other => dominates(other.errors, errors)))
      .sort((a, b) => a.errors[0] - b.errors[0])
      .map(({ record }) => this.#found(record));
  }

  /**
   * The first objective's value of the best after each evaluation, in its unit; NaN before there is one. Of a strategy that makes one
   * of several objectives it need not only fall.
   */
  get bestSoFar(): number[] {
    return bestAfterEach(this.search, this.records).map(best => best?.objectives[0].value ?? Number.NaN);
  }

  /** What all evaluations cost together. */
  get cost(): Cost {
    return this.records.map(({ cost }) => cost).reduce(addCosts, { images: 0, seconds: 0 });
  }

  /**
   * The trained networks as a population, for all that is done with a sweep's.
   *
   * @throws SpecError for a search that trains none
   */
  get population(): Population {
    return populationIn("SearchResult.population", this.folder ?? "");
  }

  /** The best so far, and every evaluation. */
  get figure(): Figure {
    return row([searchPanel(this.search, this.records)]);
  }

  toString(): string {
    const { strategy, budget } = this.search;
    const failed = this.records.filter(({ status }) => status === "failed").length;
    const { seconds } = this.cost;
    const best = this.best;
    const parts = [
      `${this.records.length} of ${budget} evaluated`,
      failed > 0 && `${failed} failed`,
      best && `best ${foundText(best.record)}`,
      seconds !== undefined && seconds >= 1 && `${duration(seconds)} of evaluation`,
    ];
    return `${titleOf(this.search)}, ${strategy.name}: ${parts.filter(Boolean).join(", ")}`;
  }

  /** For Jupyter front ends: a sentence, the best few, and the curve. */
  [DISPLAY](): Record<string, unknown> {
    const table = bestTable(this.search, this.records);
    const notes = this.notes.map(note => `note: ${note}`);
    const picture = this.records.length > 0 ? liveSvg(this.figure) : "";
    return {
      "text/html": `<p><b>${escapeHtml(String(this))}</b></p>${table.html}${notes.map(note => `<p>${escapeHtml(note)}</p>`).join("")}${picture}`,
      "text/plain": [String(this), ...table.text, ...notes].join("\n"),
    };
  }

  #errors({ objectives }: OutcomeRecord): number[] {
    return objectives.map(({ value }, i) => madeSmall(this.search.objectives[i], value));
  }

  #found(record: OutcomeRecord): Found<A> {
    const way = this.#decode?.(record.code);
    return {
      // Made when it is asked for: a family of one's own comes back once it is registered.
      get architecture() {
        return way?.architecture ?? (reviveArchitecture(record.architecture) as A);
      },
      ...(way && { way }),
      place: record.place,
      values: Object.fromEntries(
        record.objectives.map(({ objective, value }) => [objective, value ?? Number.NaN]),
      ),
      record,
    };
  }
}

const dominates = (a: readonly number[], b: readonly number[]): boolean =>
  a.every((value, i) => value <= b[i]) && a.some((value, i) => value < b[i]);

function outcomeTable({ objectives }: SearchFacts, records: readonly OutcomeRecord[]): Table {
  const own = records.map(({ architecture }) => columnsOf(architecture));
  const parameters = [...new Set(own.flatMap(columns => Object.keys(columns)))];
  const taken = new Set<string>([
    "place",
    "status",
    "images",
    "seconds",
    "epochs",
    "trial",
    ...objectives.map(({ name }) => name),
  ]);
  const columns: Columns = {
    place: records.map(({ place }) => place),
    status: records.map(({ status }) => status),
    ...Object.fromEntries(
      objectives.map(({ name }, i) => [
        name,
        records.map(record => record.objectives[i].value ?? Number.NaN),
      ]),
    ),
    ...Object.fromEntries(
      parameters
        .filter(name => !taken.has(name))
        .map(name => [name, own.map(each => each[name] ?? Number.NaN)]),
    ),
    ...(records.some(({ epochs }) => epochs !== undefined) && {
      epochs: records.map(({ epochs }) => epochs ?? Number.NaN),
    }),
    images: records.map(({ cost }) => cost.images ?? Number.NaN),
    seconds: records.map(({ cost }) => cost.seconds ?? Number.NaN),
    ...(records.some(({ trial }) => trial) && { trial: records.map(({ trial }) => trial ?? "") }),
  };
  return tableOf(columns);
}

/** The curve of the best so far, by what the strategy makes small. */
export function searchPanel(search: SearchFacts, records: readonly OutcomeRecord[]) {
  const { label, better, value } = shownBy(search, records);
  return bestSoFarPanel(
    records.map(record => (record.status === "failed" ? Number.NaN : value(record))),
    {
      what: "architectures evaluated",
      value: label,
      better,
      best: bestAfterEach(search, records).map(best => (best ? value(best) : Number.NaN)),
    },
  );
}

/** Architectures in a table of the best. */
const BEST = 5;

/** The best few. */
export function bestTable(
  search: SearchFacts,
  records: readonly OutcomeRecord[],
): { readonly html: string; readonly text: readonly string[] } {
  const { objectives } = search;
  const best = comparable(records)
    .map(record => ({ record, error: rankOf(search, record) }))
    .sort((a, b) => a.error - b.error)
    .slice(0, BEST);
  if (best.length === 0) return { html: "", text: [] };
  const listings = best.map(({ record }) => listing(record.architecture));
  const names = [...new Set(listings.flatMap(listed => Object.keys(listed)))];
  const head = [
    "place",
    ...objectives.map(({ name, unit }) => (unit === undefined ? name : `${name} (${unit})`)),
    ...names,
  ];
  const rows = best.map(({ record }, i) => [
    String(record.place),
    ...record.objectives.map(({ value, unit }) =>
      value === null ? "" : valueText(value, unit).split(" ")[0],
    ),
    ...names.map(name => listings[i][name] ?? ""),
  ]);
  const cells = (tag: string, texts: readonly string[]) =>
    `<tr>${texts.map(text => `<${tag}>${escapeHtml(text)}</${tag}>`).join("")}</tr>`;
  return {
    html: `<table>${cells("th", head)}${rows.map(texts => cells("td", texts)).join("")}</table>`,
    text: [head, ...rows].map(texts => texts.join("  ")),
  };
}
