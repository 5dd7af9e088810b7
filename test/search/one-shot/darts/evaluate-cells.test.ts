/** Found cells judged by trainings of their own, beside random ones. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { DARTSSpace, nasBench201, openPopulation, seeded, zoo } from "netspace";
import { evaluateCells } from "../../../../src/search/index.js";
import { evaluateCellsWith } from "../../../../src/search/one-shot/darts/evaluate-cells.js";
import { smallSweep } from "../../../support/small-sweep.js";

const root = mkdtempSync(join(tmpdir(), "netspace-evaluate-cells-"));
after(() => rmSync(root, { recursive: true, force: true }));
const program = fileURLToPath(new URL("../../../support/quick-worker.js", import.meta.url));
const judged = {
  space: { base: "DARTS", fix: { cells: 4, filters: 6 } },
  dataset: smallSweep.dataset,
  recipe: "tiny",
  workers: 2,
} as const;
const cellOf = (seed: number) => DARTSSpace.fix("cells", 3).fix("filters", 2).draw(seeded(seed))!;

test("found cells are trained in the size they are judged at, each as often as the random ones, with a difference over cells", async () => {
  const found = [cellOf(5), cellOf(6)];
  const out = join(root, "two");
  const { cells, difference, population } = await evaluateCellsWith(program, found, {
    ...judged,
    out,
    random: 3,
    seeds: 2,
  });
  assert.deepEqual(cells.texts("cell"), ["found 1", "found 2", "random 1", "random 2", "random 3"]);
  assert.deepEqual(cells.column("trainings"), [2, 2, 2, 2, 2]);
  assert.equal(population.length, 10);
  const architectures = population.trials.map(({ architecture }) => architecture as Record<string, unknown>);
  for (const architecture of architectures)
    assert.deepEqual([architecture.cells, architecture.filters], [4, 6]);
  assert.equal(JSON.stringify(architectures[0].normal), JSON.stringify(found[0].normal));
  assert.equal(JSON.stringify(architectures[6].reduction), JSON.stringify(found[1].reduction));
  const errors = cells.column("error");
  const rows = population.rows;
  for (const [i, error] of errors.entries()) {
    const own = rows.filter(({ index }) => index % 5 === i).map(each => each.error);
    assert.ok(Math.abs(error - (own[0] + own[1]) / 2) < 1e-9);
  }
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  assert.ok(Math.abs(difference!.value - (mean(errors.slice(0, 2)) - mean(errors.slice(2)))) < 1e-9);
  assert.deepEqual(
    cells.column("randomBetter"),
    errors.map(error => errors.slice(2).filter(other => other < error).length),
  );
  // Seeds of their own, none twice.
  assert.equal(new Set(population.trials.map(({ id }) => id)).size, 10);
  const again = await evaluateCellsWith(program, found, { ...judged, out, random: 3, seeds: 2 });
  assert.deepEqual(again.population.rows, openPopulation(out).rows);
  await assert.rejects(evaluateCellsWith(program, found, { ...judged, out, random: 3, seeds: 3 }), {
    name: "SpecError",
  });
});

test("one found cell has no interval, and its place among random ones", async () => {
  const { cells, difference } = await evaluateCellsWith(program, zoo("DARTS-V2-cifar").architecture, {
    ...judged,
    out: join(root, "one"),
    random: 2,
    seeds: 1,
  });
  assert.equal(difference, undefined);
  assert.equal(cells.rows.filter(({ found }) => found).length, 1);
});

test("what was not found, or is another space's, is refused before anything is trained", async () => {
  const out = join(root, "none");
  await assert.rejects(
    evaluateCells([], { ...judged, out }),
    /evaluateCells: expected at least one found cell, got none/,
  );
  await assert.rejects(
    evaluateCells({}, { ...judged, out }),
    /expected a result of darts\(\) or an architecture as found cell 1/,
  );
  await assert.rejects(
    evaluateCells(nasBench201("|none~0|"), { ...judged, out }),
    /expected a found cell of the space's family, Cells, .* got one of NAS-Bench-201/,
  );
  await assert.rejects(
    evaluateCells(cellOf(1), { ...judged, out, seeds: 0 }),
    /seeds must be an integer of at least 1, got 0/,
  );
});
