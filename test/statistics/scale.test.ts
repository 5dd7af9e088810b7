/** Statistics scale with their values: times a power of two, which rounds nothing, they give the same, times it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bestOfDifference,
  bootstrap,
  compareDistributions,
  ksTest,
  meanDifference,
  networksNeeded,
  quantileDifferences,
  seeded,
  summarize,
  welchTest,
} from "netspace";

const drawn = (n: number, seed: number, centre: number) => {
  const random = seeded(seed);
  return Array.from({ length: n }, () => centre + random() + random() - random());
};
const [a, b] = [drawn(24, 1, 40), drawn(20, 2, 40.5)];
const few = { repeats: 100 };

/** What is in the values' unit by name; all else knows no scale. */
const inUnit = ["value", "standardError", "low", "high", "margin", "detectable"];

function scaledBack(found: unknown, by: number): unknown {
  if (Array.isArray(found)) return found.map(each => scaledBack(each, by));
  if (typeof found !== "object" || found === null) return found;
  return Object.fromEntries(
    Object.entries(found).map(([key, held]) => [
      key,
      typeof held === "number" && inUnit.includes(key) ? held / by : scaledBack(held, by),
    ]),
  );
}

const statistics: Readonly<Record<string, (x: number[], y: number[], by: number) => unknown>> = {
  welchTest: (x, y, by) => welchTest(x, y, { difference: 0.1 * by }),
  meanDifference: (x, y) => meanDifference(x, y, few),
  quantileDifferences: (x, y, by) => quantileDifferences(x, y, [0.1, 0.5], { ...few, margin: 0.1 * by }),
  bestOfDifference: (x, y, by) => bestOfDifference(x, y, { ...few, size: 8, margin: 0.1 * by }),
  bootstrap: x => bootstrap(x, sorted => sorted[3], few),
  summarize: x => summarize(x, few),
  ksTest: (x, y) => ksTest(x, y),
  compareDistributions: (x, y, by) => compareDistributions(x, y, { ...few, margin: 0.5 * by, bestOf: 8 }),
  networksNeeded: (x, y, by) => networksNeeded(x, y, 0.5 * by),
};

for (const [name, statistic] of Object.entries(statistics)) {
  test(`${name} of values times 2^k is that of the values, times 2^k`, () => {
    const plain = statistic(a, b, 1);
    for (const k of [-1000, -900, -700, -565, -500, -300, -210, -5, 5, 210, 300, 500, 565, 700, 900, 1000]) {
      const by = 2 ** k;
      const [x, y] = [a.map(v => v * by), b.map(v => v * by)];
      assert.deepEqual(scaledBack(statistic(x, y, by), by), plain, `k = ${k}`);
    }
  });
}

test("Welch's test near the ends of doubles gives the p of the same numbers near 1", () => {
  // Student's density with t = −1.1677 and 5.5846 degrees of freedom, integrated by Simpson's rule in 200,000 steps.
  const p = 0.290333569049712;
  for (const by of [1, 1e-170, 1e-250, 1e170, 1e200, 1e300]) {
    const found = welchTest(
      [1, 2, 3, 4].map(v => v * by),
      [2, 3, 4, 6].map(v => v * by),
    );
    assert.ok(Math.abs(found.p - p) < 1e-9, `${by}: ${found.p}`);
    assert.ok(Math.abs(found.value / by + 1.25) < 1e-12, `${by}: ${found.value}`);
  }
  assert.equal(welchTest([1e-170, 2e-170], [1e-170, 2e-170]).p, 1);
});
