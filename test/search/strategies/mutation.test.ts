/** The published mutation of cells (Real et al., AAAI 2019), and what evolution makes of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { AmoebaNetSpace, DARTSSpace, decisions, NASNetCombineSpace, seeded, type Way } from "netspace";
import { evolution } from "../../../src/search/index.js";
import { chiSquareTail } from "../../../src/statistics/distributions.js";
import { bits, digits } from "../../support/toy-spaces.js";

/** Pearson's test that counts are of equally likely classes. */
function evenness(counts: readonly number[]): number {
  const expected = counts.reduce((a, b) => a + b, 0) / counts.length;
  return chiSquareTail(
    counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0),
    counts.length - 1,
  );
}

/** The only place at which two ways of the same choices differ. */
function changed(a: Way<never>, b: Way<never>): number {
  const places = a.code.flatMap((index, place) => (index === b.code[place] ? [] : [place]));
  assert.equal(places.length, 1);
  return places[0];
}

test("a mutation takes a cell, a block, a side and its operation or input, each as likely, and another one, each as likely", () => {
  const program = decisions(AmoebaNetSpace);
  const random = seeded(11);
  const parent = program.draw(random) as Way<never>;
  const places = parent.code.map(() => 0);
  const others = parent.questions.map(({ values }) => values.map(() => 0));
  for (let i = 0; i < 20_000; i++) {
    const child = program.mutate(parent, random) as Way<never>;
    const place = changed(parent, child);
    places[place]++;
    others[place][child.code[place]]++;
  }
  // Two cells of five blocks with two sides, of each the state and the operation.
  assert.equal(places.length, 40);
  assert.ok(evenness(places) > 1e-4, `${evenness(places)}`);
  for (const [place, counts] of others.entries()) {
    const { name, values } = parent.questions[place];
    const rest = counts.filter((_, i) => i !== parent.code[place]);
    assert.equal(counts[parent.code[place]], 0);
    // The cell's inputs and every earlier block, or the eight operations.
    const block = Number(/b(\d)/.exec(name)![1]);
    assert.equal(values.length, name.endsWith("op") ? 8 : 1 + block);
    if (rest.length > 1) assert.ok(evenness(rest) > 1e-5, `${name}: ${rest.join()}`);
  }
});

test("where inputs are one choice, or sums and concatenations are chosen between, a mutation's shares are what is documented", () => {
  const shareOf = (space: typeof DARTSSpace, part: RegExp): number => {
    const random = seeded(12);
    const program = decisions(space);
    let found = 0;
    for (let i = 0; i < 4000; i++) {
      const parent = program.draw(random) as Way<never>;
      const place = changed(parent, program.mutate(parent, random) as Way<never>);
      if (part.test(parent.questions[place].name)) found++;
    }
    return found / 4000;
  };
  // Five standard deviations of a share of 4,000. The first block of DARTS' cells has one pair of states.
  assert.ok(Math.abs(shareOf(DARTSSpace, /states$/) - 6 / 22) < 0.036);
  assert.ok(Math.abs(shareOf(NASNetCombineSpace, /combine$/) - 1 / 5) < 0.032);
});

test("one child in twenty is its parent again, as published, or as many as are asked for", () => {
  const share = (unchanged?: number): number => {
    const settings = { population: 1, sample: 1, ...(unchanged !== undefined && { unchanged }) };
    const searcher = evolution(settings).start({ space: bits(40), seed: 8 });
    let [before, same] = ["", 0];
    for (let place = 0; place <= 4000; place++) {
      const [proposal] = searcher.ask(1);
      const code = proposal.way.code.join("");
      if (code === before) same++;
      before = code;
      searcher.tell({ ...proposal, place, error: 1 });
    }
    return same / 4000;
  };
  assert.ok(Math.abs(share() - 0.05) < 0.0173);
  assert.ok(Math.abs(share(0.5) - 0.5) < 0.04);
  assert.equal(share(0), 0);
});

test("children have two parents as often as is asked; without, proposals are what they were", () => {
  const run = (crossover?: number): string[] => {
    const settings = {
      population: 6,
      sample: 3,
      unchanged: 1,
      ...(crossover !== undefined && { crossover }),
    };
    const searcher = evolution(settings).start({ space: bits(30), seed: 5 });
    return Array.from({ length: 200 }, (_, place) => {
      const [proposal] = searcher.ask(1);
      searcher.tell({ ...proposal, place, error: place });
      return proposal.way.code.join("");
    });
  };
  assert.deepEqual(run(0), run());
  const drawn = run().slice(0, 6);
  assert.ok(
    run(0).every(code => drawn.includes(code)),
    "children that are no mutation are their parents",
  );
  const crossed = run(1);
  assert.ok(crossed.slice(6, 20).some(code => !drawn.includes(code)));
  // No bit is one that no parent had.
  for (const code of crossed) assert.ok([...code].every((bit, i) => drawn.some(parent => parent[i] === bit)));
  // Where choices depend on each other, children are of the space, too.
  const searcher = evolution({ population: 6, sample: 2, crossover: 0.5 }).start({
    space: digits(),
    seed: 1,
  });
  for (let place = 0; place < 60; place++) {
    const [proposal] = searcher.ask(1);
    const { values } = proposal.way.architecture as unknown as { values: readonly number[] };
    assert.ok(values.every((value, i) => value < 4 - i));
    searcher.tell({ ...proposal, place, error: values[0] });
  }
  assert.throws(() => evolution({ crossover: 2 }), /crossover must be a number in \[0, 1\], got 2/);
});
