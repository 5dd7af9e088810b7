import assert from "node:assert/strict";
import { test } from "node:test";
import { compareCurves, crossValidate, curves, fitCurve, linearRegression, seeded } from "netspace";
import { acts, flops, ms, near } from "../support/samples.js";

const values = (fit: ReturnType<typeof fitCurve>) => fit.coefficients.map(c => c.value);

test("fitCurve() fits a√x + bx, the paper's run time, as statsmodels does", () => {
  // m = sm.OLS(ms, numpy.column_stack([numpy.sqrt(flops), flops])).fit()
  const fit = fitCurve("a√x + bx", flops, ms);
  assert.deepEqual(
    fit.coefficients.map(c => c.name),
    ["a", "b"],
  );
  const [a, b] = values(fit);
  assert.ok(near(a, 10.983556152589038) && near(b, 11.563991177642755));
  assert.ok(near(fit.coefficients[0].standardError, 2.073231071078711));
  assert.ok(near(fit.r2, 0.998613856061389) && near(fit.aic, 80.84582525817368));
  assert.ok(near(fit.predict(4), 2 * a + 4 * b));
});

test("fitCurve() fits activations to √flops, with and without intercept, as statsmodels does", () => {
  // sm.OLS(acts, numpy.sqrt(flops)).fit() and the same with sm.add_constant
  const root = fitCurve("a√x", flops, acts);
  assert.ok(near(values(root)[0], 6.199949224791686) && near(root.aic, 39.73377976260782));
  const shifted = fitCurve("a + b√x", flops, acts);
  assert.ok(near(values(shifted)[0], -0.8592537260031152) && near(values(shifted)[1], 6.465003418829955));
  assert.ok(near(shifted.aic, 39.40683857802085) && near(shifted.r2, 0.988506959576914));
});

test("fitCurve() fits a power law as a line of logarithms, with an AIC that compares with the others'", () => {
  // m = sm.OLS(numpy.log(acts), sm.add_constant(numpy.log(flops))).fit()
  // numpy.exp(m.params[0]), m.params[1], m.bse[1], m.rsquared, m.aic + 2 * numpy.log(acts).sum()
  const fit = fitCurve("ax^b", flops, acts);
  const [a, b] = fit.coefficients;
  assert.ok(near(a.value, 5.4970176598428075) && near(b.value, 0.5495075407602783));
  assert.ok(near(b.standardError, 0.01644460349557368) && near(fit.r2, 0.9911237934039274));
  assert.ok(near(fit.aic, 31.82798827278293));
});

test("every curve finds its own coefficients again", () => {
  const [a, b, c] = [3, 0.5, 2];
  const truth: Record<string, (x: number) => number> = {
    ax: x => a * x,
    "a + bx": x => a + b * x,
    "a√x": x => a * Math.sqrt(x),
    "a + b√x": x => a + b * Math.sqrt(x),
    "a√x + bx": x => a * Math.sqrt(x) + b * x,
    "a + b√x + cx": x => a + b * Math.sqrt(x) + c * x,
    "a + b·ln x": x => a + b * Math.log(x),
    "ax^b": x => a * x ** b,
    "a + bx^-c": x => a + b * x ** -c,
  };
  for (const curve of curves) {
    const found = values(fitCurve(curve, flops, flops.map(truth[curve])));
    for (const [k, value] of found.entries())
      assert.ok(near(value, [a, b, c][k], 1e-8), `${curve}: ${found}`);
  }
});

test("fitCurve() fits a power law with an offset, with weights too, as SciPy does", () => {
  // f = lambda x, a, b, c: a + b * x**-c; p, cov = curve_fit(f, flops, falling, p0=[15, 8, .5], xtol=1e-15, ftol=1e-15)
  // p, numpy.sqrt(numpy.diag(cov)); n * (numpy.log(2 * numpy.pi * (r @ r) / n) + 1) + 6 with r = falling - f(flops, *p)
  const falling = [31.1, 27.3, 25.9, 24.8, 23, 21.7, 21.4, 20.8, 20.7, 20.3, 20, 19.5];
  const fit = fitCurve("a + bx^-c", flops, falling);
  const published = [
    [18.626457124179243, 0.10209853977400929],
    [5.553256482772438, 0.1299741242994763],
    [0.5009096994015616, 0.01137754023996296],
  ];
  for (const [k, [value, error]] of published.entries()) {
    assert.ok(near(fit.coefficients[k].value, value, 1e-6));
    assert.ok(near(fit.coefficients[k].standardError, error, 1e-5));
  }
  assert.ok(near(fit.aic, -24.155139985708253, 1e-9));
  assert.ok(near(fit.predict(64), 18.626457124179243 + 5.553256482772438 * 64 ** -0.5009096994015616, 1e-7));
  // The same with sigma=1/numpy.sqrt(flops).
  const weighted = fitCurve("a + bx^-c", flops, falling, { weights: flops });
  for (const [k, value] of [18.34294773183731, 5.907475717025006, 0.4621531083289175].entries()) {
    assert.ok(near(weighted.coefficients[k].value, value, 1e-6));
  }
  assert.ok(near(weighted.coefficients[2].standardError, 0.018328006594849313, 1e-5));
});

test("a power law with an offset of what does not vary is flat, and says nothing of its exponent", () => {
  const fit = fitCurve("a + bx^-c", [1, 2, 4, 8], [5, 5, 5, 5]);
  assert.equal(fit.predict(100), 5);
  assert.equal(fit.coefficients[2].standardError, Infinity);
});

test("crossValidate() with a fold a model is leave-one-out", () => {
  // for each i: b = numpy.linalg.lstsq(F[k], ms[k]) without i; rmse and median |F[i] @ b - ms[i]| / ms[i]
  const [row] = compareCurves(["a√x + bx"], flops, ms, { folds: 12 });
  assert.ok(near(row.rmse, 7.044781819093087, 1e-8) && near(row.relative, 0.0763065062826665, 1e-8));
  const line = crossValidate(
    ms,
    train => {
      const fit = linearRegression(
        train.map(i => ms[i]),
        { flops: train.map(i => flops[i]) },
      );
      return i => fit.predict({ flops: flops[i] });
    },
    { folds: 12 },
  );
  assert.ok(near(line.rmse, 9.202774703150421, 1e-8) && near(line.relative, 0.062113897096997626, 1e-8));
});

test("compareCurves() ranks by AIC, with weights that add up to one, and deals the same folds to all", () => {
  const rows = compareCurves(["ax", "a√x + bx", "a + bx"], flops, ms, { folds: 4, random: seeded(5) });
  assert.equal(rows[0].curve, "a√x + bx");
  assert.equal(rows[0].deltaAic, 0);
  assert.ok(rows[1].deltaAic > 0 && rows[2].deltaAic >= rows[1].deltaAic);
  assert.ok(
    near(
      rows.reduce((sum, row) => sum + row.akaikeWeight, 0),
      1,
    ),
  );
  const again = compareCurves(["a + bx"], flops, ms, { folds: 4, random: seeded(5) });
  assert.equal(again[0].rmse, rows.find(row => row.curve === "a + bx")?.rmse);
});

test("fitCurve() refuses unknown curves, x that a curve is not defined for, and weights for a power law", () => {
  assert.throws(() => fitCurve("x²" as "ax", flops, ms), {
    name: "StatisticsError",
    message: /a curve of ax, .*got "x²"/,
  });
  assert.throws(() => fitCurve("a√x", [1, -4, 2], [1, 2, 3]), {
    message: /x of at least 0, got -4 at index 1/,
  });
  assert.throws(() => fitCurve("ax^b", [1, 0, 2], [1, 2, 3]), { message: /x above zero, got 0 at index 1/ });
  assert.throws(() => fitCurve("ax^b", flops, ms, { weights: flops }), { message: /no weights for ax\^b/ });
  assert.throws(() => fitCurve("a + b·ln x", [1, 0, 2], [1, 2, 3]), {
    message: /x above zero, got 0 at index 1/,
  });
  assert.throws(() => fitCurve("a + bx^-c", [1, 1, 2, 2], [1, 2, 3, 4]), {
    message: /at least 4 models with 3 different x for a \+ bx\^-c, got 4 with 2$/,
  });
  assert.throws(() => fitCurve("a + bx", [3, 3, 3], [1, 2, 3]), { message: /that vary, got 3 3 times/ });
  assert.throws(() => crossValidate([1, 2], () => () => 0, { folds: 3 }), {
    message: /at most 2 folds, one per model, got 3/,
  });
  assert.throws(() => compareCurves([], flops, ms), { message: /at least 1 curve, got 0/ });
});

test("fitCurve() of a root by another name says how it is written", () => {
  assert.throws(() => fitCurve("sqrt" as never, [1, 2], [1, 2]), /got "sqrt"; a root is "a√x"$/);
  assert.throws(() => fitCurve("cubic" as never, [1, 2], [1, 2]), /got "cubic"$/);
});

test("compareCurves() of curves that fit exactly gives them all the weight, and no NaN", () => {
  // √x is as long as a power of two, so that nothing is rounded.
  const [x, y] = [
    [1, 1, 1, 1, 4, 4, 4],
    [1, 1, 1, 1, 2, 2, 2],
  ];
  const ranked = compareCurves(["ax", "a√x", "a√x"], x, y, { folds: 3 });
  assert.deepEqual(
    ranked.map(({ curve, deltaAic, akaikeWeight }) => [curve, deltaAic, akaikeWeight]),
    [
      ["a√x", 0, 0.5],
      ["a√x", 0, 0.5],
      ["ax", Number.POSITIVE_INFINITY, 0],
    ],
  );
});

test("crossValidate() leaves a y of 0 out of the relative error", () => {
  const one = () => () => 1;
  assert.equal(crossValidate([0, 2, 4, 0], one, { folds: 2 }).relative, 0.625);
  assert.equal(crossValidate([0, 0], one).relative, Number.NaN);
  assert.equal(crossValidate([0, 0], one).rmse, 1);
});
