/** A search whose trainings go on, in a process of its own where it is started as `continued-search.js FOLDER`. Says each outcome. */
import { fileURLToPath } from "node:url";
import { type Recipe, recipes } from "netspace/training";
import {
  search,
  type SearchOptions,
  type Strategy,
  successiveHalving,
  trainingError,
} from "../../src/search/index.js";

export const dataset = {
  kind: "procedural",
  resolution: 12,
  train: 64,
  validation: 32,
  test: 32,
  seed: 1,
} as const;
export const recipe: Recipe = { ...recipes.tiny, epochs: 4, batch: 16, learningRate: 0.05, testEvery: 1 };

export const continuedSearch = (
  out: string,
  options: Partial<SearchOptions> = {},
  strategy: Strategy = successiveHalving({ epochs: 4, eta: 2 }),
) =>
  search("AnyNetXA", {
    strategy,
    objective: trainingError({ dataset, recipe, stem: { kind: "simple", width: 8 } }),
    where: { flops: [1e4, 3e5], depth: [4, 10] },
    budget: 14,
    seed: 3,
    out,
    workers: 2,
    threads: 1,
    ...options,
  });

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await continuedSearch(process.argv[2], { onProgress: ({ event }) => console.log(event) });
}
