/**
 * A population: sampled networks with what they cost and how they did, one row a network.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { StoredArchitecture } from "../networks/stored.js";
import type { EpochReport } from "../training/engine.js";
import { type CheckedSpec, checkSpec, SpecError } from "./spec.js";
import { readTrials } from "./store.js";
import { isSettled, type TrialRecord } from "./trial.js";

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
  readonly [stageParameter: `${"d" | "w" | "b" | "g"}${number}`]: number;
}

/** A network of the population with all that is known of it. */
export interface Member {
  readonly architecture: StoredArchitecture;
  readonly row: PopulationRow;
  readonly epochs: readonly EpochReport[];
}

export class Population {
  readonly spec: CheckedSpec;
  /** In the order they were sampled; trials that have not ended, or failed, are left out. */
  readonly members: readonly Member[];
  /** What had to be passed over when the store was read, in words. */
  readonly notes: readonly string[];

  constructor(spec: CheckedSpec, members: readonly Member[], notes: readonly string[] = []) {
    this.spec = spec;
    this.members = members;
    this.notes = notes;
  }

  get rows(): readonly PopulationRow[] {
    return this.members.map(member => member.row);
  }
  /** The errors, per cent, diverged networks included with the error of guessing. */
  get errors(): number[] {
    return this.column("error");
  }

  /**
   * The values of a column, for example `"error"`, `"depth"` or `"w4"`.
   *
   * @throws RangeError for a column the population does not have, with the ones it has
   */
  column(name: string): number[] {
    return this.rows.map(row => {
      const value = (row as unknown as Record<string, unknown>)[name];
      if (typeof value !== "number") {
        const known = Object.keys(row).filter(key => typeof row[key as keyof PopulationRow] === "number");
        throw new RangeError(`Population.column: unknown column "${name}"; known are ${known.join(", ")}`);
      }
      return value;
    });
  }
}

/** The file a sweep's spec is kept in, with every default spelt out. */
export const specFile = (folder: string): string => join(folder, "spec.json");

/**
 * Opens the population in a sweep's folder, finished or still running.
 *
 * @throws SpecError if the folder holds no sweep
 */
export function openPopulation(folder: string): Population {
  const spec = readSpec(folder);
  const { records, notes } = readTrials(folder);
  const members = [...records.values()].filter(isSettled).sort((a, b) => a.index - b.index);
  return new Population(spec, members.map(toMember), notes);
}

/** The spec of the sweep in `folder`. */
export function readSpec(folder: string): CheckedSpec {
  const file = specFile(folder);
  if (!existsSync(file)) {
    throw new SpecError(`expected a sweep's folder with a spec.json, got ${folder}`);
  }
  return checkSpec(JSON.parse(readFileSync(file, "utf8")));
}

function toMember(record: TrialRecord): Member {
  const { id, index, architecture, complexity, epochs = [] } = record;
  // A settled record has these; the type allows for failures, which have none.
  const { status, error, seconds, imagesPerSecond } = record as Required<TrialRecord> & PopulationRow;
  const stages = architecture.stages.flatMap(({ depth, width, bottleneck, groupWidth }, i) => [
    [`d${i + 1}`, depth],
    [`w${i + 1}`, width],
    [`b${i + 1}`, bottleneck],
    [`g${i + 1}`, groupWidth],
  ]);
  const depth = architecture.stages.reduce((d, stage) => d + stage.depth, 0);
  const row: PopulationRow = {
    index,
    id,
    status,
    error,
    ...complexity,
    depth,
    ...Object.fromEntries(stages),
    seconds,
    imagesPerSecond,
  };
  return { architecture, row, epochs };
}
