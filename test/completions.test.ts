/** Functions that take names say which, to whoever completes them, and each of those names is taken. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as netspace from "../src/start.js";
import { table } from "../src/search/index.js";

type Says = (asked: { field?: string }) => string[] | undefined;
const says = (fn: object): Says => (fn as unknown as Record<symbol, Says>)[Symbol.for("Jupyter.completions")];

test("what is offered is what there is", async () => {
  const { shippedPopulation, spaceByName, train, sweep, study, zoo, loadDataset, datasetByName } = netspace;
  assert.deepEqual(says(shippedPopulation)({}), netspace.shippedPopulations());
  assert.deepEqual(says(study)({}), netspace.shippedPopulations());
  for (const name of says(zoo)({}) ?? []) assert.ok(zoo(name).architecture, name);
  assert.deepEqual(says(train)({}), says(zoo)({}));
  for (const name of says(spaceByName)({}) ?? []) assert.equal(spaceByName(name).name, name);
  assert.deepEqual(says(sweep)({ field: "space" }), says(spaceByName)({}));
  for (const name of says(train)({ field: "recipe" }) ?? [])
    assert.ok(netspace.recipeByName(name).epochs, name);
  assert.equal(says(train)({ field: "seed" }), undefined);
  assert.ok(says(table)({})?.includes("SmallCells"));
  const words = says(loadDataset)({}) ?? [];
  assert.deepEqual(words, ["procedural", "images:", "idx:", "fashion-mnist", "cifar10:", "cifar100:"]);
  for (const word of words) assert.ok(datasetByName(word.replace(/:$/, ":folder:32")).kind, word);
});

test("a study offers its populations, found or not, to the methods that take one", async () => {
  const populations = await netspace.study(["AnyNetXA", "RegNetX"]);
  const asked = (populations as unknown as Record<symbol, unknown>)[Symbol.for("Jupyter.completions")] as (
    this: object,
    asked: { method?: string; field?: string },
  ) => string[] | undefined;
  for (const method of ["population", "errors", "column", "ranked"]) {
    assert.deepEqual(asked.call(populations, { method }), ["AnyNetXA", "RegNetX"]);
  }
  assert.equal(asked.call(populations, { method: "titled" }), undefined);
});

test("loadDataset() takes the words that train() takes", async () => {
  const description = { kind: "procedural", resolution: 16, train: 20, test: 10, seed: 1 } as const;
  const dataset = await netspace.loadDataset(description);
  assert.equal((await netspace.loadDataset(JSON.stringify(description))).name, dataset.name);
  await assert.rejects(
    netspace.loadDataset("procedral"),
    /^DatasetError: dataset: expected procedural.*got "procedral"/,
  );
});
