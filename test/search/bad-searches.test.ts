/** What a search cannot do is named before anything is evaluated, with what to do instead; what was told is not lost. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { anyNet, AnyNetXA, type Choose, DecisionSpace, NasBench201, NasBenchMacro } from "netspace";
import {
  asha,
  complexityOf,
  customObjective,
  distinct,
  evolution,
  hyperband,
  localSearch,
  medianStop,
  nsga2,
  openSearch,
  ppo,
  random,
  reinforce,
  rewarded,
  search,
  searchTable,
  simulate,
  successiveHalving,
  surrogateSearch,
  tableError,
  trainingError,
} from "../../src/search/index.js";

const folder = mkdtempSync(join(tmpdir(), "bad-searches-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const block = (depth: number, width: number) =>
  anyNet([{ depth, width, bottleneck: 1, groupWidth: 8, stride: 2 }]);
const only = new DecisionSpace("only one", choose => block(choose("d", [1]), 8));
const closed = { name: "closed", dimensions: [], size: 1n, draw: () => undefined };
const offering = (options: unknown) =>
  new DecisionSpace("continuous", (choose: Choose) => block(1, choose("w", options as readonly number[])));
const careless = new DecisionSpace("careless", choose =>
  block(choose.free("d", [1, 2]), 8 * (1 + Math.floor(1000 * Math.random()))),
);
const broken = new DecisionSpace("broken", choose => block(1, choose.free("w", [-8, -16])));
const never = new DecisionSpace("never", choose => {
  choose.free("d", [1, 2]);
  return undefined;
});

const evaluated: unknown[] = [];
/** Counts what is asked of it. */
const counting = customObjective("counting", architecture => evaluated.push(architecture));
const params = complexityOf("params");
const few = evolution({ population: 2, sample: 1 });
const table = searchTable(NasBenchMacro, () => ({ error: 1, judged: 1 }));
const holed = searchTable(NasBenchMacro, ({ layers }) =>
  layers[0] === "id" ? { error: 1, judged: 1 } : undefined,
);
const inPart = {
  ...random(),
  start: (...given: Parameters<ReturnType<typeof random>["start"]>) => {
    const searcher = random().start(...given);
    const ask = (n: number) => searcher.ask(n).map(proposal => ({ ...proposal, epochs: 3 }));
    return { ask, tell: () => {}, state: () => searcher.state() };
  },
};

type Options = Parameters<typeof search>[1];
const cases: readonly (readonly [string, unknown, Partial<Options>, RegExp])[] = [
  ...[few, localSearch({ initial: 1 }), surrogateSearch({ initial: 2, round: 1 }), distinct(few)].map(
    strategy =>
      [
        `no neighbours, ${strategy.name}`,
        only,
        { strategy },
        /: expected a space whose architectures have neighbours, got only one, in which each choice has one option; give/,
      ] as const,
  ),
  [
    "no neighbours, two objectives",
    only,
    { strategy: nsga2({ population: 2 }), objective: [counting, params] },
    /nsga2: expected a space whose architectures have neighbours/,
  ],
  ["no program", closed, {}, /with a program of choices, got closed; give it decide\(choose\)/],
  ...[{ low: 8, high: 64 }, Math.random, undefined].map(
    options =>
      [
        `a continuous dimension, ${typeof options}`,
        offering(options),
        {},
        /continuous: choice "w" needs options, .*; what is continuous is given in steps, as uniform\(low, high, step\)/,
      ] as const,
  ),
  [
    "a program that draws itself",
    careless,
    {},
    /the same architecture of the same choices, got careless, .*; draw by choose/,
  ],
  ["a program whose networks are none", broken, {}, /search: stage 1 must have positive integers/],
  [
    "a program that makes nothing",
    never,
    {},
    /none of 1000000 tries made an architecture of never; return one/,
  ],
  [
    "windows that hold nothing",
    NasBench201,
    { where: { params: [1, 2] } },
    /no architecture of NAS-Bench-201 may be proposed: params in \[1, 2\] .*; widen/,
  ],
  [
    "a budget below the population",
    NasBench201,
    { strategy: evolution() },
    /a budget of 9 is below the initial population of 100, .*; give a smaller population/,
  ],
  [
    "a budget below the start of a climb",
    NasBench201,
    { strategy: localSearch() },
    /localSearch: a budget of 9 is below the 10 that are drawn first/,
  ],
  [
    "a budget below the first batch",
    NasBench201,
    { strategy: ppo() },
    /PPO: a budget of 9 is below the first batch of 20, before anything is learnt/,
  ],
  [
    "a space too large for its functions",
    AnyNetXA,
    { strategy: random({ over: "functions" }) },
    /random: expected a space of at most 200000 ways .*; leave out over/,
  ],
  [
    "two objectives for one",
    NasBench201,
    { objective: [counting, params] },
    /random searches by 1 objective, got 2 \(counting, params\); leave the others out/,
  ],
  [
    "one objective for two",
    NasBench201,
    { strategy: nsga2({ population: 2 }) },
    /searches by 2 objectives, got 1 \(counting\); give it another/,
  ],
  ["no objective", NasBench201, { objective: [] }, /searches by 1 objective, got 0/],
  [
    "a strategy that is not called",
    NasBench201,
    { strategy: evolution as never },
    /got the function evolution; call it: evolution\(\)/,
  ],
];

for (const [title, space, options, words] of cases) {
  test(`${title}: named before anything is evaluated`, async () => {
    evaluated.length = 0;
    await assert.rejects(
      search(space as never, { strategy: random(), objective: counting, budget: 9, ...options }),
      words,
    );
    assert.equal(evaluated.length, 0);
  });
}

/** What the first evaluation says no to, before any other is paid for. */
const first: readonly (readonly [string, unknown, Partial<Options>, RegExp])[] = [
  [
    "an objective that throws",
    NasBench201,
    {
      objective: customObjective("mine", () => {
        throw new Error("no luck");
      }),
    },
    /the first evaluation failed: mine: .*no luck; mend the objective/,
  ],
  [
    "an objective that rejects",
    NasBench201,
    { objective: customObjective("mine", () => Promise.reject(new Error("no luck"))) },
    /the first evaluation failed: mine: .*no luck; mend/,
  ],
  [
    "an objective of no number",
    NasBench201,
    { objective: customObjective("mine", (() => undefined) as never) },
    /expected a number, or \{ value, cost, details \} .*, got undefined/,
  ],
  [
    "an objective of NaN",
    NasBench201,
    { objective: customObjective("mine", () => Number.NaN) },
    /expected a finite number .*, got NaN; return \{ value: NaN, details/,
  ],
];

test("a table of another space, or without that fidelity, is named before anything is evaluated or written", async () => {
  const out = join(folder, "misfit");
  for (const [space, options, words] of [
    [AnyNetXA, {}, /search: validation error is of another space: it knows nothing of .*AnyNetXA has/],
    [NasBench201, {}, /search: validation error is of another space/],
    [
      NasBenchMacro,
      { strategy: { ...random(), epochs: 3, start: () => ({}) as never } },
      /asks for trainings after some epochs, and validation error knows whole trainings alone/,
    ],
  ] as const) {
    await assert.rejects(
      search(space as never, {
        strategy: random(),
        objective: tableError(table),
        budget: 9,
        out,
        ...options,
      }),
      words,
    );
    assert.ok(!existsSync(out));
  }
});

test("what a table lacks is not proposed, whatever else the windows say", async () => {
  const { records } = await search(NasBenchMacro, {
    strategy: evolution({ population: 6, sample: 3 }),
    objective: tableError(holed),
    where: { accept: ({ architecture: { layers } }) => layers[7] !== "id" },
    budget: 40,
  });
  assert.equal(records.length, 40);
  for (const { status, architecture } of records) {
    assert.equal(status, "finished");
    const { layers } = architecture as unknown as { readonly layers: readonly string[] };
    assert.ok(layers[0] === "id" && layers[7] !== "id");
  }
  // A table that someone made by hand, and that says nothing of what it lacks.
  const silent = { space: holed.space, best: 0, look: (way: never) => holed.look(way) };
  assert.throws(
    () => tableError(silent),
    /tableError: the table has no row for 4374 of the 6561 architectures of NAS-Bench-Macro, the first of which is .*; give the table a where/,
  );
});

for (const [title, space, options, words] of first) {
  test(`${title}: named at the first evaluation`, async () => {
    await assert.rejects(
      search(space as never, { strategy: random(), objective: params, budget: 9, ...options }),
      words,
    );
  });
}

test("an objective that breaks on the way loses nothing that was told, and the search goes on as an undisturbed one", async () => {
  const out = join(folder, "breaks");
  let isDown = true;
  let asked = 0;
  // Its text is the search's identity, and does not change when what it refers to is mended.
  const objective = customObjective<never>("fragile", architecture => {
    if (isDown && ++asked > 12) throw new Error("out of order");
    return (architecture as { layers: readonly string[] }).layers.filter(layer => layer === "id").length;
  });
  const options = {
    strategy: evolution({ population: 6, sample: 3 }),
    objective,
    budget: 30,
    seed: 4,
  } as const;
  await assert.rejects(
    search(NasBenchMacro, { ...options, out }),
    /5 evaluations in a row failed, the last with fragile: .*out of order; what was told is kept/,
  );
  const kept = openSearch(out).records;
  assert.equal(kept.length, 17);
  assert.equal(kept.filter(({ status }) => status === "finished").length, 12);
  isDown = false;
  const grown = await search(NasBenchMacro, { ...options, out });
  assert.equal(grown.records.length, 30);
  assert.deepEqual(
    grown.records.slice(0, 17).map(({ code }) => code),
    kept.map(({ code }) => code),
  );
  // The twelve before anything broke are those of a search in which nothing did.
  const whole = await search(NasBenchMacro, options as never);
  assert.deepEqual(
    kept.slice(0, 12).map(({ code }) => code),
    whole.records.slice(0, 12).map(({ code }) => code),
  );
});

test("simulations name the same", () => {
  assert.throws(
    () => simulate(evolution(), table, { evaluations: 60 }),
    /a budget of 60 is below the initial population of 100/,
  );
  assert.throws(() => simulate(nsga2({ population: 3 }), table, { evaluations: 9 }), /two objectives/);
  assert.throws(() => simulate(inPart as never, table, { evaluations: 9 }), /got 3 epochs/);
  const [{ codes }] = simulate(random(), holed, { evaluations: 99 });
  assert.ok(codes.every(([layer]) => layer === 0));
  const crowd = new DecisionSpace("crowded", choose => {
    let width = 8;
    for (let i = 0; i < 30; i++) if (choose(`b${i}`, [0, 1]) === 1) width += 8;
    return block(1, width);
  });
  assert.throws(
    () => reinforce().start({ space: crowd, seed: 1 }),
    /crowded: too many combinations of choices .*; ask for those that nothing depends on with choose\.free/,
  );
});

test("a strategy by epochs is named where nothing is decided by those, and the median rule where nothing is tested on the way", async () => {
  const parts = [successiveHalving({ epochs: 4 }), hyperband({ epochs: 4 }), asha({ epochs: 4 })];
  for (const strategy of parts) {
    await assert.rejects(
      search(NasBench201, { strategy, objective: params, budget: 20 }),
      /asks for trainings of up to 4 epochs, and params is the same after any; choose a strategy/,
    );
  }
  // Of two objectives one is enough.
  const error = customObjective("error", (_architecture, { epochs = 1 }) => 50 / epochs, { unit: "%" });
  const both = { objective: [error, params], strategy: rewarded(hyperband({ epochs: 4 }), { target: 1e6 }) };
  assert.equal((await search(NasBench201, { ...both, budget: 12 })).records.length, 12);
  await assert.rejects(
    search(NasBench201, { strategy: medianStop(random()), objective: params, budget: 20 }),
    /random, median stop ends trainings by their errors on the way, and params trains none here; leave medianStop out/,
  );
  const dataset = { kind: "procedural", resolution: 16, train: 64, test: 64, seed: 1 } as const;
  await assert.rejects(
    search(AnyNetXA, {
      strategy: medianStop(random()),
      objective: trainingError({ dataset, recipe: "tiny" }),
      budget: 20,
      out: join(folder, "median"),
    }),
    /recipe.testEvery: .* compares errors on the way, and the recipe tests at the end alone; give it \{ testEvery: 1 \}/,
  );
  assert.ok(!existsSync(join(folder, "median")));
});
