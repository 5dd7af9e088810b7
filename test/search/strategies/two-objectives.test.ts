/** Strategies for two objectives, against fronts that are known. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { paretoFront } from "netspace";
import {
  evolution,
  nsga2,
  random,
  rewarded,
  rewardedError,
  type Strategy,
} from "../../../src/search/index.js";
import { rank } from "../../../src/search/strategies/nsga2.js";
import { bits, type Toy } from "../../support/toy-spaces.js";

/** Twelve bits: the first six lower the error, each costs one; the others cost and help nothing. */
const measure = ({ values }: Toy): [error: number, cost: number] => {
  const useful = values.slice(0, 6).reduce((a, b) => a + b, 0);
  const all = values.reduce((a, b) => a + b, 0);
  return [60 - 10 * useful, 1 + all];
};

function run(
  strategy: Strategy,
  evaluations: number,
  fail: (place: number) => boolean = () => false,
  by: 0 | 1 = 0,
) {
  const searcher = strategy.start({ space: bits(12), seed: 8 });
  const seen: { error: number; cost: number }[] = [];
  for (let place = 0; place < evaluations; place++) {
    const [proposal] = searcher.ask(1);
    const [error, cost] = measure(proposal.way.architecture as Toy);
    seen.push({ error, cost });
    const objectives = [error, cost];
    if (fail(place)) objectives[by] = Number.NaN;
    searcher.tell({ ...proposal, place, error: objectives[0], objectives });
  }
  return { seen, searcher };
}

/** The area that the front leaves above it, below (70, 14): larger is better. */
function hypervolume(seen: readonly { error: number; cost: number }[]): number {
  const front = paretoFront([{ values: seen.map(s => s.error) }, { values: seen.map(s => s.cost) }]).map(
    i => seen[i],
  );
  let [volume, before] = [0, 14];
  for (const { error, cost } of front.toSorted((a, b) => a.error - b.error)) {
    if (cost >= before) continue;
    volume += (before - cost) * (70 - error);
    before = cost;
  }
  return volume;
}

test("fronts and crowding distances are Deb's", () => {
  // Worked by hand: (1,5) (2,3) (4,1) dominate the others; (3,4) and (5,2) are beaten by one each, (5,5) by all.
  const { front, distance } = rank([
    [1, 5],
    [2, 3],
    [4, 1],
    [3, 4],
    [5, 2],
    [5, 5],
  ]);
  assert.deepEqual(front, [0, 0, 0, 1, 1, 2]);
  // Of (2,3): (4 − 1) / 3 + (5 − 1) / 4.
  assert.deepEqual(distance, [Infinity, 2, Infinity, Infinity, Infinity, Infinity]);
});

test("NSGA-II finds the front that is known, of which random search has less, failures or not", () => {
  const strategy = nsga2({ population: 20 });
  const known = Array.from({ length: 7 }, (_, n) => ({ error: 60 - 10 * n, cost: 1 + n }));
  const { seen } = run(strategy, 400);
  assert.equal(hypervolume(seen), hypervolume(known));
  assert.ok(hypervolume(run(random(), 400).seen) < hypervolume(known));
  assert.equal(hypervolume(run(strategy, 400, place => place % 10 === 3).seen), hypervolume(known));
});

test("what failed by the second objective alone is bred from no more than what failed by the first", () => {
  // Failing where the first objective is least: an end of the front, were it not a failure of the whole.
  for (const by of [0, 1] as const) {
    const searcher = nsga2({ population: 20 }).start({ space: bits(12), seed: 8 });
    let failed = 0;
    for (let place = 0; place < 300; place++) {
      const [proposal] = searcher.ask(1);
      const [error, cost] = measure(proposal.way.architecture as Toy);
      const objectives = [error, cost];
      if (error <= 20) {
        objectives[by] = Number.NaN;
        if (place >= 200) failed++;
      }
      searcher.tell({ ...proposal, place, error: objectives[0], objectives });
    }
    assert.ok(failed < 20, `${failed} of 100 by objective ${by}`);
  }
});

test("NSGA-II goes on from its state as if nothing had been", () => {
  const strategy = nsga2({ population: 6 });
  const whole = strategy.start({ space: bits(12), seed: 1 });
  let stopped = strategy.start({ space: bits(12), seed: 1 });
  for (let place = 0; place < 50; place++) {
    const [[a], [b]] = [whole.ask(1), stopped.ask(1)];
    assert.deepEqual(b.way.code, a.way.code);
    const objectives = measure(a.way.architecture as Toy);
    const error = place % 7 === 2 ? Number.NaN : objectives[0];
    whole.tell({ ...a, place, error, objectives });
    stopped.tell({ ...b, place, error, objectives });
    stopped = strategy.start({ space: bits(12), seed: 1 }, JSON.parse(JSON.stringify(stopped.state())));
  }
});

test("MnasNet's reward: a doubled latency is worth 5 % relative accuracy, or, hard, nothing up to the target and half beyond", () => {
  // 75.2 % at the target of 75 ms is 75.2; at twice the target 75.2 · 2^−0.07.
  assert.ok(Math.abs(100 - rewardedError(24.8, 75, { target: 75 }) - 75.2) < 1e-12);
  assert.ok(Math.abs((100 - rewardedError(24.8, 150, { target: 75 })) / 75.2 - 2 ** -0.07) < 1e-12);
  assert.ok(Math.abs(2 ** -0.07 - 1 / 1.05) < 5e-4);
  const hard = { target: 75, exponents: "hard" } as const;
  assert.ok(Math.abs(rewardedError(24.8, 30, hard) - 24.8) < 1e-12);
  assert.ok(Math.abs(100 - rewardedError(24.8, 150, hard) - 37.6) < 1e-12);
});

test("a reward is of an error in per cent: of more than 100, and of an accuracy, a costlier one would be better", () => {
  for (const error of [100.1, 500, -75, Infinity]) {
    assert.throws(
      () => rewardedError(error, 30, { target: 75 }),
      /rewardedError: expected an error in per cent, from 0 to 100, got .*100 − a/,
    );
  }
  for (const cost of [30, 75, 300]) {
    assert.equal(rewardedError(100, cost, { target: 75 }), 100);
    assert.ok(rewardedError(20, cost, { target: 75 }) < rewardedError(20, cost + 1, { target: 75 }));
  }
});

test("what is no strategy, no setting or another one is named by rewarded", () => {
  assert.throws(
    () => rewarded({} as never, { target: 1 }),
    /^RangeError: rewarded: expected a strategy such as/,
  );
  assert.throws(
    () => rewarded(undefined as never, { target: 1 }),
    /^RangeError: rewarded: expected a strategy/,
  );
  assert.throws(() => rewarded(random(), undefined as never), /^RangeError: rewarded: expected options as/);
  assert.throws(
    () => rewarded(random(), { target: 1, exponent: "hard" } as never),
    /^RangeError: rewarded: unknown option "exponent"; did you mean "exponents"/,
  );
});

test("a cost that has no power is named, and one that could not be known is a failure of the whole", () => {
  for (const cost of [0, -3, Infinity]) {
    assert.throws(
      () => rewardedError(20, cost, { target: 75 }),
      /rewardedError: expected a positive cost, such as a latency or flops, got /,
    );
  }
  const strategy = rewarded(evolution({ population: 2, sample: 1 }), { target: 75 });
  const searcher = strategy.start({ space: bits(4), seed: 1 });
  const [proposal] = searcher.ask(1);
  searcher.tell({ ...proposal, place: 0, error: 20, objectives: [20, Number.NaN] });
  const { members } = searcher.state() as { members: { error: number | null }[] };
  assert.deepEqual(
    members.map(({ error }) => error),
    [null],
  );
});

test("a hard reward keeps evolution within its target, where the error alone does not", () => {
  const strategy = evolution({ population: 20, sample: 5 });
  const last = (s: Strategy) =>
    run(s, 400)
      .seen.slice(-100)
      .map(({ cost }) => cost);
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  assert.ok(mean(last(strategy)) > 6);
  assert.ok(mean(last(rewarded(strategy, { target: 4, exponents: "hard" }))) < 5);
});

test("one objective where two are expected, and two where one is, are named", () => {
  const [proposal] = nsga2()
    .start({ space: bits(4), seed: 1 })
    .ask(1);
  assert.throws(
    () =>
      nsga2()
        .start({ space: bits(4), seed: 1 })
        .tell({ ...proposal, place: 0, error: 5 }),
    /nsga2: expected outcomes of at least two objectives, got/,
  );
  assert.throws(() => rewarded(nsga2(), { target: 1 }), /expected a strategy for one objective, got NSGA-II/);
  assert.throws(() => rewarded(random(), { target: 0 }), /target must be a positive number, got 0/);
  assert.throws(
    () => rewarded(random(), { target: 1, exponents: "firm" as never }),
    /exponents must be "soft", "hard"/,
  );
});
