/**
 * A complete table of a space as something to search on: every architecture's errors, looked up instead of trained, so that
 * a strategy runs a thousand times in seconds.
 */
import type { AnyArchitecture } from "../../architectures/family.js";
import { bitsAt } from "../../base/random.js";
import { say } from "../../base/say.js";
import type { Constraints } from "../../spaces/sample.js";
import type { Space } from "../../spaces/space.js";
import type { Way } from "../../spaces/decisions/way.js";
import type { Cost } from "../cost.js";
import { WayValues } from "./way-values.js";

/** What a table knows of an architecture. */
export interface TableEntry {
  /** What a search is told, per cent: of one seed, or after few epochs, as a real training would tell it. */
  readonly error: number;
  /** What a search is judged by, per cent: the mean over seeds on the test split, say. */
  readonly judged: number;
  /** What a training that tells the error costs. */
  readonly cost?: Cost;
  /**
   * What a search is told after epoch 1, 2, …, the last of which is `error`; NaN where nothing was tested. A part of a
   * training costs its share of the epochs. Default: the table knows whole trainings alone.
   */
  readonly errors?: ArrayLike<number>;
}

export interface SearchTable<A extends AnyArchitecture = AnyArchitecture> {
  readonly space: Space<A>;
  /** The least error that a search can be judged by. */
  readonly best: number;
  /**
   * @param epochs of the recipe's schedule after which the search is told. Default: all
   * @throws RangeError for an architecture, or a number of epochs, that the table does not have
   */
  look(way: Way<A>, epochs?: number): TableEntry;
  /** What of the space the table has, if not all: nothing else is proposed. */
  readonly where?: Constraints<A>;
  /** The table as one run sees it, where a run's seed decides which of several trainings it is told. */
  forRun?(seed: number): SearchTable<A>;
}

/**
 * A table of what some function knows of each architecture; it is asked for every one at once.
 *
 * @param entryOf the entry of an architecture, or one for each of its trainings, of which a run is told one that its seed draws;
 *   undefined where there is none, which a search then must not ask for
 * @throws RangeError for a space without a program of choices, and for a table without a single entry
 */
export function searchTable<A extends AnyArchitecture>(
  space: Space<A>,
  entryOf: (architecture: A) => TableEntry | readonly TableEntry[] | undefined,
): SearchTable<A> {
  let [best, several] = [Infinity, false];
  let place = 0;
  const known = new WayValues(space, architecture => {
    const found = entryOf(architecture);
    const entries = found && ([found].flat() as readonly TableEntry[]);
    if (!entries || entries.length === 0) return undefined;
    for (const { judged } of entries) if (judged < best) best = judged;
    if (entries.length > 1) several = true;
    return { entries, place: place++ };
  });
  if (known.size === 0) throw new RangeError(`searchTable: no architecture of ${space.name} has an entry`);
  const forRun = (seed: number): SearchTable<A> => ({
    space,
    best,
    ...(several && { forRun }),
    look(way, epochs) {
      const found = known.get(way);
      if (found) {
        const entry = drawn(found.entries, seed, found.place);
        return epochs === undefined ? entry : after(entry, epochs);
      }
      throw new RangeError(
        `searchTable: expected an architecture of the table, got ${say(way.architecture)}, which ${space.name} has and the table has not; give it an entry, or windows that leave it out`,
      );
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
