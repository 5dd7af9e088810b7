/** Successive halving, Hyperband and ASHA: brackets, who goes on, and what it costs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { decisions, seeded } from "netspace";
import {
  asha,
  hyperband,
  hyperbandBrackets,
  type Proposal,
  type RungNote,
  type Searcher,
  searchTable,
  simulate,
  type Strategy,
  successiveHalving,
} from "../../../src/search/index.js";
import { bits, type Toy } from "../../support/toy-spaces.js";

const rung = ({ note }: Proposal) => (note as RungNote).rung;
const code = ({ way }: Proposal) => way.code.join("");

/** Asks and tells one after the other. */
function climb(
  searcher: Searcher,
  evaluations: number,
  errorOf: (proposal: Proposal, place: number) => number,
) {
  return Array.from({ length: evaluations }, (_, place) => {
    const [proposal] = searcher.ask(1);
    const error = errorOf(proposal, place);
    searcher.tell({ ...proposal, place, error });
    return { ...proposal, place, error };
  });
}

test("Hyperband's brackets follow its formulas: at R = 81, η = 3 they are the published table's", () => {
  // Li et al., JMLR 18 (2018), algorithm 1: n = ⌈(s_max + 1) / (s + 1) · η^s⌉ at R η^−s.
  const brackets = hyperbandBrackets({ epochs: 81 });
  assert.deepEqual(
    brackets.map(({ n, epochs }) => epochs.map((each, i) => [Math.floor(n / 3 ** i), each] as const)),
    [
      [
        [81, 1],
        [27, 3],
        [9, 9],
        [3, 27],
        [1, 81],
      ],
      [
        [34, 3],
        [11, 9],
        [3, 27],
        [1, 81],
      ],
      [
        [15, 9],
        [5, 27],
        [1, 81],
      ],
      [
        [8, 27],
        [2, 81],
      ],
      [[5, 81]],
    ],
  );
  for (const [epochs, least, eta] of [
    [12, 1, 3],
    [243, 1, 3],
    [12, 1, 2],
    [100, 3, 4],
    [27, 9, 3],
    [5, 5, 3],
  ]) {
    const sMax = Math.floor(Math.log(epochs / least) / Math.log(eta) + 1e-9);
    const all = hyperbandBrackets({ epochs, least, eta });
    assert.equal(all.length, sMax + 1);
    for (const [i, { n, epochs: rungs }] of all.entries()) {
      const s = sMax - i;
      assert.equal(n, Math.ceil(((sMax + 1) / (s + 1)) * eta ** s - 1e-9));
      assert.deepEqual(
        rungs,
        Array.from({ length: s + 1 }, (_, k) => Math.round(epochs * eta ** (k - s))),
      );
      assert.ok(rungs[0] >= least);
    }
  }
});

test("Hyperband proposes its brackets in turn, each rung the best third of the one below, trained on", () => {
  const searcher = hyperband({ epochs: 9 }).start({ space: bits(12), seed: 3 });
  // 9 + 3 + 1, 5 + 1, 3; and again.
  const told = climb(searcher, 44, (_, place) => (place * 37) % 101);
  const notes = told.map(({ note }) => note as RungNote);
  for (const [bracket, n, epochs] of [
    [0, 9, 1],
    [1, 5, 3],
    [2, 3, 9],
    [3, 9, 1],
    [4, 5, 3],
    [5, 3, 9],
  ]) {
    const own = told.filter((_, i) => notes[i].bracket === bracket);
    const first = own.filter(each => rung(each) === 0);
    assert.equal(first.length, n);
    for (const each of first) assert.deepEqual([each.epochs, each.continues], [epochs, undefined]);
    for (let above = 1; epochs * 3 ** above <= 9; above++) {
      const below = own.filter(each => rung(each) === above - 1);
      const best = below.toSorted((a, b) => a.error - b.error).slice(0, Math.floor(n / 3 ** above));
      assert.deepEqual(
        own.filter(each => rung(each) === above).map(each => [code(each), each.epochs, each.continues]),
        best.map(each => [code(each), epochs * 3 ** above, each.place]),
      );
    }
  }
});

test("successive halving promotes nothing that failed, and nothing where all did", () => {
  const start = () => successiveHalving({ epochs: 9 }).start({ space: bits(12), seed: 3 });
  // Two of nine succeed: two go on, where three would.
  const some = climb(start(), 12, (_, place) => (place < 9 && place % 5 !== 1 ? Number.NaN : 50 - place));
  assert.deepEqual(
    some.slice(9, 11).map(({ continues }) => continues),
    [6, 1],
  );
  // The best of two, since ⌊9 / 9⌋ is one.
  assert.deepEqual([some[11].epochs, some[11].continues], [9, 10]);
  const none = climb(start(), 10, () => Number.NaN);
  assert.deepEqual(
    [none[9].epochs, none[9].continues, none[9].note],
    [1, undefined, { bracket: 1, rung: 0 }],
  );
  assert.equal(new Set(none.map(code)).size, 10);
});

test("a training that was ended because of its errors is not promoted, however good its last error", () => {
  const searcher = successiveHalving({ epochs: 3 }).start({ space: bits(12), seed: 3 });
  for (let place = 0; place < 3; place++) {
    const [proposal] = searcher.ask(1);
    const record = { stoppedAt: 1 } as never;
    searcher.tell({ ...proposal, place, error: place, ...(place === 0 && { record }) });
  }
  assert.equal(searcher.ask(1)[0].continues, 1);
});

test("a rung is waited for by successive halving, and not by ASHA", () => {
  const halving = successiveHalving({ epochs: 9 }).start({ space: bits(12), seed: 3 });
  assert.equal(halving.ask(20).length, 9);
  assert.equal(halving.ask(1).length, 0);
  const asynchronous = asha({ epochs: 9 });
  assert.equal(asynchronous.asynchronous, true);
  const searcher = asynchronous.start({ space: bits(12), seed: 3 });
  const asked = searcher.ask(7);
  const tell = (place: number, error: number) => searcher.tell({ ...asked[place], place, error });
  // Outcomes as they come: of two told nobody is in the top third, of three one is.
  tell(6, 30);
  tell(2, 20);
  assert.equal(rung(searcher.ask(1)[0]), 0);
  tell(4, 25);
  const [up] = searcher.ask(1);
  assert.deepEqual([rung(up), up.epochs, up.continues, code(up)], [1, 3, 2, code(asked[2])]);
  // It is promoted once; of six the two best are, and one that failed counts among the six.
  assert.equal(rung(searcher.ask(1)[0]), 0);
  tell(0, Number.NaN);
  tell(1, 10);
  assert.equal(rung(searcher.ask(1)[0]) === 1, true);
  tell(3, 5);
  assert.deepEqual(
    searcher.ask(2).map(({ continues }) => continues),
    [3, undefined],
  );
});

test("ASHA climbs to the highest rung, and goes on from the state that JSON holds", () => {
  const strategy = asha({ epochs: 9 });
  const context = { space: bits(12), seed: 5 };
  const ones = ({ way }: Proposal) => 12 - (way.architecture as Toy).values.reduce((a, b) => a + b, 0);
  const told = climb(strategy.start(context), 60, ones);
  assert.deepEqual(
    [...new Set(told.map(({ epochs }) => epochs!))].toSorted((a, b) => a - b),
    [1, 3, 9],
  );
  for (const each of told) {
    if (each.continues === undefined) continue;
    const before = told[each.continues];
    assert.equal(code(before), code(each));
    assert.equal(before.epochs! * 3, each.epochs);
  }
  assert.equal(
    new Set(told.flatMap(({ continues }) => continues ?? [])).size,
    told.filter(t => t.continues !== undefined).length,
  );
});

const errorsOf = (values: readonly number[], epochs: number) =>
  Array.from({ length: epochs }, (_, i) => 50 - values.reduce((a, b) => a + b, 0) + 20 / (i + 1));

test("on a table by epoch further epochs alone are paid for, and the longest trained are judged", () => {
  const table = searchTable(bits(10), architecture => {
    const { values } = architecture;
    const errors = errorsOf(values, 9);
    return { error: errors[8], judged: errors[8] - 1, errors, cost: { images: 900, seconds: 9 } };
  });
  const [run] = simulate(successiveHalving({ epochs: 9 }), table, { evaluations: 26, seed: 2 });
  const images = Array.from(run.images, (sum, i) => Math.round(sum - (run.images[i - 1] ?? 0)));
  const bracket = [...Array(9).fill(100), ...Array(3).fill(200), 600] as number[];
  assert.deepEqual(images, [...bracket, ...bracket]);
  // Two networks trained to the end, 4 of 3 epochs more, 18 of one.
  assert.equal(Math.round(run.images[25]), 2 * (9 * 100 + 3 * 200 + 600));
  assert.equal(Math.round(run.seconds[25]), 2 * 21);
  // After the first bracket a network of nine epochs is judged, whatever those of fewer epochs say.
  assert.equal(run.judged[12], run.own[12]);
  for (let place = 13; place < 25; place++) assert.equal(run.judged[place], run.judged[12]);
  const [whole] = decisions(bits(10)).ways();
  assert.throws(() => table.look(whole, 10), /expected epochs from 1 to 9 .* got 10/);
  assert.throws(() => table.look(whole, 0), /expected epochs from 1 to 9 .* got 0/);
  const plain = searchTable(bits(10), () => ({ error: 1, judged: 1 }));
  assert.throws(() => simulate(hyperband({ epochs: 9 }), plain, { evaluations: 30 }), /whole trainings/);
});

test("a strategy that goes on from what it did not train is named", () => {
  const table = searchTable(bits(6), () => ({ error: 1, judged: 1, errors: [3, 2, 1], cost: { images: 3 } }));
  const program = decisions(bits(6));
  const [one, other] = [program.draw(seeded(1)), program.draw(seeded(2))];
  const of = (...proposals: Proposal[]): Strategy => ({
    name: "odd",
    settings: {},
    start: () => ({ ask: () => [proposals.shift()!], tell: () => {}, state: () => ({}) }),
  });
  const odd = (...proposals: Partial<Proposal>[]) =>
    simulate(of(...proposals.map(each => ({ way: one, ...each }))), table, {
      evaluations: proposals.length,
    });
  assert.doesNotThrow(() => odd({ epochs: 1 }, { epochs: 2, continues: 0 }, { continues: 1 }));
  const expected =
    /simulate: odd continues proposal .*, expected an earlier one of the same architecture with fewer epochs/;
  assert.throws(() => odd({ epochs: 1 }, { epochs: 2, continues: 1 }), expected);
  assert.throws(() => odd({ epochs: 2 }, { epochs: 2, continues: 0 }), expected);
  assert.throws(() => odd({}, { epochs: 2, continues: 0 }), expected);
  assert.throws(() => odd({ epochs: 1 }, { way: other, epochs: 2, continues: 0 }), expected);
});

test("settings that cannot be are refused by name, before anything is trained", () => {
  assert.throws(
    () => hyperband({} as never),
    /hyperband: expected epochs.*got \{\}.*hyperband\(\{ epochs: 12 \}\)/,
  );
  assert.throws(() => asha(undefined as never), /asha: expected epochs/);
  assert.throws(() => successiveHalving({ epochs: 0 }), /epochs must be a positive integer, got 0/);
  assert.throws(() => hyperband({ epochs: 9, eta: 1 }), /eta must be an integer of at least 2, got 1/);
  assert.throws(() => asha({ epochs: 9, least: 10 }), /least must be at most the 9 epochs of all, got 10/);
  assert.throws(() => hyperband({ epochs: 9, n: 3 } as never), /unknown setting "n"/);
  assert.throws(() => successiveHalving({ epochs: 9, n: 8 }), /n must be at least 9, .* got 8/);
  const context = { space: bits(4), seed: 1, budget: 12 };
  assert.throws(
    () => hyperband({ epochs: 9 }).start(context),
    /hyperband: a budget of 12 is below the 13 evaluations of the first bracket \(9 of 1 epochs, 3 of 3 epochs, 1 of 9 epochs\)/,
  );
  assert.doesNotThrow(() => hyperband({ epochs: 9 }).start({ ...context, budget: 13 }));
});
