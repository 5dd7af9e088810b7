/** The tables that come with the package are what their page says. */
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { decisions, type NasBench201Architecture, SmallCells } from "netspace";
import {
  evolution,
  shippedTables,
  simulate,
  type SpaceTable,
  table,
  tableFacts,
  tableSpec,
} from "../../../src/search/index.js";
import { packageRoot } from "../../../src/base/node/paths.js";
import { checkSpec } from "../../../src/trials/spec.js";
import { sweepId } from "../../../src/trials/trial.js";

const folder = join(packageRoot, "data", "tables");

let cells: SpaceTable<NasBench201Architecture>;
before(async () => {
  cells = await table(SmallCells);
});

test("the table of small cells is there, small, and goes on with netspace table train SmallCells", async () => {
  assert.deepEqual(shippedTables(), ["SmallCells"]);
  assert.ok(statSync(join(folder, "SmallCells.parquet")).size < 5e6);
  assert.equal(cells.population.provenance!.sweep, sweepId(checkSpec(await tableSpec("SmallCells"))));
});

test("every cell finds both trainings of its function, with both splits after every epoch", () => {
  const ways = [...decisions(SmallCells).ways()];
  assert.equal(ways.length, 3375);
  for (const { architecture } of ways) {
    const { trainings, flops, params, measures } = cells.row(architecture);
    assert.ok(trainings.length === 2 && flops > 0 && params > 0);
    assert.ok(Number.isFinite(measures.synflow));
    for (const { status, epochs, error, validationError, seconds } of trainings) {
      assert.equal(status, "finished");
      assert.deepEqual(
        epochs.map(({ epoch }) => epoch),
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
      );
      assert.equal(epochs[11].testError, error);
      assert.equal(epochs[11].validationError, validationError);
      assert.ok(seconds > 0);
    }
  }
});

test("it is searched: evolution ends near the best there is", () => {
  const view = cells.search({ training: 0 });
  const runs = simulate(evolution({ population: 30, sample: 10 }), view, { evaluations: 300, repeats: 20 });
  for (const { judged } of runs) assert.ok(judged[299] >= view.best && judged[299] < view.best + 5);
});

test("the page has the numbers that the table has: node scripts/table-readme.mjs writes them", () => {
  const page = readFileSync(join(folder, "README.md"), "utf8");
  assert.ok(page.includes(`<!-- SmallCells -->\n\n${tableFacts(cells).toMarkdown()}\n\n<!-- end -->`));
});
