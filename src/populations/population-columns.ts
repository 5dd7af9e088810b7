/** The columns of a sweep's population, in the vocabulary of `vocabulary.ts`, straight from its records. */
import type { Stage } from "../networks/block.js";
import type { Recipe } from "../training/recipe.js";
import type { Column } from "./column.js";
import { type CheckedSpec, trialSeed } from "./spec.js";
import type { TrialRecord } from "./trial.js";

/** The paper's letters for what each stage has. */
const stageLetters = [
  ["d", "depth"],
  ["w", "width"],
  ["b", "bottleneck"],
  ["g", "groupWidth"],
] as const satisfies (readonly [string, keyof Stage])[];

/** A RegNet's numbers by letter; its depth is the stages' together. */
const parameterNames = new Map([
  ["bottleneck", "b"],
  ["groupWidth", "g"],
  ["depth", undefined],
]);

/** Fields of the recipe that every population has. */
const recipeFields = ["epochs", "learningRate", "weightDecay"] as const;

/**
 * One column a measure, in this order: what the network is called and how it did, what it costs, its stages, the
 * space's parameters, its training. Missing numbers are NaN. A Float64Array is filled in one pass over the records,
 * since a row object for each of 100,000 trials would take longer than reading them.
 */
export function populationColumns(
  spec: CheckedSpec,
  records: readonly TrialRecord[],
): ReadonlyMap<string, Column> {
  const n = records.length;
  const columns = new Map<string, Column>();
  const numbers = (name: string, value: (record: TrialRecord, i: number) => number | undefined) => {
    const column = new Float64Array(n);
    for (let i = 0; i < n; i++) column[i] = value(records[i], i) ?? Number.NaN;
    columns.set(name, column);
  };
  numbers("index", record => record.index);
  columns.set(
    "id",
    records.map(record => record.id),
  );
  columns.set(
    "status",
    records.map(record => record.status),
  );
  numbers("error", record => record.error);
  numbers("flops", record => record.complexity.flops);
  numbers("params", record => record.complexity.params);
  numbers("acts", record => record.complexity.acts);
  numbers("depth", ({ architecture: { stages } }) => stages.reduce((depth, stage) => depth + stage.depth, 0));
  const stages = records.reduce((most, { architecture }) => Math.max(most, architecture.stages.length), 0);
  for (let stage = 0; stage < stages; stage++) {
    for (const [letter, key] of stageLetters) {
      numbers(`${letter}${stage + 1}`, ({ architecture }) => architecture.stages[stage]?.[key]);
    }
  }
  for (const parameter of keysOf(records, record => record.architecture.parameters)) {
    const name = parameterNames.has(parameter) ? parameterNames.get(parameter) : parameter;
    if (name) numbers(name, record => record.architecture.parameters?.[parameter]);
  }
  numbers("seconds", record => record.seconds);
  numbers("imagesPerSecond", record => record.imagesPerSecond);
  // What is drawn has no number in the spec.
  const given = (field: keyof Recipe) =>
    typeof spec.recipe[field] === "number" ? spec.recipe[field] : undefined;
  for (const field of recipeFields) numbers(field, ({ drawn }) => drawn?.[field] ?? given(field));
  for (const field of keysOf(records, record => record.drawn) as (keyof Recipe)[]) {
    const value = ({ drawn }: TrialRecord) =>
      drawn?.[field] === undefined ? undefined : Number(drawn[field]);
    if (!columns.has(field)) numbers(field === "batch" ? "trainBatch" : field, value);
  }
  numbers("seed", record => trialSeed(spec, record.index));
  if (spec.repeats !== undefined) numbers("network", record => record.index % spec.n);
  return columns;
}

/** The keys that any of the objects has, in the order in which they come. */
function keysOf(records: readonly TrialRecord[], of: (record: TrialRecord) => object | undefined): string[] {
  const keys = new Set<string>();
  for (const record of records) for (const key in of(record)) keys.add(key);
  return [...keys];
}
