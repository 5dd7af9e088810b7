/**
 * How well shared weights rank SmallCells: supernets in the table's own regime, by how their paths are drawn and for how long they are
 * trained, held against the table. Question and analysis stand in docs/design/search.md, which was written before the data.
 *
 *     node dist/bench/shared-ranking.js measure runs/ranking.json --seeds 1,2,3 --strategies uniform,fair,enas,darts
 *     node dist/bench/shared-ranking.js measure runs/fashion.json --images fashion-mnist
 *     node dist/bench/shared-ranking.js tell data/tables/SmallCells/shared-ranking.json
 *
 * `measure` goes on where it stopped: a supernet that is in the file is not trained again. What it writes is the file that comes with the package.
 * `--images fashion-mnist` trains supernets on those images, read as those of the table `SmallCells/fashion-mnist`, and asks them of the same functions.
 */
import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { loadDataset } from "../src/training/index.js";
import { replaceFile } from "../src/base/node/replace-file.js";
import { darts } from "../src/search/one-shot/darts/index.js";
import { logLikelihood } from "../src/search/one-shot/log-likelihood.js";
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
    strategies: { type: "string", default: "uniform,fair,enas,darts" },
    images: { type: "string", default: "procedural" },
    n: { type: "string", default: "120" },
  },
});
const [command, file] = positionals;
if (file === undefined || (command !== "measure" && command !== "tell"))
  throw new Error(
    "usage: shared-ranking measure FILE [--seeds 1,2,3] [--strategies uniform,fair,enas,darts] [--images fashion-mnist] | tell FILE",
  );

const cells = await table("SmallCells");
if (command === "measure") await measure(file);
const data = JSON.parse(readFileSync(file, "utf8")) as RankingData;
if (values.images === "procedural") console.log(rankingsOf(data, cells).toMarkdown());

async function measure(into: string): Promise<void> {
  const n = Number(values.n);
  const dataset = await loadDataset(
    (values.images === "procedural" ? cells : await table(`SmallCells/${values.images}`)).population.spec
      .dataset,
  );
  const rows = rankedSample("shared-ranking", cells, n, 0);
  const sizes = { classes: dataset.classes, resolution: dataset.resolution };
  const shared = supernet(cells.space, sizes);
  const relaxed = supernet(cells.space, { ...sizes, form: "relaxed" });
  const kept: RankingData = existsSync(into)
    ? (JSON.parse(readFileSync(into, "utf8")) as RankingData)
    : {
        table: cells.name,
        n,
        seed: 0,
        functions: rows.map(row => row.function),
        split: "validation",
        images: dataset.validation!.count,
        recipe,
        runs: [],
      };
  const runs = [...kept.runs];
  const found = [...(kept.found ?? [])];
  for (const seed of values.seeds.split(",").map(Number)) {
    for (const strategy of values.strategies.split(",")) {
      if (runs.some(run => run.strategy === strategy && run.seed === seed && run.epochs === recipe.epochs))
        continue;
      const looks: (typeof runs)[number][] = [];
      const began = process.cpuUsage();
      const look = (
        epochs: number,
        trainLoss: number,
        said: Pick<(typeof runs)[number], "wrong" | "scores">,
      ) => {
        looks.push({ strategy, seed, epochs, trainLoss: Number(trainLoss.toFixed(4)), ...said });
        const { user, system } = process.cpuUsage(began);
        console.log(
          `${strategy}, seed ${seed}: ${epochs} epochs, loss ${trainLoss.toFixed(3)}, ${((user + system) / 1e6).toFixed(0)} s of a core`,
        );
      };
      const onEpoch = async (weights: SharedWeights) => {
        const { length } = weights.epochs;
        if (!AT.includes(length)) return;
        const wrong: number[] = [];
        for (const { architecture } of rows)
          wrong.push(Math.round(((await weights.error(architecture)) * kept.images) / 100));
        look(length, weights.epochs.at(-1)!.trainLoss, { wrong });
      };
      const common = { dataset, seed, threads: 1 };
      const sharing = { ...common, recipe, onEpoch, onProgress: () => {} };
      if (strategy === "darts") {
        const searched = await darts(relaxed, {
          ...common,
          preset: "small",
          recipe: { epochs: recipe.epochs, batch: recipe.batch, cropPadding: 1 },
          validation: "validation",
          onProgress: () => {},
        });
        for (const { epoch, trainingLoss, alpha } of searched.history) {
          if (!AT.includes(epoch)) continue;
          const at = new Map(Object.entries(alpha).map(([edge, each]) => [edge, Float64Array.from(each)]));
          const scores = rows.map(row => Number((-logLikelihood(relaxed, at, row.architecture)).toFixed(5)));
          look(epoch, trainingLoss, { scores });
        }
        found.push({ strategy, seed, function: canonical(searched.architecture!) });
      } else if (strategy === "enas") {
        const { architecture, shared: weights } = await enas(shared, sharing);
        weights.dispose();
        const controller = weights.epochs.map(each => ({
          reward: Number(each.controller!.reward.toFixed(5)),
          baseline: Number(each.controller!.baseline.toFixed(5)),
          entropy: Number(each.controller!.entropy!.toFixed(5)),
        }));
        found.push({ strategy, seed, function: canonical(architecture), controller });
      } else
        (await trainSupernet(shared, { ...sharing, sampling: strategy as "uniform" | "fair" })).dispose();
      runs.push(...looks);
      replaceFile(into, `${JSON.stringify({ ...kept, runs, found })}\n`);
    }
  }
}
