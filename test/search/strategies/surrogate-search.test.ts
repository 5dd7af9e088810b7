/** Searches with surrogates, on landscapes of a known shape. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { canonical, decisions, DecisionSpace, NasBench201 } from "netspace";
import { seededAt } from "../../../src/base/random.js";
import {
  random,
  type SearchTable,
  searchTable,
  simulate,
  type Strategy,
  type SurrogateNote,
  surrogateSearch,
} from "../../../src/search/index.js";
import { digits, type Toy, toyFamily } from "../../support/toy-spaces.js";

/** Six choices of five, as NAS-Bench-201 has them, whose errors are sums over choices and over pairs of them, drawn once. */
const six = new DecisionSpace<Toy>(
  "six of five",
  choose => ({
    family: toyFamily,
    values: Array.from({ length: 6 }, (_, i) => ops.indexOf(choose.free(`e${i}`, ops))),
  }),
  { family: toyFamily },
);
const ops = ["a", "b", "c", "d", "e"] as const;
const table = landscape();

function landscape(): SearchTable<Toy> {
  const draw = seededAt(77, 0);
  const normal = () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
  const single = Array.from({ length: 6 }, () => Array.from({ length: 5 }, () => 2 * normal()));
  const pairs = Array.from({ length: 15 }, () => Array.from({ length: 25 }, () => 0.7 * normal()));
  return searchTable(six, ({ values }) => {
    let [error, pair] = [40, 0];
    for (const [i, a] of values.entries()) {
      error += single[i][a];
      for (const b of values.slice(0, i)) error += pairs[pair++][5 * a + b];
    }
    return { error, judged: error };
  });
}

/** Mean over runs of how far the best is from the best of all. */
function regret(strategy: Strategy, evaluations: number, repeats: number): number {
  const runs = simulate(strategy, table, { evaluations, repeats });
  return runs.reduce((sum, { judged }) => sum + judged.at(-1)! - table.best, 0) / repeats;
}

test("with a plain surrogate a search is far nearer to the best after 100 cells than random search", () => {
  assert.ok(regret(surrogateSearch(), 100, 20) < 0.35 * regret(random(), 100, 20));
});

test("nothing is proposed twice, nor what is one function with what was, before nothing else is left", () => {
  const searcher = surrogateSearch({ initial: 10, round: 5, candidates: 20 }).start({
    space: NasBench201,
    seed: 4,
  });
  const forms = new Set<string>();
  for (let place = 0; place < 120; place++) {
    const [proposal] = searcher.ask(1);
    forms.add(canonical(proposal.way.architecture));
    searcher.tell({ ...proposal, place, error: forms.size % 7 });
  }
  assert.equal(forms.size, 120);
  // All 40 of this space, then some again.
  const small = surrogateSearch({ initial: 4, round: 4, candidates: 8 }).start({ space: digits(), seed: 1 });
  const codes: string[] = [];
  for (let place = 0; place < 50; place++) {
    const [proposal] = small.ask(1);
    codes.push(proposal.way.code.join());
    const { values } = proposal.way.architecture as Toy;
    small.tell({ ...proposal, place, error: values.reduce((a, b) => a + b, 0) });
  }
  assert.equal(new Set(codes).size, 40);
});

test("a round's notes say which fit chose, what it expects and how well it knows what it was fitted to", () => {
  const searcher = surrogateSearch({ initial: 12, round: 4, candidates: 40 }).start({
    space: six,
    seed: 2,
  });
  for (let place = 0; place < 24; place++) {
    const [proposal] = searcher.ask(1);
    const note = proposal.note as SurrogateNote | undefined;
    if (place < 12) assert.equal(note, undefined);
    else {
      assert.equal(note!.round, 1 + Math.floor((place - 12) / 4));
      assert.ok(note!.predicted < 45 && note!.deviation! > 0, `${note!.predicted}`);
      assert.ok(note!.inSample! > 0.5 && note!.inSample! <= 1);
    }
    searcher.tell({ ...proposal, place, error: table.look(proposal.way as never).error });
  }
});

test("outcomes that were known before stand for what would be drawn, and are not proposed again", () => {
  const ways = Array.from({ length: 12 }, (_, place) => decisions(six).draw(seededAt(5, place)));
  const context = { space: six, seed: 2, budget: 6, known: 12 };
  const searcher = surrogateSearch({ initial: 12, round: 3, candidates: 30 }).start(context);
  for (const [i, way] of ways.entries()) {
    searcher.tell({ way, place: i - 12, error: table.look(way).error });
  }
  for (let place = 0; place < 6; place++) {
    const [proposal] = searcher.ask(1);
    assert.equal((proposal.note as SurrogateNote).round, 1 + Math.floor(place / 3));
    assert.ok(!ways.some(({ code }) => code.join() === proposal.way.code.join()));
    searcher.tell({ ...proposal, place, error: table.look(proposal.way as never).error });
  }
});

test("failures count as the worst, and where all fail it goes on drawing", () => {
  const searcher = surrogateSearch({ initial: 5, round: 5, candidates: 10 }).start({
    space: NasBench201,
    seed: 2,
  });
  for (let place = 0; place < 20; place++) {
    const [proposal] = searcher.ask(1);
    assert.equal(proposal.note, undefined);
    searcher.tell({ ...proposal, place, error: Number.NaN });
  }
});

test("settings and budgets that make no sense are named", () => {
  assert.throws(() => surrogateSearch({ initial: 1 }), /initial must be an integer from 2 on, got 1/);
  assert.throws(
    () => surrogateSearch({ round: 20, candidates: 10 }),
    /candidates must be at least as many as a round takes, 20, got 10/,
  );
  assert.throws(
    () => surrogateSearch({ surrogate: {} as never }),
    /surrogate must be a surrogate such as linearEnsemble\(\), got \{\}/,
  );
  assert.throws(
    () => surrogateSearch().start({ space: NasBench201, seed: 1, budget: 10 }),
    /a budget of 10 is spent by the 10 that are drawn first, .* initial: 2/,
  );
});
