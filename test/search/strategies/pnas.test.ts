/** Progressive search, against the counts that are published and spaces small enough to look through. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AnyArchitecture,
  type CellNetwork,
  canonical,
  CellSpace,
  NasBench201,
  oneOf,
  PNASSpace,
  seeded,
  type Space,
} from "netspace";
import {
  linearEnsemble,
  networkEnsemble,
  pnas,
  type Proposal,
  type Strategy,
  type SurrogateNote,
  surrogateReport,
} from "../../../src/search/index.js";
import { digits, type Toy } from "../../support/toy-spaces.js";

const growing = new CellSpace({ ...PNASSpace.options, name: "growing PNAS", blocks: oneOf([1, 2, 3, 4, 5]) });
const plain = { surrogate: linearEnsemble() };

/** Separable convolutions help, wide kernels more, and a block helps less the more there are. */
const errorOf = (architecture: AnyArchitecture): number => {
  const { blocks } = (architecture as CellNetwork).normal;
  const worth: Readonly<Record<string, number>> = {
    sep3: 3,
    sep5: 4,
    sep7: 5,
    "1x7-7x1": 2.5,
    dil3: 2,
    identity: 1,
  };
  const sides = blocks.flatMap(({ left, right }) => [left, right]);
  const mean = sides.reduce((sum, { op, state }) => sum + (worth[op] ?? 0) - 0.2 * state, 0) / sides.length;
  return 40 - 3 * mean - 2 * Math.sqrt(blocks.length);
};

interface Tried extends Proposal {
  readonly error: number;
}

function run<A extends AnyArchitecture>(
  strategy: Strategy,
  space: Space<A>,
  error: (architecture: AnyArchitecture) => number,
): Tried[] {
  const searcher = strategy.start({ space, seed: 3 });
  const tried: Tried[] = [];
  for (;;) {
    const [proposal] = searcher.ask(1);
    if (!proposal) return tried;
    const told = error(proposal.way.architecture);
    tried.push({ ...proposal, error: told });
    searcher.tell({ ...proposal, place: tried.length - 1, error: told });
  }
}

const blocksIn = ({ way }: Proposal): number => (way.architecture as CellNetwork).normal.blocks.length;

test("the published search trains 136 cells of one block, then K of each kind", () => {
  // 16 · 17 / 2: two sides of 2 inputs and 8 operations each, in no order (136 is the paper's number).
  const searcher = pnas({ ...plain, keep: 256 }).start({ space: growing, seed: 1 });
  const first = searcher.ask(1000);
  assert.equal(first.length, 136);
  assert.ok(first.every(proposal => blocksIn(proposal) === 1 && proposal.note === undefined));
  assert.equal(new Set(first.map(({ way }) => canonical(way.architecture))).size, 136);
  // The next stage waits for all of them.
  for (const [place, proposal] of first.entries()) {
    assert.deepEqual(searcher.ask(5), []);
    searcher.tell({ ...proposal, place, error: errorOf(proposal.way.architecture) });
  }
  const second = searcher.ask(1000);
  assert.equal(second.length, 256);
  assert.ok(second.every(proposal => blocksIn(proposal) === 2));
});

test("what is kept grows, stage after stage, to the best; the surrogate says something of kinds that it never saw", () => {
  const space = new CellSpace({
    ...growing.options,
    operations: ["sep3", "sep5", "sep7", "max3", "identity"],
    blocks: oneOf([1, 2, 3, 4]),
  });
  const tried = run(pnas({ ...plain, keep: 30 }), space, errorOf);
  assert.deepEqual(
    [1, 2, 3, 4].map(blocks => tried.filter(one => blocksIn(one) === blocks).length),
    [30, 30, 30, 30],
  );
  assert.deepEqual(
    tried.map(blocksIn),
    tried.map(blocksIn).toSorted((a, b) => a - b),
  );
  // Every cell is one of the stage before, and a block more.
  const texts = (one: Tried) =>
    (one.way.architecture as CellNetwork).normal.blocks.map(b => JSON.stringify(b));
  const known = new Set(tried.map(one => texts(one).join()));
  for (const one of tried) {
    if (blocksIn(one) > 1) assert.ok(known.has(texts(one).slice(0, -1).join()));
  }
  assert.equal(new Set(tried.map(({ way }) => canonical(way.architecture))).size, tried.length);
  // Drawn cells of four blocks are worse, ten times as many.
  const random = seeded(4);
  const drawn = Array.from({ length: 1200 }, () => errorOf(space.draw(random)!));
  assert.ok(Math.min(...tried.map(({ error }) => error)) < Math.min(...drawn) - 0.5);
  const { rounds } = surrogateReport(tried);
  assert.deepEqual(
    rounds.map(({ round, n }) => [round, n]),
    [2, 3, 4].map(stage => [stage, 30]),
  );
  for (const { inSample, outOfSample } of rounds) assert.ok(inSample! > 0.8 && outOfSample! > 0.3);
});

test("an ensemble of networks on means of tokens grows cells, too", () => {
  const small = new CellSpace({
    ...growing.options,
    operations: ["sep3", "sep7", "max3"],
    blocks: oneOf([1, 2, 3]),
  });
  const surrogate = networkEnsemble({ layers: 2, width: 10, epochs: 20, share: 0.8 });
  const tried = run(pnas({ surrogate, keep: 12 }), small, errorOf);
  assert.equal(tried.length, 36);
  assert.ok(tried.slice(12).every(({ note }) => (note as SurrogateNote).deviation! > 0));
});

const digitsError = (architecture: AnyArchitecture): number =>
  [3, 2, 1].reduce(
    (sum, wanted, i) => sum + Math.abs(wanted - ((architecture as Toy).values[i] ?? -1)) * (7 + i),
    0,
  );

test("stopped after any outcome and started from its state, it proposes what it would have, failures or not", () => {
  const strategy = pnas({ ...plain, grows: "length", keep: 8 });
  const context = { space: digits(), seed: 5 };
  const whole = strategy.start(context);
  let stopped = strategy.start(context);
  let places = 0;
  for (; ; places++) {
    const [a, b] = [whole.ask(1)[0], stopped.ask(1)[0]];
    assert.deepEqual(b?.way.code, a?.way.code);
    assert.deepEqual(b?.note, a?.note);
    if (!a) break;
    const error = places % 9 === 2 ? Number.NaN : digitsError(a.way.architecture);
    whole.tell({ ...a, place: places, error });
    stopped.tell({ ...b, place: places, error });
    stopped = strategy.start(context, JSON.parse(JSON.stringify(stopped.state())));
  }
  assert.equal(places, 4 + 8 + 8);
});

test("with several under way it is the same search; where all of a kind fail, it ends", () => {
  const strategy = pnas({ ...plain, grows: "length", keep: 6 });
  const one = run(strategy, digits(), digitsError).map(({ way }) => way.code);
  const searcher = strategy.start({ space: digits(), seed: 3 });
  const many: (readonly number[])[] = [];
  for (let asked = searcher.ask(4); asked.length > 0; asked = searcher.ask(4)) {
    for (const proposal of asked) {
      many.push(proposal.way.code);
      searcher.tell({ ...proposal, place: many.length - 1, error: digitsError(proposal.way.architecture) });
    }
  }
  assert.deepEqual(many, one);
  assert.equal(run(strategy, digits(), () => Number.NaN).length, 4);
});

test("it begins with the smallest kind that its windows let in, and keeps to them", () => {
  const accept = ({ architecture }: { architecture: AnyArchitecture }) =>
    (architecture as Toy).values.length > 1 && (architecture as Toy).values[0] !== 3;
  const searcher = pnas({ ...plain, grows: "length", keep: 100 }).start({
    space: digits(),
    seed: 2,
    where: { accept },
  });
  const first = searcher.ask(100);
  assert.equal(first.length, 9);
  for (const [place, proposal] of first.entries()) {
    searcher.tell({ ...proposal, place, error: digitsError(proposal.way.architecture) });
  }
  const second = searcher.ask(100);
  assert.equal(second.length, 18);
  for (const { way } of [...first, ...second]) assert.ok(accept({ architecture: way.architecture }));
});

test("where there are too many expansions, some are drawn", () => {
  const two = new CellSpace({ ...growing.options, cellKinds: 2, blocks: oneOf([1, 2]) });
  const tried = run(pnas({ ...plain, keep: 20, expansions: 50 }), two, errorOf);
  assert.deepEqual(
    [1, 2].map(blocks => tried.filter(one => blocksIn(one) === blocks).length),
    [20, 20],
  );
});

test("spaces in which nothing grows, and budgets that end before anything does, are named", () => {
  const start = (strategy: Strategy, space: Space<never>, budget?: number) => () =>
    strategy.start({ space, seed: 1, ...(budget !== undefined && { budget }) });
  assert.throws(
    start(pnas(plain), NasBench201 as never),
    /expected a space that chooses a number "blocks", .*, got NAS-Bench-201, one without; a CellSpace with blocks/,
  );
  assert.throws(
    start(pnas({ ...plain, grows: "normal.b1.left.op" }), growing as never),
    /got growing PNAS, one that chooses/,
  );
  assert.throws(
    start(pnas(plain), growing as never, 100),
    /a budget of 100 is spent by the 136 of the first kind, .* smaller keep, such as 20/,
  );
  assert.throws(() => pnas({ keep: 1 }), /keep must be an integer from 2 on, got 1/);
});
