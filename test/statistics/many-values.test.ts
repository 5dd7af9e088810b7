/** What is done otherwise with many values: held to definitions, and to the same done with few. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { bootstrap, edf, kendall, ksTest, linearRegression, meanDifference, seeded } from "netspace";
import { packageRoot } from "../../src/base/node/paths.js";
import { SOURCE } from "../../src/base/numbers/module.js";
import { sortNumbers, sortOrder } from "../../src/base/numbers/sort.js";
import { near } from "../support/samples.js";

test("the loops of WebAssembly are compiled from the source that is there", () => {
  const source = readFileSync(path.join(packageRoot, "scripts", "wasm", "numbers.ts"));
  assert.equal(SOURCE, createHash("sha256").update(source).digest("hex"), "run node scripts/wasm.mjs");
});

test("many numbers are sorted whatever their bits: in heaps, alike in their upper halves, infinite, zero of either sign", () => {
  const random = seeded(4);
  const ways: Record<string, (i: number) => number> = {
    "differing in the last bits alone": () => 1 + Math.floor(random() * 1000) * Number.EPSILON,
    "in two heaps, each alike in its upper bits": i => (i % 2 === 0 ? 1 : -1e9) * (1 + random() * 1e-12),
    falling: i => -i / 7,
    rising: i => i / 7,
    "the same": () => -3.5,
    "two values": () => (random() < 0.5 ? 40 : 39),
    "infinite ones": () =>
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, random() - 0.5][Math.floor(3 * random())],
    zeros: () => [0, -0, 5e-324, -5e-324][Math.floor(4 * random())],
    "any bits": () => (random() - 0.5) * 10 ** Math.floor(600 * random() - 300),
  };
  for (const [name, draw] of Object.entries(ways)) {
    const numbers = Float64Array.from({ length: 10_000 }, (_, i) => draw(i));
    const before = numbers.slice();
    const order = Array.from(numbers.keys()).sort((i, j) =>
      numbers[i] < numbers[j] ? -1 : numbers[i] > numbers[j] ? 1 : i - j,
    );
    assert.deepEqual(Array.from(sortOrder(numbers)), order, name);
    // −0 and 0 are equal, and either may stand for both.
    assert.deepEqual(
      Array.from(sortNumbers(numbers), x => x + 0),
      order.map(i => numbers[i] + 0),
      name,
    );
    assert.deepEqual(numbers, before, `${name}: not changed`);
  }
});

test("edf() of many errors with weights has the shares that adding up has, ties in one step", () => {
  const random = seeded(5);
  const errors = Array.from({ length: 9000 }, () => Math.floor(random() * 300) / 4 - 20);
  const weights = errors.map(() => 1 + Math.floor(random() * 8));
  const f = edf(errors, { weights });
  const total = weights.reduce((a, b) => a + b, 0);
  const distinct = [...new Set(errors)].sort((a, b) => a - b);
  assert.deepEqual(f.errors, distinct);
  // Whole weights add up without rounding, in whatever order.
  const upTo = (e: number) =>
    errors.reduce((sum, error, i) => sum + (error <= e ? weights[i] : 0), 0) / total;
  assert.deepEqual(f.shares, distinct.map(upTo));
  assert.equal(f.mean, errors.reduce((sum, error, i) => sum + error * weights[i], 0) / total);
  assert.equal(f.min, Math.min(...errors));
});

test("ksTest() of many is the greatest distance of the two shares", () => {
  const random = seeded(6);
  const a = Array.from({ length: 5000 }, () => Math.floor(random() * 900));
  const b = Array.from({ length: 6000 }, () => Math.floor(random() ** 1.05 * 900));
  const share = (of: number[], e: number) => of.filter(x => x <= e).length / of.length;
  let d = 0;
  for (let e = 0; e < 900; e++) d = Math.max(d, Math.abs(share(a, e) - share(b, e)));
  assert.ok(near(ksTest(a, b).d, d, 1e-12));
});

test("kendall() of many counts pairs as the definition does, with ties in x, y and both, and without", () => {
  const random = seeded(8);
  const n = 1500;
  const draws = [() => random(), () => Math.floor(20 * random()), () => Math.floor(700 * random())];
  for (const one of draws) {
    for (const other of draws) {
      const x = Array.from({ length: n }, one);
      const y = x.map(value => (random() < 0.3 ? value : other()));
      let [score, inX, inY] = [0, 0, 0];
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < i; j++) {
          score += Math.sign(x[i] - x[j]) * Math.sign(y[i] - y[j]);
          inX += x[i] === x[j] ? 0 : 1;
          inY += y[i] === y[j] ? 0 : 1;
        }
      }
      assert.equal(kendall(x, y).value, score / Math.sqrt(inX * inY));
    }
  }
});

/** Rows that NumPy makes as well, with coefficients 2, −1, 3, 0.01 and what is not explained. */
const rows = Array.from({ length: 6000 }, (_, i) => i);
const a = rows.map(i => Math.sin(i));
const b = rows.map((i, k) => Math.cos(3 * i) + 0.9 * a[k]);
const c = rows.map(i => 1000 + Math.sin(7 * i));
const y = rows.map((i, k) => 2 - a[k] + 3 * b[k] + 0.01 * c[k] + 0.5 * Math.sin(11 * i));

test("linearRegression() of many rows is NumPy's QR, with weights and without", () => {
  // i = numpy.arange(6000.); a, b = numpy.sin(i), numpy.cos(3 * i) + 0.9 * numpy.sin(i); c = 1000 + numpy.sin(7 * i)
  // y = 2 - a + 3 * b + 0.01 * c + 0.5 * numpy.sin(11 * i); X = numpy.column_stack([numpy.ones(6000), a, b, c])
  // s = numpy.sqrt(w); q, r = numpy.linalg.qr(X * s[:, None]); coefficients = numpy.linalg.solve(r, q.T @ (y * s))
  // errors = numpy.sqrt((numpy.linalg.inv(r) ** 2).sum(1) * (w * (y - X @ coefficients) ** 2).sum() / 5996)
  const check = (weights: number[] | undefined, values: number[], standardErrors: number[]) => {
    const { coefficients } = linearRegression(y, { a, b, c: Float64Array.from(c) }, { weights });
    for (const [k, { value, standardError }] of coefficients.entries()) {
      assert.ok(near(value, values[k], 1e-9), `${value}, ${values[k]}`);
      assert.ok(near(standardError, standardErrors[k], 1e-9), `${standardError}, ${standardErrors[k]}`);
    }
  };
  check(
    undefined, // w = numpy.ones(6000)
    [2.0688921958895996, -0.9999021503957467, 3.0000494427798645, 0.00993103099390743],
    [6.456635332068891, 0.008685393208268971, 0.006455204841897767, 0.00645663082111634],
  );
  check(
    rows.map(i => 1.5 + Math.cos(i)), // w = 1.5 + numpy.cos(i)
    [1.9046373847364089, -0.9999796357349086, 3.000125716546764, 0.010095234495583413],
    [6.456552856800422, 0.0086845198680548, 0.00645450343563078, 0.006456550400980306],
  );
});

test("linearRegression() of many rows keeps what normal equations lose, and refuses what follows from the others", () => {
  // Columns that differ by 1e−7 of themselves: (XᵀX)⁻¹ of doubles says nothing about them. y is exact.
  const close = a.map((value, k) => value + 2 ** -23 * Math.round(1024 * b[k]) * 2 ** -10);
  const sum = a.map((value, k) => 3 * value + 5 * close[k]);
  const { coefficients } = linearRegression(sum, { a, close });
  for (const [k, value] of [0, 3, 5].entries()) {
    assert.ok(Math.abs(coefficients[k].value - value) < 1e-6, `${coefficients[k].value}, ${value}`);
  }
  const both = a.map((value, k) => value - 2 * b[k]);
  assert.throws(() => linearRegression(y, { a, b, both }), {
    name: "StatisticsError",
    message: /none follows from the others, got both which follows from intercept, a, b/,
  });
  assert.throws(
    () => linearRegression(y, { zero: a.map(() => 0) }, { intercept: false }),
    /got zero which follows from nothing: it is 0/,
  );
});

test("linearRegression() of as many rows as fill no block, and of one regressor to 40, has residuals across all regressors", () => {
  const random = seeded(9);
  for (const [n, k] of [
    [2048, 1],
    [2049, 5],
    [2501, 40],
  ]) {
    const names = Array.from({ length: k }, (_, i) => `x${i}`);
    const x = Object.fromEntries(names.map(name => [name, Array.from({ length: n }, () => random() - 0.3)]));
    const target = Array.from({ length: n }, () => random());
    const { residuals } = linearRegression(target, x);
    for (const column of [residuals.map(() => 1), ...Object.values(x)]) {
      const across = residuals.reduce((total, r, i) => total + r * column[i], 0);
      assert.ok(Math.abs(across) < 1e-10 * n, `${n} rows, ${k} regressors: ${across}`);
    }
  }
});

test("meanDifference() draws the same from a generator of seeded() as from a function of it, to the last bit", () => {
  const [few, more] = [y.slice(0, 37), y.slice(37, 237)];
  const [one, other] = [seeded(5), seeded(5)];
  const found = meanDifference(few, more, { repeats: 500, random: one });
  assert.deepEqual(found, meanDifference(few, more, { repeats: 500, random: () => other() }));
  assert.equal(one(), other(), "the generator has moved as far");
});

test('bootstrap() of "mean" is the bootstrap of a function that takes the mean', () => {
  const values = y.slice(0, 200);
  const [one, other] = [seeded(6), seeded(6)];
  const named = bootstrap(values, "mean", { repeats: 2000, random: one });
  const mean = (sorted: Float64Array) => sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const called = bootstrap(values, mean, { repeats: 2000, random: other });
  for (const key of ["value", "standardError", "low", "high"] as const) {
    assert.ok(near(named[key], called[key], 1e-10), key);
  }
  assert.equal(one(), other());
  // Near the ends of what a double holds too.
  const large = bootstrap(
    values.map(value => value * 2 ** 1000),
    "mean",
    { repeats: 2000, random: seeded(6) },
  );
  assert.ok(near(large.low / 2 ** 1000, named.low, 1e-12));
  assert.throws(
    () => bootstrap(values, "median" as "mean"),
    /a function of sorted values or "mean", got "median"/,
  );
});
