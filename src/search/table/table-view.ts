/** A table of trainings as something to search on: what a search is told of a function, and what it is judged by. */
import type { AnyArchitecture } from "../../architectures/family.js";
import { expectOptions } from "../../base/expect-options.js";
import { say } from "../../base/say.js";
import type { Way } from "../../spaces/decisions/way.js";
import { contentPrint } from "./content-print.js";
import { drawn, type SearchTable, type TableEntry } from "./search-table.js";
import type { SpaceTable, TableRow, TableTraining } from "./space-table.js";
import { WayValues } from "./way-values.js";

/** What of a table a search is told, and what it is judged by: errors on the test split, after the last epoch. */
export interface TableView {
  /** Whose error. Default `"validation"`, `"test"` where there is no such split. */
  readonly told?: "validation" | "test";
  /**
   * Which training's: `"drawn"`, one of each function's, drawn by the run's seed, as if it had been trained then (default);
   * the number of one, from 0; or `"mean"`, of all, which costs as much as all.
   */
  readonly training?: "drawn" | "mean" | number;
  /**
   * Which trainings judge: `"others"`, the mean of those that it is not told, so that the luck of the one that was chosen by does not flatter the
   * choice (default; a function with no other is left out); `"all"`, the mean of all, which is all there is where `"mean"` tells.
   */
  readonly judged?: "others" | "all";
  /** Epochs after which a search is told where it asks for no others. Default: all. */
  readonly epochs?: number;
}

/** What is told of one function: an entry for each training that may tell it. */
interface Told {
  readonly place: number;
  readonly entries: readonly Entry[];
}

/** An entry with what it is after fewer epochs. */
interface Entry extends TableEntry {
  readonly errors: Float64Array;
  readonly costs: readonly Required<NonNullable<TableEntry["cost"]>>[];
}

/** @throws RangeError for a training, a split or an epoch that the table does not have */
export function tableView<A extends AnyArchitecture>(
  table: SpaceTable<A>,
  view: TableView = {},
): SearchTable<A> {
  const { told, training, judged: judge, epochs } = checkedView(table, view);
  const known = new Map<TableRow<A>, Told>();
  for (const [place, row] of table.rows.entries()) {
    const { trainings } = row;
    const curves = trainings.map(one => curveOf(one, told, table));
    const all = meanError(trainings);
    const others = (k: number) => (judge === "all" ? all : meanError(trainings.filter((_, i) => i !== k)));
    const entries =
      training === "mean"
        ? trainings.length > 0
          ? [entryOf(meanOf(curves), all, epochs)]
          : []
        : curves.flatMap((curve, k) =>
            training === "drawn" || trainings[k].repeat === training
              ? [entryOf(curve, others(k), epochs)]
              : [],
          );
    const judgeable = entries.filter(({ judged }) => !Number.isNaN(judged));
    if (judgeable.length > 0) known.set(row, { place, entries: judgeable });
  }
  if (known.size === 0) {
    throw new RangeError(
      'SpaceTable.search: no function has a training that is told and another to judge it by; train more of them, or ask for { judged: "all" }, which judges by the told one, too, and flatters',
    );
  }
  const tested = [...known.values()].every(({ entries }) =>
    entries.every(({ error }) => !Number.isNaN(error)),
  );
  if (!tested) {
    throw new RangeError(
      `SpaceTable.search: the ${told} split was not tested after epoch ${epochs} of every training; ask for all ${table.epochs}, or train the table with testEvery 1 and testAlong`,
    );
  }
  const best = [...known.values()]
    .flatMap(({ entries }) => entries)
    .reduce((least, { judged }) => Math.min(least, judged), Infinity);
  // Every way's, so that a search need not ask what function it is.
  const byWay = new WayValues(table.space, architecture => known.get(table.find(architecture)!));
  const missing = (way: Way<A>): RangeError => {
    // Says what the table lacks, if it lacks all of it.
    table.row(way.architecture);
    const lacks =
      training === "drawn" || training === "mean" ? "a second training" : `training ${training}, or another,`;
    return new RangeError(
      `SpaceTable: the table of ${table.name} is partial and lacks ${lacks} of ${say(way.architecture)}; train the rest with netspace table train`,
    );
  };
  const found = (way: Way<A>): Told => {
    const value = byWay.get(way);
    if (!value) throw missing(way);
    return value;
  };
  const whole = known.size === table.rows.length;
  const several = [...known.values()].some(({ entries }) => entries.length > 1);
  const print = contentPrint(() => [...known.values()].map(({ entries }) => entries));
  const forRun = (seed: number): SearchTable<A> => ({
    space: table.space,
    best,
    epochs: table.epochs,
    facts: {
      told,
      training,
      epochs,
      get print() {
        return print();
      },
    },
    ...(!whole && { where: { accept: ({ architecture }) => known.has(table.find(architecture)!) } }),
    ...(several && { forRun, drawnFrom: found }),
    look(way, asked) {
      const { entries, place } = found(way);
      const entry = drawn(entries, seed, place);
      return asked === undefined ? entry : after(entry, asked);
    },
  });
  return forRun(0);
}

/** On the test split; NaN of none. */
const meanError = (trainings: readonly TableTraining[]): number =>
  trainings.reduce((sum, { error }) => sum + error, 0) / trainings.length;

/** What of a table does not depend on its architectures. */
type Facts = Pick<SpaceTable, "name" | "repeats" | "epochs" | "trainingImages"> & {
  readonly rows: readonly Pick<TableRow, "trainings">[];
};

function checkedView(table: Facts, view: TableView): Required<TableView> {
  const { rows, repeats } = table;
  expectOptions("SpaceTable.search", view, {
    told: "text?",
    training: "any?",
    judged: "text?",
    epochs: "number?",
  });
  const hasValidation = rows.some(({ trainings }) =>
    trainings.some(({ validationError }) => validationError !== undefined),
  );
  const { told = hasValidation ? "validation" : "test", training = "drawn", epochs = table.epochs } = view;
  if (told !== "test" && !(told === "validation" && hasValidation)) {
    throw new RangeError(
      `SpaceTable.search: told must be ${hasValidation ? '"validation" or "test"' : '"test", since the images have no validation split'}, got ${say(told)}`,
    );
  }
  const isTraining =
    typeof training === "number"
      ? Number.isInteger(training) && training >= 0 && training < repeats
      : training === "drawn" || training === "mean";
  if (!isTraining) {
    throw new RangeError(
      `SpaceTable.search: training must be "drawn", "mean" or a number from 0 to ${repeats - 1}, got ${say(training)}`,
    );
  }
  const { judged = training === "mean" ? "all" : "others" } = view;
  if (judged !== "all" && !(judged === "others" && training !== "mean")) {
    throw new RangeError(
      `SpaceTable.search: judged must be ${training === "mean" ? '"all" where the mean of all trainings tells' : '"others" or "all"'}, got ${say(judged)}`,
    );
  }
  if (Number.isInteger(epochs) && epochs >= 1 && epochs <= table.epochs) {
    return { told, training, judged, epochs };
  }
  throw new RangeError(
    `SpaceTable.search: epochs must be an integer from 1 to ${table.epochs}, got ${say(epochs)}`,
  );
}

/** What a training told after each epoch, and what that had cost. */
interface Curve {
  readonly errors: Float64Array;
  readonly costs: Entry["costs"];
}

function curveOf(training: TableTraining, split: "validation" | "test", table: Facts): Curve {
  const { epochs, error, validationError = Number.NaN, seconds } = training;
  const final = split === "test" ? error : validationError;
  const errors = new Float64Array(table.epochs).fill(Number.NaN);
  // One that diverged guesses from there on.
  if (training.status === "diverged") errors.fill(final, epochs.length);
  for (const [i, report] of epochs.entries()) {
    errors[i] = (split === "test" ? report.testError : report.validationError) ?? Number.NaN;
  }
  errors[table.epochs - 1] = final;
  const costs = Array.from(errors, (_, i) => ({
    images: (i + 1) * table.trainingImages,
    seconds: i + 1 === table.epochs ? seconds : (epochs[i]?.seconds ?? seconds),
  }));
  return { errors, costs };
}

/** Of several: the mean error, and the sum of costs. */
const meanOf = (curves: readonly Curve[]): Curve => ({
  errors: curves[0].errors.map(
    (_, i) => curves.reduce((sum, { errors }) => sum + errors[i], 0) / curves.length,
  ),
  costs: curves[0].costs.map((_, i) => ({
    images: curves.reduce((sum, { costs }) => sum + costs[i].images, 0),
    seconds: curves.reduce((sum, { costs }) => sum + costs[i].seconds, 0),
  })),
});

const entryOf = ({ errors, costs }: Curve, judged: number, epochs: number): Entry => ({
  error: errors[epochs - 1],
  judged,
  cost: costs[epochs - 1],
  errors,
  costs,
});

function after({ errors, costs, judged }: Entry, epochs: number): TableEntry {
  const error = errors[epochs - 1];
  if (error !== undefined && !Number.isNaN(error)) return { error, judged, cost: costs[epochs - 1] };
  throw new RangeError(
    `SpaceTable: expected a number of epochs from 1 to ${errors.length} after which the table was tested, got ${say(epochs)}; ask for ${errors.length}, or for fewer`,
  );
}
