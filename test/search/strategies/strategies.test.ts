/** What every strategy keeps to, and what each does, on spaces whose optimum is known. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnyArchitecture, decisions } from "netspace";
import {
  evolution,
  localSearch,
  ppo,
  type Proposal,
  random,
  reinforce,
  searchTable,
  simulate,
  type Strategy,
} from "../../../src/search/index.js";
import { seededAt } from "../../../src/base/random.js";
import { label, outcomeOf, strategies } from "../../support/strategies.js";
import { bits, digits, type Toy } from "../../support/toy-spaces.js";

/** Distance from the digits 3 2 1, a different one for each architecture. */
const errorOf = (architecture: AnyArchitecture): number => {
  const { values } = architecture as Toy;
  return [3, 2, 1].reduce((sum, wanted, i) => sum + Math.abs(wanted - (values[i] ?? -1)) * (7 + i), 0);
};

const codes = (proposals: readonly Proposal[]) => proposals.map(({ way }) => way.code.join());

for (const strategy of strategies) {
  test(`${label(strategy)}: stopped after any outcome and started from its state, it proposes what it would have`, () => {
    const context = { space: digits(), seed: 5 };
    const whole = strategy.start(context);
    let stopped = strategy.start(context);
    for (let place = 0; place < 60; place++) {
      const [a] = whole.ask(1);
      const [b] = stopped.ask(1);
      // There are forty functions in all.
      if (!a && !b && place >= 30) break;
      assert.equal(codes([a])[0], codes([b])[0], `proposal ${place}`);
      const error = place % 9 === 4 ? Number.NaN : errorOf(a.way.architecture);
      whole.tell(outcomeOf(strategy, a, place, error));
      stopped.tell(outcomeOf(strategy, b, place, error));
      const state: unknown = JSON.parse(JSON.stringify(stopped.state()));
      stopped = strategy.start(context, state);
    }
  });

  test(`${label(strategy)}: with several under way it goes on, and proposes nothing that its windows refuse`, () => {
    const where = {
      accept: ({ architecture }: { architecture: AnyArchitecture }) =>
        (architecture as Toy).values.length > 1,
    };
    const searcher = strategy.start({ space: digits(), seed: 2, where });
    const under: (Proposal & { place: number })[] = [];
    let place = 0;
    for (let round = 0; round < 40; round++) {
      for (const proposal of searcher.ask(4 - under.length)) under.push({ ...proposal, place: place++ });
      if (under.length === 0 && round > 20) break;
      assert.ok(under.length > 0, "something is under way");
      for (const { way } of under) assert.ok((way.architecture as Toy).values.length > 1);
      const first = under.shift()!;
      searcher.tell(outcomeOf(strategy, first, first.place, errorOf(first.way.architecture)));
    }
  });

  test(`${label(strategy)}: says no to a space without a program of choices`, () => {
    const space = { name: "closed", dimensions: [], size: 1n, draw: () => undefined };
    assert.throws(() => strategy.start({ space, seed: 1 }), /with a program of choices, got closed/);
  });
}

test("evolution on a hundred bits with noise reaches what its authors' toy does, and aging is no worse", () => {
  // Real et al.'s public example: fraction of ones plus N(0, 0.01), 1,000 cycles, P 100, S 10; its accuracies end near 1.
  const space = bits(100);
  const run = (aging: boolean, seed: number): number => {
    const searcher = evolution({ population: 100, sample: 10, unchanged: 0, aging }).start({
      space,
      seed,
    });
    let best = 0;
    for (let place = 0; place < 1000; place++) {
      const [proposal] = searcher.ask(1);
      const share = (proposal.way.architecture as Toy).values.reduce((a, b) => a + b, 0) / 100;
      const noise = seededAt(seed + 1000, place);
      const normal = Math.sqrt(-2 * Math.log(1 - noise())) * Math.cos(2 * Math.PI * noise());
      best = Math.max(best, share);
      searcher.tell({
        ...proposal,
        place,
        error: 100 * (1 - Math.min(1, Math.max(0, share + 0.01 * normal))),
      });
    }
    return best;
  };
  for (const seed of [1, 2, 3]) {
    assert.ok(run(true, seed) > 0.85, "aging");
    assert.ok(run(false, seed) > 0.85, "without aging");
  }
});

test("an aging population forgets: a member lives as many cycles as the population is large", () => {
  const searcher = evolution({ population: 5, sample: 5 }).start({
    space: bits(12),
    seed: 3,
  });
  const members = () =>
    (searcher.state() as { members: { code: number[] }[] }).members.map(({ code }) => code.join(""));
  let place = 0;
  const step = (error: number) => {
    const [proposal] = searcher.ask(1);
    searcher.tell({ ...proposal, place: place++, error });
    return proposal.way.code.join("");
  };
  // The first is the best of all, and goes nevertheless; the others follow it in their order.
  const all = [0, 50, 50, 50, 50].map(step);
  assert.deepEqual(members(), all);
  for (let cycle = 1; cycle <= 5; cycle++) {
    all.push(step(60));
    assert.deepEqual(members(), all.slice(cycle));
  }
});

test("without aging the worst goes, however young it is", () => {
  const searcher = evolution({ population: 3, sample: 1, aging: false }).start({
    space: bits(6),
    seed: 3,
  });
  for (const [place, error] of [10, 20, 30, 99].entries()) {
    const [proposal] = searcher.ask(1);
    searcher.tell({ ...proposal, place, error });
  }
  const { members } = searcher.state() as { members: { error: number }[] };
  assert.deepEqual(
    members.map(({ error }) => error),
    [10, 20, 30],
  );
});

test("local search climbs to the optimum of a function without others, and starts again there", () => {
  const searcher = localSearch({ initial: 1 }).start({ space: bits(10), seed: 4 });
  let least = Infinity;
  // At most 10 climbs of 10 neighbours each, and the start.
  for (let place = 0; place < 111; place++) {
    const [proposal] = searcher.ask(1);
    const error = 10 - (proposal.way.architecture as Toy).values.reduce((a, b) => a + b, 0);
    least = Math.min(least, error);
    searcher.tell({ ...proposal, place, error });
  }
  assert.equal(least, 0);
});

test("controllers learn what is rewarded, and random search does not", () => {
  const space = bits(8);
  const late = (strategy: Strategy): number => {
    const searcher = strategy.start({ space, seed: 6 });
    let sum = 0;
    for (let place = 0; place < 600; place++) {
      const [proposal] = searcher.ask(1);
      const ones = (proposal.way.architecture as Toy).values.reduce((a, b) => a + b, 0);
      if (place >= 500) sum += ones / 8 / 100;
      searcher.tell({ ...proposal, place, error: 100 * (1 - ones / 8) });
    }
    return sum;
  };
  assert.ok(Math.abs(late(random()) - 0.5) < 0.1);
  assert.ok(late(reinforce({ learningRate: 0.1 })) > 0.8);
  assert.ok(late(ppo({ learningRate: 0.05 })) > 0.8);
});

test("settings and budgets that make no sense are named before anything is proposed", () => {
  assert.throws(
    () => evolution({ population: 0 }),
    /evolution: population must be a positive integer, got 0/,
  );
  assert.throws(
    () => evolution({ size: 3 } as never),
    /unknown setting "size"; known are population, sample/,
  );
  assert.throws(
    () => reinforce({ learningRate: -1 }),
    /reinforce: learningRate must be a positive number, got -1/,
  );
  assert.throws(
    () => evolution().start({ space: bits(4), seed: 1, budget: 50 }),
    /a budget of 50 is below the initial population of 100/,
  );
});

test("a table is searched by what a strategy is told and judged by what it is not; a hole in it is not proposed", () => {
  const space = digits();
  const table = searchTable(space, architecture => {
    const error = errorOf(architecture);
    return { error, judged: error + 1, cost: { images: 2 } };
  });
  assert.equal(table.best, 1);
  const [{ judged, images, seconds }] = simulate(localSearch({ initial: 2 }), table, { evaluations: 60 });
  assert.equal(judged.at(-1), 1);
  assert.equal(images.at(-1), 120);
  assert.ok(Number.isNaN(seconds.at(-1)!));
  for (let i = 1; i < judged.length; i++) assert.ok(judged[i] <= judged[i - 1]);
  const holed = searchTable(space, ({ values }) =>
    values.length === 1 ? undefined : { error: 1, judged: 1 },
  );
  // Nothing else is proposed; who asks for it is told.
  assert.equal(simulate(random(), holed, { evaluations: 60 })[0].judged.length, 60);
  const missing = [...decisions(space).ways()].find(({ architecture }) => architecture.values.length === 1)!;
  assert.throws(
    () => holed.look(missing),
    /expected an architecture of the table, got .*, which digits has and the table has not/,
  );
  assert.throws(() => searchTable(space, () => undefined), /no architecture of digits has an entry/);
  assert.throws(
    () => simulate(random(), table, { evaluations: 0 }),
    /evaluations must be a positive integer, got 0/,
  );
});

test("two runs differ by their seeds alone", () => {
  const table = searchTable(bits(10), ({ values }) => {
    const error = 100 - values.reduce((sum, v, i) => sum + v * (i + 1), 0);
    return { error, judged: error };
  });
  const [a, b] = simulate(evolution({ population: 10, sample: 4 }), table, {
    evaluations: 40,
    repeats: 2,
    seed: 9,
  });
  const [again] = simulate(evolution({ population: 10, sample: 4 }), table, { evaluations: 40, seed: 10 });
  assert.notDeepEqual(a.judged, b.judged);
  assert.deepEqual(again, b);
});
