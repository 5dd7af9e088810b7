/**
 * How hard the procedural set is for a good small network, trained by this project's own engine: the error of a
 * RegNetX-like network, for some seeds.
 *
 *     node dist/bench/dataset-difficulty/engine.js [SEEDS] [FIRST]
 *
 * SEEDS seeds (default 2) from FIRST on (default 1).
 */
import { anyNet, build, complexity, proceduralDataset, recipes, torch } from "netspace";

const [seeds = 2, first = 1] = process.argv.slice(2).map(Number);
const dataset = proceduralDataset({ resolution: 32, train: 5000, test: 2000, seed: 1 });
const stages = [
  [1, 32],
  [2, 64],
  [3, 128],
  [1, 192],
].map(([depth, width]) => ({ depth, width, bottleneck: 1, groupWidth: 16, stride: 2 }));
const network = build(anyNet(stages, { stem: { kind: "simple", width: 16 }, classes: dataset.classes }));
const { flops } = complexity(network, dataset.resolution);
for (let seed = first; seed < first + seeds; seed++) {
  const { error, seconds } = await torch.train(network, dataset, recipes.tiny, {
    seed,
    precision: "bf16",
    threads: 1,
  });
  console.log(
    `${dataset.name}: ${(flops / 1e6).toFixed(1)} MF, seed ${seed}: ${error.toFixed(1)} % after ${seconds.toFixed(0)} s`,
  );
}
