/** Objectives by name, with options as data: what a spec in a file says. */
import { isAbsolute, resolve } from "node:path";
import { existsSync } from "node:fs";
import { nearestName } from "../../base/nearest-name.js";
import { isObject, say } from "../../base/say.js";
import type { Space } from "../../spaces/space.js";
import type { Limit, MeasuredObjective, Objective } from "../objective.js";
import { complexityOf, type ComplexityName } from "../objectives/complexity.js";
import { latency } from "../objectives/latency.js";
import { limited } from "../objectives/limited.js";
import { tableError } from "../objectives/table-error.js";
import { trainingError } from "../objectives/training-error.js";
import { zeroCostMeasure, zeroCostNames } from "../objectives/zero-cost/index.js";
import { table } from "../table/open-table.js";
import type { TableView } from "../table/table-view.js";
import { ownObjective, type OwnObjectiveSpec } from "./own-objective.js";

/**
 * An objective as a spec has it: its name, or that with its options; or `{ "module": "./mine.ts", "export": "score" }` of a module of one's
 * own. `limits`, each `{ "of": objective, "most": 0.01 }`, go around any; see `limited`.
 */
export type ObjectiveSpec =
  | string
  | {
      readonly name?: string;
      readonly module?: string;
      readonly limits?: readonly SpecLimit[];
      readonly [option: string]: unknown;
    };

interface SpecLimit {
  readonly of: ObjectiveSpec;
  readonly most?: number;
  readonly least?: number;
}

/** An objective, and the space that it knows, if it knows one alone. */
export interface MadeObjective {
  readonly objective: Objective;
  readonly space?: Space;
}

/** What makes each; `folder` is what paths are relative to. */
const makers: Readonly<
  Record<string, (options: never, folder: string) => MadeObjective | Promise<MadeObjective>>
> = {
  "training error": options => ({ objective: trainingError(options) }),
  "table error": tableObjective,
  ...Object.fromEntries(
    (["flops", "params", "acts", "effectiveFlops"] satisfies ComplexityName[]).map(name => [
      name,
      (options: object) => ({ objective: complexityOf(name, options) }),
    ]),
  ),
  latency: options => ({ objective: latency(options) }),
  // Of these names counts come first, of which the least is best.
  ...Object.fromEntries(
    zeroCostNames
      .filter(name => name !== "flops" && name !== "params")
      .map(name => [name, (options: never) => ({ objective: zeroCostMeasure(name, options) })]),
  ),
};

/** The names that a spec may say, for people. */
export const objectiveNames = (): string[] => Object.keys(makers);

/** @throws Error of the objective's own for options that it has not; RangeError for one that there is not */
export async function objectiveByName(spec: ObjectiveSpec, folder: string): Promise<MadeObjective> {
  if (isObject(spec) && spec.limits !== undefined) return await limitedBy(spec, folder);
  if (isObject(spec) && spec.module !== undefined) {
    return { objective: await ownObjective(spec as unknown as OwnObjectiveSpec, folder) };
  }
  const { name, ...options } = typeof spec === "string" ? { name: spec } : (spec ?? {});
  if (typeof name !== "string" || !(typeof spec === "string" || isObject(spec))) {
    throw new RangeError(
      `objective: expected a name, or one with options such as { "name": "training error", "dataset": …, "recipe": … }, got ${say(spec)}`,
    );
  }
  const known = objectiveNames();
  if (!Object.hasOwn(makers, name)) {
    const meant = nearestName(name, known);
    throw new RangeError(
      `objective: expected one of ${known.join(", ")}, got ${say(name)}${meant === undefined ? "" : `; did you mean "${meant}"?`}`,
    );
  }
  return await makers[name](options as never, folder);
}

/** An objective under limits, each of what is measured here. */
async function limitedBy(
  { limits, ...spec }: Exclude<ObjectiveSpec, string>,
  folder: string,
): Promise<MadeObjective> {
  if (!Array.isArray(limits) || !limits.every(limit => isObject(limit) && "of" in limit)) {
    throw new RangeError(
      `objective: expected limits as a list of { "of": "latency", "most": 0.01 }, got ${say(limits)}`,
    );
  }
  const made = await objectiveByName(spec, folder);
  const all: Limit[] = [];
  for (const { of, ...bounds } of limits as readonly SpecLimit[]) {
    const { objective } = await objectiveByName(of, folder);
    all.push({ of: objective as MeasuredObjective, ...bounds });
  }
  return { ...made, objective: limited(made.objective as MeasuredObjective, all) };
}

/** A table that ships, a file of one, or the folder that it is trained in; a path is relative to the spec's folder. */
async function tableObjective(
  { table: source, partial, ...view }: TableView & { readonly table?: unknown; readonly partial?: boolean },
  folder: string,
): Promise<MadeObjective> {
  if (typeof source !== "string" || source === "") {
    throw new RangeError(
      `objective: expected the table of "table error" as table: its name, a file or a folder, got ${say(source)}`,
    );
  }
  const beside = isAbsolute(source) ? source : resolve(folder, source);
  const found = await table(existsSync(beside) ? beside : source, {
    ...(partial !== undefined && { partial }),
  });
  const searched = found.search(view);
  return {
    objective: tableError(searched, { settings: { table: source, ...view } }),
    space: found.space as unknown as Space,
  };
}
