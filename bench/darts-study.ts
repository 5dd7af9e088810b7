/**
 * The data of notebook nas-5-darts: searches by DARTS of first and second order, and trainings from scratch of what they found and of random
 * cells. What is searched and trained stands in `data/studies/darts/study.json`, what is asked of it in `data/search-claims.json`.
 *
 *     node dist/bench/darts-study.js search runs/darts      seed by seed, on both sets of images; [SPACE [SEED]]
 *     node dist/bench/darts-study.js train runs/darts       the cells of DARTS' own space that are found so far
 *     node dist/bench/darts-study.js pack runs/darts        into data/studies/darts
 *
 * All three go on where they stopped. One thread, since maps of 12 × 12 pixels leave nothing for a second.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, tableOf, writeTable } from "netspace";
import { darts, type DartsOptions, type DartsResult, evaluateCells, openDarts } from "netspace/search";
import { replaceFile } from "../src/base/node/replace-file.js";
import { packageRoot } from "../src/base/node/paths.js";
import type { DatasetSpec } from "../src/training/datasets/index.js";
import { spaceOf, type SpaceSpec } from "../src/trials/space-spec.js";
import type { SweepSpec } from "../src/trials/spec.js";

interface Study {
  readonly datasets: Readonly<Record<string, DatasetSpec>>;
  readonly searches: Readonly<
    Record<string, Pick<DartsOptions, "recipe" | "alpha"> & { space: SweepSpec["space"]; seeds: number[] }>
  >;
  readonly trainings: Pick<SweepSpec, "space" | "recipe"> & { random: number; seeds: number };
}

/** A search, and where it lies. */
interface Asked {
  readonly space: string;
  readonly images: string;
  readonly order: 1 | 2;
  readonly seed: number;
  readonly folder: string;
}

const shipped = join(packageRoot, "data/studies/darts");
const study = JSON.parse(readFileSync(join(shipped, "study.json"), "utf8")) as Study;
const [command, root, only, seedOnly] = process.argv.slice(2);
if (root === undefined || !["search", "train", "pack"].includes(command)) {
  throw new Error("usage: darts-study search|train|pack FOLDER [SPACE [SEED]]");
}

/** One seed of everything before the next. */
const asked = Object.entries(study.searches)
  .filter(([space]) => only === undefined || space === only)
  .flatMap(([space, { seeds }]) =>
    seeds
      .filter(seed => seedOnly === undefined || seed === Number(seedOnly))
      .flatMap(seed =>
        ([1, 2] as const).flatMap(order =>
          Object.keys(study.datasets).map((images): Asked => {
            const folder = join(root, `${space}-${images}-${order}-${seed}`);
            return { space, images, order, seed, folder };
          }),
        ),
      ),
  );

const cpuFile = ({ folder }: Asked) => `${folder}.cpu.jsonl`;
const found = () =>
  asked.filter(({ folder }) => existsSync(folder)).map(each => ({ each, result: openDarts(each.folder) }));

if (command === "search") for (const each of asked) await searchOne(each);
else if (command === "train") for (const images of Object.keys(study.datasets)) await trainFound(images);
else await pack();

async function searchOne(each: Asked): Promise<void> {
  const { space, images, order, seed, folder } = each;
  const { recipe, alpha, space: searched } = study.searches[space];
  mkdirSync(root, { recursive: true });
  let before = process.cpuUsage();
  const result = await darts(spaceOf(searched as SpaceSpec), {
    dataset: study.datasets[images],
    preset: "small",
    recipe,
    alpha,
    order,
    seed,
    threads: 1,
    out: folder,
    onProgress({ event, epoch }) {
      if (event !== "epoch") return;
      const { user, system } = process.cpuUsage(before);
      before = process.cpuUsage();
      appendFileSync(cpuFile(each), `${JSON.stringify({ epoch, cpu: (user + system) / 1e6 })}\n`);
    },
  });
  console.log(`${folder}: ${String(result)}`);
}

/** Only when all searches of these images are over: what is trained is one list. */
async function trainFound(images: string): Promise<void> {
  const ours = asked.filter(each => each.images === images && each.space === "DARTS");
  const results = ours.map(({ folder }) => (existsSync(folder) ? openDarts(folder) : undefined));
  if (!results.every(result => result?.status === "finished")) {
    console.log(`${images}: searches are missing`);
    return;
  }
  const { space, recipe, random, seeds } = study.trainings;
  const before = process.cpuUsage();
  const { cells, population } = await evaluateCells(results as DartsResult[], {
    space,
    dataset: study.datasets[images],
    recipe,
    random,
    seeds,
    workers: 1,
    threads: 1,
    out: join(root, `trainings-${images}`),
  });
  const rows = population.rows.map(({ index, error }) => {
    const of = index % cells.length;
    const { order, seed } = ours[of] ?? {};
    const { params, flops } = cells.rows[of];
    return {
      images,
      cell: of,
      found: of < ours.length,
      order,
      seed,
      training: Math.floor(index / cells.length),
      error,
      params,
      flops,
    };
  });
  replaceFile(join(root, `trainings-${images}.json`), JSON.stringify(rows));
  const { user, system } = process.cpuUsage(before);
  console.log(`${images}: ${rows.length} trainings, ${((user + system) / 1e6).toFixed(0)} s of this process`);
}

async function pack(): Promise<void> {
  const searches = found();
  const key = ({ space, images, order, seed }: Asked) => ({ space, images, order, seed });
  const cpuOf = (each: Asked): number => {
    if (!existsSync(cpuFile(each))) return Number.NaN;
    const lines = readFileSync(cpuFile(each), "utf8").trim().split("\n");
    return lines.reduce((sum, line) => sum + (JSON.parse(line) as { cpu: number }).cpu, 0);
  };
  const list = searches
    .filter(({ result }) => result.history.length > 0)
    .map(({ each, result }) => ({
      ...key(each),
      status: result.status,
      epochs: result.history.length,
      // Seconds of a processor that other work shares: of the orders' costs, the ratio.
      cpu: Number(cpuOf(each).toFixed(1)),
      cell: describe(result.architecture!),
      architecture: result.history.at(-1)!.architecture,
    }));
  const trainings = Object.keys(study.datasets).flatMap(images => {
    const file = join(root, `trainings-${images}.json`);
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as object[]) : [];
  });
  replaceFile(
    join(shipped, "found.json"),
    `${JSON.stringify({ searches: list, trainings }, undefined, 1)}\n`,
  );
  const epochs = searches.flatMap(({ each, result }) =>
    result.epochs.rows.map(row => ({ ...key(each), ...row })),
  );
  const alphas = searches.flatMap(({ each, result }) =>
    result.alphas.rows.map(({ epoch, edge, operation, alpha, kept }) => ({
      ...key(each),
      epoch,
      edge,
      operation,
      alpha: Math.round(1000 * alpha) / 1000,
      kept: Number(kept),
    })),
  );
  const rounded = epochs.map(({ seconds: _seconds, ...row }) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        typeof value === "number" ? Math.round(1e4 * value) / 1e4 : value,
      ]),
    ),
  );
  await writeTable(tableOf(rounded), join(shipped, "epochs.parquet"));
  await writeTable(tableOf(alphas), join(shipped, "alphas.parquet"));
  console.log(`${list.length} of ${asked.length} searches, ${trainings.length} trainings`);
}
