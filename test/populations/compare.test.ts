import assert from "node:assert/strict";
import { test } from "node:test";
import {
  claimBetter,
  claimSame,
  comparePopulations,
  describePair,
  holm,
  ksTest,
  seeded,
  shippedPopulation,
  welchTest,
} from "netspace";

/** Errors spread around a mean, the same for the same seed. */
const errors = (mean: number, n: number, seed: number): number[] => {
  const random = seeded(seed);
  return Array.from({ length: n }, () => mean + 10 * (random() + random() + random() - 1.5));
};

test("comparePopulations() supports a difference where there is one, and none where there is none", () => {
  const [a, same, better] = [errors(50, 200, 1), errors(50, 200, 2), errors(45, 200, 3)];
  const { pairs, populations } = comparePopulations([
    { name: "A", errors: a },
    { name: "same", errors: same },
    { name: "better", errors: better },
  ]);
  assert.deepEqual(
    populations.map(({ name, n }) => [name, n]),
    [
      ["A", 200],
      ["same", 200],
      ["better", 200],
    ],
  );
  assert.deepEqual(
    pairs.map(pair => pair.better),
    [undefined, "better", "better"],
  );
  assert.deepEqual(
    pairs.map(pair => pair.differ),
    [false, true, true],
  );
  assert.deepEqual(
    pairs.map(pair => pair.same),
    [true, false, false],
  );
  assert.match(
    describePair(pairs[0]),
    /^A and same are the same on average, within ±2 points \(the same: p = 0\.\d+; A minus same: mean \+0\.\d \[/,
  );
  assert.match(
    describePair(pairs[1]),
    /^better is better than A on average, and in the lower tail \(means p < 0\.001; better minus A: mean −5\.\d \[/,
  );
  const [apart] = comparePopulations([
    { name: "A", errors: errors(50, 20, 1) },
    { name: "B", errors: errors(50, 20, 2) },
  ]).pairs;
  assert.match(
    describePair(apart),
    /^A and B: no difference supported \(means p = [\d.]+, KS p = .*; at a power of 80 % these networks find a difference of [\d.]+; one of 2 points, the margin, takes about \d+ networks per space/,
  );
});

test("p values are adjusted by Holm's method, means, equivalence and distributions each for all pairs", () => {
  const populations = [50, 49, 47].map((mean, i) => ({ name: `p${i}`, errors: errors(mean, 40, i) }));
  const { pairs } = comparePopulations(populations);
  const of = (name: string) => populations.find(population => population.name === name)!.errors;
  const raw = pairs.map(({ a, b }) => ksTest(of(a), of(b)).p);
  assert.deepEqual(
    pairs.map(({ p }) => p),
    raw,
  );
  // Written out for three tests: 3 p₁, then max(…, 2 p₂), then max(…, p₃).
  const [first, second, third] = [...raw].sort((a, b) => a - b);
  const least = Math.min(1, 3 * first);
  const middle = Math.max(least, Math.min(1, 2 * second));
  const expected = new Map([
    [first, least],
    [second, middle],
    [third, Math.max(middle, third)],
  ]);
  assert.deepEqual(
    pairs.map(({ adjusted }) => adjusted),
    raw.map(p => expected.get(p)),
  );
  assert.deepEqual(
    pairs.map(({ tests }) => tests?.mean),
    holm(pairs.map(({ a, b }) => welchTest(of(a), of(b)).p)),
  );
});

test("better on average and worse in the lower tail is said so, also where each tail is decided by one measure", async () => {
  const [E, C] = await Promise.all(["AnyNetXE", "AnyNetXC"].map(name => shippedPopulation(name)));
  const named = [
    { name: "E", errors: E.errors, spec: E.spec },
    { name: "C", errors: C.errors, spec: C.spec },
  ];
  for (const populations of [named, named.toReversed()]) {
    const [pair] = comparePopulations(populations).pairs;
    assert.deepEqual([pair.better, pair.tail], ["E", "C"]);
    assert.match(
      describePair(pair),
      /^E is better than C on average, worse in the lower tail \(means p = 0\.009; E minus C: mean −5\.6 \[.*P10 \+1\.6 \[\+0\.\d, .*best of 32 \+4\.7 \[.*; failures \(85 % and more\): E 2 %, C 9 % \(p = 0\.030\), without them mean −2\.\d \[/,
    );
  }
});

test("populations of different regimes are not compared: the fields are named, the other pairs are judged without them", async () => {
  const { errors: own, spec } = await shippedPopulation("RegNetX");
  const longer = { ...spec, recipe: { ...spec.recipe, epochs: 15, warmupEpochs: 1 } };
  const far = own.map(error => error - 20);
  const populations = [
    { name: "five", errors: own, spec },
    { name: "fifteen", errors: far, spec: longer },
    { name: "again", errors: far, spec: { ...spec, n: 7, seed: 9, run: { workers: 1 } } },
  ];
  const { pairs } = comparePopulations(populations);
  assert.deepEqual(
    pairs.map(({ better, regime }) => [better, regime.map(({ field }) => field)]),
    [
      [undefined, ["recipe.epochs", "recipe.warmupEpochs"]],
      ["again", []],
      [undefined, ["recipe.epochs", "recipe.warmupEpochs"]],
    ],
  );
  assert.equal(
    describePair(pairs[0]),
    "five and fifteen: not compared, since they were trained differently: recipe.epochs 5 and 15, recipe.warmupEpochs 0.5 and 1",
  );
  // One pair is left, so nothing is adjusted.
  assert.equal(pairs[1].adjusted, pairs[1].p);
  const question = comparePopulations(populations.slice(0, 2), { differ: ["recipe"] });
  assert.equal(question.pairs[0].better, "fifteen");
  const half = comparePopulations(populations.slice(0, 2), { differ: ["recipe.epochs"] });
  assert.deepEqual(
    half.pairs[0].regime.map(({ field }) => field),
    ["recipe.warmupEpochs"],
  );
  assert.throws(() => comparePopulations(populations, { differ: ["learningRate"] }), {
    name: "TableError",
    message: /fields of a spec that may differ, where, stem, .*recipe\.epochs, got "learningRate"/,
  });
});

test("means that are alike do not hide distributions that differ", () => {
  const wide = errors(50, 300, 1).map(error => 50 + 4 * (error - 50));
  const { pairs } = comparePopulations([
    { name: "narrow", errors: errors(50, 300, 2) },
    { name: "wide", errors: wide },
  ]);
  assert.deepEqual([pairs[0].differ, pairs[0].better], [true, undefined]);
  assert.match(
    describePair(pairs[0]),
    /^narrow and wide differ in their distributions, but not surely in their means; wide is better in the lower tail \(KS p < 0\.001; /,
  );
});

test("populations of one name, or a single one, are refused", () => {
  const one = { name: "A", errors: [1, 2] };
  assert.throws(() => comparePopulations([one]), {
    name: "TableError",
    message: /two or more populations of distinct names, got A$/,
  });
  assert.throws(() => comparePopulations([one, one]), { name: "TableError", message: /got A, A$/ });
});

test("a population that cannot be compared is named: of one network, of none, with errors that are no numbers", () => {
  const whole = { name: "A", errors: [40, 41, 42] };
  const refused = (own: number[], message: RegExp) =>
    assert.throws(() => comparePopulations([whole, { name: "B", errors: own }]), {
      name: "TableError",
      message,
    });
  refused(
    [40],
    /^comparePopulations: expected two or more networks with an error each in B, got one network; train/,
  );
  refused([], /in B, got no networks; train more, or leave it out$/);
  refused([40, Number.NaN, 41], /in B, got NaN for network 2 of 3; leave out with complete\("error"\)/);
  refused([Number.NaN], /in B, got NaN for network 1 of 1/);
  refused([40, Infinity], /in B, got Infinity for network 2 of 2/);
});

test("errors in fractions have a margin in fractions, and another one is taken as it is given", () => {
  const fractions = [1, 2].map((seed, i) => ({
    name: `p${i}`,
    errors: errors(50, 200, seed).map(error => error / 100),
  }));
  const margin = (options?: { margin: number }) =>
    comparePopulations(fractions, options).pairs[0].compared?.equivalence.margin;
  assert.deepEqual([margin(), margin({ margin: 0.005 })], [0.02, 0.005]);
});

test("nothing is said of the lower tail of too few networks, nor of a few beside many", async () => {
  const pool = [...(await shippedPopulation("AnyNetXA")).errors];
  const random = seeded(7);
  const said = (m: number, n: number, deals = 40) => {
    let tails = 0;
    for (let deal = 0; deal < deals; deal++) {
      const dealt = pool.map(error => [random(), error]).sort(([x], [y]) => x - y);
      const all = dealt.map(([, error]) => error);
      const [pair] = comparePopulations(
        [
          { name: "few", errors: all.slice(0, m) },
          { name: "many", errors: all.slice(m, m + n) },
        ],
        { repeats: 200 },
      ).pairs;
      if (pair.tail !== undefined) tails++;
    }
    return tails;
  };
  for (const [m, n] of [
    [3, 3],
    [4, 120],
    [8, 120],
    [16, 112],
  ])
    assert.equal(said(m, n), 0, `${m}, ${n}`);
  const clear = (m: number, n: number) =>
    comparePopulations([
      { name: "low", errors: errors(20, m, 1) },
      { name: "high", errors: errors(60, n, 2) },
    ]).pairs[0];
  for (const [m, n, least] of [
    [31, 31, 32],
    [40, 200, 50],
    [3, 1000, 64],
  ]) {
    const pair = clear(m, n);
    assert.deepEqual([pair.better, pair.tail, pair.tests?.tail], ["low", undefined, 1]);
    assert.match(pair.verdict, /no difference supported in the lower tail$/);
    assert.ok(pair.numbers.includes(`P10 takes ${least} networks per space`), pair.numbers);
    assert.deepEqual([pair.compared?.p10.low, pair.compared?.p10.pLower], [Number.NEGATIVE_INFINITY, 1]);
  }
  for (const [m, n] of [
    [32, 128],
    [50, 200],
    [64, 1000],
  ])
    assert.deepEqual([clear(m, n).tail, clear(m, n).better], ["low", "low"]);
});

test("errors of a population with a spec are per cent, however small, and mixed units are named", async () => {
  const { spec } = await shippedPopulation("AnyNetXA");
  const small = [1, 2].map((seed, i) => ({ name: `p${i}`, errors: errors(50, 100, seed).map(e => e / 100) }));
  const of = (a: object, b: object, options = {}) =>
    comparePopulations(
      [
        { ...small[0], ...a },
        { ...small[1], ...b },
      ],
      options,
    ).pairs[0];
  const margin = (a: object, b: object) => of(a, b).compared?.equivalence.margin;
  assert.deepEqual([margin({}, {}), margin({ spec }, { spec }), margin({ spec }, {})], [0.02, 2, 2]);
  assert.deepEqual([of({}, {}).notes, of({ spec }, { spec }).notes], [[], []]);
  const percent = { errors: errors(50, 100, 2) };
  const mixed =
    /^no error of p0 is above 1, as of fractions, while those of p1 are per cent: .* multiply them by 100 first$/;
  assert.match(of({}, percent).notes.join(), mixed);
  assert.match(describePair(of({}, percent)), /; no error of p0 is above 1/);
  assert.match(of(percent, {}).notes.join(), /^no error of p1 is above 1, .* those of p0 are/);
  const claimed = claimBetter("x", small[0], { name: "p1", ...percent });
  assert.match(claimed.evidence, /; no error of p0 is above 1, .*; n = 100, 100$/);
  // Known to be per cent: nothing is mixed.
  assert.deepEqual(of({ spec }, { ...percent, spec }).notes, []);
});

test("a population of unknown regime is not compared with a known one without a word", async () => {
  const { spec } = await shippedPopulation("AnyNetXA");
  const [known, unknown] = [
    { name: "K", errors: errors(50, 100, 1), spec },
    { name: "U", errors: errors(50, 100, 2) },
  ];
  const said = /how U was trained is not known, nor therefore whether more than the space differs/;
  for (const populations of [
    [known, unknown],
    [unknown, known],
  ]) {
    const [pair] = comparePopulations(populations).pairs;
    assert.match(describePair(pair), said);
    assert.match(claimSame("x", populations[0], populations[1]).evidence, said);
  }
  assert.deepEqual(comparePopulations([unknown, { ...unknown, name: "V" }]).pairs[0].notes, []);
});
