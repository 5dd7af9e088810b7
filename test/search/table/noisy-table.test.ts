import assert from "node:assert/strict";
import { test } from "node:test";
import { NasBenchMacro, SmallCells } from "netspace";
import { noisyTable, random, searchTable, simulate, table, tablesByImages } from "netspace/search";

const cells = (await table("SmallAssignments")).search();
const runs = (deviation: number, seed = 1, repeats = 40) =>
  simulate(random(), deviation < 0 ? cells : noisyTable(cells, deviation), {
    evaluations: 30,
    repeats,
    seed,
  });

test("noise is added to what is told, normal and of the deviation asked for, and to nothing else", () => {
  const [plain, noisy] = [runs(-1), runs(5)];
  const added: number[] = [];
  for (const [i, run] of noisy.entries()) {
    assert.deepEqual(run.codes, plain[i].codes);
    assert.deepEqual(run.own, plain[i].own);
    assert.deepEqual(run.images, plain[i].images);
    for (const [at, told] of run.told.entries()) added.push(told - plain[i].told[at]);
  }
  const mean = added.reduce((sum, value) => sum + value, 0) / added.length;
  const deviation = Math.sqrt(added.reduce((sum, value) => sum + (value - mean) ** 2, 0) / added.length);
  // 1,200 of 56 functions in 40 runs: ± 4 standard errors.
  assert.ok(Math.abs(mean) < 0.6, `mean ${mean}`);
  assert.ok(deviation > 4.6 && deviation < 5.4, `deviation ${deviation}`);
  const within = added.filter(value => Math.abs(value - mean) < deviation).length / added.length;
  assert.ok(within > 0.63 && within < 0.74, `${within} within a standard deviation`);
});

test("a run hears the same noise again, another run other noise, and no noise is the table itself", () => {
  const [one] = runs(5, 7, 1);
  assert.deepEqual(runs(5, 7, 1)[0].told, one.told);
  const seen = new Map<string, number>();
  for (const [i, code] of one.codes.entries()) {
    const before = seen.get(code.join());
    if (before !== undefined) assert.equal(one.told[i], before);
    seen.set(code.join(), one.told[i]);
  }
  assert.notDeepEqual(runs(5, 8, 1)[0].told, one.told);
  assert.deepEqual(runs(0, 7, 1)[0].told, runs(-1, 7, 1)[0].told);
});

test("what is no deviation, and a table that has one training of each, is named", () => {
  for (const deviation of [-1, Number.NaN, Infinity, "5"]) {
    assert.throws(
      () => noisyTable(cells, deviation as number),
      /noisyTable: expected a standard deviation ≥ 0/,
    );
  }
  const single = searchTable(NasBenchMacro, () => ({ error: 1, judged: 1 }));
  assert.throws(
    () => noisyTable(single, 1),
    /noisyTable: expected a table of several trainings of each function/,
  );
});

test("tables by their images are complete ones, the procedural first", async () => {
  const found = await tablesByImages("SmallCells");
  assert.equal(Object.keys(found)[0], "procedural");
  assert.deepEqual(Object.keys(found), ["procedural", "fashion-mnist"]);
  for (const each of Object.values(found)) assert.ok(each.complete && each.rows.length === 1163);
  const clothes = await table("SmallCells/fashion-mnist");
  assert.equal(clothes.population.spec.dataset.kind, "idx");
  assert.equal(clothes.trainingImages, 2000);
  assert.deepEqual(Object.keys(await tablesByImages("SmallAssignments")), ["procedural", "fashion-mnist"]);
  await assert.rejects(table("SmallCells/none"), /table: expected a table that comes with netspace/);
  await assert.rejects(table("SmallCells/../SmallCells"), /table: expected a table that comes with netspace/);
  const three = await tablesByImages("SmallCells", { space: SmallCells });
  assert.deepEqual(Object.keys(three), Object.keys(found));
  await assert.rejects(tablesByImages("none"), /tablesByImages: expected a table that comes with netspace/);
});
