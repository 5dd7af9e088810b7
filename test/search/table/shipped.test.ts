/** The tables that come with the package are what their page says. */
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { decisions, type NasBench201Architecture, SmallAssignments, SmallCells } from "netspace";
import {
  assignmentErrors,
  bestAssignments,
  evolution,
  growthLoss,
  inheritance,
  measureCorrelations,
  shippedTables,
  simulate,
  type SpaceTable,
  table,
  tableAgreement,
  tableFacts,
  tablesBeside,
  tableSpec,
} from "../../../src/search/index.js";
import { packageRoot } from "../../../src/base/node/paths.js";
import { FASHION_MNIST_FOLDER } from "../../../src/training/datasets/idx/fashion-mnist.js";
import { checkSpec } from "../../../src/trials/spec.js";
import { sweepId } from "../../../src/trials/trial.js";

/** Of the files of Debian's package. */
const FASHION_CONTENT = "b7a9c99b4e9198af143623733cd748b7";

const folder = join(packageRoot, "data", "tables");

let cells: SpaceTable<NasBench201Architecture>;
before(async () => {
  cells = await table(SmallCells);
});

test("the table of small cells is there, small, and goes on with netspace table train SmallCells", async () => {
  assert.deepEqual(shippedTables(), ["SmallAssignments", "SmallCells"]);
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
  // Judged by the other training, whose noise no search can know: the mean of runs says how near.
  const view = cells.search({ training: 0 });
  const runs = simulate(evolution({ population: 30, sample: 10 }), view, { evaluations: 300, repeats: 40 });
  const ends = runs.map(({ judged }) => judged[299]);
  assert.ok(ends.every(end => end >= view.best));
  const mean = ends.reduce((a, b) => a + b, 0) / ends.length;
  assert.ok(mean < view.best + 6, `${mean} beside ${view.best}`);
});

test("the page has the numbers that the table has: node scripts/table-readme.mjs writes them", async () => {
  const page = readFileSync(join(folder, "README.md"), "utf8");
  const facts = tableFacts(cells, { beside: await tablesBeside("SmallCells") });
  assert.ok(page.includes(`<!-- SmallCells -->\n\n${facts.toMarkdown()}\n\n<!-- end -->`));
});

test("the table of layer assignments is whole, what its page says, and goes on with its space's own stem", async () => {
  const assigned = await table(SmallAssignments);
  assert.ok(statSync(join(folder, "SmallAssignments.parquet")).size < 2e5);
  const spec = await tableSpec({ space: "SmallAssignments", repeats: 5 });
  assert.equal(assigned.population.provenance!.sweep, sweepId(checkSpec(spec)));
  assert.doesNotMatch(JSON.stringify(assigned.population.provenance), /"\/|[A-Z]:\\/);
  assert.equal(assigned.rows.length, 56);
  assert.ok(assigned.rows.every(({ trainings }) => trainings.length === 5));
  for (const { architecture } of decisions(SmallAssignments).ways())
    assert.deepEqual(assigned.row(architecture).architecture.stages, architecture.stages);
  const page = readFileSync(join(folder, "README.md"), "utf8");
  const facts = tableFacts(assigned, { beside: await tablesBeside("SmallAssignments") });
  assert.ok(page.includes(`<!-- SmallAssignments -->\n\n${facts.toMarkdown()}\n\n<!-- end -->`));
});

test("the page on weight sharing has what the table says of layer assignment", async () => {
  const page = readFileSync(join(packageRoot, "docs", "weight-sharing.md"), "utf8");
  const assigned = assignmentErrors(await table("SmallAssignments"));
  const best = bestAssignments(assigned, { draws: 100 });
  const related = inheritance(assigned, { draws: 100 });
  const { steps, chain, evaluations } = growthLoss(assigned, { draws: 100 });
  assert.equal(related.held, 2);
  assert.equal(related.null.atLeast.toFixed(2), "0.76");
  assert.equal(evaluations, 16);
  for (const [i, { budget, assignments, best: depths, error, spread }] of best.entries()) {
    const row = [budget, assignments, depths.join("-"), error.toFixed(2)].join(" | ");
    const line = page.split("\n").find(one => one.startsWith(`| ${row} |`));
    assert.ok(line, row);
    const columns = line.split("|").map(cell => cell.trim());
    assert.equal(Number(columns[6]), Number(spread.toFixed(1)));
    assert.equal(columns[7], i === 0 ? "" : related.steps[i - 1].holds ? "yes" : "no");
    assert.equal(columns[9], chain[i].join("-"));
    assert.equal(Number(columns[10].split(" ")[0]), Number(steps[i].loss.toFixed(2)));
    assert.equal(Number(columns[11]), Number(steps[i].judged.toFixed(2)));
    assert.equal(Number(columns[12]), Number(steps[i].random.toFixed(2)));
  }
  assert.equal(
    assignmentErrors(await table("SmallAssignments"), { split: "validation" }).assignments.length,
    56,
  );
  assert.throws(() => assignmentErrors(cells), {
    name: "RangeError",
    message: /expected a table of networks with stages, got SmallCells/,
  });
});

test("the page on weight sharing has what measures what measures without training are worth on it", () => {
  const page = readFileSync(join(packageRoot, "docs", "weight-sharing.md"), "utf8");
  const numbers = measureCorrelations(cells).toMarkdown();
  assert.ok(page.includes(`<!-- measures of SmallCells -->\n\n${numbers}\n\n<!-- end -->`));
});

test("both tables were trained on Fashion-MNIST, in their regime; other images change the order more than other seeds do", async () => {
  const { dataset: _procedural, n: _counted, ...regime } = cells.population.spec;
  for (const [name, trainings] of [
    ["SmallCells", 2326],
    ["SmallAssignments", 280],
  ] as const) {
    const [whole, ...others] = await tablesBeside(name);
    assert.deepEqual([others.length, whole.trials.length], [0, trainings]);
    assert.equal((whole.spec.dataset as { readonly content?: string }).content, FASHION_CONTENT);
    assert.deepEqual(whole.spec.recipe, regime.recipe);
    // Nothing of the machine that trained it but where its system keeps the images.
    const paths = JSON.stringify(whole.provenance).match(/"\/[^"]*"|[A-Z]:\\[^"]*/g);
    assert.deepEqual(paths, [JSON.stringify(FASHION_MNIST_FOLDER)]);
  }
  const [clothes] = await tablesBeside("SmallCells");
  const { one, seeds, lost, best, mean, trainings, unmatched } = tableAgreement(cells, clothes);
  assert.deepEqual([trainings, unmatched, one.n, best.n], [2326, 0, 1163, 118]);
  for (const { spearman: rho, kendall: tau } of [one, seeds!, mean]) {
    for (const { low, value, high } of [rho, tau]) assert.ok(low < value && value < high && low > 0.3);
  }
  assert.ok(lost!.spearman.high < 0 && lost!.kendall.p < 0.05);
});
