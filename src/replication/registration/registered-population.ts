/**
 * A registered population on one of its datasets: the file of its name, if it was trained in the registered regime and its
 * rows are the networks that the regime samples, as far as it is trained; and what is wrong with it, in words.
 */
import { join } from "node:path";
import { Population } from "../../populations/population.js";
import { type CheckedSpec, checkSpec } from "../../trials/spec.js";
import type { TrialRecord } from "../../trials/trial.js";
import { openPopulationNamed } from "../studies/population-by-name.js";
import { rowMisfit } from "./registered-rows.js";
import { differsFrom, registeredSweep } from "./registered-sweep.js";
import type { Registration } from "./registration.js";
import type { RegisteredDataset } from "./registered-datasets.js";

/** What is there of a registered population. */
export interface CheckedPopulation {
  /** The first n networks, as registered; undefined where there are none, or not those that are registered. */
  readonly first: Population | undefined;
  /** Why there is no verdict on it: `AnyNetXD is missing`; undefined if it is whole. */
  readonly problem: string | undefined;
}

/** Where a dataset's files lie does not matter; descriptions of procedural images have no such place. */
const placeOf = (registration: Registration, dataset: RegisteredDataset): string | undefined =>
  registration.datasets[dataset].kind === "procedural" ? undefined : "/";

/** Differences that are named; the first are enough to see which regime it is. */
const SHOWN = 3;

const unfit = (problem: string): CheckedPopulation => ({ first: undefined, problem });

/** @param folder of the populations; those of a dataset lie in a folder of its name */
export async function registeredPopulation(
  registration: Registration,
  dataset: RegisteredDataset,
  name: string,
  folder: string,
): Promise<CheckedPopulation> {
  let population: Population | undefined;
  try {
    population = await openPopulationNamed(join(folder, dataset), name);
  } catch (error) {
    return unfit(`${name} cannot be read: ${(error as Error).message}`);
  }
  if (!population) return unfit(`${name} is missing`);
  let sweep: CheckedSpec;
  try {
    sweep = checkSpec(registeredSweep(registration, dataset, name, placeOf(registration, dataset)));
  } catch (error) {
    return unfit(`${name} is registered as what cannot be trained: ${(error as Error).message}`);
  }
  const differences = differsFrom(sweep, population.spec);
  if (differences.length > 0) {
    const more = differences.length - SHOWN;
    const named = [...differences.slice(0, SHOWN), ...(more > 0 ? [`and ${more} more`] : [])];
    return unfit(`${name} was trained in another regime than the registered one: ${named.join(", ")}`);
  }
  const { n, repeats = 1 } = registration.populations[name];
  const { spec, notes, provenance } = population;
  const trials = population.trials.filter(({ index }) => index < n * repeats);
  try {
    const misfit = rowMisfit({ ...spec, n }, trials);
    if (misfit !== undefined) return unfit(`${name} ${misfit}`);
  } catch (error) {
    return unfit(`${name}'s networks cannot be sampled again: ${(error as Error).message}`);
  }
  const early = trainedBefore(registration, trials);
  if (early !== undefined) return unfit(`${name} ${early}`);
  const first = new Population({ ...spec, n }, trials, notes, provenance);
  const known = first.column("error").filter(Number.isFinite).length;
  if (known === n * repeats) return { first, problem: undefined };
  const what = repeats > 1 ? `trainings (${repeats} of each of ${n} networks)` : "networks";
  return { first, problem: `${name} has ${known} of ${n * repeats} registered ${what}` };
}

/** What was trained before the regime was fixed was not trained for its claims. */
function trainedBefore(
  { regime: { pilot } }: Registration,
  trials: readonly TrialRecord[],
): string | undefined {
  if (pilot === null) return undefined;
  const { date } = pilot;
  const days = trials.flatMap(trial => trial.endedAt?.slice(0, 10) ?? []);
  const early = days.filter(day => day !== "" && day < date).sort();
  if (early.length === 0) return undefined;
  const many = early.length === 1 ? "a network" : `${early.length} networks`;
  return `has ${many} trained before the registration's pilot of ${date}, the first on ${early[0]}`;
}
