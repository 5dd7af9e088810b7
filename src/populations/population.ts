/**
 * A population: sampled networks with what they cost and how they did, one row a network.
 */
import { expectFields, expectList, expectName } from "../base/expect.js";
import type { StoredArchitecture } from "../architectures/stored.js";
import type { EpochReport } from "../training/engine.js";
import type { Provenance } from "./provenance.js";
import type { CheckedSpec } from "../trials/spec.js";
import { Table } from "../tables/table.js";
import type { Network } from "../networks/network.js";
import type { TrialRecord } from "../trials/trial.js";
import { later } from "../base/node/later.js";

const columnsOf = later<typeof import("./population-columns.js")>(import.meta.url, "./population-columns.js");
const repeated = later<typeof import("./repeated-trials.js")>(import.meta.url, "./repeated-trials.js");
const logged = later<typeof import("../trials/store/logged-record.js")>(
  import.meta.url,
  "../trials/store/logged-record.js",
);
const trialsOf = later<typeof import("../trials/trial.js")>(import.meta.url, "../trials/trial.js");
const spaces = later<typeof import("../trials/space-spec.js")>(import.meta.url, "../trials/space-spec.js");
const specs = later<typeof import("../trials/spec-file.js")>(import.meta.url, "../trials/spec-file.js");
const store = later<typeof import("../trials/store/store.js")>(import.meta.url, "../trials/store/store.js");
const grown = later<typeof import("../trials/store/grown.js")>(import.meta.url, "../trials/store/grown.js");
const labelled = later<typeof import("../trials/store/labels.js")>(
  import.meta.url,
  "../trials/store/labels.js",
);
const skipped = later<typeof import("../trials/store/skipped-images.js")>(
  import.meta.url,
  "../trials/store/skipped-images.js",
);

/**
 * One network. Besides the named fields, each stage i has `d<i>`, `w<i>`, `b<i>` and `g<i>`: its depth, width,
 * bottleneck ratio and group width.
 */
export interface PopulationRow {
  readonly index: number;
  readonly id: string;
  readonly status: "finished" | "diverged";
  /** Top-1 test error, per cent. */
  readonly error: number;
  /** The same on the validation split, per cent; absent where the dataset has none. */
  readonly validationError?: number;
  readonly flops: number;
  readonly params: number;
  readonly acts: number;
  /** Blocks in all stages together. */
  readonly depth: number;
  /** Wall time of training and testing, seconds. */
  readonly seconds: number;
  readonly imagesPerSecond: number;
  /** The recipe it was trained by, drawn or given, and the seed. */
  readonly epochs: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly seed: number;
  /** Which of the sampled networks, where each is trained several times. */
  readonly network?: number;
  /** A RegNet's parameters besides its depth, where the space has them. */
  readonly wa?: number;
  readonly wm?: number;
  readonly b?: number;
  readonly g?: number;
  readonly [stageParameter: `${"d" | "w" | "b" | "g"}${number}`]: number;
}

/**
 * A network of the population with all that is known of it: its record, with its row.
 *
 * @deprecated `Population["members"][number]` is the same; the name goes with the next version
 */
export type Member = Population["members"][number];

/**
 * The networks of a sweep: a table of them (diverged networks with the error of guessing), and what it was made by.
 * `filter` and the like give plain tables.
 */
export class Population extends Table<PopulationRow> {
  readonly spec: CheckedSpec;
  /** What the rows were read from, in the order in which the networks were sampled. */
  readonly trials: readonly TrialRecord[];
  /** Where, when and with what it was trained, if it comes from a compact file. */
  readonly provenance: Provenance | undefined;
  #members: Population["members"] | undefined;

  /** @param trials settled ones */
  constructor(
    spec: CheckedSpec,
    trials: readonly TrialRecord[],
    notes: readonly string[] = [],
    provenance?: Provenance,
  ) {
    expectFields("Population", "a checked spec", spec, { recipe: "object", seed: "number" });
    expectList("Population", "trials", trials, { index: "number", id: "text" });
    const sorted = [...trials].sort((a, b) => a.index - b.index);
    const columns = [...columnsOf().populationColumns(spec, sorted)];
    super(sorted.length, new Map(columns.map(([name, column]) => [name, () => column])), notes);
    this.spec = spec;
    this.trials = sorted;
    this.provenance = provenance;
  }

  /** Its space's, such as `"AnyNetXA"`, by which panels call it. */
  get name(): string {
    return spaces().spaceName(this.spec.space);
  }

  /**
   * Records with their rows, in the order they were sampled; trials that have not ended, or failed, are left out. Made
   * when first asked for.
   */
  get members(): readonly (TrialRecord & {
    /** An AnyNet's, unless the sweep's space is of another family. */
    readonly architecture: StoredArchitecture;
    readonly row: PopulationRow;
    readonly epochs: readonly EpochReport[];
    /** As data; made when it is asked for. */
    readonly network: Network;
  })[] {
    this.#members ??= this.rows.map((row, i) => {
      const record = this.trials[i];
      const { network: _made, epochs = [], ...held } = logged().heldRecord(record);
      return {
        ...held,
        architecture: held.architecture as StoredArchitecture,
        row,
        epochs,
        get network() {
          return trialsOf().networkOf(record);
        },
      };
    });
    return this.#members;
  }

  /**
   * The architectures, each once, in the order they were sampled: what a spec takes to train them again, however often each was
   * trained here.
   *
   * @example
   * ```ts
   * (await shippedPopulation("AnyNetXE-seeds")).architectures.length; // => 12
   * ```
   */
  get architectures(): readonly StoredArchitecture[] {
    const { canonicalJson } = trialsOf();
    const once = new Map<string, StoredArchitecture>();
    for (const { architecture } of this.members) {
      const form = canonicalJson(architecture);
      if (!once.has(form)) once.set(form, architecture);
    }
    return [...once.values()];
  }
}

/**
 * Opens the population in a sweep's folder, finished or still running.
 *
 * @throws SpecError if the folder holds no sweep
 * @example
 * ```ts
 * import { fileURLToPath } from "node:url";
 *
 * const shipped = new URL("data/populations/RegNetX.parquet", import.meta.resolve("netspace/package.json"));
 * await expandSweep(fileURLToPath(shipped), "runs/opened");
 * openPopulation("runs/opened").members[0].architecture.stages.length; // => 4
 * ```
 */
export function openPopulation(folder: string): Population {
  return populationIn("openPopulation", folder);
}

/** `openPopulation` for a function that says its own name in errors. */
export function populationIn(caller: string, folder: string): Population {
  expectName(caller, "a sweep's folder", folder);
  const spec = specs().readSpec(folder, caller);
  const { readSkipped, skippedNotes } = skipped();
  const { records, notes } = store().readTrials(folder);
  const { isSettled, sweepId } = trialsOf();
  const sweeps = grown().sweepIdsIn(folder, sweepId(spec));
  const own = [...records.values()].filter(record => sweeps.has(record.sweep));
  const foreign = records.size - own.length;
  // Of a training that went on, the one that went furthest: it is one network's, and the others are errors on the way.
  const goneOnFrom = new Set(own.filter(isSettled).map(record => record.continues));
  const settled = own.filter(record => isSettled(record) && !goneOnFrom.has(record.id));
  const { problem } = labelled().labelsIn(folder);
  return new Population(spec, settled, [
    ...notes,
    ...(problem === undefined ? [] : [problem]),
    ...skippedNotes(readSkipped(folder)),
    ...repeated().repeatedNotes(settled),
    ...(foreign > 0 ? [`${foreign} trials belong to another sweep than ${folder}'s; passed over`] : []),
    ...failureNotes(own.filter(record => !isSettled(record))),
  ]);
}

/** One note for each reason, not for each trial: a fault of the machine fails hundreds alike. */
function failureNotes(failed: readonly TrialRecord[]): string[] {
  const byReason = new Map<string, number[]>();
  for (const { reason = "for no known reason", index } of failed) {
    const indices = byReason.get(reason);
    if (indices) indices.push(index);
    else byReason.set(reason, [index]);
  }
  return [...byReason].map(([reason, indices]) => {
    const which =
      indices.length === 1 ? `trial ${indices[0]}` : `${indices.length} trials (the first is ${indices[0]})`;
    return `${which} failed: ${reason}; running the sweep again tries again`;
  });
}
