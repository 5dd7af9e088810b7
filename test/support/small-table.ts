/** The table of small cells with made-up trainings, quickly: errors that its choices decide, with noise by training. */
import { Population, SmallCells, type TrialRecord } from "netspace";
import { seededAt } from "../../src/base/random.js";
import { storeArchitecture } from "../../src/architectures/stored.js";
import { tableSpec } from "../../src/search/index.js";
import { enumerate } from "../../src/spaces/index.js";
import { checkSpec } from "../../src/trials/spec.js";

export const EPOCHS = 12;

/** What an operation takes off the error, points. */
const worth: Readonly<Record<string, number>> = {
  none: 0,
  skip_connect: 3,
  nor_conv_1x1: 6,
  nor_conv_3x3: 9,
  avg_pool_3x3: 2,
};

/** Errors of a function's training after each epoch, per cent, with one decimal: noise of one point. */
export function errorsOf(nodes: readonly (readonly { readonly operation: string }[])[], seed: number) {
  const random = seededAt(seed, 0);
  const taken = nodes.flat().reduce((sum, { operation }) => sum + worth[operation], 0);
  const test = 60 - taken + 2 * (random() - 0.5);
  return Array.from({ length: EPOCHS }, (_, e) => {
    const late = (3 * (EPOCHS - 1 - e)) / EPOCHS;
    return {
      epoch: e + 1,
      trainLoss: 1,
      trainError: test,
      testError: Math.round(20 * (test + late)) / 20,
      validationError: Math.round(10 * (test + late + random())) / 10,
      learningRate: 0.1,
      seconds: (e + 1) * (1 + (seed % 7)),
    };
  });
}

/** @param keep which of the trials there are, by function and repeat. Default: all */
export async function smallTable(
  keep: (place: number, repeat: number) => boolean = () => true,
): Promise<Population> {
  const spec = checkSpec(await tableSpec("SmallCells"));
  const functions = enumerate(SmallCells, { distinct: true, resolution: 12 });
  const records: TrialRecord[] = [];
  for (let index = 0; index < 2 * spec.n; index++) {
    const [place, repeat] = [index % spec.n, Math.floor(index / spec.n)];
    if (!keep(place, repeat)) continue;
    const { architecture, ...complexity } = functions[place];
    const epochs = errorsOf(architecture.nodes, index);
    const last = epochs.at(-1)!;
    records.push({
      version: 1,
      id: `trial-${index}`,
      sweep: "made up",
      index,
      architecture: storeArchitecture(architecture),
      complexity,
      status: "finished",
      error: last.testError,
      validationError: last.validationError,
      epochs,
      seconds: last.seconds + 0.5,
      endedAt: "2026-11-27T00:00:00.000Z",
    });
  }
  return new Population(spec, records);
}
