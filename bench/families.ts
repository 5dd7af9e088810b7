/**
 * Trains one network of each family, and AnyNets of as many flops, in the regime of the shipped populations (2 to 4 MF on
 * 32 × 32, ten classes, 12 epochs of 5,000 images), and writes data/families.json. Goes on where it was stopped: what the
 * file has is not trained again.
 *
 *   node dist/bench/families.js --images procedural|fashion-mnist [--seeds 2] [--only NAME]
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { countArchitecture } from "../src/architectures/count-architecture.js";
import { build } from "../src/architectures/build.js";
import { familyOf } from "../src/architectures/families.js";
import { packageRoot } from "../src/base/node/paths.js";
import { replaceFile } from "../src/base/node/replace-file.js";
import { loadDataset } from "../src/training/datasets/index.js";
import { train } from "../src/training/train.js";
import { familyNetworks, registeredImages, registeredRecipe } from "./family-networks.js";

/** One training, as data/families.json has it. */
interface Row {
  readonly network: string;
  readonly family: string;
  readonly images: keyof typeof registeredImages;
  readonly seed: number;
  readonly flops: number;
  readonly params: number;
  readonly acts: number;
  /** Per cent, on the test split and on the validation split, after the last epoch. */
  readonly error: number;
  readonly validationError: number;
}

const { values } = parseArgs({
  options: {
    images: { type: "string" },
    seeds: { type: "string", default: "2" },
    only: { type: "string" },
  },
});
const images = values.images as Row["images"];
const seeds = Number(values.seeds);
if (!Object.hasOwn(registeredImages, images ?? "") || !(Number.isInteger(seeds) && seeds > 0)) {
  console.error("families: expected --images procedural or fashion-mnist, and perhaps --seeds 2");
  process.exit(2);
}
const file = join(packageRoot, "data", "families.json");
const rowsNow = (): Row[] =>
  existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { rows: Row[] }).rows : [];

const dataset = await loadDataset(registeredImages[images]);
for (let seed = 1; seed <= seeds; seed++) {
  for (const [network, architecture] of Object.entries(familyNetworks)) {
    if (values.only !== undefined && values.only !== network) continue;
    if (rowsNow().some(row => row.network === network && row.images === images && row.seed === seed))
      continue;
    const cost = countArchitecture(architecture, 32);
    const run = await train(build(architecture), {
      dataset,
      recipe: registeredRecipe,
      seed,
      threads: 1,
      live: false,
    });
    const { error, validationError } = run;
    console.log(`${network}, ${images}, seed ${seed}: ${error.toFixed(1)} %, ${run.seconds.toFixed(0)} s`);
    const row: Row = {
      network,
      family: familyOf(architecture).name,
      images,
      seed,
      ...cost,
      error,
      validationError: validationError ?? Number.NaN,
    };
    // Read anew: another process trains on the other images.
    const rows = [...rowsNow(), row].sort(
      (a, b) => order(a) - order(b) || (a.images < b.images ? -1 : a.images > b.images ? 1 : a.seed - b.seed),
    );
    replaceFile(file, `{"rows": [\n${rows.map(each => JSON.stringify(each)).join(",\n")}\n]}\n`);
  }
}

function order({ network }: Row): number {
  return Object.keys(familyNetworks).indexOf(network);
}
