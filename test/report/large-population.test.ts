import assert from "node:assert/strict";
import { test } from "node:test";
import { claimBestAbout, tableOf } from "netspace";
import type { Population } from "../../src/populations/population.js";
import { parameterParts } from "../../src/report/sweep-parameters.js";
import { extent } from "../../src/base/extent.js";

/** More than a call takes arguments. */
const N = 200_000;
const values = Float64Array.from({ length: N }, (_, i) => 8 + (i % 500));
const errors = Array.from(values, (value, i) => 20 + Math.abs(value - 100) / 10 + (i % 7) / 10);

test("extent() takes lists of any length", () => {
  assert.deepEqual(extent(values), [8, 507]);
  assert.deepEqual(extent([]), [Infinity, -Infinity]);
});

test("claims are made of populations of any size", () => {
  const { evidence } = claimBestAbout("c", { values: [...values], errors }, [90, 110], "paper");
  assert.match(evidence, /of 8 to 507 sampled \(n = 200000\)/);
});

test("the parameters of a sweep of 200,000 networks come on its page", () => {
  const table = tableOf({
    w1: values,
    wm: values.map(value => value / 10),
    error: Float64Array.from(errors),
  });
  const population = {
    names: table.names,
    complete: () => ({ column: (name: string) => [...table.column(name)], errors }),
  } as unknown as Population;
  const parts = parameterParts(population).join("\n");
  assert.match(parts, /<td>w1: width of stage 1<\/td>.*<td>8<\/td><td>507<\/td>/);
});
