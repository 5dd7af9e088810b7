/**
 * A search in a process of its own whose objective takes some milliseconds: `slow-search.js STRATEGY FOLDER BUDGET WORKERS`. Says
 * each outcome.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  evolution,
  localSearch,
  type MeasuredObjective,
  nsga2,
  random,
  reinforce,
  search,
  type SearchOptions,
  type SearchResult,
  type Strategy,
} from "../../src/search/index.js";
import { digits, type Toy } from "./toy-spaces.js";

/** The sum of the digits, and a little that differs from evaluation to evaluation; later places may end first. */
export const slowSum = (milliseconds = 4): MeasuredObjective<Toy> => ({
  name: "sum",
  settings: {},
  async measure({ values }, { seed = 0 }) {
    await sleep(((seed * 7) % 5) * milliseconds);
    const sum = values.reduce((a, b) => a + b, 0);
    return { value: 10 - sum + (seed % 7) / 100, cost: { images: 0, seconds: milliseconds / 1000 } };
  },
});

const length: MeasuredObjective<Toy> = {
  name: "length",
  settings: {},
  unit: "digits",
  measure: ({ values }) => ({ value: values.length, cost: { images: 0, seconds: 0 } }),
};

export const slowStrategies: Readonly<Record<string, Strategy>> = {
  random: random(),
  evolution: evolution({ population: 8, sample: 3 }),
  localSearch: localSearch({ initial: 4 }),
  reinforce: reinforce(),
  nsga2: nsga2({ population: 8 }),
};

export const slowSearch = (
  strategy: string,
  options: Partial<SearchOptions<Toy>>,
): Promise<SearchResult<Toy>> =>
  search(digits(), {
    strategy: slowStrategies[strategy],
    objective: strategy === "nsga2" ? [slowSum(), length] : slowSum(),
    budget: 40,
    seed: 5,
    outstanding: 3,
    ...options,
  });

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , strategy, out, budget, workers] = process.argv;
  await slowSearch(strategy, {
    out,
    budget: Number(budget),
    workers: Number(workers),
    onProgress: ({ event, done }) => {
      if (event === "ended") process.stdout.write(`ended ${done}\n`);
    },
  });
}
