/** A sweep's trials, and which of them its store has an outcome of. */
import { build } from "../architectures/build.js";
import { storeArchitecture } from "../architectures/stored.js";
import { seeded } from "../base/random.js";
import type { Sample } from "../spaces/space.js";
import { drawRecipe } from "./recipe-spec.js";
import { samplesOf } from "./samples.js";
import { contentsOf } from "./space-spec.js";
import type { CheckedSpec } from "./spec.js";
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

/**
 * Makes the trials of a spec: a network and its recipe, as the trial of that index.
 *
 * @param sweep what they belong to. Default: the spec's sweep
 */
export function trialMaker(
  spec: CheckedSpec,
  sweep: string = sweepId(spec),
): (sample: Sample & Pick<Trial, "recipe" | "drawn">, index: number) => Trial {
  const { dataset, engine, precision } = spec;
  const contents = contentsOf(spec.space);
  const source = contents.length > 0 ? { source: contents.join("+") } : {};
  const first = firstTrainingSeed(spec);
  return (sample, index) => {
    let id: string | undefined;
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
      seed: first + index,
      engine,
      precision,
      ...source,
    };
  };
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
}: Trial): RecordHead => ({
  id,
  sweep,
  index,
  architecture: storeArchitecture(architecture),
  complexity: { flops, params, acts },
  ...(Object.keys(drawn).length > 0 && { drawn }),
});

type RecordHead = Pick<TrialRecord, "id" | "sweep" | "index" | "architecture" | "complexity" | "drawn">;

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
  const stored = trials.flatMap(({ id, sweep }) => {
    const record = records.get(id);
    return record?.sweep === sweep ? [record] : [];
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
