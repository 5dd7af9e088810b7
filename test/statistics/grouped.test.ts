import assert from "node:assert/strict";
import { test } from "node:test";
import { kruskal, spearmanBetween, trend } from "netspace";
import { near } from "../support/samples.js";

const groups = [
  [30.6, 31.2, 33.0, 30.6, 29.9],
  [33.0, 34.1, 35.5, 31.2],
  [35.3, 36.0, 34.1, 38.2, 33.0, 35.3],
];

test("kruskal() gives the H and p of scipy.stats.kruskal, with ties", () => {
  // scipy.stats.kruskal(*groups) -> 8.739432367149753, 0.012654831707464764
  const { h, p, degreesOfFreedom } = kruskal(groups);
  assert.ok(near(h, 8.739432367149753) && near(p, 0.012654831707464764));
  assert.equal(degreesOfFreedom, 2);
  // It knows no order of the groups.
  assert.ok(near(kruskal(groups.toReversed()).h, h));
});

test("trend() gives the p of Kendall's τ between group and value, on the side that it goes to", () => {
  // scipy.stats.kendalltau(group, value, method="asymptotic") -> 0.6693387340289547, 0.0022836104060624425
  const rising = trend(groups);
  assert.ok(near(rising.tau, 0.6693387340289547) && near(rising.p, 0.0022836104060624425));
  assert.ok(near(rising.pRising, rising.p / 2) && near(rising.pFalling, 1 - rising.p / 2));
  const falling = trend(groups.toReversed());
  assert.ok(near(falling.tau, -rising.tau) && near(falling.pFalling, rising.pRising));
});

test("tests of groups refuse too few, empty ones, and values that do not vary, by name", () => {
  for (const [name, work] of Object.entries({ kruskal, trend })) {
    assert.throws(() => work([[1, 2, 3]]), { message: `${name}: expected at least 2 groups, got 1` });
    assert.throws(() => work([[1, 2, 3], []]), /at least 1 values in group 2, got 0/);
    assert.throws(() => work([[1], [2]]), /at least 3 values, got 2/);
    assert.throws(() => work([[90, 90], [90]]), /expected values that vary, got 90 3 times/);
  }
});

test("spearmanBetween() pairs networks by key, whatever their order, and counts those that only one has", () => {
  const a = new Map(Object.entries({ a: 30, b: 35, c: 50, d: 60, e: 41, f: 33 }));
  const b = new Map(Object.entries({ f: 20, e: 15, d: 12, c: 22, b: 18, x: 1 }));
  const { value, p, n, low, high, unmatched } = spearmanBetween(a, b);
  // scipy.stats.spearmanr([35, 50, 60, 41, 33], [18, 22, 12, 15, 20]) -> -0.4, 0.5046315754686912
  assert.ok(near(value, -0.4) && near(p, 0.5046315754686912, 1e-9));
  assert.deepEqual([n, unmatched], [5, { a: 1, b: 1 }]);
  assert.ok(low >= -1 && low < value && value < high && high <= 1);
  assert.deepEqual(spearmanBetween(a, b), spearmanBetween(a, b));
  assert.throws(() => spearmanBetween(a, new Map([["x", 1]])), /3 networks in both populations, got 0 of 6/);
  assert.throws(() => spearmanBetween([] as never, b), /errors by network, a Map, got \[\]/);
});
