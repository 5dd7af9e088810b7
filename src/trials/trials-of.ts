/** A sweep's trials, and which of them its store has an outcome of. */
import { build } from "../architectures/build.js";
import { storeArchitecture } from "../architectures/stored.js";
import { seeded } from "../base/random.js";
import type { Sample } from "../spaces/space.js";
import { say } from "../base/say.js";
import { engineByName } from "../training/engines/index.js";
import type { Recipe } from "../training/recipe.js";
import { drawRecipe } from "./recipe-spec.js";
import { samplesOf } from "./samples.js";
import { contentsOf } from "./space-spec.js";
import type { CheckedSpec } from "./spec.js";
import { SpecError } from "./spec-error.js";
import { sweepIdsIn } from "./store/grown.js";
import { readTrials } from "./store/store.js";
import { StoreError } from "./store/store-error.js";
import { firstTrainingSeed } from "./training-seeds.js";
import { isSettled, sweepId, type Trial, type TrialRecord, trialId } from "./trial.js";

/** Sets the stream that recipes are drawn from apart from the one that architectures are drawn from. */
const RECIPE_STREAM = 0x5eed;

/**
 * The trials of a sweep, in order: the same spec gives the same trials on any machine. With repeats, all networks
 * come once before any comes again. Whether fields of the recipe are drawn does not change the networks.
 *
 * @throws SamplingError if the windows are (nearly) empty
 * @throws DatasetError if the spec is not complete
 */
export function trialsOf(spec: CheckedSpec): Trial[] {
  const { n, seed, repeats = 1 } = spec;
  const random = seeded((seed ^ RECIPE_STREAM) >>> 0);
  const trialOf = trialMaker(spec);
  const sampled = samplesOf(spec).map(drawn => ({ ...drawn, ...drawRecipe(spec.recipe, random) }));
  return Array.from({ length: repeats * n }, (_, index) => trialOf(sampled[index % n], index));
}

/** Which part of its recipe's schedule a trial trains, where that is not all of it. */
export interface TrialPart extends Pick<Trial, "until" | "stopAbove"> {
  /** The trial that it goes on from, and the index of the first of them, whose seed all of them have. */
  readonly continues?: { readonly id: string; readonly root: number } | undefined;
}

/**
 * Makes the trials of a spec: a network and its recipe, as the trial of that index, or a part of that training.
 *
 * @param sweep what they belong to. Default: the spec's sweep
 */
export function trialMaker(
  spec: CheckedSpec,
  sweep: string = sweepId(spec),
): (sample: Sample & Pick<Trial, "recipe" | "drawn">, index: number, part?: TrialPart) => Trial {
  const { dataset, engine, precision } = spec;
  const contents = contentsOf(spec.space);
  const source = contents.length > 0 ? { source: contents.join("+") } : {};
  const first = firstTrainingSeed(spec);
  return (sample, index, part = {}) => {
    let id: string | undefined;
    const { continues } = part;
    return {
      ...sample,
      index,
      sweep,
      // Made anew whenever it is asked for: the layers of 20,000 networks take a gigabyte, and collecting them seconds.
      get network() {
        return build(sample.architecture);
      },
      // The network is hashed, which who only asks for samples need not wait for.
      get id() {
        return (id ??= trialId(this));
      },
      dataset,
      seed: first + (continues?.root ?? index),
      engine,
      precision,
      ...partFields(part, sample.recipe, engine),
      ...source,
    };
  };
}

/** A training until its end is one that says nothing of it. */
function partFields(
  { until, continues, stopAbove }: TrialPart,
  recipe: Recipe,
  engine: string,
): Pick<Trial, "until" | "continues" | "stopAbove"> {
  const { epochs } = recipe;
  if (until !== undefined && !(Number.isSafeInteger(until) && until > 0 && until <= epochs)) {
    throw new SpecError(
      `sweep spec: recipe.epochs: expected at least the ${say(until)} epochs after which the search compares trainings, got ${epochs}; give the recipe as many, or the strategy fewer`,
    );
  }
  const fields = {
    ...(until !== undefined && until < epochs && { until }),
    ...(continues && { continues: continues.id }),
    ...(stopAbove && Object.keys(stopAbove).length > 0 && { stopAbove }),
  };
  const isWhole = Object.keys(fields).length === 0;
  // What goes on to the end is a part, too.
  if (!isWhole && engineByName(engine).refuses?.(recipe, { keepCheckpoint: true })) {
    throw new SpecError(
      `sweep spec: engine: expected one that trains parts of a schedule, as "torch" does, got ${say(engine)}; use that, or a strategy that trains every network to the end`,
    );
  }
  return fields;
}

/** What a record says of a trial before it has ended. */
export const headOf = ({
  id,
  sweep,
  index,
  architecture,
  flops,
  params,
  acts,
  drawn,
  until,
  continues,
  stopAbove,
}: Trial): RecordHead => ({
  id,
  sweep,
  index,
  architecture: storeArchitecture(architecture),
  complexity: { flops, params, acts },
  ...(Object.keys(drawn).length > 0 && { drawn }),
  ...(until !== undefined && { until }),
  ...(continues !== undefined && { continues }),
  ...(stopAbove && { stopAbove }),
});

type RecordHead = Pick<
  TrialRecord,
  "id" | "sweep" | "index" | "architecture" | "complexity" | "drawn" | "until" | "continues" | "stopAbove"
>;

/**
 * Those of the trials that have no outcome in the folder, and what the store has of the others, in order.
 *
 * @throws StoreError if a newer netspace wrote there: its outcomes cannot be seen, and would be trained again; or if code
 *   drew other networks when the stored ones were trained
 */
export function openTrials(
  folder: string,
  trials: readonly Trial[],
): { todo: Trial[]; stored: TrialRecord[] } {
  const { records, newer } = readTrials(folder);
  if (newer > 0) {
    throw new StoreError(
      `sweep: expected records of form 1 in ${folder}, got ${newer} by a newer netspace, which this one would train again; update netspace, or choose another folder`,
    );
  }
  const [first] = trials;
  const sweeps = sweepIdsIn(folder, first?.sweep ?? "");
  const stored = trials.flatMap(({ id, sweep }) => {
    const record = records.get(id);
    return record && (record.sweep === sweep || sweeps.has(record.sweep)) ? [record] : [];
  });
  requireSameNetworks(folder, trials, records.values());
  const done = new Set(stored.filter(isSettled).map(record => record.id));
  return { todo: trials.filter(trial => !done.has(trial.id)), stored };
}

/** Code may draw otherwise though its source is the same, as one that reads the clock or a file does. */
function requireSameNetworks(folder: string, trials: readonly Trial[], records: Iterable<TrialRecord>): void {
  const own = new Map(trials.filter(({ source }) => source !== undefined).map(trial => [trial.index, trial]));
  if (own.size === 0) return;
  for (const { id, sweep, index } of records) {
    const trial = own.get(index);
    if (trial === undefined || trial.sweep !== sweep || trial.id === id) continue;
    throw new StoreError(
      `sweep: the space's code drew another network ${index} when ${folder} was trained than it does now, from the same source: it depends on more than that and the random it is given, as on the time, the machine or a file; make it depend on nothing else, and choose another folder`,
    );
  }
}
