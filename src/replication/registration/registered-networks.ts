/** The networks of a registered population on one of its datasets, or why no test may speak of them. */
import { defaultFitGrid, type FitGrid } from "../../architectures/regnet/fit-grid.js";
import { fitQuantisedLinear } from "../../architectures/regnet/quantised-linear-fit.js";
import type { PopulationRow } from "../../populations/population.js";
import type { Table } from "../../tables/table.js";
import { registeredPopulation } from "./registered-population.js";
import type { Registration } from "./registration.js";
import type { RegisteredDataset } from "./registered-datasets.js";

/** Networks that a test may speak of. */
export interface RegisteredNetworks {
  /** Per cent, in the order in which the networks were sampled. */
  readonly errors: readonly number[];
  /**
   * A parameter, one number per network: a column of the population, `eFit`, or `widthFalls`, how often the width falls
   * from one stage to the next.
   */
  parameter(name: string): readonly number[];
}

/** A population's networks, or why it cannot be used. */
export type Found = { readonly networks: RegisteredNetworks } | { readonly problem: string };

/** @param folder of the populations; those of a dataset lie in a folder of its name */
export async function registeredNetworks(
  registration: Registration,
  dataset: RegisteredDataset,
  name: string,
  folder: string,
): Promise<Found> {
  const { first, problem } = await registeredPopulation(registration, dataset, name, folder);
  if (problem !== undefined) return { problem };
  return { networks: new FirstNetworks(first!) };
}

/** A table of networks, such as a population, as tests read it. */
export class FirstNetworks implements RegisteredNetworks {
  readonly #table: Table<PopulationRow>;
  readonly #computed = new Map<string, readonly number[]>();
  readonly errors: readonly number[];

  constructor(table: Table<PopulationRow>) {
    this.#table = table;
    this.errors = table.column("error");
  }

  parameter(name: string): readonly number[] {
    const computed = Object.hasOwn(computations, name) ? computations[name] : undefined;
    if (!computed) return this.#table.column(name);
    const known = this.#computed.get(name) ?? this.#stages().map(computed);
    this.#computed.set(name, known);
    return known;
  }

  #stages(): Stages[] {
    const { names } = this.#table;
    const count = names.filter(name => /^w\d+$/.test(name)).length;
    const columns = Array.from({ length: count }, (_, s) => ({
      depth: this.#table.column(`d${s + 1}`),
      width: this.#table.column(`w${s + 1}`),
    }));
    return this.errors.map((_, i) =>
      columns.map(({ depth, width }) => ({ depth: depth[i], width: width[i] })),
    );
  }
}

type Stages = readonly { readonly depth: number; readonly width: number }[];

const steps = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step);

/** Coarser than the paper's, and from narrower widths on: a fit takes half a millisecond, and ranks change little. */
const eFitGrid: FitGrid = { ...defaultFitGrid, w0: steps(8, 256, 16), wa: steps(1, 256, 4) };

/** Fits by stages: both sets of images have the same networks. */
const fits = new Map<string, number>();

function fitError(stages: Stages): number {
  const key = stages.map(({ depth, width }) => `${depth} ${width}`).join();
  const error = fits.get(key) ?? fitQuantisedLinear(stages, eFitGrid).error;
  fits.set(key, error);
  return error;
}

const computations: Readonly<Record<string, (stages: Stages) => number>> = {
  eFit: fitError,
  widthFalls: stages => stages.filter(({ width }, s) => s > 0 && width < stages[s - 1].width).length,
};
