/** Networks of cells through training and sweeps, with their auxiliary heads and drop path. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { cellConventions, cellNetwork, recipes, sweep, train } from "netspace";
import { smallCells } from "../support/cell-parts.js";
import { withoutAddon } from "../support/needs.js";

const dataset = {
  kind: "procedural",
  resolution: 32,
  train: 64,
  test: 32,
  seed: 1,
  classes: 3,
} as const;
const recipe = { ...recipes.tiny, batch: 16, epochs: 1, warmupEpochs: 0 };
const quietly = { dataset, engine: "torch", threads: 1, live: false } as const;

describe("cells are trained", { skip: withoutAddon }, () => {
  for (const design of ["NASNet-A", "PNASNet-5", "AmoebaNet-B", "ENAS-micro", "DARTS-V2"]) {
    test(`${design} with its auxiliary head and drop path`, async () => {
      // Built for 64 × 64 where nothing else is said: its head has to fit the images that it is trained on.
      const network = smallCells(design, {
        classes: 3,
        resolution: 64,
        auxiliary: { stride: 3 },
      });
      const run = await train(network, {
        ...quietly,
        recipe: { ...recipe, auxiliaryWeight: 0.4, dropPath: 0.2, dropPathSchedule: "linear" },
      });
      assert.equal(run.status, "finished");
      assert.ok(run.losses.every(loss => loss > 0 && Number.isFinite(loss)));
      assert.ok([...run.weights!.keys()].some(name => name.startsWith("aux.")));
    });
  }

  test("cells in which something is read by nothing, and one value twice by a sum", async () => {
    const normal = {
      blocks: [
        { left: { op: "identity", state: 1 }, right: { op: "identity", state: 1 } },
        { left: { op: "sep3", state: 1 }, right: { op: "none", state: 2 } },
        { left: { op: "conv3", state: 1 }, right: { op: "max2", state: 1 } },
      ],
      output: [2, 3],
    } as const;
    const network = cellNetwork({ normal, convention: cellConventions.DARTS, cells: 3, filters: 4 });
    const run = await train(network, { ...quietly, recipe });
    assert.equal(run.status, "finished");
  });

  test("a sweep of a space of cells is stored, and its population has their columns", async () => {
    const folder = mkdtempSync(join(tmpdir(), "netspace-cells-"));
    try {
      const population = await sweep(
        {
          space: { base: "DARTS", fix: { cells: 3 }, values: { filters: { oneOf: [4, 8] } } },
          n: 2,
          seed: 1,
          where: { flops: [0, 2e7] },
          stem: { kind: "simple", width: 8 },
          dataset,
          recipe: { ...recipe, dropPath: 0.1 },
          engine: "torch",
          run: { workers: 1, threads: 1 },
        },
        { out: join(folder, "sweep") },
      );
      assert.equal(population.trials.length, 2);
      const columns = population.rows.map(row => new Map<string, unknown>(Object.entries(row)));
      for (const row of columns) {
        assert.equal(row.get("cells"), 3);
        assert.ok([4, 8].includes(row.get("width") as number));
        assert.equal(row.get("normalLoose"), 4);
      }
      // Built for the sweep's images.
      assert.equal(population.trials[0].architecture.resolution, 32);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
