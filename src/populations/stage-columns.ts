/** What a population's stages come to: their mean width, and each one's share of the network. */
import { refuseUnknown } from "../base/expect-options.js";
import { expectFields } from "../base/expect.js";
import { isObject, say } from "../base/say.js";
import { complexityByStage } from "../networks/complexity.js";
import type { Table } from "../tables/table.js";
import { TableError } from "../tables/table-error.js";
import { datasetFacts } from "../training/datasets/dataset-facts.js";
import { networkOf } from "../trials/trial.js";
import type { Population, PopulationRow } from "./population.js";

/** Columns that `stageColumns` adds; shares are in [0, 1]. */
export type StageColumns = {
  /** Mean width of the blocks: Σ dᵢ wᵢ / Σ dᵢ, channels. */
  readonly meanWidth: number;
} & {
  readonly [share: `${"depthShare" | "flopsShare" | "paramsShare" | "actsShare"}${number}`]: number;
};

const COSTS = ["flops", "params", "acts"] as const;

/**
 * The population's table with `meanWidth`, the mean width of its blocks, and for each stage i `depthShare<i>`, its share of
 * the blocks, and with `costs` `flopsShare<i>`, `paramsShare<i>` and `actsShare<i>`, its share of what the network costs,
 * stem and head included. For AnyNets, RegNets among them.
 *
 * @param options.costs counts every network again, some milliseconds each. Default false
 * @throws TableError for architectures without stages
 * @example
 * ```ts
 * const table = stageColumns(await shippedPopulation("AnyNetXE"));
 * spearman(table.column("meanWidth"), table.errors).value; // ≈ 0.569
 * ```
 */
export function stageColumns(
  population: Population,
  options: { readonly costs?: boolean } = {},
): Table<PopulationRow & StageColumns> {
  const fn = "stageColumns";
  expectFields(fn, "a sweep's population", population, { spec: "object", trials: "list" });
  if (!isObject(options)) throw new RangeError(`${fn}: expected options, got ${say(options)}`);
  refuseUnknown(fn, options, { costs: true });
  const { costs = false } = options;
  if (typeof costs !== "boolean") {
    throw new RangeError(`${fn}: expected costs as true or false, got ${say(costs)}`);
  }
  const { trials } = population;
  const resolution = costs ? datasetFacts(population.spec.dataset).resolution : 0;
  const rows = trials.map(trial => {
    const { architecture } = trial;
    if (!("stages" in architecture && Array.isArray(architecture.stages))) {
      throw new TableError(
        `${fn}: expected architectures of stages, as AnyNets and RegNets are, got one of family ${say(architecture.family)}`,
      );
    }
    const stages = architecture.stages as readonly { readonly depth: number; readonly width: number }[];
    const depth = stages.reduce((sum, stage) => sum + stage.depth, 0);
    const columns: Record<string, number> = {
      meanWidth: stages.reduce((sum, stage) => sum + stage.depth * stage.width, 0) / depth,
    };
    for (const [i, stage] of stages.entries()) columns[`depthShare${i + 1}`] = stage.depth / depth;
    if (costs) {
      const parts = complexityByStage(networkOf(trial), resolution);
      for (const cost of COSTS) {
        const whole = [...parts.values()].reduce((sum, part) => sum + part[cost], 0);
        for (const i of stages.keys()) {
          columns[`${cost}Share${i + 1}`] = (parts.get(`s${i + 1}`)?.[cost] ?? 0) / whole;
        }
      }
    }
    return columns;
  });
  const names = [...new Set(rows.flatMap(row => Object.keys(row)))];
  let table = population as unknown as Table;
  for (const name of names) {
    let at = 0;
    table = table.with(name, () => rows[at++][name] ?? Number.NaN);
  }
  return table as unknown as Table<PopulationRow & StageColumns>;
}
