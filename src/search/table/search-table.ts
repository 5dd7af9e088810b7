/**
 * A complete table of a space as something to search on: every architecture's errors, looked up instead of trained, so that
 * a strategy runs a thousand times in seconds.
 */
import type { AnyArchitecture } from "../../architectures/family.js";
import { bitsAt } from "../../base/random.js";
import { say } from "../../base/say.js";
import { decisions } from "../../spaces/decisions/decisions-of.js";
import type { Constraints } from "../../spaces/sample.js";
import type { Space } from "../../spaces/space.js";
import type { Way } from "../../spaces/decisions/way.js";
import type { Cost } from "../cost.js";
import { contentPrint } from "./content-print.js";
import { checkedEntries } from "./table-entry.js";
import { WayValues } from "./way-values.js";

/** What a table knows of an architecture. */
export interface TableEntry {
  /** What a search is told, per cent: of one seed, or after few epochs, as a real training would tell it. NaN: it failed. */
  readonly error: number;
  /** What a search is judged by, per cent: the mean over other seeds on the test split, say. */
  readonly judged: number;
  /** What a training that tells the error costs. */
  readonly cost?: Cost;
  /**
   * What a search is told after epoch 1, 2, …, the last of which is `error`; NaN where nothing was tested. A part of a
   * training costs its share of the epochs. Default: the table knows whole trainings alone.
   */
  readonly errors?: ArrayLike<number>;
}

/** What there is of an architecture: an entry for each of its trainings. */
export interface DrawnEntries {
  /** Architectures of one place, such as those of one function, are told the same training by a run. */
  readonly place: number;
  readonly entries: readonly TableEntry[];
}

/** What a table tells, as records and a search's identity have it. */
export interface ToldFacts {
  /** Whose images the told errors are of. Absent where that is not known. */
  readonly told?: "validation" | "test";
  /** Which training's: `"drawn"`, `"mean"` or a number. */
  readonly training?: "drawn" | "mean" | number;
  /** Epochs after which it is told where no others are asked for. */
  readonly epochs?: number;
  /** A hash of all that it tells, and judges by. */
  readonly print: string;
}

export interface SearchTable<A extends AnyArchitecture = AnyArchitecture> {
  readonly space: Space<A>;
  /** The least error that a run can be judged by; of runs that draw a training, whichever they draw. */
  readonly best: number;
  /**
   * @param epochs of the recipe's schedule after which the search is told. Default: all
   * @throws RangeError for an architecture, or a number of epochs, that the table does not have
   */
  look(way: Way<A>, epochs?: number): TableEntry;
  /** What of the space the table has, if not all: nothing else is proposed. */
  readonly where?: Constraints<A>;
  /** The most epochs that it can be asked for; 0 where it knows whole trainings alone. Absent where that is not known. */
  readonly epochs?: number;
  readonly facts?: ToldFacts;
  /** The table as one run sees it, where a run's seed decides which of several trainings it is told. */
  forRun?(seed: number): SearchTable<A>;
  /** All that runs may be told of an architecture, each as likely, where `forRun` draws. */
  drawnFrom?(way: Way<A>): DrawnEntries;
}

/**
 * A table of what some function knows of each architecture; it is asked for every one at once.
 *
 * @param entryOf the entry of an architecture, or one for each of its trainings, of which a run is told one that its seed draws;
 *   undefined where there is none: it is then not proposed
 * @throws RangeError for a space without a program of choices, for what is no entry, and for a table without a single one
 * @example
 * ```ts
 * import { random, searchTable, simulate } from "netspace/search";
 *
 * // What a function of one's own knows of each architecture: here that more parameters are better.
 * const known = searchTable(SmallCells, architecture => {
 *   const error = 60 - 5 * Math.log10(countArchitecture(architecture).params);
 *   return { error, judged: error };
 * });
 * const [run] = simulate(random(), known, { evaluations: 20 });
 * run.judged[19] - known.best; // ≈ 0.541
 * ```
 */
export function searchTable<A extends AnyArchitecture>(
  space: Space<A>,
  entryOf: (architecture: A) => TableEntry | readonly TableEntry[] | undefined,
): SearchTable<A> {
  let [best, several, missing, epochs] = [Infinity, false, 0, Infinity];
  const all: DrawnEntries[] = [];
  const known = new WayValues(space, architecture => {
    const entries = checkedEntries("searchTable", space, architecture, entryOf(architecture));
    if (entries.length === 0) {
      missing++;
      return undefined;
    }
    for (const { judged, errors } of entries) {
      if (judged < best) best = judged;
      epochs = Math.min(epochs, errors?.length ?? 0);
    }
    if (entries.length > 1) several = true;
    const value = { entries, place: all.length };
    all.push(value);
    return value;
  });
  if (known.size === 0)
    throw new RangeError(
      `searchTable: no architecture of ${space.name} has an entry; give entries of this space, or the space that they are of`,
    );
  const missingAt = (way: Way<A>): RangeError =>
    new RangeError(
      `searchTable: expected an architecture of the table, got ${say(way.architecture)}, which ${space.name} has and the table has not; give it an entry, or windows that leave it out`,
    );
  const program = decisions(space);
  const print = contentPrint(() => all.map(({ entries }) => entries));
  const forRun = (seed: number): SearchTable<A> => ({
    space,
    best,
    epochs,
    facts: {
      get print() {
        return print();
      },
    },
    ...(missing > 0 && {
      where: { accept: ({ architecture }) => known.get(program.encode(architecture)) !== undefined },
    }),
    ...(several && {
      forRun,
      drawnFrom(way) {
        const found = known.get(way);
        if (found) return found;
        throw missingAt(way);
      },
    }),
    look(way, asked) {
      const found = known.get(way);
      if (!found) throw missingAt(way);
      const entry = drawn(found.entries, seed, found.place);
      return asked === undefined ? entry : after(entry, asked);
    },
  });
  return forRun(0);
}

/** @throws RangeError for a number of epochs after which the table knows nothing */
function after(entry: TableEntry, epochs: number): TableEntry {
  const { errors, judged, cost } = entry;
  if (!errors) {
    throw new RangeError(
      `searchTable: expected to be asked for whole trainings, got ${say(epochs)} epochs, and this table has one error for each architecture; ask for no epochs, or give its entries errors by epoch`,
    );
  }
  const error = errors[epochs - 1] as number | undefined;
  if (error === undefined || Number.isNaN(error)) {
    throw new RangeError(
      `searchTable: expected epochs from 1 to ${errors.length} after which the table was tested, got ${say(epochs)}`,
    );
  }
  const share = (of: number | undefined) => (of === undefined ? undefined : (of * epochs) / errors.length);
  return {
    error,
    judged,
    ...(cost && { cost: { images: share(cost.images), seconds: share(cost.seconds) } }),
  };
}

/** Which of something's trainings a run is told: the same whenever it asks. */
export const drawn = <E>(trainings: readonly E[], seed: number, place: number): E =>
  trainings.length === 1 ? trainings[0] : trainings[bitsAt(seed, place) % trainings.length];
