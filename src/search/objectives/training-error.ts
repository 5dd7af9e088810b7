/** The error of a training as what a search makes small: the runner of sweeps trains, in worker processes. */
import { say, isObject } from "../../base/say.js";
import { checkEngine, checkSpec } from "../../trials/spec.js";
import { SpecError } from "../../trials/spec-error.js";
import type { TrainedObjective } from "../objective.js";

/** What is trained; see a sweep's spec, of which these are the fields that a search does not decide itself. */
export type TrainingErrorOptions = TrainedObjective["trains"];

/**
 * The error of a training on the validation split, per cent; on the test split where the dataset has no other, which then
 * flatters what is chosen.
 *
 * @throws SpecError naming every field that does not fit, or that the engine cannot follow
 * @example `trainingError({ dataset, recipe: "tiny", run: { workers: 2 } })`
 */
export function trainingError(options: TrainingErrorOptions): TrainedObjective {
  if (!isObject(options) || Array.isArray(options)) {
    throw new SpecError(
      `trainingError: expected what is trained, such as { dataset, recipe }, got ${say(options)}`,
    );
  }
  const { dataset, recipe, engine, precision, stem, run } = checked(options);
  const split = dataset.validation === undefined ? "test" : "validation";
  return {
    name: `${split} error`,
    // How it is run decides none of its values.
    settings: { dataset, recipe, engine, precision, stem },
    unit: "%",
    split,
    // A space may have a stem of its own, where none is said.
    trains: { dataset, recipe, engine, precision, ...(options.stem && { stem }), ...(run && { run }) },
  };
}

/** With every field in place, as in a sweep of any space. */
function checked(options: TrainingErrorOptions) {
  try {
    const known = ["dataset", "recipe", "engine", "precision", "stem", "run"];
    const odd = Object.keys(options).find(name => !known.includes(name));
    if (odd !== undefined) {
      throw new SpecError(`unknown field ${say(odd)}; known are ${known.join(", ")}`);
    }
    const spec = checkSpec({ ...options, space: "AnyNetXA", n: 1 });
    checkEngine(spec);
    return spec;
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    throw new SpecError(`trainingError: ${error.message.replace(/^sweep spec: /, "")}`, { cause: error });
  }
}
