/**
 * Trains the networks of a study of scaling, and packs what was trained:
 *
 *     node dist/bench/scaling-study.js nas-9-compound-scaling [--seeds 3] [--only base,compound-4]
 *     node dist/bench/scaling-study.js nas-9-compound-scaling --pack
 *
 * The study is data/studies/NAME/study.json. Goes on where it was stopped: each training is a line of runs/NAME.jsonl, and what has
 * one is not trained again. --seeds says how many seeds at most, --only which networks; --pack writes data/studies/NAME/trainings.parquet.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build, loadDataset, tableOf, torch, train, writeTable } from "netspace";
import { packageRoot } from "../src/base/node/paths.js";
import {
  inOrder,
  missing,
  planScalingStudy,
  type ScalingTraining,
  studyFolder,
} from "../src/replication/studies/scaling-study.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: "string" }, only: { type: "string" }, pack: { type: "boolean" } },
});
const [name] = positionals;
if (name === undefined || !existsSync(join(studyFolder(name), "study.json"))) {
  console.error("scaling-study: expected the name of a folder of data/studies that has a study.json");
  process.exit(2);
}
const log = join(packageRoot, "runs", `${name}.jsonl`);
mkdirSync(join(packageRoot, "runs"), { recursive: true });

/** The last line of a log whose writer was killed may be cut short. */
function trained(): ScalingTraining[] {
  if (!existsSync(log)) return [];
  return readFileSync(log, "utf8")
    .split("\n")
    .flatMap(line => {
      try {
        return [JSON.parse(line) as ScalingTraining];
      } catch {
        return [];
      }
    });
}

const { planned } = planScalingStudy(name);
if (values.pack) {
  const rows = inOrder(planned, trained());
  await writeTable(tableOf(rows), join(studyFolder(name), "trainings.parquet"));
  console.log(`${rows.length} of ${planned.length} trainings`);
  process.exit(0);
}

if (existsSync(log) && !readFileSync(log, "utf8").endsWith("\n")) appendFileSync(log, "\n");
const most = Number(values.seeds ?? Number.MAX_SAFE_INTEGER);
const only = values.only?.split(",");
const asked = planned.filter(
  ({ seed, network }) => seed < planned[0].seed + most && (only?.includes(network.name) ?? true),
);
const left = missing(asked, trained());
const sets = new Map<string, Awaited<ReturnType<typeof loadDataset>>>();
for (const [i, { network, images, dataset: spec, recipe, seed }] of left.entries()) {
  const { architecture, resolution, flops, params, acts } = network;
  const at = `${images} ${resolution}`;
  const dataset = sets.get(at) ?? (await loadDataset(spec));
  sets.set(at, dataset);
  const run = await train(build(architecture), { dataset, recipe, seed, threads: 1, live: false });
  const last = run.epochs.at(-1);
  const row: ScalingTraining = {
    network: network.name,
    images,
    resolution,
    epochs: recipe.epochs,
    weightDecay: recipe.weightDecay,
    seed,
    flops,
    params,
    acts,
    status: run.status,
    error: run.error,
    validationError: run.validationError ?? Number.NaN,
    trainError: last?.trainError ?? Number.NaN,
    trainLoss: last?.trainLoss ?? Number.NaN,
    seconds: Number(run.seconds.toFixed(2)),
    engine: torch.version?.() ?? "torch",
    ended: new Date().toISOString(),
  };
  appendFileSync(log, `${JSON.stringify(row)}\n`);
  console.log(
    `${network.name}, ${recipe.epochs} epochs, ${images}, seed ${seed}: ${row.error.toFixed(1)} %, ${row.seconds.toFixed(1)} s; ${left.length - i - 1} left`,
  );
}
