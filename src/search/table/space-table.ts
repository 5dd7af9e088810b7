/**
 * A space with the trainings of all its functions: what was trained once, with several seeds, and tested after every epoch, is
 * looked up from then on. Architectures that compute the same function (`canonical`) are one row, whichever of them was
 * trained.
 */
import { canonical } from "../../architectures/canonical.js";
import type { AnyArchitecture } from "../../architectures/family.js";
import { reviveArchitecture } from "../../architectures/stored.js";
import { say } from "../../base/say.js";
import type { Complexity } from "../../networks/complexity.js";
import type { Population } from "../../populations/population.js";
import { admission } from "../../spaces/admission.js";
import { decisions } from "../../spaces/decisions/decisions-of.js";
import type { Space } from "../../spaces/space.js";
import { tableOf, type Row, type Table } from "../../tables/table.js";
import { TableError } from "../../tables/table-error.js";
import type { EpochReport } from "../../training/engine.js";
import { datasetFacts } from "../../training/datasets/dataset-facts.js";
import { kindOf } from "../../training/datasets/kinds.js";
import { contentsOf, spaceName } from "../../trials/space-spec.js";
import { placedSpace } from "../../trials/samples.js";
import { heldRecord } from "../../trials/store/logged-record.js";
import type { SearchTable } from "./search-table.js";
import { type TableView, tableView } from "./table-view.js";

/** One training of a function. */
export interface TableTraining {
  /** Which of the function's, from 0: all functions' first trainings have seeds of one range, and so on. */
  readonly repeat: number;
  readonly status: "finished" | "diverged";
  /** After the last epoch, per cent: top-1 on the test split, and on the validation split where there is one. */
  readonly error: number;
  readonly validationError?: number;
  /** What each epoch ended with. */
  readonly epochs: readonly EpochReport[];
  /** Wall time of training and testing. */
  readonly seconds: number;
}

/** A function of the space with its trainings. */
export interface TableRow<A extends AnyArchitecture = AnyArchitecture> extends Complexity {
  /** Of the architectures that compute it the first in the order of the space's choices. */
  readonly architecture: A;
  /** What they have in common; `canonical(architecture)`. */
  readonly function: string;
  /** How many architectures of the space compute it. */
  readonly architectures: number;
  /** In the order of their seeds; none where a partial table lacks it. */
  readonly trainings: readonly TableTraining[];
  /** What is known of it without training, by name. */
  readonly measures: Readonly<Record<string, number>>;
}

export interface SpaceTableOptions<A extends AnyArchitecture = AnyArchitecture> {
  /** Whether functions may be missing, or have fewer trainings than others. Default false. */
  readonly partial?: boolean;
  /** The space, where it is code of one's own that a file does not bring back. */
  readonly space?: Space<A>;
}

/** Measures of a population's networks, by the trial's id. */
export type StoredMeasures = ReadonlyMap<string, Readonly<Record<string, number>>>;

/** A space, every function of it trained: what `table`, `openTable` and `trainTable` give. */
export class SpaceTable<A extends AnyArchitecture = AnyArchitecture> {
  /** The space's. */
  readonly name: string;
  /** With as many classes as the images have. */
  readonly space: Space<A>;
  /** All trainings, with spec and provenance. */
  readonly population: Population;
  /** One for each function, in the order in which the space's choices first lead to it. */
  readonly rows: readonly TableRow<A>[];
  /** How often every function was trained; of a partial table the most that any was. */
  readonly repeats: number;
  /** Whether every function was trained as often. */
  readonly complete: boolean;
  /** Images of the training split. */
  readonly trainingImages: number;
  readonly #rowOf: ReadonlyMap<string, TableRow<A>>;
  readonly #rowsOfTrials: readonly TableRow<A>[];

  /**
   * @param caller what errors begin with
   * @throws TableError for a population that is no table, and for a partial one unless that is asked for
   */
  constructor(
    caller: string,
    population: Population,
    { partial = false, space: given }: SpaceTableOptions<A> = {},
    measures: StoredMeasures = new Map(),
  ) {
    const { spec } = population;
    this.population = population;
    if (spec.enumerate === undefined) {
      throw new TableError(
        `${caller}: expected trainings of all functions of a space, got a sample of ${spec.n} networks of ${spaceName(spec.space)}; netspace table train makes a table`,
      );
    }
    if (Object.keys(spec.where).length > 0) {
      throw new TableError(
        `${caller}: expected a sweep of a whole space, got one with windows, ${say(spec.where)}; a condition can be the space's own, space.accepting(…)`,
      );
    }
    const { resolution, classes } = datasetFacts(spec.dataset);
    this.space = given ? placed(given, classes) : spaceOf(caller, spec);
    this.name = this.space.name;
    const rows = functionsOf(caller, this.space, resolution);
    const ofTrials: TableRow<A>[] = [];
    for (const record of population.trials) {
      const trial = heldRecord(record);
      const row = rows.get(canonical(reviveArchitecture(trial.architecture)));
      if (!row) {
        throw new TableError(
          `${caller}: expected trainings of functions of ${this.name}, got trial ${trial.index}, whose architecture is none of its ${rows.size}`,
        );
      }
      const { status, error = Number.NaN, validationError, epochs = [], seconds = Number.NaN } = trial;
      ofTrials.push(row);
      row.trainings.push({
        repeat: Math.floor(trial.index / spec.n),
        status: status as TableTraining["status"],
        error,
        ...(validationError !== undefined && { validationError }),
        epochs,
        seconds,
      });
      Object.assign(row, trial.complexity);
      Object.assign(row.measures, measures.get(trial.id));
    }
    this.rows = [...rows.values()];
    for (const { trainings } of rows.values()) trainings.sort((a, b) => a.repeat - b.repeat);
    const counts = this.rows.map(({ trainings }) => trainings.length);
    const asked = spec.repeats ?? 1;
    this.repeats = counts.reduce((a, b) => Math.max(a, b), 0);
    this.complete = counts.every(count => count >= asked);
    const said = kindOf(spec.dataset)?.images?.(spec.dataset) ?? spec.dataset;
    // What lies in files is not looked at: a description says how many of them are taken, or nobody knows.
    this.trainingImages = said.train ?? Number.NaN;
    this.#rowsOfTrials = ofTrials;
    this.#rowOf = rows;
    if (this.repeats === 0)
      throw new TableError(
        `${caller}: no function of ${this.name} has been trained yet; netspace table train goes on with it`,
      );
    if (partial || this.complete) return;
    throw new TableError(
      `${caller}: expected all ${counts.length} functions of ${this.name} trained ${asked} times, got ${counts.filter(count => count >= asked).length} of them, and ${counts.filter(count => count === 0).length} not at all; netspace table train goes on with it, { partial: true } takes what there is`,
    );
  }

  /** Epochs of a training. */
  get epochs(): number {
    return this.population.spec.recipe.epochs as number;
  }

  /**
   * The row of an architecture, by the function that it computes.
   *
   * @throws RangeError for one that computes none of the space's, and for one that a partial table lacks
   */
  row(architecture: A): TableRow<A> {
    const row = this.find(architecture);
    if (!row) {
      throw new RangeError(
        `SpaceTable.row: expected an architecture of ${this.name}, for the same classes and images, got ${say(architecture)}, which computes no function of it`,
      );
    }
    if (row.trainings.length > 0) return row;
    throw new RangeError(
      `SpaceTable.row: the table of ${this.name} is partial and lacks the function ${row.function}; train the rest with netspace table train`,
    );
  }

  /** The row of each of the population's trials, in their order. */
  rowsOfTrials(): readonly TableRow<A>[] {
    return this.#rowsOfTrials;
  }

  /** The row of the function that an architecture computes, trained or not; undefined if it is none of the space's. */
  find(architecture: A): TableRow<A> | undefined {
    return this.#rowOf.get(canonical(architecture));
  }

  /**
   * The table as something to search on (`simulate`).
   *
   * @throws RangeError for a training, a split or an epoch that the table does not have
   */
  search(view: TableView = {}): SearchTable<A> {
    return tableView(this, view);
  }

  /**
   * A row for each function as a table: errors of each training and their means, costs, measures, and the numbers of its
   * family.
   */
  toTable(): Table {
    const family = (row: TableRow<A>) => row.architecture.family?.parameters(row.architecture) ?? {};
    return tableOf(
      this.rows
        .filter(({ trainings }) => trainings.length > 0)
        .map((row): Row => {
          const errors = row.trainings.map(({ error }) => error);
          const validation = row.trainings.map(({ validationError }) => validationError ?? Number.NaN);
          return {
            function: row.function,
            architectures: row.architectures,
            error: mean(errors),
            validationError: mean(validation),
            ...numbered("error", errors, this.repeats),
            ...numbered("validationError", validation, this.repeats),
            flops: row.flops,
            params: row.params,
            acts: row.acts,
            seconds: mean(row.trainings.map(({ seconds }) => seconds)),
            ...row.measures,
            ...family(row),
          };
        }),
    );
  }
}

/** A space with the images' classes. */
const placed = <A extends AnyArchitecture>(space: Space<A>, classes: number): Space<A> =>
  space.with?.({ classes } as Partial<A>) ?? space;

function spaceOf<A extends AnyArchitecture>(caller: string, spec: Population["spec"]): Space<A> {
  try {
    return placedSpace(spec) as unknown as Space<A>;
  } catch (cause) {
    if (contentsOf(spec.space).length === 0) throw cause;
    throw new TableError(
      `${caller}: the space of this table, ${spaceName(spec.space)}, is code, which is not run out of a file; give it as { space }, or write the file out with netspace sweep expand, read its source, and name the folder`,
      { cause },
    );
  }
}

export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

const numbered = (name: string, values: readonly number[], n: number): Record<string, number> =>
  Object.fromEntries(Array.from({ length: n }, (_, i) => [`${name}${i + 1}`, values[i] ?? Number.NaN]));

/** Ways of a space that is a table at most: all are walked, and each function is trained. */
export const MOST_WAYS = 1_000_000;

/** The functions of a space, each not trained yet. */
function functionsOf<A extends AnyArchitecture>(caller: string, space: Space<A>, resolution: number) {
  const program = decisions(space);
  if (program.size > MOST_WAYS) {
    throw new TableError(
      `${caller}: expected a space of at most ${MOST_WAYS} ways, of which a table can be made, got ${program.size} of ${space.name}; narrow it`,
    );
  }
  const windows = admission(caller, space, {}, resolution);
  const rows = new Map<
    string,
    Complexity & {
      readonly architecture: A;
      readonly function: string;
      architectures: number;
      readonly trainings: TableTraining[];
      readonly measures: Record<string, number>;
    }
  >();
  for (const { architecture } of program.ways()) {
    if (!windows.admits(architecture)) continue;
    const form = canonical(architecture);
    const known = rows.get(form);
    if (known) known.architectures++;
    else {
      const nothing = { flops: Number.NaN, params: Number.NaN, acts: Number.NaN };
      rows.set(form, {
        ...nothing,
        architecture,
        function: form,
        architectures: 1,
        trainings: [],
        measures: {},
      });
    }
  }
  return rows;
}
