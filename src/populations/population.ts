/**
 * A population: sampled networks with what they cost and how they did, one row a network.
 */
import type { StoredArchitecture } from "../networks/stored.js";
import type { EpochReport } from "../training/engine.js";
import type { Recipe } from "../training/recipe.js";
import { type Column, toColumn } from "./column.js";
import { type CheckedSpec, trialSeed } from "./spec.js";
import { readSpec } from "./spec-file.js";
import { readTrials } from "./store.js";
import { Table } from "./table.js";
import { isSettled, sweepId, type TrialRecord } from "./trial.js";

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

/** A network of the population with all that is known of it. */
export interface Member {
  readonly architecture: StoredArchitecture;
  readonly row: PopulationRow;
  readonly epochs: readonly EpochReport[];
}

/** Columns that every population has, also an empty one. */
const COLUMNS = [
  "index",
  "id",
  "status",
  "error",
  "flops",
  "params",
  "acts",
  "depth",
  "seconds",
  "imagesPerSecond",
  "epochs",
  "learningRate",
  "weightDecay",
  "seed",
] as const satisfies (keyof PopulationRow)[];

/**
 * The networks of a sweep: a table of them (diverged networks with the error of guessing), and what it was made by.
 * `filter` and the like give plain tables.
 */
export class Population extends Table<PopulationRow> {
  readonly spec: CheckedSpec;
  /** In the order they were sampled; trials that have not ended, or failed, are left out. */
  readonly members: readonly Member[];

  constructor(spec: CheckedSpec, members: readonly Member[], notes: readonly string[] = []) {
    const rows = members.map(member => member.row);
    const names = new Set<string>(rows.length > 0 ? rows.flatMap(row => Object.keys(row)) : COLUMNS);
    const columns = [...names].map((name): [string, () => Column] => {
      const column = toColumn(
        name,
        rows.map(row => row[name as keyof PopulationRow]),
      );
      return [name, () => column];
    });
    super(members.length, new Map(columns), notes);
    this.spec = spec;
    this.members = members;
  }

  override get rows(): readonly PopulationRow[] {
    return this.members.map(member => member.row);
  }
}

/**
 * Opens the population in a sweep's folder, finished or still running.
 *
 * @throws SpecError if the folder holds no sweep
 */
export function openPopulation(folder: string): Population {
  const spec = readSpec(folder);
  const { records, notes } = readTrials(folder);
  const sweep = sweepId(spec);
  const own = [...records.values()].filter(record => record.sweep === sweep);
  const foreign = records.size - own.length;
  const members = own.filter(isSettled).sort((a, b) => a.index - b.index);
  return new Population(
    spec,
    members.map(record => toMember(spec, record)),
    [
      ...notes,
      ...(foreign > 0 ? [`${foreign} trials belong to another sweep than ${folder}'s; passed over`] : []),
      ...failureNotes(own.filter(record => !isSettled(record))),
    ],
  );
}

/** One note for each reason, not for each trial: a fault of the machine fails hundreds alike. */
function failureNotes(failed: readonly TrialRecord[]): string[] {
  const byReason = new Map<string, number[]>();
  for (const { reason = "for no known reason", index } of failed) {
    byReason.set(reason, [...(byReason.get(reason) ?? []), index]);
  }
  return [...byReason].map(([reason, indices]) => {
    const which =
      indices.length === 1 ? `trial ${indices[0]}` : `${indices.length} trials (the first is ${indices[0]})`;
    return `${which} failed: ${reason}; running the sweep again tries again`;
  });
}

/** Fields of a recipe under the vocabulary's names; those that every population has, and any that were drawn. */
function recipeColumns({ recipe }: CheckedSpec, drawn: Partial<Recipe> = {}) {
  const { epochs, learningRate, weightDecay } = { ...(recipe as Recipe), ...drawn };
  const { batch, ...others } = drawn;
  const numbers = Object.entries(others).map(([name, value]) => [name, Number(value)]);
  return {
    ...(Object.fromEntries(numbers) as object),
    ...(batch !== undefined && { trainBatch: batch }),
    epochs,
    learningRate,
    weightDecay,
  };
}

function toMember(spec: CheckedSpec, record: TrialRecord): Member {
  const { id, index, architecture, complexity, epochs = [] } = record;
  // A settled record has these; the type allows for failures, which have none.
  const { status, error, seconds, imagesPerSecond } = record as Required<TrialRecord> & PopulationRow;
  const stages = architecture.stages.flatMap(({ depth, width, bottleneck, groupWidth }, i) => [
    [`d${i + 1}`, depth],
    [`w${i + 1}`, width],
    [`b${i + 1}`, bottleneck],
    [`g${i + 1}`, groupWidth],
  ]);
  // A RegNet's depth is the stages' together; its other numbers have the paper's letters.
  const { depth: _stages, bottleneck, groupWidth, ...drawn } = architecture.parameters ?? {};
  const depth = architecture.stages.reduce((d, stage) => d + stage.depth, 0);
  const row: PopulationRow = {
    ...(drawn as Partial<PopulationRow>),
    ...(bottleneck !== undefined && { b: bottleneck }),
    ...(groupWidth !== undefined && { g: groupWidth }),
    index,
    id,
    status,
    error,
    ...complexity,
    depth,
    ...Object.fromEntries(stages),
    seconds,
    imagesPerSecond,
    ...recipeColumns(spec, record.drawn),
    seed: trialSeed(spec, index),
    ...(spec.repeats !== undefined && { network: index % spec.n }),
  };
  return { architecture, row, epochs };
}
