import assert from "node:assert/strict";
import { test } from "node:test";
import { rankSumTest, seeded } from "netspace";

const range = (n: number, of: (i: number) => number) => Array.from({ length: n }, (_, i) => of(i));

// SciPy 1.17.1: from scipy.stats import mannwhitneyu; r = mannwhitneyu(a, b, method=…); r.statistic, r.pvalue
for (const [what, a, b, u, p] of [
  ["exact, apart", [1, 2, 3, 4], [5, 6, 7, 8], 0, 0.02857142857142857],
  [
    "exact, among each other",
    [1.5, 3.2, 0.4, 9.9, 4.1],
    [2.2, 8.4, 7.7, 3.3, 10.5, 6.1, 12.25],
    8,
    0.148989898989899,
  ],
  ["exact, one each", [3], [1], 1, 1],
  ["exact, 30 and 40", range(30, i => 2 * i), range(40, i => 10.5 + 2 * i), 300, 0.0002731589901482331],
  [
    "asymptotic, 150 each with ties",
    range(150, i => Math.floor((i * i) / 1000)),
    range(150, i => Math.floor((i * i) / 1000) + (i % 3)),
    9960,
    0.08519265981662166,
  ],
  [
    "asymptotic, 60 each",
    range(60, i => 0.1 * i),
    range(60, i => 0.1 * i + 1.03),
    1225,
    0.0025668879435241754,
  ],
] as const) {
  test(`the rank-sum test is SciPy's: ${what}`, () => {
    const found = rankSumTest(a, b);
    assert.equal(found.u, u);
    assert.equal(found.superiority, u / (a.length * b.length));
    assert.ok(Math.abs(found.p - p) < 1e-12 * Math.max(p, 1e-3), `${found.p} against ${p}`);
    const other = rankSumTest(b, a);
    assert.equal(other.u, a.length * b.length - u);
    assert.ok(Math.abs(other.p - found.p) < 1e-13);
  });
}

// SciPy 1.17.1: mannwhitneyu(a, b, alternative="less", method=…).pvalue, and "greater"
for (const [what, a, b, pLower, pHigher] of [
  ["exact, apart", [1, 2, 3, 4], [5, 6, 7, 8], 0.014285714285714285, 1],
  [
    "exact, more of the second",
    [1.5, 3.2, 0.4, 9.9, 4.1],
    [2.2, 8.4, 7.7, 3.3, 10.5, 6.1, 12.25],
    0.0744949494949495,
    0.946969696969697,
  ],
  [
    "asymptotic, 150 each with ties",
    range(150, i => Math.floor((i * i) / 1000)),
    range(150, i => Math.floor((i * i) / 1000) + (i % 3)),
    0.04259632990831083,
    0.9575245784282742,
  ],
  [
    "asymptotic, 60 each",
    range(60, i => 0.1 * i),
    range(60, i => 0.1 * i + 1.03),
    0.0012834439717620877,
    0.9987385932177945,
  ],
] as const) {
  test(`on one side the rank-sum test is SciPy's: ${what}`, () => {
    const found = rankSumTest(a, b);
    const other = rankSumTest(b, a);
    for (const [p, expected] of [
      [found.pLower, pLower],
      [found.pHigher, pHigher],
      [other.pHigher, pLower],
      [other.pLower, pHigher],
    ]) {
      assert.ok(Math.abs(p - expected) < 1e-12, `${p} against ${expected}`);
    }
  });
}

test("with ties each side is the share of all choices of ranks that are at most, or at least, as high", () => {
  // The ranks of 1, 1, 2, 2, 2, 3, 3, of which those of 1, 2 and 2 sum to 9.5.
  const ranks = [1.5, 1.5, 4, 4, 4, 6.5, 6.5];
  let [below, above, all] = [0, 0, 0];
  for (let i = 0; i < 7; i++)
    for (let j = i + 1; j < 7; j++)
      for (let k = j + 1; k < 7; k++) {
        const sum = ranks[i] + ranks[j] + ranks[k];
        all++;
        if (sum <= 9.5) below++;
        if (sum >= 9.5) above++;
      }
  const { pLower, pHigher } = rankSumTest([1, 2, 2], [1, 2, 3, 3]);
  assert.ok(Math.abs(pLower - below / all) < 1e-12 && Math.abs(pHigher - above / all) < 1e-12);
});

/** Every choice of the first sample's places, by the mean ranks: the share that is as far from the middle. */
function bruteForce(a: readonly number[], b: readonly number[]): number {
  const all = [...a, ...b];
  const rank = (value: number) =>
    all.filter(other => other < value).length + (all.filter(other => other === value).length + 1) / 2;
  const ranks = all.map(rank);
  const middle = (a.length * (all.length + 1)) / 2;
  const off = Math.abs(ranks.slice(0, a.length).reduce((sum, r) => sum + r, 0) - middle);
  let [beyond, total] = [0, 0];
  for (let set = 0; set < 2 ** all.length; set++) {
    const chosen = ranks.filter((_, i) => (set >> i) & 1);
    if (chosen.length !== a.length) continue;
    total++;
    if (Math.abs(chosen.reduce((sum, r) => sum + r, 0) - middle) >= off - 1e-9) beyond++;
  }
  return beyond / total;
}

test("with ties p is the share of all choices of ranks, which a few runs that found the same are too few for", () => {
  const random = seeded(3);
  for (const [n, m, kinds] of [
    [3, 3, 2],
    [4, 4, 2],
    [5, 5, 3],
    [7, 4, 4],
    [2, 9, 3],
    [6, 6, 5],
    [1, 8, 3],
  ] as const) {
    for (let i = 0; i < 5; i++) {
      const of = (size: number, more: number) => range(size, () => Math.floor(kinds * random() + more));
      const [a, b] = [of(n, 0), of(m, i % 2)];
      assert.ok(Math.abs(rankSumTest(a, b).p - bruteForce(a, b)) < 1e-12, `${a.join()} against ${b.join()}`);
    }
  }
  // All of one found one error, all of the other another: the least p there is.
  for (const [n, p] of [
    [3, 2 / 20],
    [4, 2 / 70],
    [5, 2 / 252],
  ]) {
    const found = rankSumTest(Array(n).fill(1), Array(n).fill(2)).p;
    assert.ok(Math.abs(found - p) < 1e-14, `${n}: ${found}`);
  }
  // A few that differ of hundreds that do not are few still: Fisher's exact test of 3 in 300 against none.
  const few = rankSumTest([...Array(297).fill(5), 4, 4, 4], Array(300).fill(5)).p;
  const fisher = (2 * (300 * 299 * 298)) / (600 * 599 * 598);
  assert.ok(Math.abs(few - fisher) < 1e-10, `${few} against ${fisher}`);
});

test("equal samples cannot be told apart, and what is no sample is named", () => {
  assert.equal(rankSumTest([5, 5, 5], [5, 5]).p, 1);
  assert.throws(() => rankSumTest([], [1]), /rankSumTest: expected at least 1 values in the first sample/);
  assert.throws(() => rankSumTest([1], [Number.NaN]), /rankSumTest: /);
});
