import assert from "node:assert/strict";
import { test } from "node:test";
import { comparePopulations, describePair, ksTest, seeded } from "netspace";

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
  assert.match(describePair(pairs[0]), /^A and same: no difference supported \(p = [\d.]+, mean difference /);
  assert.match(
    describePair(pairs[1]),
    /^better is better than A: supported \(p < 0\.001, mean difference 5\.\d \[/,
  );
});

test("p values are adjusted by Holm's method", () => {
  const populations = [50, 49, 47].map((mean, i) => ({ name: `p${i}`, errors: errors(mean, 40, i) }));
  const { pairs } = comparePopulations(populations);
  const raw = pairs.map(({ a, b }) => {
    const of = (name: string) => populations.find(population => population.name === name)!.errors;
    return ksTest(of(a), of(b)).p;
  });
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
    /^narrow and wide differ in their distributions \(p < 0\.001\), but not surely in their means/,
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
