/** An objective of the user's, by the module that exports it. */
import { isObject, say } from "../../base/say.js";
import { exportsOf, loadSource } from "../../trials/source/load-source.js";
import { SpecError } from "../../trials/spec-error.js";
import type { Objective } from "../objective.js";
import { customObjective, type CustomObjectiveOptions } from "../objectives/custom.js";

/** A module with a function of an architecture, or an objective. */
export interface OwnObjectiveSpec extends CustomObjectiveOptions {
  /** Its path, relative to the spec's folder. */
  readonly module: string;
  /** Which of its exports. Default: the default one. */
  readonly export?: string;
  /** What the objective of a function is called. Default: the export's name. */
  readonly name?: string;
}

/**
 * The content of the module is part of the search's identity, unless a `version` stands for it.
 *
 * @throws SpecError for a module that cannot be loaded
 * @throws RangeError for an export that is neither a function nor an objective
 */
export async function ownObjective(spec: OwnObjectiveSpec, folder: string): Promise<Objective> {
  const { module, export: exported = "default", name, ...options } = spec;
  if (typeof module !== "string" || typeof exported !== "string") {
    throw new RangeError(
      `objective: expected { "module": "./mine.ts", "export": "name" }, got ${say(module)} and ${say(exported)}`,
    );
  }
  const { content, file } = await loaded(module, folder);
  const exports = exportsOf(content, file);
  const value = exports[exported];
  if (typeof value === "function") {
    const usual = exported === "default" ? value.name || "objective" : exported;
    return customObjective(name ?? usual, value as never, { version: content, ...options });
  }
  const { name: own, settings, measure, trains } = (isObject(value) ? value : {}) as Record<string, unknown>;
  const isObjective =
    typeof own === "string" && isObject(settings) && (typeof measure === "function" || isObject(trains));
  if (!isObjective) {
    throw new RangeError(
      `objective: expected ${file} to export a function or an objective as ${exported}, got ${say(value)}; it exports ${Object.keys(exports).join(", ") || "nothing"}`,
    );
  }
  const odd = name === undefined ? Object.keys(options)[0] : "name";
  if (odd !== undefined) {
    throw new RangeError(
      `objective: ${say(odd)} is of functions, and ${exported} of ${file} is an objective that says all itself; leave it out`,
    );
  }
  const objective = value as Objective;
  return { ...objective, settings: { ...objective.settings, module: content } };
}

async function loaded(module: string, folder: string) {
  try {
    return await loadSource(module, folder);
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    throw new SpecError(error.message.replace(/^sweep spec: space: /, "objective: "), { cause: error });
  }
}
