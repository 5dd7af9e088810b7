/** Spaces, samples and comparisons show themselves as what they are; a window beyond every network is given up soon. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { AnyNetXE, comparePopulations, RegNetX, sample } from "netspace";

const bundle = (value: unknown) =>
  (value as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]();

test("a space says its size and what its parameters are", () => {
  assert.match(
    inspect(AnyNetXE),
    /^AnyNetXE: 8\.2e\+11 settings of 10 free parameters\n {2}depth: 1 to 16 \(16 values\)/,
  );
  assert.match(inspect(AnyNetXE), /depth: rises, width: rises, bottleneck: one value for all stages/);
  assert.match(bundle(RegNetX)["text/html"], /wm<\/th>.*1\.5 to 3 \(1,501 values\)/);
  assert.doesNotMatch(bundle(AnyNetXE.named("<img src=x>"))["text/html"], /<img/);
});

test("a sample is a table of networks, and data as before", () => {
  const networks = sample(RegNetX, { n: 25, seed: 1 });
  const lines = inspect(networks).split("\n");
  assert.equal(lines.length, 22);
  assert.match(lines[0], /^ +d +w +b +g +flops \(M\) +params \(M\) +acts \(M\)$/);
  assert.match(lines[1], /2, 3, 6, 10 +80, 152, 272, 512/);
  assert.equal(lines.at(-1), "… 25 networks");
  assert.deepEqual(Object.keys(networks), Object.keys([...networks]));
  assert.deepEqual(networks, [...networks]);
});

test("a comparison is its pairs in words", () => {
  const a = [40, 41, 42, 43, 44, 45, 46, 47];
  const found = comparePopulations([
    { name: "<i>a</i>", errors: a },
    { name: "b", errors: a.map(error => error + 20) },
  ]);
  assert.match(inspect(found), /^<i>a<\/i> is better than b on average/);
  assert.doesNotMatch(bundle(found)["text/html"], /<i>/);
});

test("a window that no candidate comes near says how networks were counted, and what to do", () => {
  assert.throws(() => sample(RegNetX, { n: 1, seed: 1, where: { flops: [2e6, 4e6] } }), {
    name: "SamplingError",
    message:
      /none of 2,000,000 candidates of RegNetX comes near: flops in \[2000000, 4000000\].*counted at 224 × 224 pixels .*ask networksOf\(spec\); or move the window up/,
  });
});
