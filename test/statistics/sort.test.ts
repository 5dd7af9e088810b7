import assert from "node:assert/strict";
import { test } from "node:test";
import { edf, seeded } from "netspace";
import { sortNumbers, sortOrder } from "../../src/base/numbers/sort.js";

test("sortOrder() and sortNumbers() of many numbers give the stable order that comparing gives, for any sign and size", () => {
  const random = seeded(2);
  const draw = [
    () => Math.floor(random() * 50) / 10,
    () => (random() - 0.5) * 10 ** Math.floor(random() * 300),
    () => (random() < 0.1 ? -0 : 0),
  ];
  for (const one of draw) {
    const numbers = Array.from({ length: 30_000 }, one);
    const expected = numbers.map((_, i) => i).sort((i, j) => numbers[i] - numbers[j] || i - j);
    assert.deepEqual(Array.from(sortOrder(numbers)), expected);
    const sorted = Array.from(sortNumbers(numbers), x => x + 0);
    assert.deepEqual(
      sorted,
      expected.map(i => numbers[i] + 0),
    );
  }
});

test("edf() of many errors has as many steps as distinct errors, and ends at 1", () => {
  const random = seeded(3);
  const errors = Array.from({ length: 50_000 }, () => Math.round(random() * 1000) / 10);
  const f = edf(errors);
  assert.equal(f.errors.length, new Set(errors).size);
  assert.equal(f.shares.at(-1), 1);
  assert.equal(f.at(50), errors.filter(e => e < 50).length / 50_000);
});
