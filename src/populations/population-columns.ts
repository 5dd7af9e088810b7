/** The columns of a sweep's population, in the vocabulary of `vocabulary.ts`, straight from its records. */
import { columnsOf } from "../architectures/stored.js";
import type { Recipe } from "../training/recipe.js";
import type { Column } from "../tables/column.js";
import type { CheckedSpec } from "../trials/spec.js";
import type { TrialRecord } from "../trials/trial.js";
import { later } from "../base/node/later.js";

const seeds = later<typeof import("../trials/training-seeds.js")>(
  import.meta.url,
  "../trials/training-seeds.js",
);

/** Columns that every population has, also an empty one: what comes before the parameters, and what behind them. */
const FIRST = ["index", "error", "flops", "params", "acts", "depth"];
const LAST = ["seconds", "imagesPerSecond", "epochs", "learningRate", "weightDecay", "seed"];

const VALIDATION = "validationError";

/**
 * One column a measure: what the network is called, how it did and what it costs, its stages and the space's
 * parameters, its training. Missing numbers are NaN. Each record is read once, and none is kept.
 */
export function populationColumns(
  spec: CheckedSpec,
  trials: readonly TrialRecord[],
): ReadonlyMap<string, Column> {
  const n = trials.length;
  const found = new Map<string, Float64Array>();
  const column = (name: string): Float64Array => {
    let values = found.get(name);
    if (!values) found.set(name, (values = new Float64Array(n).fill(Number.NaN)));
    return values;
  };
  const texts = new Map<string, string[]>();
  const text = (name: string): string[] => {
    let values = texts.get(name);
    if (!values) texts.set(name, (values = Array.from({ length: n }, () => "")));
    return values;
  };
  for (const name of [...FIRST, ...LAST]) column(name);
  const { epochs, learningRate, weightDecay } = spec.recipe;
  const firstSeed = seeds().firstTrainingSeed(spec);
  const recipe = { epochs, learningRate, weightDecay } as Partial<Recipe>;
  for (let i = 0; i < n; i++) {
    const { index, architecture, complexity, error, validationError } = trials[i];
    const { seconds, imagesPerSecond, drawn } = trials[i];
    column("index")[i] = index;
    column("error")[i] = error ?? Number.NaN;
    if (validationError !== undefined) column(VALIDATION)[i] = validationError;
    column("flops")[i] = complexity.flops;
    column("params")[i] = complexity.params;
    column("acts")[i] = complexity.acts;
    const own = columnsOf(architecture);
    for (const name in own) column(name)[i] = own[name];
    column("seconds")[i] = seconds ?? Number.NaN;
    column("imagesPerSecond")[i] = imagesPerSecond ?? Number.NaN;
    for (const [field, value] of Object.entries({ ...recipe, ...drawn })) {
      // A field that is drawn has no number in the spec.
      if (typeof value === "string") text(field)[i] = value;
      else if (typeof value !== "object") column(field === "batch" ? "trainBatch" : field)[i] = Number(value);
    }
    column("seed")[i] = firstSeed + index;
    if (spec.repeats !== undefined) column("network")[i] = index % spec.n;
  }
  // Beside the error, where there is a validation split.
  const errors = ["error", ...(found.has(VALIDATION) ? [VALIDATION] : [])];
  const placed = [...FIRST, ...LAST, VALIDATION];
  const own = [...found.keys()].filter(name => !placed.includes(name));
  const numbers = (names: string[]) => names.map((name): [string, Column] => [name, column(name)]);
  return new Map<string, Column>([
    ...numbers(FIRST.slice(0, 1)),
    ["id", trials.map(trial => trial.id)],
    ["status", trials.map(trial => trial.status)],
    ...numbers([...errors, ...FIRST.slice(2), ...own]),
    ...texts,
    ...numbers(LAST),
  ]);
}
