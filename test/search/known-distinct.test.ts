/** A search without repeats that begins with what another knows: what that evaluated is not evaluated again. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, test } from "node:test";
import {
  type AnyArchitecture,
  canonical,
  decisions,
  enumerate,
  type NasBench201Architecture,
  nasBench201Space,
  SmallCells,
} from "netspace";
import {
  complexityOf,
  customObjective,
  distinct,
  evolution,
  localSearch,
  nsga2,
  type Outcome,
  random,
  search,
} from "../../src/search/index.js";
import { compactIn } from "../../src/populations/compact.js";
import { reviveArchitecture } from "../../src/architectures/stored.js";

const root = mkdtempSync(join(tmpdir(), "netspace-known-"));
after(() => rmSync(root, { recursive: true, force: true }));

/** 125 ways, of which 60 are functions. */
const space = nasBench201Space({ nodes: 3, channels: 4, cells: 1 });
const functions = enumerate(space, { distinct: true }).length;

/** A number that the function decides, the functions that it was asked of, and those that fail. */
function counted(fails: (sum: number) => boolean = () => false) {
  const asked: string[] = [];
  const objective = customObjective<NasBench201Architecture>("sum", architecture => {
    const form = canonical(architecture);
    asked.push(form);
    const sum = [...form].reduce((all, letter) => (all * 31 + letter.charCodeAt(0)) % 1009, 7);
    return fails(sum) ? { value: Number.NaN, details: { reason: "it fell over" } } : sum;
  });
  return { objective, asked };
}

const first = counted(sum => sum % 4 === 0);
const before = await search(space, {
  strategy: distinct(random()),
  objective: first.objective,
  budget: 20,
  seed: 1,
});

test("there are functions that failed among those known, or nothing here is tested", () => {
  assert.equal(new Set(first.asked).size, 20);
  assert.ok(before.records.some(({ status }) => status === "failed"));
});

for (const strategy of [random(), localSearch({ initial: 2 }), evolution({ population: 10, sample: 5 })]) {
  test(`${strategy.name} evaluates what is not known, failures included, and ends when nothing is left`, async () => {
    const second = counted();
    const options = {
      strategy: distinct(strategy, { repeats: 2000 }),
      objective: second.objective,
      known: before,
    };
    const found = await search(space, { ...options, budget: 100, seed: 2 });
    assert.equal(new Set(second.asked).size, second.asked.length);
    assert.deepEqual(
      second.asked.filter(form => first.asked.includes(form)),
      [],
    );
    assert.ok(found.records.length <= functions - 20 && found.records.length >= functions - 22);
  });

  test(`${strategy.name} goes on in a folder as if it had not stopped`, async () => {
    const all = { strategy: distinct(strategy), known: before, seed: 3 };
    const out = join(root, strategy.name);
    const whole = await search(space, { ...all, objective: counted().objective, budget: 25 });
    for (const budget of [4, 11, 25]) {
      const found = await search(space, { ...all, objective: counted().objective, budget, out });
      assert.deepEqual(
        found.records.map(({ code }) => code),
        whole.records.slice(0, budget).map(({ code }) => code),
      );
    }
  });
}

test("where all is known nothing is evaluated", async () => {
  const everything = await search(space, {
    strategy: distinct(random()),
    objective: counted().objective,
    budget: 100,
  });
  assert.equal(everything.records.length, functions);
  const { objective, asked } = counted();
  const found = await search(space, {
    strategy: distinct(evolution({ population: 10, sample: 5 }), { repeats: 100 }),
    objective,
    budget: 20,
    known: everything,
  });
  assert.deepEqual([found.records.length, asked.length, found.best], [0, 0, undefined]);
});

test("two objectives are known as well", async () => {
  const objectives = () => [counted().objective, complexityOf("params")] as const;
  const strategy = distinct(nsga2({ population: 10 }), { repeats: 500 });
  const known = await search(space, { strategy, objective: objectives(), budget: 15, seed: 4 });
  const found = await search(space, { strategy, objective: objectives(), budget: 15, seed: 5, known });
  const forms = (one: typeof found) => one.records.map(({ code }) => canonical(wayOf(code)));
  assert.equal(new Set([...forms(known), ...forms(found)]).size, 30);
});

const wayOf = (code: readonly number[]) => decisions(space).decode(code).architecture;

test("a population's networks are known by their function, on whatever images they were trained", async () => {
  // A sweep of 100 of the space's networks on Fashion-MNIST.
  const population = await compactIn(
    "known-distinct.test",
    fileURLToPath(new URL("../../../test/search/files/cells-sample.parquet", import.meta.url)),
  );
  const placed = ({ architecture }: { readonly architecture: object }) =>
    canonical({
      ...(reviveArchitecture(architecture as never) as AnyArchitecture),
      classes: 1000,
      resolution: 32,
    });
  const known = new Set(population.trials.map(placed));
  assert.equal(known.size, 71);
  const found = await search(SmallCells, {
    strategy: distinct(random()),
    objective: complexityOf("params"),
    budget: 60,
    known: population,
    seed: 6,
  });
  const forms = found.records.map(placed);
  assert.equal(new Set(forms).size, 60);
  assert.deepEqual(
    forms.filter(form => known.has(form)),
    [],
  );
});

test("of several evaluations of one function the first is told again; another recipe is another evaluation", () => {
  const told: Outcome[] = [];
  const way = decisions(space).decode([0, 0, 0]);
  const twice = { name: "one way", settings: {}, takesKnown: true } as const;
  const start = () => ({
    ask: (n: number) => (told.length < 5 && n > 0 ? [{ way }] : []),
    tell: (outcome: Outcome) => void told.push(outcome),
    state: () => ({}),
  });
  const searcher = distinct({ ...twice, start }).start({ space, seed: 1, known: 3 });
  searcher.tell({ way, place: -3, error: 70, recipe: { epochs: 3 } });
  searcher.tell({ way, place: -2, error: 40 });
  searcher.tell({ way, place: -1, error: 50 });
  assert.deepEqual(searcher.ask(1), []);
  assert.deepEqual(
    told.map(({ place, error }) => [place, error]),
    [
      [-3, 70],
      [-2, 40],
      [-1, 50],
      [0, 40],
      [1, 40],
    ],
  );
});
