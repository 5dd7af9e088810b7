/** Searches in which no function is evaluated twice. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { canonical, decisions, enumerate, nasBench201Space } from "netspace";
import {
  distinct,
  evolution,
  type Outcome,
  type Proposal,
  random,
  reinforce,
  searchTable,
  simulate,
  type Strategy,
} from "../../../src/search/index.js";
import { chiSquareTail } from "../../../src/statistics/distributions.js";
import { outcomeOf, strategies } from "../../support/strategies.js";
import { bits, digits } from "../../support/toy-spaces.js";

/** 27 ways of 3 edges, many of which are one function. */
const cells = nasBench201Space({
  nodes: 3,
  operations: ["none", "skip_connect", "nor_conv_1x1"],
  channels: 4,
  cells: 1,
});
const functions = enumerate(cells, { distinct: true, resolution: 32 }).length;

/** Told in order, `outstanding` at a time, until nothing more is asked for. */
function proposalsOf(strategy: Strategy, outstanding: number, most = 1000): Proposal[] {
  const searcher = strategy.start({ space: cells, seed: 3 });
  const all: Proposal[] = [];
  let told = 0;
  for (;;) {
    all.push(...searcher.ask(outstanding - (all.length - told)));
    if (told === all.length || all.length >= most) return all;
    const proposal = all[told];
    const error = proposal.way.code.reduce((sum, at, i) => sum + at * (i + 1), 0) + told / 1000;
    searcher.tell(outcomeOf(strategy, proposal, told++, error));
  }
}

const formOf = ({ way, epochs }: Proposal) => `${canonical(way.architecture)} ${epochs}`;

test("some of the cells are the same function, or nothing here is tested", () => {
  assert.ok(functions < Number(cells.size), `${functions} of ${cells.size}`);
});

for (const strategy of strategies) {
  for (const outstanding of [1, 4]) {
    test(`${strategy.name} ${JSON.stringify(strategy.settings)}, ${outstanding} at a time: no function is proposed twice, and the search ends`, () => {
      const forms = proposalsOf(distinct(strategy, { repeats: 300 }), outstanding).map(formOf);
      assert.equal(new Set(forms).size, forms.length);
      assert.ok(forms.length > 2, `${forms.length} of ${functions}`);
    });
  }
}

test("random search without repeats evaluates every function of a small space, and then ends", () => {
  assert.equal(proposalsOf(distinct(random()), 1).length, functions);
  assert.equal(proposalsOf(distinct(random({ over: "functions" })), 5).length, functions);
});

test("random search over functions draws each as often; over choices it draws those that many ways lead to more", () => {
  const counts = (strategy: Strategy) => {
    const found = new Map<string, number>();
    for (const proposal of proposalsOf(strategy, 1, 6000))
      found.set(formOf(proposal), (found.get(formOf(proposal)) ?? 0) + 1);
    return [...found.values()];
  };
  const tail = (observed: readonly number[]) => {
    const expected = 6000 / functions;
    const square = observed.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    return chiSquareTail(square, functions - 1);
  };
  const even = counts(random({ over: "functions" }));
  assert.equal(even.length, functions);
  assert.ok(tail(even) > 1e-4, `${tail(even)}`);
  assert.ok(tail(counts(random())) < 1e-10);
});

test("a child that is its parent again is told of its parent's error, and costs nothing", () => {
  const told: Outcome[] = [];
  const inner = evolution({ population: 4, sample: 4, unchanged: 1 });
  const spied: Strategy = {
    ...inner,
    start(context, state) {
      const searcher = inner.start(context, state);
      const tell = (outcome: Outcome) => {
        told.push(outcome);
        searcher.tell(outcome);
      };
      return { ask: n => searcher.ask(n), state: () => searcher.state(), tell };
    },
  };
  const searcher = distinct(spied, { repeats: 50 }).start({ space: bits(20), seed: 2 });
  for (let place = 0; place < 4; place++) {
    const [proposal] = searcher.ask(1);
    searcher.tell({ ...proposal, place, error: 10 - place, cost: { images: 100 } });
  }
  assert.deepEqual(searcher.ask(1), [], "all that is left are copies");
  assert.equal(told.length, 54);
  assert.deepEqual(
    told.map(({ place }) => place),
    told.map((_, i) => i),
  );
  assert.deepEqual(
    told.slice(4).map(({ error, cost }) => [error, cost?.images]),
    Array.from({ length: 50 }, () => [7, 0]),
  );
});

test("an evaluation that failed is not repeated either", () => {
  const searcher = distinct(reinforce(), { repeats: 20 }).start({ space: bits(1), seed: 1 });
  for (let place = 0; place < 2; place++) {
    const [proposal] = searcher.ask(1);
    searcher.tell({ ...proposal, place, error: Number.NaN });
  }
  assert.deepEqual(searcher.ask(1), []);
});

test("a training that goes on is of the architecture that was begun, where another description of its function was promoted", () => {
  const program = decisions(cells);
  const ways = [...program.ways()];
  const first = ways.find(way =>
    ways.some(other => other !== way && canonical(other.architecture) === canonical(way.architecture)),
  )!;
  const second = ways.find(
    way => way !== first && canonical(way.architecture) === canonical(first.architecture),
  )!;
  const script: readonly Proposal[] = [
    { way: first, epochs: 1 },
    { way: second, epochs: 1 },
    { way: second, epochs: 3, continues: 1 },
    { way: first, epochs: 3, continues: 0 },
  ];
  const told: (readonly [number, number])[] = [];
  let asked = 0;
  const scripted: Strategy = {
    name: "scripted",
    settings: {},
    start: () => ({
      ask: () => script.slice(asked, (asked += 1)),
      tell: ({ place, error }) => void told.push([place, error]),
      state: () => ({}),
    }),
  };
  const searcher = distinct(scripted).start({ space: cells, seed: 1 });
  const [begun] = searcher.ask(1);
  searcher.tell({ ...begun, place: 0, error: 30 });
  const [on] = searcher.ask(1);
  assert.deepEqual(on.way.code, first.code);
  assert.deepEqual([on.epochs, on.continues], [3, 0]);
  searcher.tell({ ...on, place: 1, error: 20 });
  assert.deepEqual(searcher.ask(1), []);
  assert.deepEqual(told, [
    [0, 30],
    [1, 30],
    [2, 20],
    [3, 20],
  ]);
});

test("its state is JSON of some 30 bytes a function besides the strategy's own", () => {
  const strategy = distinct(random());
  const searcher = strategy.start({ space: bits(60), seed: 1 });
  for (let place = 0; place < 300; place++) {
    const [proposal] = searcher.ask(1);
    searcher.tell({ ...proposal, place, error: place });
  }
  const text = JSON.stringify(searcher.state());
  assert.ok(text.length < 300 * 50, `${text.length}`);
});

test("a table that is used up ends its run, and what is no strategy is named", () => {
  const table = searchTable(digits(), ({ values }) => ({ error: values[0], judged: values[0] }));
  const [run] = simulate(distinct(random()), table, { evaluations: 60 });
  assert.deepEqual([run.judged.length, run.judged.at(-1), run.budget], [40, 0, 60]);
  assert.equal(simulate(distinct(random()), table, { evaluations: 40 })[0].budget, undefined);
  assert.throws(() => distinct(3 as never), /distinct: expected a strategy such as evolution\(\), got 3/);
  assert.throws(
    () => distinct(random(), { repeats: 0 }),
    /distinct: repeats must be a positive integer, got 0/,
  );
  assert.throws(
    () => random({ over: "ways" as never }),
    /random: over must be "choices" or "functions", got "ways"/,
  );
  const lone = distinct(random()).start({ space: digits(), seed: 1 });
  assert.throws(() => lone.tell({ ...lone.ask(1)[0], place: 7, error: 1 }), /got one at place 7/);
});
