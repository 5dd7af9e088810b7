import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { regimeWords, shippedPopulation, study } from "netspace";
import { packageRoot } from "../../../src/base/node/paths.js";

const folder = mkdtempSync(join(tmpdir(), "netspace-study-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("study() finds shipped populations by name, and gives errors, columns and networks by rank", async () => {
  const populations = await study(["AnyNetXA"], { fresh: false });
  const { errors, spec } = await shippedPopulation("AnyNetXA");
  assert.deepEqual(populations.errors("AnyNetXA", "A"), { name: "A", errors, spec });
  assert.deepEqual(populations.column("AnyNetXA", "error"), errors);
  const ranked = populations.ranked("AnyNetXA").map(({ row }) => row.error);
  assert.deepEqual(
    ranked,
    errors.toSorted((a, b) => a - b),
  );
  assert.equal(populations.count, `n = ${errors.length}`);
  assert.match(
    populations.regime,
    /^networks of \d+–\d+ MF on \d+ × \d+ procedural images, \d+ epochs of [\d,]+$/,
  );
});

test("a population that is not there is empty, and the study says which and what to do", async () => {
  const populations = await study(["AnyNetXA", "Nowhere", "NoOther"], { folder, fresh: false });
  assert.deepEqual(populations.errors("Nowhere"), { name: "Nowhere", errors: [] });
  assert.deepEqual(populations.ranked("Nowhere"), []);
  // A name that nobody asked for is a slip, which an empty column would hide.
  for (const ask of [
    () => populations.population("RegNetX"),
    () => populations.errors("RegNetX"),
    () => populations.column("RegNetX", "error"),
    () => populations.ranked("RegNetX"),
  ])
    assert.throws(ask, /study: expected one of its populations, AnyNetXA, Nowhere, NoOther, got "RegNetX"/);
  assert.equal(populations.count, "n = 0");
  assert.match(
    populations.toMarkdown(),
    /^- Missing: \*\*AnyNetXA, Nowhere, NoOther\*\*: not in data\/populations; .* FRESH=1 trains a small one/,
  );
});

test("a population file that cannot be read is missing for that reason, and the others are there", async () => {
  mkdirSync(join(folder, "broken"));
  writeFileSync(join(folder, "broken", "Torn.parquet"), "not Parquet");
  const populations = await study(["Torn"], { folder: join(folder, "broken"), fresh: false });
  assert.equal(populations.population("Torn"), undefined);
  assert.match(populations.missing.get("Torn")!, /Torn\.parquet/);
});

test("a population file of an older form is missing for that reason, with how to get it", async () => {
  mkdirSync(join(folder, "older"));
  const shipped = readFileSync(join(packageRoot, "data", "populations", "RegNetX.parquet"), "latin1");
  writeFileSync(
    join(folder, "older", "RegNetX.parquet"),
    shipped.replace('{"format":1,', '{"format":0,'),
    "latin1",
  );
  const populations = await study(["RegNetX"], { folder: join(folder, "older"), fresh: false });
  assert.match(
    populations.toMarkdown(),
    /Missing: \*\*RegNetX\*\*: readCompact: .* is of form 0, .*; train it again, .*; a checkout of the repository has/,
  );
});

test("a regime in words says whether its flops are effective ones", async () => {
  const { spec } = await shippedPopulation("AnyNetXA");
  const words = (where: typeof spec.where) => regimeWords({ ...spec, where });
  const images = "on 32 × 32 procedural images, 5 epochs of 5,000";
  assert.equal(words({ effectiveFlops: [1.9e6, 3.8e6] }), `networks of 1.9–3.8 effective MF ${images}`);
  assert.equal(words({ flops: [2e6, 4e6], effectiveFlops: [0, 4e6] }), `networks of 2–4 MF ${images}`);
  assert.equal(words({}), `networks ${images}`);
});
