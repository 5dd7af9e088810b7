/** Curves that are fitted to small sizes and held against larger ones. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { extrapolate, fitCurve, seeded } from "netspace";
import { near } from "../support/samples.js";

/** Errors that follow a law, with normal noise by Box and Muller. */
function drawn(law: (x: number) => number, sizes: readonly number[], each: number, seed: number) {
  const random = seeded(seed);
  const noise = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const x = sizes.flatMap(size => Array.from({ length: each }, () => size));
  return { x, y: x.map(size => law(size) + noise()) };
}

test("what is held out is not fitted: the prediction is that of the small sizes alone", () => {
  const { x, y } = drawn(v => 10 + 30 * v ** -0.6, [1, 2, 4, 8, 16], 4, 1);
  const { fit, heldOut } = extrapolate("a + bx^-c", x, y, { upTo: 4, repeats: 50 });
  const alone = fitCurve("a + bx^-c", x.slice(0, 12), y.slice(0, 12));
  assert.deepEqual(
    fit.coefficients.map(({ value }) => value),
    alone.coefficients.map(({ value }) => value),
  );
  assert.deepEqual(
    heldOut.map(each => [each.x, each.n]),
    [
      [8, 4],
      [16, 4],
    ],
  );
  for (const each of heldOut) {
    assert.equal(each.predicted, alone.predict(each.x));
    const own = y.filter((_, i) => x[i] === each.x);
    assert.ok(near(each.observed, own.reduce((a, b) => a + b, 0) / 4, 1e-12));
    assert.equal(each.miss, each.observed - each.predicted);
    assert.equal(each.isInside, each.low <= each.observed && each.observed <= each.high);
  }
  assert.deepEqual(extrapolate("a + bx^-c", x, y, { upTo: 4, repeats: 50 }).heldOut, heldOut);
});

test("where the curve is right, an interval of 95 % holds the mean of new values about as often", () => {
  let inside = 0;
  const runs = 200;
  for (let seed = 1; seed <= runs; seed++) {
    const { x, y } = drawn(v => 40 - 5 * Math.log(v), [1, 2, 4, 8, 16], 4, seed);
    const [first] = extrapolate("a + b·ln x", x, y, { upTo: 8, repeats: 200, random: seeded(seed) }).heldOut;
    if (first.isInside) inside++;
  }
  // Three standard deviations of a count with p = 0.95, to the lower side a little more: intervals by percentiles are narrow.
  assert.ok(inside / runs > 0.89 && inside / runs < 0.995, `${inside} of ${runs}`);
});

test("a law that ends is missed, to the side where it ends", () => {
  const { x, y } = drawn(v => Math.max(20, 40 - 10 * Math.log2(v)), [1, 2, 4, 8, 16], 4, 3);
  const { heldOut } = extrapolate("a + b·ln x", x, y, { upTo: 4 });
  assert.ok(heldOut.every(({ isInside, miss }) => !isInside && miss > 5));
});

test("extrapolate() names what it cannot hold out or fit", () => {
  const [x, y] = [
    [1, 1, 2, 2, 4, 4],
    [9, 8, 7, 6, 5, 4],
  ];
  for (const [upTo, message] of [
    [4, /^extrapolate: expected x beyond upTo = 4, got none; lower it$/],
    [1, /^extrapolate: expected at least 4 models up to 1, got 2; raise it$/],
    [2, /3 different x for a \+ bx\^-c, got 4 with 2/],
  ] as const) {
    assert.throws(() => extrapolate("a + bx^-c", x, y, { upTo }), { name: "StatisticsError", message });
  }
});
