/**
 * Layer assignments that grow on a supernet: SmallAssignments in the table's own regime, with growth that trains nothing but its
 * candidates, and growth by the weights of a supernet whose paths were drawn uniformly for as long. Questions and analysis stand in
 * docs/design/search.md, which was written before the data.
 *
 *     node dist/bench/shared-growth.js data/studies/layer-growth/procedural.json
 *     node dist/bench/shared-growth.js data/studies/layer-growth/fashion-mnist.json --images fashion-mnist
 *
 * It goes on where it stopped. What it writes is the file that comes with the package.
 */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { enumerate, SmallAssignments } from "netspace";
import {
  enasPresets,
  type GrowthData,
  growOnSupernet,
  supernet,
  table,
  trainSupernet,
} from "netspace/search";
import { replaceFile } from "../src/base/node/replace-file.js";
import { loadDataset } from "../src/training/index.js";

/** Six epochs for each of six steps: three trainings from scratch of 12 epochs in all. */
const recipe = { ...enasPresets.small.recipe, epochs: 36 };

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: "string", default: "1,2,3,4,5,6,7,8" },
    images: { type: "string", default: "procedural" },
  },
});
const [file] = positionals;
if (file === undefined) throw new Error("usage: shared-growth FILE [--seeds 1,2,3] [--images fashion-mnist]");

type Run = GrowthData["runs"][number];

const source = values.images === "procedural" ? "SmallAssignments" : `SmallAssignments/${values.images}`;
const dataset = await loadDataset((await table(source)).population.spec.dataset);
const images = dataset.validation!.count;
const shared = supernet(SmallAssignments);
const runs: Run[] = existsSync(file)
  ? [...(JSON.parse(readFileSync(file, "utf8")) as { readonly runs: readonly Run[] }).runs]
  : [];
mkdirSync(dirname(file), { recursive: true });
const count = (error: number): number => Math.round((error * images) / 100);

for (const seed of values.seeds.split(",").map(Number)) {
  for (const paths of ["growth", "uniform"] as const) {
    if (runs.some(run => run.paths === paths && run.seed === seed)) continue;
    const began = process.cpuUsage();
    const options = { dataset, recipe, seed, threads: 1, onProgress: () => {} };
    const run = paths === "growth" ? await grown(options) : await uniform(options);
    runs.push({ paths, seed, ...run });
    const { user, system } = process.cpuUsage(began);
    console.log(
      `${paths}, seed ${seed}: ${run.chain.join(" ")}, ${((user + system) / 1e6).toFixed(0)} s of a core`,
    );
    const about = { table: "SmallAssignments", dataset: dataset.name, images, recipe, runs };
    replaceFile(file, `${JSON.stringify(about)}\n`);
  }
}

type Options = Parameters<typeof growOnSupernet>[1];

async function grown(options: Options): Promise<Pick<Run, "chain" | "wrong">> {
  const { steps, shared: weights } = await growOnSupernet(shared, options);
  weights.dispose();
  return {
    chain: steps.map(({ kept }) => kept.depths.join("-")),
    wrong: Object.fromEntries(
      steps.flatMap(({ candidates }) =>
        candidates.map(({ depths, error }) => [depths.join("-"), count(error)]),
      ),
    ),
  };
}

async function uniform(options: Options): Promise<Pick<Run, "chain" | "wrong">> {
  const weights = await trainSupernet(shared, options);
  const wrong: Record<string, number> = {};
  for (const { architecture } of enumerate(SmallAssignments)) {
    const depths = architecture.stages.map(({ depth }) => depth);
    wrong[depths.join("-")] = count(await weights.error(architecture, { split: "validation" }));
  }
  weights.dispose();
  const chain = ["1-1-1"];
  for (;;) {
    const before = chain.at(-1)!.split("-").map(Number);
    const next = before
      .map((_, s) => before.map((depth, i) => depth + (i === s ? 1 : 0)).join("-"))
      .filter(name => name in wrong);
    if (next.length === 0) return { chain, wrong };
    chain.push(next.reduce((best, one) => (wrong[one] < wrong[best] ? one : best)));
  }
}
