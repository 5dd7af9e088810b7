import assert from "node:assert/strict";
import { test } from "node:test";
import { paretoFront, seeded } from "netspace";

test("paretoFront() keeps the models that no other beats, cheapest first", () => {
  const flops = [4, 1, 2, 3, 2];
  const errors = [20, 40, 30, 35, 31];
  assert.deepEqual(paretoFront([{ values: flops }, { values: errors }]), [1, 2, 0]);
});

test("paretoFront() can want the most of a measure, and keeps equal models together", () => {
  const top1 = [70, 80, 80, 60];
  const ms = [5, 9, 9, 5];
  assert.deepEqual(paretoFront([{ values: ms }, { values: top1, best: "most" }]), [0, 1, 2]);
});

test("paretoFront() is what comparing every pair gives, for two and three measures", () => {
  const random = seeded(4);
  for (const dimensions of [2, 3]) {
    for (let round = 0; round < 20; round++) {
      const measures = Array.from({ length: dimensions }, () => ({
        values: Array.from({ length: 60 }, () => Math.floor(random() * 12)),
      }));
      const beats = (i: number, j: number) =>
        measures.every(({ values }) => values[i] <= values[j]) &&
        measures.some(({ values }) => values[i] < values[j]);
      const all = Array.from({ length: 60 }, (_, i) => i);
      const expected = all.filter(j => !all.some(i => beats(i, j)));
      assert.deepEqual(
        paretoFront(measures).toSorted((a, b) => a - b),
        expected,
      );
    }
  }
});

test("paretoFront() refuses a single measure, unequal lengths and NaN", () => {
  assert.throws(() => paretoFront([{ values: [1] }]), {
    name: "StatisticsError",
    message: /at least 2 objectives, got 1/,
  });
  assert.throws(() => paretoFront([{ values: [1] }, { values: [1, 2] }]), { message: /got 2 and 1/ });
  assert.throws(() => paretoFront([{ values: [1, Number.NaN] }, { values: [1, 2] }]), {
    message: /got NaN at index 1/,
  });
});

test("paretoFront() refuses a direction that it does not know", () => {
  const best = "max" as "most";
  assert.throws(() => paretoFront([{ values: [1, 2], best }, { values: [1, 2] }]), {
    name: "StatisticsError",
    message: 'paretoFront: expected best as "least" or "most", got "max"',
  });
});
