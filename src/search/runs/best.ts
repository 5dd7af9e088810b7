/**
 * Which of a search's outcomes is best: by what its strategy makes small, of those that were given most epochs, without those that
 * failed. Everything that shows a search goes by this.
 */
import { madeSmall } from "./evaluation.js";
import type { OutcomeRecord } from "./outcome-log.js";
import type { SearchFacts } from "./search-folder.js";

type Ranked = Pick<OutcomeRecord, "scalar" | "objectives">;
type Searched = Pick<SearchFacts, "objectives">;

/** What an outcome is ranked by, the least best: what the strategy makes of several objectives, or the first of them. */
export const rankOf = ({ objectives: [objective] }: Searched, { scalar, objectives }: Ranked): number =>
  scalar ?? madeSmall(objective, objectives[0].value);

/** Those without a failure that no other was given more epochs than: errors after few are not compared with those after many. */
export function comparable(records: readonly OutcomeRecord[]): OutcomeRecord[] {
  const valued = records.filter(({ status }) => status !== "failed");
  const most = valued.reduce((greatest, { epochs = Infinity }) => Math.max(greatest, epochs), 0);
  return valued.filter(({ epochs = Infinity }) => epochs === most);
}

/** What outcomes are ranked by, to show it: the first objective in its unit, or what is made of all, the least best. */
export function shownBy(search: Searched, records: readonly Ranked[]) {
  const [{ name, unit, better }] = search.objectives;
  if (records.some(({ scalar }) => scalar !== undefined)) {
    const names = search.objectives.map(each => each.name).join(" and ");
    return {
      label: `${names} in one`,
      better: "least",
      value: ({ scalar }: Ranked) => scalar ?? Number.NaN,
    } as const;
  }
  return {
    label: unit === undefined ? name : `${name} (${unit})`,
    better,
    value: ({ objectives: [{ value }] }: Ranked) => value ?? Number.NaN,
  } as const;
}

/** The best of a search that goes on. */
export class Best {
  readonly #search: Searched;
  #epochs = 0;
  #record: OutcomeRecord | undefined;

  constructor(search: Searched) {
    this.#search = search;
  }

  get record(): OutcomeRecord | undefined {
    return this.#record;
  }

  add(record: OutcomeRecord): OutcomeRecord | undefined {
    const { status, epochs = Infinity } = record;
    if (status === "failed" || epochs < this.#epochs) return this.#record;
    const isFirst = !this.#record || epochs > this.#epochs;
    if (isFirst || rankOf(this.#search, record) < rankOf(this.#search, this.#record!)) this.#record = record;
    this.#epochs = epochs;
    return this.#record;
  }
}

/** The best after each outcome; undefined before there is one. */
export function bestAfterEach(
  search: Searched,
  records: readonly OutcomeRecord[],
): (OutcomeRecord | undefined)[] {
  const best = new Best(search);
  return records.map(record => best.add(record));
}
