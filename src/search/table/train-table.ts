/**
 * Trains a space completely: every function of it, each several times with other seeds, both splits tested after every epoch.
 * It is a sweep whose networks are all there are: it resumes, has workers and limits, and lies in a folder like any other.
 */
import type { AnyArchitecture } from "../../architectures/family.js";
import { isObject, say } from "../../base/say.js";
import { decisions } from "../../spaces/decisions/decisions-of.js";
import { enumerate } from "../../spaces/enumerate.js";
import { imagesOf } from "../../sweeps/images-of.js";
import { sweep, type SweepOptions } from "../../sweeps/sweep.js";
import { datasetFacts } from "../../training/datasets/dataset-facts.js";
import { placedSpace } from "../../trials/samples.js";
import { completeSpec, type SweepSpec } from "../../trials/spec.js";
import { SpecError } from "../../trials/spec-error.js";
import { MOST_WAYS, SpaceTable } from "./space-table.js";

/**
 * How a table is trained: a sweep's spec that need say no more than the space. How many networks there are is counted, and each
 * is trained at least twice; what is left out is the regime of the table of small cells.
 */
export type TableSpec = Partial<Omit<SweepSpec, "space">> & Pick<SweepSpec, "space">;

/** The regime of the table that comes with the package: seconds of one core a training. */
const regime = {
  repeats: 2,
  trainingSeed: "own",
  dataset: { kind: "procedural", resolution: 12, train: 2000, validation: 1000, test: 2000, seed: 11 },
  recipe: {
    epochs: 12,
    batch: 32,
    learningRate: 0.1,
    momentum: 0.9,
    weightDecay: 0.0005,
    warmupEpochs: 1,
    cropPadding: 1,
    flip: true,
  },
} as const;

/**
 * The sweep that trains a table.
 *
 * @param given a space by name, or a spec that says how it is trained
 * @throws SpecError for a spec that is not valid, or trains no table
 * @example
 * ```ts
 * import { tableSpec } from "netspace/search";
 *
 * const { n, repeats } = await tableSpec("SmallCells");
 * [n, repeats]; // => [1163, 2]
 * ```
 */
export async function tableSpec(given: string | TableSpec): Promise<SweepSpec> {
  const asked = typeof given === "string" ? { space: given } : given;
  if (!isObject(asked)) {
    throw new SpecError(
      `table spec: expected a space's name, or a spec such as { space: "SmallCells" }, got ${say(given)}`,
    );
  }
  const whole = { ...regime, ...asked } as SweepSpec;
  const fail = (expected: string, got: unknown, remedy: string): never => {
    throw new SpecError(`table spec: expected ${expected}, got ${say(got)}; ${remedy}`);
  };
  const { n, enumerate: which = "distinct", where = {}, run } = whole;
  if (which !== "distinct")
    fail('enumerate "distinct"', which, "leave it out: every function is trained once a seed");
  if (isObject(where) && Object.keys(where).length > 0) {
    fail(
      "a whole space",
      where,
      "make the condition the space's own, space.accepting(…), and leave where out",
    );
  }
  const checked = await completeSpec({ ...whole, n: 1, enumerate: "distinct" });
  const { recipe, repeats = 1, dataset } = checked;
  if (repeats < 2) fail("repeats of at least 2", repeats, "without them its noise is not known");
  if (!(await imagesOf(dataset)).validation) {
    fail(
      "images with a validation split",
      dataset,
      "a search that is told test errors cannot be judged by them",
    );
  }
  const drawn = Object.entries(recipe).find(([, value]) => isObject(value) && !Array.isArray(value));
  if (drawn)
    fail(`one recipe for all, with a number as ${drawn[0]}`, drawn[1], "a drawn one belongs to a sweep");
  const { resolution } = datasetFacts(dataset);
  const space = placedSpace(checked);
  const { size } = decisions(space);
  if (size > MOST_WAYS) {
    fail(`a space of at most ${MOST_WAYS} ways`, Number(size), `narrow ${space.name}: all of it is trained`);
  }
  const functions = enumerate(space, { resolution, distinct: true }).length;
  if (n !== undefined && n !== functions) fail(`all ${functions} functions of the space`, n, "leave n out");
  return {
    ...whole,
    n: functions,
    enumerate: "distinct",
    recipe: { ...recipe, testEvery: 1 } as SweepSpec["recipe"],
    run: { ...run, testAlong: true },
  };
}

/**
 * Trains a table in `options.out`, or goes on with it there.
 *
 * @param given a space by name, or a spec that says how it is trained
 * @returns the table, or what there is of it where it was stopped or trainings failed (`complete` says which)
 * @throws SpecError for a spec that is not valid or trains no table, or if `out` holds a sweep of another one
 * @throws DatasetError if the dataset cannot be loaded
 * @throws StoreError if another runner is at work in `out`, or a log cannot be written
 * @example
 * ```ts
 * // not run: trains for hours
 * import { trainTable } from "netspace/search";
 *
 * const cells = await trainTable({ space: "SmallCells", repeats: 3 }, { out: "runs/cells" });
 * console.log(cells.complete);
 * ```
 */
export async function trainTable<A extends AnyArchitecture = AnyArchitecture>(
  given: string | TableSpec,
  options: SweepOptions,
): Promise<SpaceTable<A>> {
  const population = await sweep(await tableSpec(given), options);
  return new SpaceTable<A>("trainTable", population, { partial: true });
}
