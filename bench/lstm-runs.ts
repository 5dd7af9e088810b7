/**
 * Thirty runs of an LSTM controller on SmallCells, for the notebook nas-1-controller, where they would take too long:
 *
 *     node dist/bench/lstm-runs.js
 *
 * writes data/studies/nas-1-controller/lstm.parquet, one row per evaluation: seed, evaluation, and the validation error that was told.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { tableOf, writeTable } from "netspace";
import { presets, simulate, table } from "netspace/search";

const folder = join(import.meta.dirname, "..", "..", "data", "studies", "nas-1-controller");
const cells = (await table("SmallCells")).search();
const runs = simulate(presets["reinforce-lstm-small"], cells, { evaluations: 200, repeats: 30, seed: 8001 });
mkdirSync(folder, { recursive: true });
await writeTable(
  tableOf(
    runs.flatMap(({ seed, told }) =>
      Array.from(told, (error, i) => ({ seed, evaluation: i + 1, told: error })),
    ),
  ),
  join(folder, "lstm.parquet"),
);
