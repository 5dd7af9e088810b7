/** The best of a search, trained from scratch. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { AnyNetXA, countArchitecture, openPopulation, recipes, seedNoise } from "netspace";
import {
  complexityOf,
  customObjective,
  evolution,
  nsga2,
  openSearch,
  random,
  retrainBest,
  search,
  table,
  trainingError,
} from "../../src/search/index.js";
import { retrainWith } from "../../src/search/retrain-best.js";
import { searchOf } from "../../src/search/spec/search-spec.js";
import { searchWith } from "../../src/search/search.js";
import { smallSweep } from "../support/small-sweep.js";
import { bits } from "../support/toy-spaces.js";

const root = mkdtempSync(join(tmpdir(), "netspace-retrain-best-"));
after(() => rmSync(root, { recursive: true, force: true }));
const program = fileURLToPath(new URL("../support/quick-worker.js", import.meta.url));
const trains = { dataset: smallSweep.dataset, recipe: "tiny", stem: smallSweep.stem } as const;

test("the best of a search are trained with seeds of their own, each function once, and go on where they stopped", async () => {
  const folder = join(root, "search");
  const found = await searchWith({ program }, AnyNetXA, {
    strategy: evolution({ population: 4, sample: 2, unchanged: 0.5 }),
    objective: trainingError({
      ...trains,
      recipe: { base: "tiny", learningRate: { oneOf: [0.1, 0.2, 0.4] } },
    }),
    where: smallSweep.where,
    budget: 20,
    seed: 6,
    out: folder,
    workers: 2,
  });
  const stop = new AbortController();
  const some = await retrainWith(program, found, {
    n: 3,
    seeds: 4,
    workers: 1,
    signal: stop.signal,
    onProgress: ({ done }) => {
      if (done === 5) stop.abort();
    },
  });
  assert.ok(some.population.length >= 5 && some.population.length < 12);
  // From its folder, in another order of doing it.
  const { networks, population } = await retrainWith(program, folder, { n: 3, seeds: 4, workers: 2 });
  assert.equal(population.length, 12);
  assert.deepEqual(openPopulation(join(folder, "retrained")).rows, population.rows);
  // As they were told, the best first; a child that is its parent again is no other function.
  const told = networks.column("told");
  assert.deepEqual(
    told,
    told.toSorted((a, b) => a - b),
  );
  assert.equal(networks.column("place")[0], found.best!.place);
  assert.equal(
    new Set(population.trials.slice(0, 3).map(({ architecture }) => JSON.stringify(architecture))).size,
    3,
  );
  for (const [i, { place, error, trainings }] of networks.rows.entries()) {
    const own = population.rows.filter(row => row.network === i);
    assert.equal(trainings, 4);
    assert.ok(Math.abs(error - own.reduce((sum, row) => sum + row.error, 0) / 4) < 1e-9);
    const searched = found.population.trials[place];
    for (const { index } of own) {
      const again = population.trials.find(trial => trial.index === index)!;
      assert.deepEqual(again.architecture, searched.architecture);
      // The learning rate that was drawn for it is part of what was found.
      assert.deepEqual(again.drawn, searched.drawn);
    }
  }
  // No seed of the search's.
  const seeds = population.rows.map(({ seed }) => seed);
  assert.equal(new Set(seeds).size, 12);
  assert.ok(seeds.every(seed => seed > 2 ** 32));
  assert.ok(seedNoise(population) > 0);
  // Another question is another folder's, which it finds again.
  const two = await retrainWith(program, found, { n: 2 });
  const again = await retrainWith(program, found, { n: 2 });
  assert.equal(two.networks.length, 2);
  assert.deepEqual(again.networks.rows, two.networks.rows);
  assert.equal(openPopulation(join(found.folder!, "retrained")).length, 12);
  await assert.rejects(
    retrainWith(program, found, { n: 2, out: join(found.folder!, "retrained") }),
    /holds a sweep of another spec/,
  );
  const longer = await retrainWith(program, found, { recipe: "tiny", out: join(root, "longer") });
  assert.equal(longer.population.spec.recipe.learningRate, recipes.tiny.learningRate);
  assert.equal(longer.networks.length, 1);
});

test("what a search without trainings found is trained as it is told; what cannot be is named first", async () => {
  const counted = await search(AnyNetXA, {
    strategy: random(),
    objective: complexityOf("flops", { resolution: 16 }),
    where: smallSweep.where,
    resolution: 16,
    budget: 6,
    out: join(root, "counted"),
  });
  await assert.rejects(
    retrainBest(counted),
    /retrainBest: expected trains, such as \{ dataset, recipe \}, for the search by flops, which trained nothing/,
  );
  const { networks } = await retrainWith(program, counted, { n: 2, trains, workers: 1 });
  assert.deepEqual(
    networks.column("told"),
    counted.outcomes
      .column("flops")
      .toSorted((a, b) => a - b)
      .slice(0, 2),
  );
  const live = await search(bits(6), {
    strategy: random(),
    objective: { name: "none", settings: {}, measure: () => ({ value: 1, cost: {} }) },
    budget: 3,
  });
  const out = join(root, "none");
  const wrong: readonly (readonly [Parameters<typeof retrainBest>, RegExp])[] = [
    [
      [counted, { n: 9, trains, out }],
      /a search that evaluated at least 9 functions, got 6 of them; ask for fewer/,
    ],
    [[counted, { n: 0 }], /n must be a positive integer, got 0/],
    [[counted, { seeds: 1.5 }], /seeds must be a positive integer, got 1.5/],
    [[counted, { trials: 3 } as never], /unknown option "trials"/],
    [[live, { trains }], /expected a folder for the trainings as out, since the search has none/],
    [[live, { trains, out }], /the space 6 bits of this search is a value of the program that searched/],
    [[root], /retrainBest|openSearch: expected a search's folder/],
    [[5 as never], /retrainBest: expected a search, or its folder, got 5/],
  ];
  for (const [args, message] of wrong) await assert.rejects(retrainBest(...args), message);
  assert.ok(!existsSync(out));
  assert.equal(openSearch(join(root, "counted")).records.length, 6);
});

test("what a table told of is trained as the table was, by the search's folder alone", async () => {
  const out = join(root, "by table");
  const { space, options } = await searchOf(
    { strategy: "random", objective: { name: "table error", table: "SmallCells" }, budget: 6 },
    root,
  );
  const found = await search(space as never, { ...options, out });
  const { networks, population } = await retrainWith(program, out, { n: 2, workers: 1 });
  assert.equal(networks.column("place")[0], found.best!.place);
  const { spec } = (await table("SmallCells")).population;
  for (const part of ["dataset", "recipe", "engine", "precision"] as const) {
    assert.deepEqual(population.spec[part], spec[part]);
  }
  const [trained] = population.trials;
  assert.equal(trained.complexity.params, countArchitecture(found.best!.architecture, 12).params);
});

test("what failed by any objective is not trained again as one of the best", async () => {
  const drawn = await search(AnyNetXA, {
    strategy: random(),
    objective: complexityOf("params"),
    where: smallSweep.where,
    resolution: 16,
    budget: 12,
  });
  const middle = drawn.outcomes.column("params").toSorted((a, b) => a - b)[6];
  const error = customObjective<never>("error", a => countArchitecture(a, 16).params / 1e6);
  const cost = customObjective<never>("cost", a =>
    countArchitecture(a, 16).params < middle ? { value: Number.NaN, details: { reason: "too small" } } : 1,
  );
  const found = await search(AnyNetXA, {
    strategy: nsga2({ population: 4 }),
    objective: [error, cost],
    where: smallSweep.where,
    resolution: 16,
    budget: 12,
    out: join(root, "two"),
  });
  const whole = found.records.filter(({ status }) => status !== "failed");
  assert.ok(whole.length > 0 && whole.length < 12, String(whole.length));
  const { networks } = await retrainWith(program, found, { n: 1, trains, workers: 1 });
  assert.equal(networks.column("place")[0], found.best!.place);
  assert.ok(whole.some(({ place }) => place === networks.column("place")[0]));
});
