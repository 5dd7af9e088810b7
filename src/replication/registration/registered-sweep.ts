/** The sweeps of a registration: what a registered population is trained by, and what makes another of it. */
import { expectFields } from "../../base/expect.js";
import { canonicalJson } from "../../trials/trial.js";
import { regimeDifferences } from "../../populations/regime-differences.js";
import type { CheckedSpec } from "../../trials/spec.js";
import { FASHION_MNIST_FOLDER } from "../../training/datasets/idx/fashion-mnist.js";
import { say } from "../../base/say.js";
import type { Registration } from "./registration.js";
import { type RegisteredDataset, registeredDatasets } from "./registered-datasets.js";

/** A sweep as JSON, for a `.sweep.json`: `checkSpec` fills in the rest. */
export type RegisteredSweep = Readonly<Record<string, unknown>>;

/**
 * The sweep that a registered population is trained by on one of the datasets.
 *
 * @param folder where the dataset's files are, if it has any. Default: where Debian's package puts Fashion-MNIST
 * @throws RangeError for a population or a dataset that is not registered
 * @example
 * ```ts
 * const registration = readRegistration();
 * const { space, n } = registeredSweep(registration, "procedural", "AnyNetXA");
 * [space, n]; // => ["AnyNetXA", 250]
 * ```
 */
export function registeredSweep(
  registration: Registration,
  dataset: RegisteredDataset,
  name: string,
  folder?: string,
): RegisteredSweep {
  expectFields("registeredSweep", "a registration", registration, {
    populations: "object",
    regime: "object",
    datasets: "object",
  });
  const { populations, regime, datasets } = registration;
  if (typeof name !== "string" || !Object.hasOwn(populations, name)) {
    throw new RangeError(
      `registeredSweep: expected a registered population, got ${say(name)}; there are ${Object.keys(populations).join(", ")}`,
    );
  }
  if (!registeredDatasets.includes(dataset)) {
    throw new RangeError(
      `registeredSweep: expected a registered dataset, ${registeredDatasets.join(" or ")}, got ${say(dataset)}`,
    );
  }
  expectFields("registeredSweep", `the registration's dataset ${dataset}`, datasets[dataset], {
    kind: "text",
  });
  const place = folder ?? (datasets[dataset].kind === "idx" ? FASHION_MNIST_FOLDER : undefined);
  expectFields("registeredSweep", `the registration's population ${name}`, populations[name], {
    n: "number",
    seed: "number",
    regime: "object?",
  });
  const { space, n, seed, repeats, regime: own = {} } = populations[name];
  return {
    space,
    n,
    seed,
    trainingSeed: "own",
    ...(repeats !== undefined && { repeats }),
    // A window of its own replaces the common one; of the rest single fields differ.
    where: own.where ?? regime.where,
    stem: { ...regime.stem, ...own.stem },
    dataset: {
      ...datasets[dataset],
      ...own.dataset,
      ...own.datasets?.[dataset],
      ...(place !== undefined && { folder: place }),
    },
    recipe: { ...regime.recipe, ...own.recipe },
    engine: regime.engine,
    precision: regime.precision,
  };
}

/**
 * What a population was trained by that is not what was registered, in words: `recipe.epochs 5 for 12`. None if it is
 * the registered sweep; how many networks there are is another question.
 */
export function differsFrom(registered: CheckedSpec, spec: CheckedSpec): string[] {
  const sampled = (["space", "seed", "trainingSeed", "repeats"] as const).map(field => ({
    field,
    a: json(spec[field]),
    b: json(registered[field]),
  }));
  // The first n networks of a larger sample are the same; of repeats, which network is which depends on n.
  const size =
    registered.repeats === undefined ? [] : [{ field: "n", a: json(spec.n), b: json(registered.n) }];
  return [...sampled, ...size, ...regimeDifferences(spec, registered)]
    .filter(({ a, b }) => a !== b)
    .map(({ field, a, b }) => `${field} ${a} for ${b}`);
}

const json = (value: unknown): string => (value === undefined ? "none" : canonicalJson(value));
