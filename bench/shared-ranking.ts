/**
 * How well shared weights rank SmallCells: supernets in the table's own regime, by how their paths are drawn and for how long they are
 * trained, held against the table. Question and analysis stand in docs/design/search.md, which was written before the data.
 *
 *     node dist/bench/shared-ranking.js measure runs/ranking.json --seeds 1,2,3 --strategies uniform,enas
 *     node dist/bench/shared-ranking.js tell data/tables/SmallCells/shared-ranking.json
 *
 * `measure` goes on where it stopped: a supernet that is in the file is not trained again. What it writes is the file that comes with the package.
 */
import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { loadDataset } from "../src/training/index.js";
import { replaceFile } from "../src/base/node/replace-file.js";
import { supernet } from "../src/search/one-shot/supernet.js";
import {
  enas,
  enasPresets,
  type SharedWeights,
  trainSupernet,
} from "../src/search/one-shot/sharing/index.js";
import { type RankingData, rankingsOf } from "../src/search/one-shot/sharing/ranking-data.js";
import { rankedSample } from "../src/search/one-shot/sharing/ranking-quality.js";
import { table } from "../src/search/index.js";
import { canonical } from "../src/architectures/canonical.js";

const AT = [4, 8, 15, 30, 60];
const recipe = { ...enasPresets.small.recipe, epochs: 60 };

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: "string", default: "1,2,3" },
    strategies: { type: "string", default: "uniform,enas" },
    n: { type: "string", default: "120" },
  },
});
const [command, file] = positionals;
if (file === undefined || (command !== "measure" && command !== "tell"))
  throw new Error(
    "usage: shared-ranking measure FILE [--seeds 1,2,3] [--strategies uniform,enas] | tell FILE",
  );

const cells = await table("SmallCells");
if (command === "measure") await measure(file);
const data = JSON.parse(readFileSync(file, "utf8")) as RankingData;
console.log(rankingsOf(data, cells).toMarkdown());

async function measure(into: string): Promise<void> {
  const n = Number(values.n);
  const { dataset: spec } = cells.population.spec;
  const dataset = await loadDataset(spec);
  const rows = rankedSample("shared-ranking", cells, n, 0);
  const shared = supernet(cells.space, { classes: dataset.classes, resolution: dataset.resolution });
  const kept: RankingData = existsSync(into)
    ? (JSON.parse(readFileSync(into, "utf8")) as RankingData)
    : {
        table: cells.name,
        n,
        seed: 0,
        split: "validation",
        images: dataset.validation!.count,
        recipe,
        runs: [],
      };
  const runs = [...kept.runs];
  for (const seed of values.seeds.split(",").map(Number)) {
    for (const strategy of values.strategies.split(",")) {
      if (runs.some(run => run.strategy === strategy && run.seed === seed && run.epochs === recipe.epochs))
        continue;
      const found: (typeof runs)[number][] = [];
      const began = process.cpuUsage();
      const onEpoch = async (weights: SharedWeights) => {
        const { length } = weights.epochs;
        if (!AT.includes(length)) return;
        const wrong: number[] = [];
        for (const { architecture } of rows)
          wrong.push(Math.round(((await weights.error(architecture)) * kept.images) / 100));
        const { trainLoss } = weights.epochs.at(-1)!;
        found.push({ strategy, seed, epochs: length, trainLoss: Number(trainLoss.toFixed(4)), wrong });
        const { user, system } = process.cpuUsage(began);
        console.log(
          `${strategy}, seed ${seed}: ${length} epochs, loss ${trainLoss.toFixed(3)}, ${((user + system) / 1e6).toFixed(0)} s of a core`,
        );
      };
      const common = { dataset, recipe, seed, threads: 1, onEpoch, onProgress: () => {} };
      if (strategy === "enas") {
        const { architecture, candidates, shared: weights } = await enas(shared, common);
        weights.dispose();
        const { reward, entropy } = weights.epochs.at(-1)!.controller!;
        const row = cells.find(architecture);
        const alone = row?.trainings.map(({ error }) => error.toFixed(2)).join(", ");
        console.log(
          `enas, seed ${seed}: reward ${reward.toFixed(3)}, entropy ${entropy?.toFixed(2)}, of ${candidates.length} ${canonical(architecture)}, from scratch ${alone} %`,
        );
      } else (await trainSupernet(shared, { ...common, sampling: strategy as "uniform" | "fair" })).dispose();
      runs.push(...found);
      replaceFile(into, `${JSON.stringify({ ...kept, runs })}\n`);
    }
  }
}
