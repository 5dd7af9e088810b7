import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { RegistrationError, searchClaim, type SearchData, seeded, verdict } from "netspace";
import { nullRate } from "../../../src/replication/searches/null-rate.js";
import type { SearchSamples } from "../../../src/replication/searches/search-data.js";
import { searchTest, type TestedClaim } from "../../../src/replication/searches/search-test.js";

const folder = mkdtempSync(join(tmpdir(), "netspace-search-claims-"));
after(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
/** A registration with a claim of each test, in which a p counts twenty times. */
function registrationOf(tests: Readonly<Record<string, object>>, more: object = {}): string {
  const file = join(folder, `claims-${files++}.json`);
  const claims = Object.entries(tests).map(([id, asked]) => ({
    id: `nas-1-${id}`,
    notebook: "nas-1-toy",
    source: "nobody",
    claim: `${id} it is.`,
    test: asked,
    registered: "2026-11-27",
  }));
  const all = {
    version: 1,
    purpose: "Tests.",
    level: 0.05,
    correction: "Bonferroni",
    room: 20,
    amendments: [],
  };
  writeFileSync(file, JSON.stringify({ ...all, claims, ...more }));
  return file;
}

const a = [12.1, 11.4, 13.0, 12.6, 11.9, 12.2, 12.8, 11.7];
const b = [13.0, 13.4, 12.7, 14.1, 13.3, 12.9, 13.8, 13.6, 12.5];
const x = Array.from({ length: 12 }, (_, i) => i + 1);
const y = [2.1, 1.9, 3.5, 3.1, 4.8, 5.2, 4.9, 7.0, 6.1, 8.8, 8.2, 9.5];
const two = { of: "error", a: "one", b: "other" };
const tests = {
  welch: { kind: "lower", ...two, by: "welch" },
  "welch-by-half": { kind: "lower", ...two, by: "welch", margin: 0.5 },
  ranks: { kind: "lower", ...two, by: "rank-sum" },
  "ranks-by-a-quarter": { kind: "lower", ...two, by: "rank-sum", margin: 0.25 },
  "no-worse": { kind: "no-worse", ...two, margin: 1 },
  same: { kind: "same", ...two, margin: 1 },
  spearman: {
    kind: "correlation",
    x: "this",
    y: "that",
    coefficient: "spearman",
    side: "greater",
    than: 0.8,
  },
  kendall: { kind: "correlation", x: "this", y: "that", coefficient: "kendall", side: "less", than: 0.5 },
  trend: { kind: "trend", values: "that", parameter: "this", direction: "rises" },
  "trend-with-ties": { kind: "trend", values: "that", parameter: "this", direction: "falls" },
  share: { kind: "share", of: "hits", side: "greater", than: 0.5 },
  "share-below": { kind: "share", of: "hits", side: "less", than: 0.2 },
} as const;
const file = registrationOf(tests);

const pair = { a, b };
const ties = { parameter: [1, 1, 1, 2, 2, 2, 3, 3, 3], values: [30, 31, 33, 33, 34, 36, 35, 37, 38] };
// Python 3, SciPy 1.17.1, a, b, x and y as above, A = numpy.array(a):
//   ttest_ind(A - difference, b, equal_var=False, alternative="less").pvalue, "greater", difference 0, -.5, 1 and ±1
//   r = rankdata(a + b); [sum of r of c <= that of a for c in combinations(range(17), 8)], the share (13.0 is in both);
//   mannwhitneyu(A + .25, b, alternative="less", method="exact").pvalue
//   the jackknife's t of arctanh: see test/statistics/rank-intervals.test.ts
//   kendalltau(x, y, alternative="greater").pvalue; kendalltau(g, v, method="asymptotic", alternative="less").pvalue
//   binomtest(17, 20, .5, alternative="greater").pvalue; binomtest(3, 40, .2, alternative="less").pvalue
for (const [id, samples, pFor, pAgainst] of [
  ["welch", pair, 0.0006583704600991131, 0.9993416295399009],
  ["welch-by-half", pair, 0.028668885861869945, 0.97133111413813],
  ["ranks", pair, 0.001357466063348416, undefined],
  ["ranks-by-a-quarter", pair, 0.005553270259152612, undefined],
  ["no-worse", pair, 7.551147811320316e-7, 0.9993416295399009],
  ["same", pair, 0.5638639552805933, 2 * 0.4361360447194067],
  ["spearman", { x, y }, 2.196414296235027e-5, 0.9999780358570376],
  ["kendall", { x, y }, 0.9996595978825327, 0.0003404021174673436],
  ["trend", { parameter: x, values: y }, 8.171162685051574e-6, undefined],
  ["trend-with-ties", ties, 0.9963089689854712, 0.003691031014528852],
  ["share", { hits: 17, of: 20 }, 0.0012884140014648438, 0.9997987747192383],
  ["share-below", { hits: 3, of: 40 }, 0.028462094459744576, 0.9920578627251851],
] as const) {
  test(`${id}: its p for and against are SciPy's, and count as often as there is room for claims`, async () => {
    const data = { procedural: samples, "fashion-mnist": samples } as SearchData;
    const { registered, kind, outcome, evidence } = await searchClaim(`nas-1-${id}`, data, { file });
    assert.equal(kind, "trained");
    assert.equal(registered.readings.length, 2);
    for (const reading of registered.readings) {
      assert.ok(Math.abs(reading.pFor! / pFor - 1) < 1e-6, `${reading.pFor} against ${pFor}`);
      if (pAgainst !== undefined) assert.ok(Math.abs(reading.pAgainst! / pAgainst - 1) < 1e-6);
      assert.equal(reading.adjustedFor, Math.min(1, 20 * reading.pFor!));
      assert.equal(reading.adjustedAgainst, Math.min(1, 20 * reading.pAgainst!));
    }
    const [pAdjusted, pOther] = [
      registered.readings[0].adjustedFor!,
      registered.readings[0].adjustedAgainst!,
    ];
    const expected = pAdjusted < 0.05 ? "replicated" : pOther < 0.05 ? "not replicated" : "not answerable";
    assert.equal(outcome, expected);
    assert.match(
      evidence,
      /procedural images \(n = .*95 % interval .*where there is nothing the test passes in/,
    );
  });
}

test("what is claimed decides by both sets of images: one against it is enough, and both are needed for it", async () => {
  const [far, near] = [b.map(value => value + 1), a.map((value, i) => value + (i % 2 ? 0.3 : -0.3))];
  const ask = (procedural: object | undefined, fashion: object | undefined) =>
    searchClaim("nas-1-welch", { procedural, "fashion-mnist": fashion } as SearchData, { file });
  const [found, lost, open] = [
    { a, b: far },
    { a: far, b: a },
    { a, b: near },
  ];
  for (const [one, other, outcome] of [
    [found, found, "replicated"],
    [found, lost, "not replicated"],
    [found, open, "not answerable"],
    [open, lost, "not replicated"],
    [found, undefined, "not answerable"],
    [undefined, lost, "not replicated"],
    [undefined, undefined, "not answerable"],
  ] as const) {
    assert.equal((await ask(one, other)).outcome, outcome);
  }
});

test("before correction a claim may hold that does not after it", async () => {
  const data = { procedural: pair, "fashion-mnist": pair };
  const claim = await searchClaim("nas-1-welch-by-half", data, { file });
  assert.deepEqual([claim.registered.before, claim.outcome], ["replicated", "not answerable"]);
});

test("a set of images without data is not answerable yet, and the verdict says what the other says", async () => {
  const claim = await searchClaim("nas-1-welch", { procedural: pair }, { file });
  assert.equal(claim.registered.readings[0].after, "replicated");
  assert.match(claim.registered.readings[1].withheld!, /no data yet/);
  const text = verdict([claim]).toMarkdown();
  assert.match(
    text,
    /Not answerable yet.*procedural images \(n = 8, 9\).*: replicated.*Fashion-MNIST: withheld/s,
  );
  assert.match(
    text,
    /Claims about searches are registered \(data\/search-claims\.json, SHA-256 [0-9a-f]{64}\): each p counts 20 times/,
  );
});

test("a sample of another number than registered, or of too few, is withheld, and said to be", async () => {
  const fixed = registrationOf({ fixed: { ...tests.welch, n: 8 } });
  const found = await searchClaim(
    "nas-1-fixed",
    { procedural: pair, "fashion-mnist": { a, b: b.slice(1) } },
    { file: fixed },
  );
  assert.match(found.registered.readings[0].withheld!, /8 and 9 values where 8 are registered/);
  assert.equal(found.registered.readings[1].after, "replicated");
  const few = await searchClaim("nas-1-welch", { procedural: { a: a.slice(0, 3), b } }, { file });
  assert.match(few.registered.readings[0].withheld!, /3 values, of which the test needs 4/);
});

test("values that do not vary leave their claim open, and end no notebook", async () => {
  const constant = await searchClaim("nas-1-spearman", { procedural: { x, y: x.map(() => 1) } }, { file });
  assert.match(constant.registered.readings[0].withheld!, /cannot be tested: /);
  // Nothing is uncertain where neither sample varies.
  const [low, high] = [Array<number>(8).fill(1), Array<number>(8).fill(2)];
  const sure = await searchClaim("nas-1-welch", { procedural: { a: low, b: high } }, { file });
  assert.equal(sure.registered.readings[0].after, "replicated");
});

describe("data that are none of the test's are named", () => {
  for (const [what, id, data, message] of [
    [
      "NaN",
      "welch",
      { procedural: { a, b: [...b, Number.NaN] } },
      /searchClaim: expected numbers in b of nas-1-welch on procedural images, got NaN at index 9/,
    ],
    [
      "infinity",
      "welch",
      { "fashion-mnist": { a: [Infinity, ...a], b } },
      /in a of nas-1-welch on Fashion-MNIST, got Infinity at index 0/,
    ],
    [
      "an empty sample",
      "ranks",
      { procedural: { a: [], b } },
      /expected values in a of nas-1-ranks on procedural images, got none; leave the set of images out/,
    ],
    ["another test's", "welch", { procedural: { x, y } }, /expected a list as a of nas-1-welch/],
    ["one field more", "welch", { procedural: { a, b, n: 3 } }, /unknown option "n"/],
    [
      "unequal pairs",
      "spearman",
      { procedural: { x, y: y.slice(1) } },
      /expected as many y as x of nas-1-spearman on procedural images, got 11 and 12/,
    ],
    [
      "more hits than there are",
      "share",
      { procedural: { hits: 3, of: 2 } },
      /expected hits out of 1 or more .*, got 3 of 2/,
    ],
    ["a share of nothing", "share", { procedural: { hits: 0, of: 0 } }, /got 0 of 0/],
    ["other images", "welch", { cifar: pair }, /unknown option "cifar"/],
    ["a list", "welch", [1], /expected the data of nas-1-welch as \{.*\}|an object/],
  ] as const) {
    test(what, async () => {
      await assert.rejects(searchClaim(`nas-1-${id}`, data as never, { file }), (error: Error) => {
        assert.ok(error instanceof RangeError, error.name);
        assert.match(error.message, message);
        return true;
      });
    });
  }

  test("an id that is not registered", async () => {
    await assert.rejects(searchClaim("nas-9-gone", {}, { file }), (error: Error) => {
      assert.ok(error instanceof RegistrationError);
      assert.match(
        error.message,
        /searchClaim: expected the id of a registered claim, got "?nas-9-gone"?; data\/search-claims.json has 12, such as nas-1-welch/,
      );
      return true;
    });
  });
});

/** The share of samples in which p is below a level, for each of some levels. */
function rates(claim: TestedClaim, draw: (random: () => number) => SearchSamples, trials = 1500) {
  const random = seeded(11);
  const found = Array.from({ length: trials }, () => searchTest(claim, draw(random), "procedural").pFor);
  return [0.01, 0.05, 0.2].map(level => [level, found.filter(p => p < level).length / trials] as const);
}

describe("where there is nothing p is uniform, or greater", () => {
  // Exponential, with a mean of 1: skewed, as errors are.
  const skewed = (n: number, random: () => number, mean = 0) =>
    Array.from({ length: n }, () => mean - Math.log(1 - random()));
  // Each on its edge. Three standard errors of 1,500 samples are 0.8, 1.7 and 3.1 points.
  const above = { 0.01: 0.018, 0.05: 0.067, 0.2: 0.231 } as Readonly<Record<number, number>>;
  for (const [what, claim, draw] of [
    ["welch", { test: tests.welch }, r => ({ a: skewed(30, r), b: skewed(30, r) })],
    ["rank sum", { test: tests.ranks }, r => ({ a: skewed(8, r), b: skewed(9, r) })],
    [
      "rank sum with ties",
      { test: tests.ranks },
      r => ({ a: skewed(8, r).map(Math.round), b: skewed(9, r).map(Math.round) }),
    ],
    [
      "rank sum by a margin",
      { test: tests["ranks-by-a-quarter"] },
      r => ({ a: skewed(8, r, -0.25), b: skewed(9, r) }),
    ],
    ["no worse", { test: tests["no-worse"] }, r => ({ a: skewed(30, r, 1), b: skewed(30, r) })],
    ["same", { test: tests.same }, r => ({ a: skewed(30, r, 1), b: skewed(30, r) })],
    ["correlation", { test: { ...tests.spearman, than: 0 } }, r => ({ x: skewed(30, r), y: skewed(30, r) })],
    [
      "trend",
      { test: tests.trend },
      r => ({ parameter: [...x, ...x, ...x].map(i => i % 4), values: skewed(36, r) }),
    ],
    [
      "share",
      { test: tests.share },
      r => ({ hits: skewed(20, r).filter(value => value < Math.LN2).length, of: 20 }),
    ],
  ] as readonly (readonly [string, TestedClaim, (random: () => number) => SearchSamples])[]) {
    test(what, () => {
      for (const [level, rate] of rates(claim, draw))
        assert.ok(rate < above[level], `${rate} of p are below ${level}`);
    });
  }
});

test("the rate at which a test passes where there is nothing is near its level, exact for shares, and drawn from a seed", () => {
  const of = (asked: object, samples: SearchSamples) =>
    nullRate({ test: asked } as TestedClaim, samples, "procedural", 0.05);
  for (const [asked, samples] of [
    [tests.welch, pair],
    [tests["no-worse"], pair],
    [tests.trend, { parameter: x, values: y }],
    [
      { ...tests.spearman, than: 0 },
      { x, y },
    ],
    [
      { ...tests.kendall, than: 0.3, side: "greater" },
      { x, y },
    ],
  ] as const) {
    const { rate, how } = of(asked, samples);
    assert.ok(rate > 0.015 && rate < 0.1, `${asked.kind}: ${rate}`);
    assert.match(how, /^[\d,]+ (deals|draws|samples) /);
    assert.deepEqual(of(asked, samples), { rate, how });
  }
  // A margin far below what these samples can tell: two one-sided tests never both pass.
  assert.equal(of({ ...tests.same, margin: 0.01 }, pair).rate, 0);
  assert.deepEqual(of(tests.ranks, pair), { rate: 0.05, how: "at most, since its p is exact" });
  // R 4 or SciPy: binom.sf(14, 20, .5), the greatest tail below 5 %.
  assert.ok(Math.abs(of(tests.share, { hits: 3, of: 20 }).rate - 0.020694732666015625) < 1e-12);
});

test("an amended claim is decided as amended, and says what it was", async () => {
  const amendments = [
    {
      date: "2026-11-28",
      claim: "nas-1-same",
      reason: "A point is less than these samples can tell.",
      before: { test: tests.same },
      after: { test: { ...tests.same, margin: 3 } },
    },
  ];
  const amended = registrationOf(tests, { amendments });
  const data = { procedural: pair, "fashion-mnist": pair };
  const claim = await searchClaim("nas-1-same", data, { file: amended });
  assert.equal(claim.outcome, "replicated");
  assert.equal(claim.registered.amended?.asRegistered, "not answerable");
  assert.match(claim.evidence, /Amended \(2026-11-28: A point is less.*\); as registered: not answerable/);
  const plain = await searchClaim("nas-1-same", data, { file });
  assert.equal(claim.registered.hash, plain.registered.hash);
  assert.notEqual(claim.registered.amendedHash, undefined);
  assert.equal(plain.registered.amendedHash, undefined);
});
