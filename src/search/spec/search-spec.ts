/** A search as data: what `search` is given in a cell, in a file. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type * as z from "zod";
import { once } from "../../base/once.js";
import { zod } from "../../base/node/zod.js";
import { parseBy } from "../../base/schema-problems.js";
import { isObject, say } from "../../base/say.js";
import type { Space } from "../../spaces/space.js";
import { runSchema } from "../../trials/run-spec.js";
import type { SpaceSpecInput } from "../../trials/space-spec.js";
import { SpecError } from "../../trials/spec-error.js";
import { isTrained, type Objective } from "../objective.js";
import type { SearchOptions } from "../search.js";
import { objectiveByName, type ObjectiveSpec } from "./objective-by-name.js";
import { strategyByName, type StrategySpec } from "./strategy-by-name.js";

const schema = once(() => {
  const z = zod();
  const window = z
    .tuple([z.number().nonnegative(), z.number().nonnegative()])
    .refine(([low, high]) => low <= high, { error: "expected [low, high] with low ≤ high" });
  return z.strictObject({
    /** Of this form. */
    version: z.literal(1).optional(),
    /** As in a sweep's spec; may be left out where the objective is a table, which has one. */
    space: z.custom<SpaceSpecInput>(value => typeof value === "string" || isObject(value)).optional(),
    /** A strategy by name, or `{ name, ...settings }`. */
    strategy: z.custom<StrategySpec>(value => typeof value === "string" || isObject(value), {
      error: 'expected a strategy\'s name, or { "name": …, settings }',
    }),
    /** An objective by name, `{ name, ...options }`, or a list of them. */
    objective: z.custom<ObjectiveSpec | readonly ObjectiveSpec[]>(
      value => typeof value === "string" || isObject(value) || Array.isArray(value),
      { error: 'expected an objective\'s name, { "name": …, options }, or a list of them' },
    ),
    /** Evaluations. */
    budget: z.int().positive(),
    seed: z.int().nonnegative().optional(),
    outstanding: z.int().positive().optional(),
    where: z
      .strictObject({ flops: window, params: window, acts: window, depth: window, effectiveFlops: window })
      .partial()
      .optional(),
    resolution: z.int().positive().optional(),
    /** A search's folder, or a population, whose outcomes the strategy is told first. */
    known: z.string().min(1).optional(),
    /** How it is run; another way of running is the same search. */
    run: runSchema().optional(),
  });
});

/** A search's spec as written. */
export type SearchSpec = z.input<ReturnType<typeof schema>>;

/** What `search` is given. */
export interface GivenSearch {
  readonly space: Space | SpaceSpecInput;
  readonly options: Omit<SearchOptions, "out">;
  readonly run: NonNullable<SearchSpec["run"]>;
}

/**
 * What a spec says, made: its strategy and its objectives.
 *
 * @param folder what its paths are relative to
 * @throws SpecError naming every field that does not fit, or what is wrong with its strategy or objective
 */
export async function searchOf(given: unknown, folder: string): Promise<GivenSearch> {
  const { version } = (isObject(given) ? given : {}) as { readonly version?: unknown };
  if (version !== undefined && version !== 1) {
    throw new SpecError(
      `search spec: expected a spec of form 1, got version ${say(version)}; update netspace if it is a newer one's`,
    );
  }
  const parsed = parseBy(schema(), given);
  if ("problems" in parsed) throw new SpecError(`search spec: ${parsed.problems.join("; ")}`);
  const {
    space,
    strategy,
    objective,
    budget,
    seed,
    outstanding,
    where,
    resolution,
    known,
    run = {},
  } = parsed.data;
  const made = await worded(async () => {
    const all = [];
    for (const one of Array.isArray(objective)
      ? (objective as ObjectiveSpec[])
      : [objective as ObjectiveSpec]) {
      all.push(await objectiveByName(one, folder));
    }
    return { strategy: strategyByName(strategy), objectives: all };
  });
  const searched = space ?? made.objectives.find(each => each.space)?.space;
  if (searched === undefined) {
    throw new SpecError(
      'search spec: space: expected a space as in a sweep\'s spec, such as "NAS-Bench-201", got nothing; only a table has one of its own',
    );
  }
  const objectives = made.objectives.map(each => runBy(each.objective, run));
  const isMeasured = !objectives.some(isTrained);
  const odd = Object.keys(run).find(name => name !== "workers" && name !== "slurm");
  if (isMeasured && odd !== undefined) {
    throw new SpecError(
      `search spec: run: ${odd} is for trainings, and ${objectives.map(({ name }) => name).join(" and ")} is measured in this process; leave it out`,
    );
  }
  return {
    space: searched,
    options: {
      strategy: made.strategy,
      objective: objectives.length === 1 ? objectives[0] : objectives,
      budget,
      ...(seed !== undefined && { seed }),
      ...(outstanding !== undefined && { outstanding }),
      ...(where && { where }),
      ...(resolution !== undefined && { resolution }),
      ...(isMeasured && run.workers !== undefined && { workers: run.workers }),
      ...(known !== undefined && { known: knownPlace(known, folder) }),
    },
    run,
  };
}

/** A folder or file beside the spec; else what populations that ship are called. */
const knownPlace = (known: string, folder: string): string =>
  existsSync(resolve(folder, known)) ? resolve(folder, known) : known;

/** How trainings are run is the spec's to say, not the objective's. */
const runBy = (objective: Objective, run: object): Objective =>
  isTrained(objective) && Object.keys(run).length > 0
    ? { ...objective, trains: { ...objective.trains, run } }
    : objective;

async function worded<T>(make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    throw new SpecError(`search spec: ${(error as Error).message}`, { cause: error });
  }
}
